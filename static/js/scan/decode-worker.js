// Reads codes out of camera frames, away from the thread that paints. A classic worker: the
// decoder comes as a script. Frames are closed at once and never kept.
let detector;

async function prepare({ script, wasm, formats }) {
  importScripts(script);
  const { BarcodeDetector, prepareZXingModule } = self.BarcodeDetectionAPI;
  // without locateFile the decoder asks a public server for its wasm
  await prepareZXingModule({ overrides: { locateFile: () => wasm }, fireImmediately: true });
  detector = new BarcodeDetector({ formats });
  postMessage({ ready: true });
}

async function read(frame) {
  const started = performance.now();
  const centre = { x: frame.width / 2, y: frame.height / 2 };
  const found = await detector.detect(frame);
  frame.close();
  const nearest = found.sort((one, other) => distance(one, centre) - distance(other, centre))[0];
  postMessage({ code: nearest?.rawValue ?? '', milliseconds: performance.now() - started });
}

function distance({ boundingBox: box }, centre) {
  return Math.hypot(box.x + box.width / 2 - centre.x, box.y + box.height / 2 - centre.y);
}

self.onmessage = async ({ data }) => {
  try {
    await (data.frame ? read(data.frame) : prepare(data));
  } catch (error) {
    postMessage({ failed: String(error) });
  }
};
