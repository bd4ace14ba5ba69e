// The lamp, where the camera has one, and the choice of the camera, where there are several.
const MEMORY = 'comptoir.camera';

export class Controls {
  constructor(element, camera) {
    this.lamp = element.querySelector('[data-scan-lamp]');
    this.other = element.querySelector('[data-scan-other]');
    this.names = element.querySelectorAll('[data-facing]');
    this.camera = camera;
    this.lamp?.addEventListener('click', () => this.toggleLamp());
    this.other?.addEventListener('click', () => this.useNext());
    element.querySelectorAll('[data-scan-retry]').forEach((button) => {
      button.addEventListener('click', () => camera.retry());
    });
  }

  first(facing) {
    const id = localStorage.getItem(MEMORY);
    return id ? { deviceId: { exact: id } } : { facingMode: { ideal: facing } };
  }

  // Called when a picture comes: only then does the browser tell what there is.
  async refresh() {
    const { track } = this.camera;
    if (!track) return;
    const can = track.getCapabilities?.() ?? {};
    if (this.lamp) { this.lamp.hidden = !can.torch; this.lamp.ariaPressed = 'false'; }
    this.showName(track.getSettings().facingMode ?? '');
    if (this.other) this.other.hidden = (await this.list()).length < 2;
  }

  showName(facing) {
    this.names.forEach((name) => { name.hidden = name.dataset.facing !== facing; });
  }

  async list() {
    const devices = await navigator.mediaDevices.enumerateDevices();
    return devices.filter(({ kind }) => kind === 'videoinput');
  }

  async toggleLamp() {
    const on = this.lamp.ariaPressed !== 'true';
    await this.camera.track?.applyConstraints({ advanced: [{ torch: on }] });
    this.lamp.ariaPressed = String(on);
  }

  async useNext() {
    const cameras = await this.list();
    const now = this.camera.track?.getSettings().deviceId;
    const next = cameras[(cameras.findIndex(({ deviceId }) => deviceId === now) + 1) % cameras.length];
    if (!next) return;
    localStorage.setItem(MEMORY, next.deviceId);
    this.camera.start({ deviceId: { exact: next.deviceId } });
  }
}
