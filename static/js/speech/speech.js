// Reads the screen aloud for whoever asked for it: the page, then what has the focus, then what changes by itself.
import * as voice from './voice.js';
import * as words from './words.js';

const LIVE = '[aria-live], [role="status"], [role="alert"]'; // one that is off is silent within another
const STEPS = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 };
const STOPS = 'a[href], button:not([disabled]), input:not([type="hidden"]):not([disabled]), select, textarea, summary';
let sheet = null;

const readPage = (options) => voice.say(words.page(document.querySelector('main') ?? document.body, options));

function readControl({ target }) {
  if (!(target instanceof Element) || target === document.body) return;
  const around = target.closest('dialog[open], [role="dialog"]');
  const entered = around && around !== sheet ? [words.sheet(around)] : [];
  sheet = around;
  voice.say([...entered, words.control(target)].filter(({ text }) => text));
}

// Two keys are enough for the whole screen: the arrows of an audio keypad go from control to control.
function step(event) {
  if (event.key === 'Escape') voice.hush();
  const by = STEPS[event.key];
  if (!by || event.target.matches('input:not([type="checkbox"]), textarea, select')) return;
  const within = document.querySelector('dialog[open]') ?? document;
  const stops = [...within.querySelectorAll(STOPS)].filter((element) => element.checkVisibility({ visibilityProperty: true }));
  const at = stops.indexOf(document.activeElement);
  const next = at < 0 && by < 0 ? stops.length - 1 : (at + by + stops.length) % stops.length;
  stops[next]?.focus();
  event.preventDefault();
}

function readChanges(records) {
  const changed = new Set(records.map(({ target }) => (target.nodeType === Node.TEXT_NODE ? target.parentElement : target)?.closest(LIVE)));
  for (const region of changed) {
    if (region?.ariaLive !== 'off' && region?.checkVisibility()) voice.say(words.region(region), { after: true });
  }
}

function bind() {
  document.addEventListener('focusin', readControl);
  document.addEventListener('keydown', step);
  document.addEventListener('pointerdown', voice.hush, { capture: true });
  document.addEventListener('click', (event) => {
    if (event.target.closest('[data-speech-again]')) readPage({ aloud: false });
  });
  window.addEventListener('pagehide', voice.hush);
  // a refused form takes the page's place without a new page
  document.addEventListener('htmx:after:swap', ({ target }) => {
    if (target === document.body) readPage();
  });
  new MutationObserver(readChanges).observe(document.body, { subtree: true, childList: true, characterData: true });
  readPage();
}

if (await voice.has(document.documentElement.lang)) bind();
