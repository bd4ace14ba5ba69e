// Hands a reading to the page's scan form, once. The form is real: without this it is not needed.
const SAME_CODE_MILLISECONDS = 2000;
const ANSWER_MILLISECONDS = 10000;
let last = { code: '', at: -Infinity };
let busyUntil = 0;

export const form = () => document.querySelector('form[data-scan-form]');
export const isBusy = () => performance.now() < busyUntil;

// A code that stays before the camera is one scan: each sight of it puts the next one off.
function isRepeated(code) {
  const now = performance.now();
  const repeated = code === last.code && now - last.at < SAME_CODE_MILLISECONDS;
  last = { code, at: now };
  return repeated;
}

export function send(readings, source) {
  const target = form();
  if (!target || isBusy()) return false;
  // a hand scanner that reads the same code again was given another unit of it, where units count
  const counts = source === 'wedge' && 'scanEach' in target.dataset;
  if (isRepeated(readings[0]) && !counts) return false;
  busyUntil = performance.now() + ANSWER_MILLISECONDS;
  const [code, ...others] = readings;
  target.elements.code.value = code;
  target.querySelectorAll('[name="alt"]').forEach((input, at) => { input.value = others[at] ?? ''; });
  target.elements.source.value = source;
  renewKey(target);
  target.requestSubmit();
  return true;
}

// Each scan is an act of its own, also on a page that stays.
function renewKey(target) {
  const key = target.elements.key;
  if (key) key.value = uuid();
}

// crypto.randomUUID is missing where the page has no https; the wedge scanner works there too.
function uuid() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return hex.replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, '$1-$2-$3-$4-$5');
}

const free = () => { busyUntil = 0; };

document.addEventListener('htmx:finally:request', (event) => {
  if (event.target.matches?.('[data-scan-form]')) free();
  if (event.target.matches?.('[data-scan-typed]')) renewKey(event.target);
});
window.addEventListener('pageshow', free);
