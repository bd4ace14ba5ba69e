// The viewfinder: joins camera, decoder and controls, and shows which of the server's words apply.
import { Camera } from './camera.js';
import { Controls } from './controls.js';
import { Decoder } from './decoder.js';
import { isBusy } from './send.js';

const SHOWN_MILLISECONDS = { read: 2500, refused: 6000, resumed: 4000 };
const GONE_MILLISECONDS = 1000;
export class Finder {
  constructor(element, onCode) {
    Object.assign(this, { element, onCode });
    this.answer = element.querySelector('[data-scan-answer]');
    // after a refusal that reloaded the page, the same code may still be held up
    this.held = element.dataset.state === 'refused';
    this.seenAt = performance.now();
    this.camera = new Camera(element.querySelector('video'), {
      onFrame: (video) => isBusy() || this.decoder?.offer(video), // an answer that is awaited needs the processor
      onState: (state) => this.cameraSays(state),
    });
    this.controls = new Controls(element, this.camera);
    this.answers = new MutationObserver(() => this.answered());
    this.answers.observe(this.answer, { childList: true });
    if (this.held) this.show('refused');
    this.camera.start(this.controls.first(element.dataset.scanFacing));
  }

  cameraSays(state) {
    if (state === 'ready' || state === 'resumed') this.controls.refresh();
    if (['starting', 'frozen', 'ready'].includes(state)) this.loadDecoder();
    if (!['refused', 'read'].includes(this.state) || !['starting', 'ready'].includes(state)) this.show(state);
  }

  loadDecoder() {
    if (this.decoder) return;
    const { scanWorker: worker, scanScript: script, scanWasm: wasm, scanFormats } = this.element.dataset;
    this.decoder = new Decoder({ worker, script, wasm, formats: scanFormats.split(' ') }, {
      onCode: (code, milliseconds) => this.read(code, milliseconds),
      onFailed: () => this.failed(),
    });
  }

  failed() {
    this.decoder.stop();
    this.decoder = null;
    this.camera.fail('nodecoder');
  }

  read(code, milliseconds) {
    this.element.dataset.scanMilliseconds = milliseconds.toFixed(0);
    const now = performance.now();
    if (this.held && !code && now - this.seenAt > GONE_MILLISECONDS) this.held = false;
    if (code) this.seenAt = now;
    if (code && !this.held) this.onCode(code);
  }

  // The server's words came into the page: only a refusal stays on this screen.
  answered() {
    if (this.answer.textContent.trim()) this.show('refused');
  }

  show(state) {
    clearTimeout(this.timer);
    this.state = this.element.dataset.state = state;
    this.element.querySelectorAll('[data-for]').forEach((words) => {
      words.hidden = !words.dataset.for.split(' ').includes(state);
    });
    const shown = SHOWN_MILLISECONDS[state];
    if (shown) this.timer = setTimeout(() => this.show(this.camera.stream ? 'ready' : this.camera.state), shown);
  }

  end() {
    this.camera.end();
    this.decoder?.stop();
    this.answers.disconnect();
  }
}
