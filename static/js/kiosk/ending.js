// The end of a session while the server is away: the page goes from the screen at once, and the server
// is told as soon as it is back.
const END = '/kiosk/end';
let unsent = null;

document.addEventListener('unsent', (event) => {
  if (new URL(event.detail.url).pathname !== END) return;
  unsent = event.detail;
  [...document.body.children].filter((part) => !part.matches('[data-lost]')).forEach((part) => part.remove());
});
document.addEventListener('found', () => {
  if (unsent) document.dispatchEvent(new CustomEvent('send-again', { detail: unsent }));
  unsent = null;
});
