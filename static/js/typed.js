// What was typed into a field that follows what the server suggests ([data-typed]) stays as it is.
document.addEventListener('input', ({ target }) => {
  if (target.matches('[data-typed]')) target.setAttribute('hx-morph-skip', '');
});
