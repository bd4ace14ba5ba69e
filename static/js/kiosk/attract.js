// A home that nobody touches calls people over: [data-attract] names the seconds of silence before.
// The first touch only wakes it. Its lines take turns; with reduced motion the first one stays.
const LINE_MS = 7000;
const sheet = () => document.querySelector('[data-attract]');
let touchedAt = performance.now();
let line = 0;

function turn() {
  const lines = [...sheet().querySelectorAll('[data-attract-line]')];
  lines.forEach((one, at) => { one.hidden = at !== line % lines.length; });
  line += 1;
}

function look() {
  const attract = sheet();
  if (!attract || attract.open || document.querySelector('dialog[open]')) return;
  if ((performance.now() - touchedAt) / 1000 < Number(attract.dataset.attract)) return;
  line = 0;
  turn();
  attract.showModal();
}

function wake(event) {
  touchedAt = performance.now();
  if (!sheet()?.open) return;
  sheet().close();
  if (event.type !== 'click') return; // a hand scanner types: its code counts at once
  event.preventDefault();
  event.stopPropagation();
}

['click', 'keydown'].forEach((name) => document.addEventListener(name, wake, { capture: true }));
['input', 'scroll'].forEach((name) => document.addEventListener(name, () => { touchedAt = performance.now(); }, { passive: true, capture: true }));
setInterval(look, 1000);
if (!matchMedia('(prefers-reduced-motion: reduce)').matches) {
  setInterval(() => { if (sheet()?.open) turn(); }, LINE_MS);
}
