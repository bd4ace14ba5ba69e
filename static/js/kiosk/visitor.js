// Whose page this is. An answer to another visitor is dropped, and a page of somebody who has left goes.
const MARK = 'Comptoir-Visitor';
const HOME = '/kiosk/';
const mark = document.querySelector('meta[name="visitor"]').content;

export function isStale(answer) {
  const theirs = answer.headers.get(MARK);
  return Boolean(theirs) && theirs !== mark;
}

export function leave() {
  document.body.replaceChildren();
  location.replace(HOME);
}

document.addEventListener('htmx:before:response', (event) => {
  if (!isStale(event.detail.ctx.response)) return;
  event.preventDefault();
  leave();
});

// Another window of this kiosk says for whom it opens.
const windows = new BroadcastChannel('visitor');
windows.addEventListener('message', ({ data }) => { if (data !== mark) leave(); });
windows.postMessage(mark);
window.addEventListener('pageshow', (event) => { if (event.persisted) leave(); });
