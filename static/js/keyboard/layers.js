// Which keys are shown: the letters of one layout, the digits, or the accents.
const letters = (board) => board.dataset.letters ?? 'azerty';

function remember(board, name) {
  if (name === 'azerty' || name === 'qwerty') board.dataset.letters = name;
}

export function layer(board, name, { focus = false } = {}) {
  const shown = board.querySelector('[data-layer]:not([hidden])');
  remember(board, shown.dataset.layer);
  const wanted = name === 'letters' ? letters(board) : name;
  remember(board, wanted);
  board.querySelectorAll('[data-layer]').forEach((one) => { one.hidden = one.dataset.layer !== wanted; });
  const kind = wanted === 'digits' ? 'digits' : 'letters';
  board.querySelectorAll('[data-when]').forEach((key) => {
    key.hidden = ![kind, letters(board)].includes(key.dataset.when);
  });
  // who came by keyboard goes on from the first key of what is shown now
  if (focus) board.querySelector('[data-layer]:not([hidden]) [data-type]').focus();
}
