// The account of a visit leaves when the server can take it. Until then the form stays as it is,
// says so, and is sent again with the same key; nothing is written to the tablet's storage.
const AGAIN_MS = 3000;

const form = document.querySelector('form[data-draft]');
const TROUBLES = ['offline', 'stuck', 'refused'];
const banners = Object.fromEntries(TROUBLES.map((name) => [name, document.querySelector(`[data-draft-${name}]`)]));
const state = document.querySelector('[data-draft-state]');
let running = null;

function show(trouble) {
  for (const [name, banner] of Object.entries(banners)) banner.hidden = name !== trouble;
  state.hidden = Boolean(trouble);
}

function fresh() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

// A redirect to a door means that nothing was kept, unless the door says that it was.
function isDoor(answer) {
  const url = new URL(answer.url);
  const doors = form.dataset.draftDoors.split(' ');
  return answer.redirected && doors.includes(url.pathname) && !url.searchParams.has('kept');
}

function troubleOf(answer) {
  if (answer.status === 503) return 'stuck'; // it answers that it can write nothing
  if (answer.status >= 500 || answer.status === 429) return 'offline';
  if (answer.status === 400 || isDoor(answer)) return 'refused';
  return '';
}

async function post(body) {
  try {
    const answer = await fetch(form.action, { method: 'POST', body });
    return { answer, trouble: troubleOf(answer) };
  } catch {
    return { trouble: 'offline' };
  }
}

// Who signed in again, in another tab, has another session: its seal is on the page read anew.
async function renewSeal() {
  try {
    const answer = await fetch(location.pathname);
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
    const seal = page.querySelector('form[data-draft] [name=csrf_token]');
    if (seal) form.elements.csrf_token.value = seal.value;
  } catch {
    // the server is away: it is asked again after the next try
  }
}

// Send until the server has answered for good.
async function deliver(compose) {
  for (;;) {
    const { answer, trouble } = await post(compose());
    show(trouble);
    if (!trouble) return answer;
    if (trouble === 'refused') await renewSeal();
    await new Promise((resolve) => { setTimeout(resolve, AGAIN_MS); });
  }
}

async function send(submitter) {
  submitter?.setAttribute('aria-busy', 'true');
  const answer = await deliver(() => new FormData(form, submitter));
  running = null;
  if (answer.redirected) return location.assign(answer.url);
  // a page that asks to mend something is shown by the browser itself: nothing was kept
  if (submitter?.name) {
    form.append(Object.assign(document.createElement('input'), { type: 'hidden', name: submitter.name, value: submitter.value }));
  }
  form.submit();
}

// Before the tablet locks, what was typed becomes the draft that the next person finds.
function keep() {
  const key = fresh();
  return deliver(() => {
    const body = new FormData(form);
    body.set('key', key);
    body.set('later', 'yes');
    return body;
  });
}

if (form) {
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    running ??= send(event.submitter);
  });
  document.addEventListener('before-lock', (event) => event.detail.wait(running ?? keep()));
  window.addEventListener('beforeunload', (event) => {
    if (running && state.hidden) event.preventDefault();
  });
}
