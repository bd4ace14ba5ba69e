// Where the keyboard goes: into a sheet that opens, to the first fault of a form; Escape closes a sheet.
function place(root) {
  const fault = root.querySelector('[aria-invalid="true"], [data-wrong] input');
  const sheet = root.querySelector('[data-focus]');
  (fault ?? sheet)?.focus({ preventScroll: !fault });
}

function keepAtHand(event) {
  const sheet = document.querySelector('[data-escape]');
  if (event.key !== 'Escape' || !sheet || event.defaultPrevented) return;
  location.assign(sheet.dataset.escape);
}

place(document);
document.addEventListener('keydown', keepAtHand);

// A press on a button that works shows it: no second press, and its width is kept.
document.addEventListener('submit', (event) => {
  const button = event.submitter;
  if (event.defaultPrevented || !button?.matches('.btn')) return;
  setTimeout(() => button.setAttribute('aria-busy', 'true'));
});
window.addEventListener('pageshow', () => {
  document.querySelectorAll('.btn[aria-busy]').forEach((button) => button.removeAttribute('aria-busy'));
});
