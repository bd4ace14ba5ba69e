// What a scan at the counter means (#checked, in the server's words): ticks a line once all its units
// were scanned, notes how the customer was recognised or the code of a delegate.
const scans = new Map();

function tick(box) {
  const units = Number(box.dataset.units);
  const seen = Math.min(units, (scans.get(box.value) ?? 0) + 1);
  scans.set(box.value, seen);
  const row = box.closest('label');
  row.dataset.seen = units > 1 && seen < units ? `${seen} / ${units}` : '';
  if (seen < units) return;
  box.checked = true;
  box.dispatchEvent(new Event('change', { bubbles: true }));
}

function take(said) {
  const form = document.querySelector('#hand');
  const uids = said.dataset.checked.split(' ').filter(Boolean);
  const boxes = uids.map((uid) => form.querySelector(`[name="line"][value="${uid}"]`)).filter(Boolean);
  const open = boxes.find((box) => !box.checked);
  if (open) tick(open);
  else if (boxes.length) refuse(said);
  choose(form, 'check', said.dataset.check);
  if (said.dataset.delegate) {
    choose(form, 'who', 'delegate');
    form.elements.delegate_code.value = said.dataset.delegate;
  }
}

function refuse(said) {
  said.dataset.state = 'refused';
  said.querySelector('span').textContent = said.dataset.again;
}

function choose(form, name, value) {
  const input = value && form.querySelector(`[name="${name}"][value="${value}"]`);
  if (input) input.checked = true;
}

document.addEventListener('htmx:after:swap', () => {
  const said = document.querySelector('#checked > [data-checked]:not([data-taken])');
  if (!said) return;
  said.dataset.taken = 'yes';
  take(said);
});
