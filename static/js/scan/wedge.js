// A hand scanner is a keyboard that types very fast and ends with Enter or Tab. It is heard
// anywhere on the page. Each stroke is read twice, by the character that it wrote and by the place
// of its key, since the scanner and this computer may not agree on the layout; the server takes the
// reading that checks.
import { onUsKeyboard, swapCase } from './keys.js';

export const GAP_MILLISECONDS = 75; // a person types a character every 100 to 200
const MEAN_MILLISECONDS = 50;
const SHORTEST = 4;
const GROUP_SEPARATOR = '\x1d'; // sent as Ctrl+]
const SILENT = ['Shift', 'CapsLock', 'AltGraph', 'Control', 'Alt', 'Meta'];

let strokes = [];
let field = null;
let onScan = () => false;

export function listen(handler) {
  onScan = handler;
  document.addEventListener('keydown', heard, { capture: true });
}

function heard(event) {
  if (event.repeat || event.isComposing || SILENT.includes(event.key)) return;
  const late = strokes.length && event.timeStamp - strokes.at(-1).at > GAP_MILLISECONDS;
  if (late || event.key === 'Escape') strokes = [];
  if (event.key === 'Enter' || event.key === 'Tab') end(event);
  else if (isWriting(event)) add(event);
  else strokes = [];
}

function isWriting(event) {
  const isSeparator = event.ctrlKey && event.code === 'BracketRight';
  const isCommand = (event.ctrlKey || event.metaKey || event.altKey) && !event.getModifierState('AltGraph');
  return isSeparator || (!isCommand && (event.key.length === 1 || event.key === 'Dead' || onUsKeyboard(event.code, false)));
}

function add(event) {
  if (!strokes.length) field = remember(document.activeElement);
  const separator = event.ctrlKey && !event.getModifierState('AltGraph');
  const key = event.key.length === 1 ? event.key : '';
  strokes.push({
    at: event.timeStamp,
    key: separator ? GROUP_SEPARATOR : key,
    place: separator ? GROUP_SEPARATOR : onUsKeyboard(event.code, event.shiftKey),
    row: /^(Digit|Numpad)\d$/.test(event.code) ? event.code.at(-1) : '',
  });
  // a space in the middle of a scan must not press the button that has the focus
  if (separator || (!field && strokes.length > 2 && key === ' ')) event.preventDefault();
}

function end(event) {
  const scanned = strokes;
  strokes = [];
  if (!isFast(scanned, event) || !onScan(readings(scanned))) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  restore(field);
}

function isFast(scanned, event) {
  if (scanned.length < SHORTEST) return false;
  return (event.timeStamp - scanned[0].at) / scanned.length <= MEAN_MILLISECONDS;
}

function readings(scanned) {
  const keys = scanned.map(({ key }) => key).join('');
  const places = scanned.map(({ place }) => place).join('');
  return [...new Set([keys, places, digitRow(scanned), swapCase(keys), swapCase(places)])].filter(Boolean);
}

// A scanner that pretends to be a French keyboard holds Shift for digits: the row has them anyway.
function digitRow(scanned) {
  return scanned.every(({ row }) => row) ? scanned.map(({ row }) => row).join('') : '';
}

// What stood in the field before the scanner wrote into it.
function remember(element) {
  if (!element?.matches?.('input, textarea, select') || element.matches('[type="hidden"]')) return null;
  return { element, value: element.value };
}

function restore(kept) {
  if (!kept?.element.isConnected || kept.element.value === kept.value) return;
  kept.element.value = kept.value;
  kept.element.dispatchEvent(new Event('input', { bubbles: true }));
}
