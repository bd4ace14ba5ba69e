// The on-screen keys write into a real input; its digits are shown as boxes or dots.
// Without this file the input itself is on screen and does the same.
import { GAP_MILLISECONDS } from './scan/wedge.js';

const QUIET_MILLISECONDS = 2 * GAP_MILLISECONDS;
const DIGIT = /^(?:Digit|Numpad)(\d)$/;

let typedAt = -Infinity;
let leaving = 0;

function draw(code) {
  const input = code.querySelector('input');
  const hidden = 'hidden' in code.dataset;
  [...code.querySelectorAll('span')].forEach((box, at) => {
    const digit = input.value[at] ?? '';
    if (!hidden) box.textContent = digit;
    box.classList.toggle(hidden ? 'on' : 'code__c--set', Boolean(digit));
    if (!hidden) box.classList.toggle('code__c--on', at === input.value.length);
  });
}

function start(code) {
  if (code.dataset.live) return;
  code.dataset.live = 'yes';
  const input = code.querySelector('input');
  code.querySelectorAll('span').forEach((box) => { box.hidden = false; });
  document.querySelectorAll(`[data-keypad="${input.id}"]`).forEach((pad) => { pad.hidden = false; });
  input.addEventListener('input', () => changed(code, input));
  draw(code);
}

function changed(code, input) {
  input.value = input.value.replace(/\D/g, '').slice(0, input.maxLength);
  delete code.dataset.state;
  lack(input, false);
  draw(code);
  if ('submit' in code.dataset) leave(input);
}

// What a keyboard wrote leaves once it is quiet: a hand scanner writes on, and then takes it out again.
function leave(input) {
  clearTimeout(leaving);
  if (!input.isConnected || input.value.length < input.maxLength) return;
  const wait = typedAt + QUIET_MILLISECONDS - performance.now();
  if (wait > 0) leaving = setTimeout(leave, wait, input);
  else input.form.requestSubmit();
}

// What is not whole is said below it, not in the browser's own words and language, and in place of
// what the server said of the code before.
function lack(input, lacks) {
  document.getElementById(input.getAttribute('aria-describedby'))?.toggleAttribute('hidden', lacks);
  document.querySelectorAll(`[data-short="${input.id}"]`).forEach((words) => { words.hidden = !lacks; });
}

function refuse(event) {
  const code = event.target.closest('[data-live]');
  if (!code) return;
  event.preventDefault();
  const reason = document.getElementById(event.target.getAttribute('aria-describedby'));
  // nothing was typed since the server refused the code: its reason still holds
  if (code.dataset.state === 'wrong' && reason && !reason.hidden) return;
  code.dataset.state = 'wrong';
  lack(event.target, true);
}

function write(input, key) {
  const left = { clear: '', back: input.value.slice(0, -1) }[key];
  input.value = left ?? (input.value + key).slice(0, input.maxLength);
  input.dispatchEvent(new Event('input', { bubbles: true }));
}

function press(event) {
  const key = event.target.closest('[data-key]');
  const pad = key?.closest('[data-keypad]');
  if (pad) write(document.getElementById(pad.dataset.keypad), key.dataset.key);
}

// A PIN is typed without touching its place first, by the keys' positions: AZERTY has other signs there.
// Codes that are no secret stand beside a scanner, which types too.
function type(event) {
  const pin = document.querySelector('[data-live][data-hidden] input');
  const field = event.target.closest('input:not([type=radio]), textarea, select');
  if (!pin || (field && field !== pin) || event.ctrlKey || event.altKey || event.metaKey) return;
  const key = event.key === 'Backspace' ? 'back' : event.key.length === 1 && DIGIT.exec(event.code)?.[1];
  if (!key) return;
  event.preventDefault();
  write(pin, key);
}

const startAll = () => document.querySelectorAll('[data-code]').forEach(start);

startAll();
document.addEventListener('keydown', () => { typedAt = performance.now(); }, { capture: true });
document.addEventListener('submit', () => clearTimeout(leaving));
document.addEventListener('click', press);
document.addEventListener('keydown', type);
document.addEventListener('invalid', refuse, true);
document.addEventListener('htmx:after:swap', startAll);
