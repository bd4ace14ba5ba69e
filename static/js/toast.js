// A toast leaves after six seconds, and stays as long as it is looked at.
const STAY_MS = 6000;

function watch(toast) {
  if (toast.dataset.watched) return;
  toast.dataset.watched = 'yes';
  let timer;
  const leave = () => {
    if (toast.matches(':hover, :focus-within')) return wait();
    toast.remove();
  };
  const wait = () => {
    clearTimeout(timer);
    timer = setTimeout(leave, STAY_MS);
  };
  wait();
}

const watchAll = () => document.querySelectorAll('[data-toast]').forEach(watch);

watchAll();
document.addEventListener('htmx:after:swap', watchAll);
