// The stream by which a page learns what has changed is kept: one that was refused, never came or fell
// silent is opened again, and what it may not have told is read again. One stream a page, never two.
const CHECK_MS = 5000;
const SILENCE_MS = 40000; // the server says something every 15 s
const ANSWER_MS = 20000;

let connection = null; // open, or on its way back by itself
let asking = null; // the body whose first question for it has no answer yet: a page may be turned in place
let opened = null; // the body that had one before
let heardAt = performance.now(); // on the clock that nobody sets

const isLive = () => document.body.hasAttribute('hx-sse:connect');
const asker = ({ detail }) => detail.ctx?.sourceElement;

// Asked for here and not by the attribute's own trigger: htmx begins between two scripts where they come
// slowly, and then never looks at the attribute, since its part for streams was not there yet.
function open() {
  if (!isLive() || asking === document.body || connection) return;
  const address = document.body.getAttribute('hx-sse:connect');
  htmx.ajax('GET', address, { source: document.body, timeout: ANSWER_MS });
}

// over a line that is dead it would wait for ever: ended here, it comes back by itself
function end() {
  heardAt = performance.now();
  connection?.reader?.cancel();
}

document.addEventListener('htmx:before:request', (event) => { if (asker(event) === document.body) asking = document.body; });
document.addEventListener('htmx:finally:request', (event) => { if (asker(event) === asking) asking = null; });
document.addEventListener('htmx:sse:after:connection', ({ target, detail }) => {
  if (target !== document.body) return; // of a page that was turned meanwhile
  connection = detail.connection;
  heardAt = performance.now();
  if (opened === document.body) htmx.trigger(document.body, 'reread');
  opened = document.body;
});
document.addEventListener('htmx:sse:before:message', () => { heardAt = performance.now(); });
document.addEventListener('htmx:sse:close', ({ detail }) => { if (detail.connection === connection) connection = null; });
document.addEventListener('found', ({ detail }) => {
  if (connection && detail.wasLong) end();
  open();
});
setInterval(() => {
  if (connection && !document.hidden && performance.now() - heardAt > SILENCE_MS) end();
  open();
}, CHECK_MS);
document.addEventListener('htmx:after:process', open);
setTimeout(open); // after htmx's own beginning: the blocks listen by then
