// The on-screen keys write into a real input; its digits are shown as boxes or dots.
// Without this file the input itself is on screen and does the same.
function draw(code) {
  const input = code.querySelector('input');
  const hidden = 'hidden' in code.dataset;
  [...code.querySelectorAll('span')].forEach((box, at) => {
    const digit = input.value[at] ?? '';
    if (!hidden) box.textContent = digit;
    box.classList.toggle(hidden ? 'on' : 'code__c--set', Boolean(digit));
    if (!hidden) box.classList.toggle('code__c--on', at === input.value.length);
  });
}

function start(code) {
  if (code.dataset.live) return;
  code.dataset.live = 'yes';
  const input = code.querySelector('input');
  code.querySelectorAll('span').forEach((box) => { box.hidden = false; });
  document.querySelectorAll(`[data-keypad="${input.id}"]`).forEach((pad) => { pad.hidden = false; });
  input.addEventListener('input', () => changed(code, input));
  draw(code);
}

function changed(code, input) {
  input.value = input.value.replace(/\D/g, '').slice(0, input.maxLength);
  delete code.dataset.state;
  draw(code);
  if ('submit' in code.dataset && input.value.length === input.maxLength) input.form.requestSubmit();
}

function press(event) {
  const key = event.target.closest('[data-key]');
  const pad = key?.closest('[data-keypad]');
  if (!pad) return;
  const input = document.getElementById(pad.dataset.keypad);
  const write = { clear: '', back: input.value.slice(0, -1) }[key.dataset.key];
  input.value = write ?? (input.value + key.dataset.key).slice(0, input.maxLength);
  input.dispatchEvent(new Event('input', { bubbles: true }));
}

const startAll = () => document.querySelectorAll('[data-code]').forEach(start);

startAll();
document.addEventListener('click', press);
document.addEventListener('htmx:after:swap', startAll);
