// The sign of life of a page: asked by the watchdog, it answers as long as it runs. A file that is opened
// without the watchdog has nobody who asks.
const AGAIN_MS = 1000;

function listen() {
  const port = globalThis.chrome?.runtime?.connect?.();
  port?.onMessage.addListener(() => port.postMessage(''));
  port?.onDisconnect.addListener(() => setTimeout(listen, AGAIN_MS)); // this wakes a watchdog that died
}

listen();
