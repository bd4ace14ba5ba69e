// The store's server, looked for when it is lost and found again without a touch. Whoever cannot
// reach it says `lost` on the document; `found` tells there that it is back. Pages re-read their live
// parts on `reread` (sent on the body after each return of the connection).
const POLL_MS = 1500;
const ANSWER_MS = 2000;
const PATIENCE_MS = 3000; // a restart of the server passes without a word
const CHECK_MS = 20000; // a cable that was pulled says nothing by itself

let lostAt = null; // on the clock that nobody sets
let timer = null;
let opened = false; // the stream was there once
let broken = true; // and is not, as far as it knows

const shown = () => document.querySelector('[data-lost]');
const isLive = () => document.body.hasAttribute('hx-sse:connect');

async function answers() {
  try {
    const answer = await fetch('/healthz', { cache: 'no-store', signal: AbortSignal.timeout(ANSWER_MS) });
    return answer.ok;
  } catch {
    return false;
  }
}

function lose() {
  if (lostAt !== null) return;
  lostAt = performance.now();
  look();
}

async function look() {
  clearTimeout(timer);
  if (await answers()) return find();
  say(PATIENCE_MS);
  timer = setTimeout(look, POLL_MS);
}

function say(patience) {
  const sheet = shown();
  if (sheet && lostAt !== null && performance.now() - lostAt >= patience) sheet.hidden = false;
}

function find() {
  const wasLong = performance.now() - lostAt >= PATIENCE_MS;
  lostAt = null;
  const sheet = shown();
  if (sheet) sheet.hidden = true;
  if (isLive()) mendStream(wasLong);
  htmx.trigger(document.body, 'reread');
  document.dispatchEvent(new CustomEvent('found'));
}

// A stream that never opened does not come back by itself, and one over a line that was dead for long
// may wait for ever: it is closed, and opened again by what its end sets off.
function mendStream(wasLong) {
  if (!opened) htmx.trigger(document.body, 'live-connect');
  else if (wasLong && !broken) htmx.trigger(document.body, 'htmx:abort');
}

document.addEventListener('htmx:sse:after:connection', () => {
  const again = opened;
  opened = true;
  broken = false;
  if (again || lostAt !== null) htmx.trigger(document.body, 'reread');
});
document.addEventListener('htmx:sse:error', () => {
  broken = true;
  lose();
});
document.addEventListener('htmx:sse:close', ({ detail }) => {
  opened = false;
  broken = true;
  if (detail?.reason !== 'cleanup') lose(); // else its page was turned, and the next has its own
});
document.addEventListener('htmx:error', lose);
// somebody touched and waits: no patience then
document.addEventListener('lost', () => {
  lose();
  say(0);
});
window.addEventListener('offline', lose);
setInterval(async () => {
  if (lostAt === null && !(await answers())) lose();
}, CHECK_MS);
// a screen taken out of the browser's memory shows yesterday's figures
window.addEventListener('pageshow', (event) => {
  if (event.persisted) location.reload();
});
