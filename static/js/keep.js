// What was chosen and typed in a form, <form data-keep>, outlives the lock of the tablet: it goes into the
// address that the next PIN comes back to. What is of a person or secret stays behind, and so does all
// that makes the address too long for a cookie.
const LEFT = new Set(['csrf_token', 'key', 'path', 'pin', 'delegate_code', 'signature']);
const LONGEST = 2500;

document.addEventListener('before-lock', () => {
  const path = document.querySelector('[data-lock]')?.elements.path;
  const forms = [...document.querySelectorAll('form[data-keep]')];
  if (!path?.value || !forms.length) return;
  const [page, query] = path.value.split('?');
  const names = new Set(forms.flatMap((form) => [...form.elements].map(({ name }) => name)));
  const others = [...new URLSearchParams(query)].filter(([name]) => !names.has(name));
  const fields = forms.flatMap((form) => [...new FormData(form)]).filter(([name, value]) => value && !LEFT.has(name));
  const address = `${page}?${new URLSearchParams([...others, ...fields])}`;
  if (address.length <= LONGEST) path.value = address;
});
