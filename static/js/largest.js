// A file larger than its field takes ([data-largest], in bytes) is refused before it is sent: the server
// would read nothing of its form, and what was typed beside it would be lost.
function isTooLarge(input) {
  return [...input.files].some((file) => file.size > Number(input.dataset.largest));
}

function look(input) {
  const tooLarge = isTooLarge(input);
  const field = input.closest('.field');
  const refusal = field.querySelector('[data-too-large]');
  const usual = field.querySelector('.field__hint, .field__error:not([data-too-large])');
  refusal.hidden = !tooLarge;
  usual.hidden = tooLarge;
  // what a field is described by is read out even where it is hidden
  input.setAttribute('aria-describedby', (tooLarge ? refusal : usual).id);
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
