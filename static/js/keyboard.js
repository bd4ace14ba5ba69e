// The keyboard drawn in the page writes into a real input, at its caret. The system's own is never
// needed: the input asks for none while these keys are on screen.
const SENTENCE_END = /\s$/;

function insert(input, text) {
  const start = input.selectionStart ?? input.value.length;
  const end = input.selectionEnd ?? start;
  input.setRangeText(text, start, end, 'end');
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

function press(event) {
  const key = event.target.closest('[data-type], [data-act]');
  const board = key?.closest('[data-keyboard]');
  if (!board) return;
  if (key.dataset.act === 'close') return toggle(board, false);
  const input = document.getElementById(board.dataset.keyboard);
  if (key.dataset.act) ACTS[key.dataset.act](input);
  else insert(input, key.dataset.type);
  input.dispatchEvent(new Event('input', { bubbles: true }));
}

function toggle(board, open) {
  board.hidden = !open;
  board.closest('[data-typing]').dataset.typing = open ? 'yes' : 'no';
}

function start(board) {
  const input = document.getElementById(board.dataset.keyboard);
  input.inputMode = 'none';
  input.addEventListener('focus', () => toggle(board, true));
  input.addEventListener('pointerdown', () => toggle(board, true));
  // a press on a key must not take the caret out of the input
  board.addEventListener('pointerdown', (event) => event.preventDefault());
  toggle(board, board.hasAttribute('data-open'));
}

document.querySelectorAll('[data-keyboard]').forEach(start);
document.addEventListener('click', press);
