// Three ways to give a code at once: camera, hand scanner, typing. Binds [data-scan] (the viewfinder)
// and [data-scan-form] (where readings go); the words are the server's, this only shows and hides.
import { beep } from './beep.js';
import { form, send } from './send.js';
import { listen } from './wedge.js';

const finders = new Map();

function take(readings, source) {
  if (!send(readings, source)) return;
  setTimeout(beep); // opening the sound takes longer than to be on the way
  finders.forEach((finder) => finder.show('read'));
}

async function bind() {
  finders.forEach((finder, element) => {
    if (element.isConnected) return;
    finder.end();
    finders.delete(element);
  });
  const viewfinders = [...document.querySelectorAll('[data-scan]')];
  if (!viewfinders.length) return;
  // the camera's part is loaded where there is a viewfinder: the kiosk's home must stay light
  const { Finder } = await import('./finder.js');
  viewfinders.filter((element) => !finders.has(element)).forEach((element) => {
    finders.set(element, new Finder(element, (code) => take([code], 'camera')));
  });
}

// Swallowed only where the page has somewhere to send it.
listen((readings) => {
  const known = Boolean(form());
  if (known) take(readings, 'wedge');
  return known;
});
bind();
document.addEventListener('htmx:after:swap', bind);
