// A signature drawn with a finger or a pen: the path of an SVG of 600 by 200, which the form carries.
const LONGEST = 19000;

function bind(box) {
  if (box.dataset.bound) return;
  box.dataset.bound = 'yes';
  box.hidden = false;
  const sheet = box.querySelector('[data-sign-sheet]');
  const ink = box.querySelector('[data-sign-ink]');
  const value = box.querySelector('[data-sign-value]');
  let last = '';

  const place = (event) => {
    const frame = sheet.getBoundingClientRect();
    const across = Math.round(((event.clientX - frame.left) / frame.width) * 600);
    const down = Math.round(((event.clientY - frame.top) / frame.height) * 200);
    return `${Math.min(599, Math.max(0, across))} ${Math.min(199, Math.max(0, down))}`;
  };
  const draw = (kind, event) => {
    const here = place(event);
    if ((kind === 'L' && here === last) || value.value.length > LONGEST) return;
    last = here;
    value.value += kind + here;
    ink.setAttribute('d', value.value);
  };
  sheet.addEventListener('pointerdown', (event) => {
    sheet.setPointerCapture(event.pointerId);
    draw('M', event);
  });
  sheet.addEventListener('pointermove', (event) => {
    if (sheet.hasPointerCapture(event.pointerId)) draw('L', event);
  });
  // a touch without a move is no stroke that can be read again
  sheet.addEventListener('pointerup', () => {
    if (/M\d+ \d+$/.test(value.value)) value.value = value.value.replace(/M\d+ \d+$/, '');
  });
  box.querySelector('[data-sign-clear]').addEventListener('click', () => {
    value.value = '';
    ink.setAttribute('d', '');
  });
}

const all = () => document.querySelectorAll('[data-sign]').forEach(bind);
all();
document.addEventListener('htmx:after:swap', all);
