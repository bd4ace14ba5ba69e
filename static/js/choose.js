// Choosing orders from the board: the button says how many; a column's own button takes all or none.
const form = () => document.querySelector('[data-choose]');
const boxes = (root) => [...root.querySelectorAll('input[type="checkbox"][name="uid"]')];

function show() {
  const button = document.querySelector('[data-choose-count]');
  if (!form() || !button) return;
  const count = boxes(form()).filter((box) => box.checked).length;
  const { none, one, many } = button.dataset;
  button.textContent = count === 0 ? none : count === 1 ? one : many.replace('{n}', count);
  document.querySelectorAll('[data-choose-all]').forEach((each) => {
    const all = boxes(each.closest('.col'));
    each.hidden = !all.length;
    each.setAttribute('aria-pressed', String(all.length > 0 && all.every((box) => box.checked)));
  });
}

document.addEventListener('change', (event) => {
  if (event.target.closest('[data-choose]')) show();
});
document.addEventListener('click', (event) => {
  const button = event.target.closest('[data-choose-all]');
  if (!button) return;
  const isOn = button.getAttribute('aria-pressed') === 'true';
  boxes(button.closest('.col')).forEach((box) => { box.checked = !isOn; });
  show();
});
document.addEventListener('htmx:after:swap', show);
// what was chosen before the tablet locked (keep.js)
new URLSearchParams(location.search).getAll('uid').forEach((uid) => {
  const box = form()?.querySelector(`[name="uid"][value="${CSS.escape(uid)}"]`);
  if (box) box.checked = true;
});
show();
