// A text that finds nothing is a wish: the server is told once it has stood on the screen for a
// moment. On its way to another word it is none.
const STANDS_MS = 1500;
let waiting = 0;

function watch() {
  clearTimeout(waiting);
  const form = document.querySelector('form[data-wish]');
  if (!form) return;
  waiting = setTimeout(() => {
    fetch(form.action, { method: 'POST', body: new URLSearchParams(new FormData(form)) }).catch(() => {});
  }, STANDS_MS);
}

watch();
document.addEventListener('input', () => clearTimeout(waiting));
document.addEventListener('htmx:after:swap', watch);
