// A handover waits until each line is ticked: the button says how many are left.
function show(form) {
  const boxes = [...form.querySelectorAll('input[type="checkbox"][name="line"]')];
  const ticked = boxes.filter((box) => box.checked).length;
  const left = boxes.length - ticked;
  const count = form.querySelector('[data-tick-count]');
  const sheet = form.closest('[role="dialog"]');
  const all = sheet.querySelector('[data-tick-all]');
  const some = sheet.querySelector('[data-tick-some]');
  if (count) count.textContent = ` ${count.dataset.tickCount.replace('{n}', ticked).replace('{all}', boxes.length)}`;
  if (!all) return;
  all.setAttribute('aria-disabled', String(left > 0));
  all.textContent = left === 0 ? all.dataset.all : left === 1 ? all.dataset.one : all.dataset.many.replace('{n}', left);
  some.hidden = left === 0;
}

const forms = () => document.querySelectorAll('[data-tick]');

forms().forEach(show);
document.addEventListener('change', (event) => {
  const form = event.target.closest('[data-tick]');
  if (form) show(form);
});
document.addEventListener('submit', (event) => {
  if (event.submitter?.getAttribute('aria-disabled') === 'true') event.preventDefault();
}, { capture: true });
document.addEventListener('htmx:after:swap', () => forms().forEach(show));
