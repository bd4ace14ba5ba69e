// Closes the window, so that the machine starts the browser anew (config/deploy/comptoir-kiosk.service).
// A browser that may not close, outside a kiosk, goes home.
const WAIT_MS = 4000;

window.close();
setTimeout(() => location.replace('/kiosk/'), WAIT_MS);
