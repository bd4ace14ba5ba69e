// The arrow keys of a plugged-in keyboard move among the drawn keys as they lie; Tab goes through all.
const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

function middle(key) {
  const { left, top, width, height } = key.getBoundingClientRect();
  return [left + width / 2, top + height / 2];
}

// How far a key lies in the direction wanted; what lies aside counts double, what lies behind not at all.
function distance([x, y], key, [dx, dy]) {
  const [a, b] = middle(key);
  const ahead = (a - x) * dx + (b - y) * dy;
  const aside = Math.abs((a - x) * dy) + Math.abs((b - y) * dx);
  return ahead > 1 ? ahead + 2 * aside : Infinity;
}

export function arrows(board) {
  board.addEventListener('keydown', (event) => {
    const step = STEPS[event.key];
    const here = event.target.closest('button');
    if (!step || !here) return;
    event.preventDefault();
    const keys = [...board.querySelectorAll('button')].filter((key) => key !== here && key.offsetParent);
    const reach = keys.map((key) => distance(middle(here), key, step));
    const nearest = Math.min(...reach);
    if (nearest < Infinity) keys[reach.indexOf(nearest)].focus();
  });
}
