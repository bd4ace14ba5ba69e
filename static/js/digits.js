// Digits typed on a keyboard go into the code of the page ([data-anywhere]) without touching it first. A
// hand scanner types too (scan/wedge.js): what comes as fast, or with other signs, is taken out again.
import { GAP_MILLISECONDS } from './scan/wedge.js';

const MOST_AT_ONCE = 3; // of a quick hand; a scan has at least four
const DIGIT = /^(?:Digit|Numpad)(\d)$/; // by the keys' positions: AZERTY has other signs there

const burst = { count: 0, before: '', last: -Infinity };

function change(input, value) {
  if (input.value === value) return;
  input.value = value;
  input.dispatchEvent(new Event('input', { bubbles: true }));
}

function count(event, input, digit) {
  if (event.timeStamp - burst.last > GAP_MILLISECONDS) Object.assign(burst, { count: 0, before: input.value });
  burst.last = event.timeStamp;
  burst.count += digit ? 1 : MOST_AT_ONCE + 1;
}

function hear(event) {
  const input = document.querySelector('[data-anywhere] input');
  const isElsewhere = event.target.closest?.('input, textarea, select');
  if (!input || isElsewhere || event.ctrlKey || event.altKey || event.metaKey) return;
  if (event.key === 'Backspace') change(input, input.value.slice(0, -1));
  if (event.key.length !== 1) return;
  const digit = DIGIT.exec(event.code)?.[1];
  count(event, input, digit);
  change(input, burst.count > MOST_AT_ONCE ? burst.before : (input.value + digit).slice(0, input.maxLength));
}

document.addEventListener('keydown', hear);
