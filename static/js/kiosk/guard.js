// What a browser offers and a kiosk must not: menus, selection, dragging, zoom, printing, shortcuts.
// The browser's own policies (config/deploy) close the rest.
const stop = (event) => event.preventDefault();
const active = { passive: false, capture: true };
const EDITING = ['Backspace', 'Delete', 'ArrowLeft', 'ArrowRight', 'Home', 'End'];

['contextmenu', 'dragstart', 'drop', 'dragover', 'gesturestart', 'auxclick', 'beforeprint'].forEach((name) => {
  window.addEventListener(name, stop, active);
});
document.addEventListener('selectstart', (event) => {
  if (!event.target.matches?.('input, textarea')) event.preventDefault();
}, active);
// two fingers zoom or turn; one scrolls
document.addEventListener('touchmove', (event) => {
  if (event.touches.length > 1) event.preventDefault();
}, active);
document.addEventListener('touchstart', (event) => {
  if (event.touches.length > 1 && event.cancelable) event.preventDefault();
}, active);
document.addEventListener('wheel', (event) => {
  if (event.ctrlKey) event.preventDefault();
}, active);

// A hand scanner types too: its separator is Ctrl+], which its own listener takes.
function isShortcut(event) {
  if (/^F\d+$/.test(event.key) || event.metaKey || event.key === 'ContextMenu') return true;
  if (event.key.startsWith('Browser') || event.key === 'PrintScreen') return true;
  if (event.key === 'Escape' && event.shiftKey) return true; // the browser's task manager
  if (event.altKey && !event.getModifierState('AltGraph')) return true;
  const isCommand = event.ctrlKey && !event.getModifierState('AltGraph');
  const opensBrowserPage = event.key === 'Delete' && event.shiftKey;
  const isEditing = EDITING.includes(event.key) && !opensBrowserPage;
  return isCommand && !isEditing && event.code !== 'BracketRight';
}

window.addEventListener('keydown', (event) => {
  if (isShortcut(event)) event.preventDefault();
}, active);
