// A camera that says why it cannot be had, and starts again when its picture stops.
import { PASSING, watch } from './watch.js';

const CALM_AFTER = 5000;
const TRIES = 2;
const WHY = {
  NotAllowedError: 'denied', SecurityError: 'denied', NotFoundError: 'nocamera',
  OverconstrainedError: 'nocamera', NotReadableError: 'busy', AbortError: 'busy',
};

export class Camera {
  constructor(video, { onFrame, onState }) {
    Object.assign(this, { video, onFrame, onState, tries: 0, turn: 0, choice: {} });
    this.stopWatching = watch(this);
  }

  say(state) {
    this.state = state;
    this.saidAt = performance.now();
    this.onState(state);
  }

  async start(choice = this.choice) {
    this.choice = choice;
    const turn = this.release();
    if (document.hidden) return;
    if (!window.isSecureContext || !navigator.mediaDevices) { this.say('insecure'); return; }
    if (!this.tries && !PASSING.includes(this.state)) this.say('starting');
    try {
      const wanted = { width: { ideal: 1280 }, height: { ideal: 720 }, ...choice };
      const stream = await navigator.mediaDevices.getUserMedia({ video: wanted, audio: false });
      if (turn === this.turn) await this.show(stream, turn);
      else stream.getTracks().forEach((track) => track.stop());
    } catch (error) {
      if (turn !== this.turn) return;
      // the camera that was chosen another day is not there: any will do
      if (error.name === 'OverconstrainedError' && choice.deviceId) this.start({});
      else this.say(WHY[error.name] ?? 'lost');
    }
  }

  async show(stream, turn) {
    this.stream = stream;
    this.track = stream.getVideoTracks()[0];
    this.track.addEventListener('ended', () => turn === this.turn && this.again());
    this.lastFrame = this.startedAt = performance.now();
    this.video.srcObject = stream;
    this.nextFrame(turn);
    await this.video.play();
  }

  nextFrame(turn) {
    const wait = this.video.requestVideoFrameCallback?.bind(this.video) ?? requestAnimationFrame;
    wait(() => turn === this.turn && this.frame(turn));
  }

  frame(turn) {
    this.lastFrame = performance.now();
    if (!['ready', 'resumed'].includes(this.state)) this.say(this.tries ? 'resumed' : 'ready');
    if (performance.now() - this.startedAt > CALM_AFTER) this.tries = 0;
    this.onFrame(this.video);
    this.nextFrame(turn);
  }

  get silence() { return this.stream ? performance.now() - this.lastFrame : 0; }

  // By itself it keeps the words on screen until a picture comes; by hand it shows that it tries.
  retry(state = '') {
    Object.assign(this, { tries: 0, state, saidAt: performance.now() });
    this.start();
  }

  fail(state) { this.release(); this.say(state); }

  again() {
    this.tries += 1;
    this.release();
    if (this.tries > TRIES) { this.fail('lost'); return; }
    this.say('frozen');
    setTimeout(() => this.start(), 300 * this.tries);
  }

  // Each start takes a turn: what an earlier one still has under way is dropped.
  release() {
    this.stream?.getTracks().forEach((track) => track.stop());
    this.stream = this.track = this.video.srcObject = null;
    return (this.turn += 1);
  }

  pause() { this.tries = 0; this.fail('paused'); }

  end() { this.stopWatching(); this.release(); }
}
