// "Toujours là ?": asks after a silence, counts down, then ends the session; any answer starts again.
const dialog = document.querySelector('[data-idle]');
const QUIET = ['pointerdown', 'keydown', 'input', 'scroll', 'listening'];

function watch() {
  const silence = Number(dialog.dataset.idle) * 1000;
  const countdown = Number(dialog.dataset.countdown);
  const ring = dialog.querySelector('[data-idle-ring]');
  const left = dialog.querySelector('[data-idle-left]');
  const end = dialog.querySelector('[data-idle-end]');
  let asking = 0;
  let second = 0;

  const show = (seconds) => {
    left.textContent = seconds;
    ring.setAttribute('stroke-dasharray', `${(100 * seconds) / countdown} 100`);
  };
  const ask = () => {
    let seconds = countdown;
    show(seconds);
    dialog.showModal();
    second = setInterval(() => {
      seconds -= 1;
      show(Math.max(0, seconds));
      if (seconds <= 0) {
        clearInterval(second);
        end.requestSubmit();
      }
    }, 1000);
  };
  const restart = () => {
    if (dialog.open) return;
    clearTimeout(asking);
    asking = setTimeout(ask, silence);
  };
  const stay = () => {
    clearInterval(second);
    dialog.close();
    restart();
  };

  dialog.addEventListener('cancel', (event) => event.preventDefault()); // Escape is no answer
  dialog.querySelector('[data-idle-stay]').addEventListener('click', stay);
  QUIET.forEach((name) => document.addEventListener(name, restart, { passive: true, capture: true }));
  restart();
}

if (dialog) watch();
