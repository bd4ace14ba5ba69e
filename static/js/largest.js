// A file larger than its field takes ([data-largest], in bytes) is refused before it is sent: the server
// would read nothing of its form, and what was typed beside it would be lost.
function isTooLarge(input) {
  return [...input.files].some((file) => file.size > Number(input.dataset.largest));
}

function look(input) {
  const tooLarge = isTooLarge(input);
  const field = input.closest('.field');
  field.querySelector('[data-too-large]').hidden = !tooLarge;
  field.querySelector(`#${input.getAttribute('aria-describedby').split(' ')[0]}`).hidden = tooLarge;
  if (tooLarge) input.setAttribute('aria-invalid', 'true');
  else input.removeAttribute('aria-invalid');
  return tooLarge;
}

document.addEventListener('change', ({ target }) => {
  if (target.matches('[data-largest]')) look(target);
});
document.addEventListener('submit', (event) => {
  const input = event.target.querySelector('[data-largest]');
  if (!input || !look(input)) return;
  event.preventDefault();
  input.focus();
}, { capture: true });
