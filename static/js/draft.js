// The account of a visit leaves when the server can take it. Until then the form stays as it is,
// says so, and is sent again with the same key; nothing is written to the tablet's storage.
const AGAIN_MS = 3000;

const form = document.querySelector('form[data-draft]');
const words = document.querySelector('[data-draft-offline]');
const state = document.querySelector('[data-draft-state]');
let waiting = false;

function showOffline(isOffline) {
  words.hidden = !isOffline;
  state.hidden = isOffline;
}

function fresh() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

// The server has answered for good, or null: it is away, or too busy to write.
async function post(body) {
  try {
    const answer = await fetch(form.action, { method: 'POST', body });
    return answer.status >= 500 ? null : answer;
  } catch {
    return null;
  }
}

function leave(answer, submitter) {
  waiting = false;
  // a page that asks to mend something is shown by the browser itself: nothing was kept
  if (answer.redirected) return location.assign(answer.url);
  if (submitter) {
    const again = Object.assign(document.createElement('input'), { type: 'hidden', name: submitter.name, value: submitter.value });
    if (submitter.name) form.append(again);
  }
  form.submit();
}

async function send(submitter) {
  waiting = true;
  submitter?.setAttribute('aria-busy', 'true');
  const body = new FormData(form, submitter);
  for (;;) {
    const answer = await post(body);
    if (answer) return leave(answer, submitter);
    showOffline(true);
    await new Promise((resolve) => { setTimeout(resolve, AGAIN_MS); });
  }
}

// Before the tablet locks, what was typed becomes the draft that the next person finds.
function keep() {
  const body = new FormData(form);
  body.set('key', fresh());
  body.set('later', 'yes');
  return post(body);
}

if (form) {
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    if (!waiting) send(event.submitter);
  });
  document.addEventListener('before-lock', (event) => {
    if (!waiting) event.detail.wait(keep());
  });
  window.addEventListener('beforeunload', (event) => {
    if (waiting && !words.hidden) event.preventDefault();
  });
}
