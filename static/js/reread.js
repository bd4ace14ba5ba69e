// No block of a page stays older than what the stream has told. htmx asks again for a block that is told
// of while it is being asked for; here is what it does not do: a block that another answer has drawn
// over, from before the news, and a question that failed while nobody waits for it.
const LIVE = '[hx-trigger*="from:body"]';
const ANSWER_MS = 20000; // then the question is given up, and asked again
const FIRST_MS = 2000;
const LAST_MS = 30000;
const TOO_MANY = 429;

const told = new Map(); // in which turn each kind of news came last
const asked = new WeakMap(); // by what a request was made, and in which turn
let turn = 0;
let timer = null;
let delay = FIRST_MS;

const isLive = ({ sourceElement }) => sourceElement?.matches?.(LIVE);
const kinds = (block) => [...block.getAttribute('hx-trigger').matchAll(/([\w-]+) from:body/g)].map(([, kind]) => kind);
const note = (kind) => told.set(kind, (turn += 1));

function drawn(target) {
  const root = (target.id && document.getElementById(target.id)) || target;
  const inside = [...root.querySelectorAll(LIVE)];
  return root.matches(LIVE) ? [root, ...inside] : inside;
}

function catchUp({ ctx }) {
  const request = asked.get(ctx);
  if (!request || !(ctx.target instanceof Element)) return;
  const older = drawn(ctx.target).filter((block) => block !== request.block);
  const missed = older.flatMap(kinds).filter((kind) => (told.get(kind) ?? 0) > request.turn);
  new Set(missed).forEach((kind) => htmx.trigger(document.body, kind));
}

function askLater() {
  clearTimeout(timer);
  timer = setTimeout(() => htmx.trigger(document.body, 'reread'), delay);
  delay = Math.min(2 * delay, LAST_MS);
}

document.addEventListener('htmx:sse:before:message', ({ detail }) => note(detail.message.event));
for (const kind of ['reread', 'shelf']) document.addEventListener(kind, () => note(kind), { capture: true });
document.addEventListener('htmx:config:request', ({ detail }) => {
  if (isLive(detail.ctx)) detail.ctx.request.timeout ??= ANSWER_MS;
});
document.addEventListener('htmx:before:request', ({ detail }) => {
  asked.set(detail.ctx, { block: detail.ctx.sourceElement, turn });
});
document.addEventListener('htmx:after:request', (event) => {
  const { ctx } = event.detail;
  if (!isLive(ctx)) return;
  if (ctx.response.status < 500 && ctx.response.status !== TOO_MANY) {
    delay = FIRST_MS;
    return;
  }
  event.preventDefault(); // what is shown stays: nobody asked, and nobody is told
  askLater();
});
document.addEventListener('htmx:after:swap', ({ detail }) => catchUp(detail));
