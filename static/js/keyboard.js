// The keyboard drawn in the page writes into a real input, at its caret. The system's own is never
// needed: the input asks for none. Keys are plain buttons, so a switch or a plugged-in keyboard
// reaches them too.
import { layer } from './keyboard/layers.js';
import { closeAccents, hold } from './keyboard/accents.js';
import { arrows } from './keyboard/arrows.js';

const SENTENCE_END = /\s$|^$/;
const WORD_BEGINS = /(^|[\s'-])$/; // a first name is written with a capital, as a system's keyboard would

function insert(input, text) {
  const start = input.selectionStart ?? input.value.length;
  const end = input.selectionEnd ?? start;
  const isCapital = input.autocapitalize === 'words' && WORD_BEGINS.test(input.value.slice(0, start));
  input.setRangeText(isCapital ? text.toLocaleUpperCase() : text, start, end, 'end');
}

function erase(input) {
  const start = input.selectionStart ?? input.value.length;
  const end = input.selectionEnd ?? start;
  input.setRangeText('', start === end ? Math.max(0, start - 1) : start, end, 'end');
}

const ACTS = {
  back: erase,
  clear: (input) => { input.value = ''; },
  space: (input) => { if (!SENTENCE_END.test(input.value)) insert(input, ' '); },
};

function write(board, key) {
  const input = document.getElementById(board.dataset.keyboard);
  if (key.dataset.act) ACTS[key.dataset.act](input);
  else insert(input, key.dataset.type);
  closeAccents(board);
  if (key.closest('[data-layer="accents"]')) layer(board, 'letters');
  input.dispatchEvent(new Event('input', { bubbles: true }));
}

function press(event) {
  const key = event.target.closest('[data-type], [data-act], [data-layer-to]');
  const board = key?.closest('[data-keyboard]');
  if (!board) return;
  if (key.dataset.act === 'close') toggle(board, false);
  else if (key.dataset.layerTo) layer(board, key.dataset.layerTo, { focus: key.matches(':focus-visible') });
  else write(board, key);
}

// On a page that is longer than the screen: the keys, and above all what they write into.
function show(board) {
  for (const one of [board, document.getElementById(board.dataset.keyboard)]) one.scrollIntoView({ block: 'nearest' });
}

function toggle(board, open) {
  board.hidden = !open;
  board.closest('[data-typing]').dataset.typing = open ? 'yes' : 'no';
  if (open) show(board);
}

function start(board) {
  if ('begun' in board.dataset) return;
  board.dataset.begun = '';
  const input = document.getElementById(board.dataset.keyboard);
  input.inputMode = 'none';
  input.addEventListener('focus', () => toggle(board, true));
  input.addEventListener('pointerdown', () => toggle(board, true));
  // a press on a key must not take the caret out of the input
  board.addEventListener('pointerdown', (event) => event.preventDefault());
  hold(board);
  arrows(board);
  toggle(board, board.hasAttribute('data-open'));
}

const startAll = () => document.querySelectorAll('[data-keyboard]').forEach(start);
startAll();
document.addEventListener('click', press);
document.addEventListener('htmx:after:swap', startAll);
