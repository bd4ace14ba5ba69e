// The store's server, looked for when it is lost and found again without a touch.
// Pages re-read their live parts on `reread` (sent on the body after each return of the connection).
const POLL_MS = 2000;
const PATIENCE_MS = 3000; // a restart of the server passes without a word

let lostSince = null;
let timer = null;
let connected = false;

const shown = () => document.querySelector('[data-lost]');
const isLive = () => document.body.hasAttribute('hx-sse:connect');

async function answers() {
  try {
    const answer = await fetch('/healthz', { cache: 'no-store', signal: AbortSignal.timeout(POLL_MS) });
    return answer.ok;
  } catch {
    return false;
  }
}

function lose() {
  if (lostSince !== null) return;
  lostSince = Date.now();
  look();
}

async function look() {
  clearTimeout(timer);
  if (await answers()) return find();
  const sheet = shown();
  if (sheet && Date.now() - lostSince >= PATIENCE_MS) sheet.hidden = false;
  timer = setTimeout(look, POLL_MS);
}

function find() {
  lostSince = null;
  const sheet = shown();
  if (sheet) sheet.hidden = true;
  // a stream that never opened does not come back by itself
  if (isLive() && !connected) htmx.trigger(document.body, 'live-connect');
  htmx.trigger(document.body, 'reread');
}

document.addEventListener('htmx:sse:after:connection', () => {
  const again = connected;
  connected = true;
  if (again || lostSince !== null) htmx.trigger(document.body, 'reread');
});
document.addEventListener('htmx:sse:error', lose);
document.addEventListener('htmx:sse:close', () => {
  connected = false;
  lose();
});
document.addEventListener('htmx:error', lose);
window.addEventListener('offline', lose);
// a screen taken out of the browser's memory shows yesterday's figures
window.addEventListener('pageshow', (event) => {
  if (event.persisted) location.reload();
});
