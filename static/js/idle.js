// "Toujours là ?": asks after a silence, counts down, then ends the session; any answer starts again,
// as often as one likes. Counted on the clock that nobody sets, and looked at each second, so that a
// screen that slept, or whose hour was corrected, neither ends too early nor stays.
const TOUCHES = ['pointerdown', 'keydown', 'input', 'scroll', 'listening'];
let touchedAt = performance.now();
let askedAt = 0;
let ended = false;

// What was typed stays: the page is kept, and told what the server keeps for the pages to come.
function lengthen(event) {
  const form = event.target;
  if (!form.matches('[data-idle-more]')) return;
  event.preventDefault();
  const dialog = found();
  dialog.dataset.idle = form.dataset.idleMore;
  dialog.dataset.countdown = form.dataset.countdownMore;
  fetch(form.action, { method: 'POST', body: new URLSearchParams(new FormData(form)), redirect: 'manual', keepalive: true }).catch(() => {});
  form.remove();
  dialog.close();
  touch();
}

const found = () => document.querySelector('[data-idle]');
const since = (moment) => (performance.now() - moment) / 1000;

function draw(dialog) {
  const countdown = Number(dialog.dataset.countdown);
  const left = Math.max(0, Math.ceil(countdown - since(askedAt)));
  dialog.querySelector('[data-idle-left]').textContent = left;
  dialog.querySelector('[data-idle-ring]').setAttribute('stroke-dasharray', `${(100 * left) / countdown} 100`);
  if (left > 0 || ended) return;
  ended = true;
  dialog.querySelector('[data-idle-end]').requestSubmit();
}

function ask(dialog) {
  askedAt = performance.now();
  ended = false;
  dialog.showModal();
  draw(dialog);
}

function look() {
  const dialog = found();
  if (!dialog) return;
  if (dialog.open) draw(dialog);
  else if (since(touchedAt) >= Number(dialog.dataset.idle)) ask(dialog);
}

function touch() {
  if (!found()?.open) touchedAt = performance.now();
}

document.addEventListener('click', (event) => {
  if (!event.target.closest?.('[data-idle-stay]')) return;
  found().close();
  touch();
});
document.addEventListener('submit', lengthen);
// Escape is no answer
document.addEventListener('cancel', (event) => {
  if (event.target === found()) event.preventDefault();
}, { capture: true });
TOUCHES.forEach((name) => document.addEventListener(name, touch, { passive: true, capture: true }));
document.addEventListener('visibilitychange', look);
setInterval(look, 1000);
