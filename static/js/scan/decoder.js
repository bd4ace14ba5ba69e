// The page's side of the decoding worker: one frame at a time, each one of a usual camera, with a
// rest between two so that a slow tablet has time to paint.
const GAP_MILLISECONDS = 25;
const REST_MILLISECONDS = 12;

export class Decoder {
  constructor({ worker, script, wasm, formats }, { onCode, onFailed }) {
    this.onCode = onCode;
    this.onFailed = onFailed;
    this.idle = false;
    this.nextAt = 0;
    this.worker = new Worker(worker);
    this.worker.onmessage = ({ data }) => this.heard(data);
    this.worker.onerror = (event) => { event.preventDefault(); this.heard({ failed: 'worker' }); };
    const absolute = (address) => new URL(address, document.baseURI).href;
    this.worker.postMessage({ script: absolute(script), wasm: absolute(wasm), formats });
  }

  heard(data) {
    this.idle = !data.failed;
    this.nextAt = Math.max(this.nextAt, performance.now() + REST_MILLISECONDS);
    if (data.failed) this.onFailed();
    else if (!data.ready) this.onCode(data.code, data.milliseconds);
  }

  // A frame that comes while the worker reads is left out: the next one is fresher.
  async offer(video) {
    if (!this.idle || performance.now() < this.nextAt || !video.videoWidth) return;
    this.idle = false;
    this.nextAt = performance.now() + GAP_MILLISECONDS;
    try {
      const frame = await createImageBitmap(video);
      this.worker.postMessage({ frame }, [frame]);
    } catch {
      this.idle = true; // the stream stopped between the frame and its copy
    }
  }

  stop() {
    this.worker.terminate();
    this.idle = false;
  }
}
