// A form of the tablet leaves when the shop's server answers. Otherwise the page stays, with all that was
// typed, instead of the browser's own about a lost line; connection.js says so and looks for the server.
// A form that watches over its own way (data-draft, data-turn, htmx, data-lock) is left alone.
const ANSWER_MS = 4000;
const OWN_WAY = '[data-draft], [data-turn], [data-lock], [hx-post], [data-scan-form]';
let asking = false;
let sure = null;

async function answers() {
  try {
    await fetch('/healthz', { cache: 'no-store', signal: AbortSignal.timeout(ANSWER_MS) });
    return true;
  } catch {
    return false;
  }
}

async function leave(form, submitter) {
  asking = true;
  if (await answers()) {
    sure = form;
    form.requestSubmit(submitter?.isConnected ? submitter : undefined);
  } else {
    document.dispatchEvent(new CustomEvent('lost'));
    window.dispatchEvent(new Event('pageshow')); // what was busy with it may be used again
  }
  asking = false;
}

document.addEventListener('submit', (event) => {
  const { target: form, submitter } = event;
  if (event.defaultPrevented || form.method !== 'post' || form.matches(OWN_WAY) || form.target) return;
  if (sure === form) {
    sure = null;
    return;
  }
  event.preventDefault();
  if (!asking) leave(form, submitter);
});
