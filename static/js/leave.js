// A screen that ends the session by itself: <form data-leave-after="20"> leaves after so many seconds.
// Touching it starts the time again, up to ten times (WCAG 2.2.1).
const MOST_EXTENSIONS = 10;

function watch(form) {
  let timer;
  let extensions = 0;
  const wait = () => {
    clearTimeout(timer);
    timer = setTimeout(() => form.requestSubmit(), Number(form.dataset.leaveAfter) * 1000);
  };
  document.addEventListener('pointerdown', () => {
    if (extensions < MOST_EXTENSIONS) wait();
    extensions += 1;
  });
  wait();
}

document.querySelectorAll('[data-leave-after]').forEach(watch);
