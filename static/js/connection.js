// The store's server, looked for when it is lost and found again without a touch. Whoever cannot
// reach it says `lost` on the document; `found` tells there that it is back, and whether it was away
// for long (`detail.wasLong`). What the pages show is read again on `reread`, sent on the body.
const POLL_MS = 1500;
const ANSWER_MS = 2000;
const PATIENCE_MS = 3000; // a restart of the server passes without a word
const CHECK_MS = 20000; // a cable that was pulled says nothing by itself

let lostAt = null; // on the clock that nobody sets
let timer = null;

const shown = () => document.querySelector('[data-lost]');

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
  document.dispatchEvent(new CustomEvent('found', { detail: { wasLong } }));
  htmx.trigger(document.body, 'reread');
}

document.addEventListener('htmx:sse:error', lose);
document.addEventListener('htmx:sse:close', ({ detail }) => {
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
