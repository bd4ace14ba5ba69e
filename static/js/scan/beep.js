// One short beep. Browsers allow it once the page was touched; until then it stays silent.
const PITCH_HZ = 1320;
const SECONDS = 0.09;
let context;

export function beep() {
  try {
    context ??= new AudioContext();
    if (context.state === 'suspended') context.resume();
    sound(context);
  } catch {
    // a device without sound still shows the green tip
  }
}

function sound(audio) {
  const tone = audio.createOscillator();
  const volume = audio.createGain();
  tone.frequency.value = PITCH_HZ;
  volume.gain.setValueAtTime(0.15, audio.currentTime);
  volume.gain.exponentialRampToValueAtTime(0.001, audio.currentTime + SECONDS);
  tone.connect(volume).connect(audio.destination);
  tone.start();
  tone.stop(audio.currentTime + SECONDS);
}
