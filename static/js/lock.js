// A tablet that nobody touches locks itself; the page on it is found again after the next PIN.
// [data-lock] is the form that locks, with the seconds of silence. Whoever must save something
// before listens to `before-lock` and hands its promise to `detail.wait`.
const TOUCHES = ['pointerdown', 'keydown', 'input', 'scroll', 'turned'];
const AGAIN_MS = 2000;
const TOLD = '.toasts, .lost';
const PARTIAL = { 'HX-Request': 'true' }; // a refusal comes as a fragment

const door = () => document.querySelector('[data-lock]');
let touchedAt = Date.now();
let locking = false;

function saved() {
  const waits = [];
  document.dispatchEvent(new CustomEvent('before-lock', { detail: { wait: (one) => waits.push(one) } }));
  return Promise.allSettled(waits);
}

// Why it does not lock, in the server's own words; said once, it is tried again all the while.
function tell(fault) {
  const place = document.getElementById('fault');
  if (place.childElementCount) return;
  place.replaceChildren(...new DOMParser().parseFromString(fault, 'text/html').body.children);
}

async function lock(form) {
  locking = true;
  document.body.dataset.locking = 'yes';
  // nothing of a customer is touched by who comes next; what is told stays heard
  [...document.body.children].forEach((part) => { part.inert = !part.matches(TOLD); });
  await saved();
  try {
    const answer = await fetch(form.action, { method: 'POST', body: new FormData(form), headers: PARTIAL });
    // a refusal is for good (another tab ended the session): the page read anew asks who it is
    if (answer.status < 500) return location.replace(answer.headers.get('HX-Redirect') ?? form.elements.path.value);
    tell(await answer.text());
  } catch {
    // the server is away, which connection.js says: nobody can sign in now either
  }
  setTimeout(() => lock(form), AGAIN_MS);
}

// The clock is looked at each second: a tablet that slept counts the time that it slept.
function look() {
  const form = door();
  if (form && !locking && Date.now() - touchedAt > Number(form.dataset.lock) * 1000) lock(form);
}

const touch = () => { touchedAt = Date.now(); };
TOUCHES.forEach((name) => document.addEventListener(name, touch, { passive: true, capture: true }));
document.addEventListener('visibilitychange', look);
setInterval(look, 1000);
