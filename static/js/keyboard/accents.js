// A long press on a letter shows its accents; the accents key shows them all without one.
const LONG_MS = 450;

export function closeAccents(board) {
  const bar = board.querySelector('[data-accents-bar]');
  bar.hidden = true;
  bar.querySelectorAll('[data-accents-of]').forEach((row) => { row.hidden = true; });
}

function show(board, letter) {
  closeAccents(board);
  board.querySelector(`[data-accents-of="${letter}"]`).hidden = false;
  board.querySelector('[data-accents-bar]').hidden = false;
}

export function hold(board) {
  let waiting = 0;
  let shown = false;
  const release = () => clearTimeout(waiting);

  board.addEventListener('pointerdown', (event) => {
    const key = event.target.closest('[data-accents]');
    shown = false;
    release();
    if (!key) return;
    waiting = setTimeout(() => {
      shown = true;
      show(board, key.dataset.accents);
    }, LONG_MS);
  });
  ['pointerup', 'pointercancel', 'pointerleave'].forEach((name) => board.addEventListener(name, release));
  // the press that showed the accents does not write its own letter as well
  board.addEventListener('click', (event) => {
    if (event.target.closest('[data-accents-close]')) closeAccents(board);
    if (shown && event.target.closest('[data-accents]')) event.stopPropagation();
    shown = false;
  });
}
