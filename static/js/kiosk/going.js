// A kiosk keeps no trail: each page takes the place of the one before, so that "back" leads nowhere.
// The server is asked first: a lost one leaves this page on screen, and not the browser's own error.
import { isStale, leave } from './visitor.js';
import { show } from './answer.js';
import { wipe } from './wipe.js';

const ANSWER_MS = 2500;
const FORM_MS = 15000;
const HTMX = { 'HX-Request': 'true', 'HX-Request-Type': 'full' }; // a redirect is then told, not followed
let turn = 0;
let waiting = null; // where to, as soon as the server is back

async function visit(url) {
  const mine = ++turn;
  waiting = null;
  try {
    const answer = await fetch('/healthz', { cache: 'no-store', signal: AbortSignal.timeout(ANSWER_MS) });
    if (!answer.ok) throw new Error(answer.status);
    if (mine === turn) location.replace(url);
  } catch {
    if (mine !== turn) return;
    waiting = url;
    document.dispatchEvent(new CustomEvent('lost'));
  }
}

async function send(url, fields) {
  turn += 1;
  waiting = null;
  const body = new URLSearchParams(fields);
  let answer;
  let text;
  try {
    answer = await fetch(url, { method: 'POST', body, headers: HTMX, signal: AbortSignal.timeout(FORM_MS) });
    text = await answer.text();
  } catch {
    document.dispatchEvent(new CustomEvent('lost'));
    document.dispatchEvent(new CustomEvent('unsent', { detail: { url: url.href, fields } }));
    return;
  } finally {
    window.dispatchEvent(new Event('pageshow')); // what showed that it worked, may be pressed again
  }
  await follow(answer, text);
}

async function follow(answer, text) {
  const to = answer.headers.get('HX-Redirect');
  if (isStale(answer)) {
    await wipe();
    return to ? location.replace(to) : leave();
  }
  if (to) return visit(to);
  await show(text);
}

function submit(event) {
  const form = event.target;
  if (event.defaultPrevented || form.method !== 'post') return;
  event.preventDefault();
  send(new URL(form.action), new FormData(form, event.submitter));
}

function click(event) {
  const link = event.target.closest?.('a[href]');
  if (event.defaultPrevented || !link) return;
  event.preventDefault();
  go(new URL(link.href));
}

// Whatever else leads on: a form that only asks, a script, the browser's own keys.
function navigate(event) {
  if (!event.cancelable || ['reload', 'replace'].includes(event.navigationType)) return;
  event.preventDefault();
  if (event.navigationType === 'push') go(new URL(event.destination.url));
}

function go(url) {
  if (url.origin !== location.origin) return;
  const isHere = url.pathname === location.pathname && url.search === location.search && url.hash;
  if (isHere) location.replace(url);
  else visit(url);
}

window.addEventListener('submit', submit);
window.addEventListener('click', click);
window.navigation?.addEventListener('navigate', navigate);
document.addEventListener('found', () => { if (waiting) visit(waiting); });
document.addEventListener('send-again', (event) => send(new URL(event.detail.url), event.detail.fields));
