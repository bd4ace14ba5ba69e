// A screen that ends the session by itself: <form data-leave-after="20"> leaves after so many seconds.
// Touching it starts the time again, up to ten times (WCAG 2.2.1).
const MOST_EXTENSIONS = 10;
let startedAt = performance.now();
let extensions = 0;
let left = null; // the form that has gone

function look() {
  const form = document.querySelector('[data-leave-after]');
  if (!form || form === left) return;
  if ((performance.now() - startedAt) / 1000 < Number(form.dataset.leaveAfter)) return;
  left = form;
  form.requestSubmit();
}

document.addEventListener('pointerdown', () => {
  if (extensions < MOST_EXTENSIONS) startedAt = performance.now();
  extensions += 1;
});
document.addEventListener('visibilitychange', look);
setInterval(look, 1000);
look();
