// A form that leads to another page of this tablet, <form data-turn>, shows it in place: what both
// pages have is not loaded and drawn again, which takes half of the time. The server answers with
// that page at once, and says where it stands. Whatever is no page of somebody signed in, the browser
// opens by itself.
import { bring, missing } from './bring.js';

const ANSWER_MS = 15000;
const IS_LINK = (node) => node.localName === 'link';
let turned = history.state?.turned; // the address that is on screen, where the history knows it

async function send(form, submitter) {
  const body = new URLSearchParams(new FormData(form, submitter));
  try {
    const asked = { method: 'POST', body, headers: { 'X-Turn': 'yes' }, signal: AbortSignal.timeout(ANSWER_MS) };
    const answer = await fetch(form.action, asked);
    await open(addressOf(answer), await answer.text());
  } catch {
    document.dispatchEvent(new CustomEvent('lost'));
  }
  window.dispatchEvent(new Event('pageshow')); // what was busy with it may be used again
}

// The page that the form leads to, empty for a refusal.
function addressOf(answer) {
  const told = answer.headers.get('Content-Location');
  if (told) return new URL(told, answer.url).href;
  return answer.redirected ? answer.url : '';
}

async function open(url, text) {
  if ('locking' in document.body.dataset) return; // the tablet is being locked
  const page = new DOMParser().parseFromString(text, 'text/html');
  if (!url) return show(page); // with the words to mend it
  if (!page.querySelector('[data-lock]')) return location.assign(url);
  await show(page, () => remember(url));
}

// Both entries of the history say what they show: "back" then reads the page anew.
function remember(url) {
  history.replaceState({ turned: location.href }, '');
  history.pushState({ turned: url }, '', url);
  turned = url;
}

async function show(page, moved = () => {}) {
  const needed = missing(page);
  await Promise.all(needed.filter(IS_LINK).map(bring));
  document.body.setAttribute('hx-ignore', '');
  htmx.process(document.body, true); // ends its timers and its stream, and begins none
  moved();
  [...page.documentElement.attributes].forEach(({ name, value }) => document.documentElement.setAttribute(name, value));
  document.title = page.title;
  document.body.replaceWith(page.body);
  htmx.process(document.body);
  needed.filter((node) => !IS_LINK(node)).forEach(bring);
  window.scrollTo(0, 0);
  place();
  document.dispatchEvent(new CustomEvent('turned'));
  document.body.dispatchEvent(new CustomEvent('htmx:after:swap', { bubbles: true, detail: {} }));
}

// A page that is loaded is read out from its title on; one that is turned, from what has the focus.
function place() {
  const spot = document.querySelector('[aria-invalid="true"]') ?? document.querySelector('.scan-refused') ?? document.querySelector('h1');
  if (!spot) return;
  if (!spot.matches('input, select, textarea')) spot.tabIndex = -1;
  spot.focus({ preventScroll: true });
}

document.addEventListener('submit', (event) => {
  if (event.defaultPrevented || !event.target.matches('[data-turn]')) return;
  event.preventDefault();
  send(event.target, event.submitter);
});
window.addEventListener('popstate', ({ state }) => {
  if (state?.turned && state.turned !== turned) location.reload();
});
