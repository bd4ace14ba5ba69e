// The sound of this page. Browsers keep silent until somebody has touched it, or the page that led
// here: then `audible` is told on the document; until then [data-silent] says so and offers a touch.
const REST_MS = 5000; // a sound that stands open all day empties a tablet
const LOOK_MS = 1500;

let audio = null;
let allowed = false;
let quiet = null;
let looked = false; // a page may sound a moment after it was opened, and then says nothing

function rest() {
  clearTimeout(quiet);
  quiet = setTimeout(() => audio.suspend(), REST_MS);
}

function show() {
  if (!looked) return;
  document.querySelectorAll('[data-silent]').forEach((words) => { words.hidden = allowed; });
}

function heard() {
  if (audio.state !== 'running' || allowed) return;
  allowed = true;
  rest();
  show();
  document.dispatchEvent(new CustomEvent('audible'));
}

function wake() {
  if (allowed || !window.AudioContext) return;
  if (!audio) {
    audio = new AudioContext();
    audio.addEventListener('statechange', heard);
  }
  audio.resume().then(heard, () => {});
}

// Plays what `draw(audio)` starts, and tells whether it will be heard.
export function play(draw) {
  wake();
  if (!allowed) return false;
  clearTimeout(quiet);
  audio.resume().then(() => {
    draw(audio);
    rest();
  }, () => {});
  return true;
}

['click', 'keydown', 'pointerup'].forEach((name) => document.addEventListener(name, wake, { capture: true, passive: true }));
['htmx:after:swap', 'turned'].forEach((name) => document.addEventListener(name, show));
wake();
setTimeout(() => {
  looked = true;
  show();
}, LOOK_MS);
