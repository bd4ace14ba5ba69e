// Reads codes out of camera frames, away from the thread that paints. A classic worker: the
// decoder comes as a script. Frames are closed at once and never kept.
//
// People hold a code into the middle of the picture. That part is looked at in each frame, a third
// of the work; the whole of it in every other one, so that a code at the rim is found a frame later.
const MIDDLE = 0.75; // of the shorter side
let detector;
let canvas;
let turn = 0;

async function prepare({ script, wasm, formats }) {
  importScripts(script);
  const { BarcodeDetector, prepareZXingModule } = self.BarcodeDetectionAPI;
  // without locateFile the decoder asks a public server for its wasm
  await prepareZXingModule({ overrides: { locateFile: () => wasm }, fireImmediately: true });
  detector = new BarcodeDetector({ formats });
  await detector.detect(new ImageData(64, 64)); // what the first reading makes ready
  postMessage({ ready: true });
}

async function read(frame) {
  const started = performance.now();
  const { width, height } = frame;
  const picture = drawn(frame);
  const side = Math.round(Math.min(width, height) * MIDDLE);
  turn += 1;
  const code = await nearest(picture, (width - side) >> 1, (height - side) >> 1, side, side)
    || (turn % 2 ? await nearest(picture, 0, 0, width, height) : '');
  postMessage({ code, milliseconds: performance.now() - started });
}

// One canvas for all frames, kept where the processor reads it.
function drawn(frame) {
  if (canvas?.width !== frame.width || canvas.height !== frame.height) canvas = new OffscreenCanvas(frame.width, frame.height);
  const picture = canvas.getContext('2d', { willReadFrequently: true });
  picture.drawImage(frame, 0, 0);
  frame.close();
  return picture;
}

async function nearest(picture, left, top, width, height) {
  const found = await detector.detect(picture.getImageData(left, top, width, height));
  const away = ({ boundingBox: box }) => Math.hypot(box.x + (box.width - width) / 2, box.y + (box.height - height) / 2);
  return found.sort((one, other) => away(one) - away(other))[0]?.rawValue ?? '';
}

self.onmessage = async ({ data }) => {
  try {
    await (data.frame ? read(data.frame) : prepare(data));
  } catch (error) {
    postMessage({ failed: String(error) });
  }
};
