// Keeps a camera alive only while its page is seen, and starts it again by itself: when its picture
// freezes, as it does after switching apps, when it is plugged in or allowed, and after a while.
export const PASSING = ['nocamera', 'busy', 'lost', 'nodecoder'];
const FROZEN_AFTER = 2000;
const LOOK_AGAIN_AFTER = 15000;
const LOOK_EVERY = 500;

export function watch(camera) {
  const ending = new AbortController();
  const on = (target, name, act) => target?.addEventListener(name, act, { signal: ending.signal });
  on(document, 'visibilitychange', () => (document.hidden ? camera.pause() : camera.start()));
  on(window, 'pagehide', () => camera.pause());
  on(window, 'pageshow', (event) => event.persisted && camera.start());
  on(navigator.mediaDevices, 'devicechange', () => camera.state === 'nocamera' && camera.start());
  onPermission((event) => camera.state === 'denied' && event.target.state === 'granted' && camera.start(), on);
  const timer = setInterval(() => look(camera), LOOK_EVERY);
  return () => { ending.abort(); clearInterval(timer); };
}

async function onPermission(act, on) {
  try {
    on(await navigator.permissions.query({ name: 'camera' }), 'change', act);
  } catch {
    // a browser that does not tell: the button stays
  }
}

function look(camera) {
  if (document.hidden) return;
  if (camera.silence > FROZEN_AFTER) camera.again();
  const waited = performance.now() - camera.saidAt > LOOK_AGAIN_AFTER;
  if (waited && PASSING.includes(camera.state)) camera.retry(camera.state);
}
