// A tablet that nobody touches locks itself; the page on it is found again after the next PIN.
// [data-lock] is the form that locks, with the seconds of silence. Whoever must save something
// before listens to `before-lock` and hands its promise to `detail.wait`.
const TOUCHES = ['pointerdown', 'keydown', 'input', 'scroll', 'turned'];
const AGAIN_MS = 2000;

const door = () => document.querySelector('[data-lock]');
let touchedAt = Date.now();
let locking = false;

function saved() {
  const waits = [];
  document.dispatchEvent(new CustomEvent('before-lock', { detail: { wait: (one) => waits.push(one) } }));
  return Promise.allSettled(waits);
}

async function lock(form) {
  locking = true;
  document.body.inert = true; // nothing of a customer is touched by who comes next
  await saved();
  try {
    const answer = await fetch(form.action, { method: 'POST', body: new FormData(form) });
    // a refusal is for good (another tab ended the session): the page read anew asks who it is
    if (answer.status < 500) return location.replace(answer.ok ? answer.url : form.elements.path.value);
  } catch {
    // the server is away: nobody can sign in now either, so that it is tried again
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
