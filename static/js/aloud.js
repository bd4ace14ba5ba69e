// A refused scan is heard: two low tones, and its words by the tablet's own voice. Binds [data-aloud].
import { play } from './sound.js';
import { has, say } from './speech/voice.js';

const PITCH_HZ = 220;
const TONES_AT = [0, 0.24];
const SECONDS = 0.18;
const SOON_MS = 3000;
let told = '';
let refusedAt = null; // and not heard yet: a page may sound a moment after it was opened

function buzz(audio) {
  TONES_AT.forEach((at) => {
    const tone = audio.createOscillator();
    const volume = audio.createGain();
    tone.type = 'square';
    tone.frequency.value = PITCH_HZ;
    volume.gain.setValueAtTime(0.25, audio.currentTime + at);
    volume.gain.exponentialRampToValueAtTime(0.001, audio.currentTime + at + SECONDS);
    tone.connect(volume).connect(audio.destination);
    tone.start(audio.currentTime + at);
    tone.stop(audio.currentTime + at + SECONDS);
  });
}

async function listen() {
  const words = document.querySelector('[data-aloud]');
  if (!words || words.dataset.aloud === told) return;
  told = words.dataset.aloud;
  if (words.dataset.refused !== 'yes') return;
  refusedAt = play(buzz) ? null : performance.now();
  const { lang } = document.documentElement;
  if (await has(lang)) say([{ text: words.textContent.trim(), lang }]);
}

listen();
document.addEventListener('htmx:after:swap', listen);
document.addEventListener('audible', () => {
  if (refusedAt !== null && performance.now() - refusedAt < SOON_MS) play(buzz);
  refusedAt = null;
});
