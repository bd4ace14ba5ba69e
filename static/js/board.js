// The board by keyboard: "/" goes to the search, arrows go from ticket to ticket, Home and End to the
// first and last of a column, Enter opens.
const QUICK_MS = 100; // a hand scanner types faster: what it writes is no command
const ENDS = { Home: 0, End: -1 };
let last = 0;

const columns = () => [...document.querySelectorAll('#board .col')].filter((column) => column.querySelector('.ticket__a'));
const tickets = (column) => [...column.querySelectorAll('.ticket__a')];
const isShown = (element) => element.getClientRects().length > 0;

function step(event, from) {
  const all = columns().sort((a, b) => a.getBoundingClientRect().left - b.getBoundingClientRect().left || a.getBoundingClientRect().top - b.getBoundingClientRect().top);
  const column = (from ?? document.activeElement)?.closest('.col');
  if (event.key in ENDS) return tickets(column ?? all[0]).at(ENDS[event.key]);
  if (!column) return tickets(all[0])[0];
  const here = tickets(column);
  const at = here.indexOf(from);
  if (event.key === 'ArrowDown') return here[at + 1];
  if (event.key === 'ArrowUp') return here[at - 1];
  const next = all[all.indexOf(column) + (event.key === 'ArrowRight' ? 1 : -1)];
  return next && tickets(next)[Math.min(at, tickets(next).length - 1)];
}

function move(event) {
  const from = document.activeElement?.closest('.ticket')?.querySelector('.ticket__a');
  if (!columns().length) return;
  const to = step(event, from);
  if (!to || !isShown(to)) return;
  event.preventDefault();
  to.focus();
  to.closest('.ticket').scrollIntoView({ block: 'nearest' });
}

function search(event) {
  const field = document.querySelector('[data-board-search] input');
  if (!field || document.querySelector('.scrim')) return;
  event.preventDefault();
  field.focus();
  field.select();
}

document.addEventListener('keydown', (event) => {
  const isScan = event.timeStamp - last < QUICK_MS;
  last = event.timeStamp;
  const isWriting = event.target.closest?.('input, textarea, select');
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === 'ArrowDown' && event.target.closest?.('[data-board-search]')) return move(event);
  if (isWriting || document.querySelector('.scrim')) return;
  if (event.key === '/' && !isScan) search(event);
  else if (event.key.startsWith('Arrow') || event.key in ENDS) move(event);
});

// what the board is narrowed to is seen, however many kinds there are
const chosen = document.querySelector('#board-filters [aria-current]');
if (chosen) chosen.parentElement.scrollLeft = chosen.offsetLeft - chosen.parentElement.offsetLeft - chosen.parentElement.clientWidth / 3;
