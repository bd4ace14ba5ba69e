// A refused scan is heard: two low tones, and its words by the tablet's own voice. Binds [data-aloud].
import { has, say } from './speech/voice.js';

const PITCH_HZ = 220;
const TONES_AT = [0, 0.24];
const SECONDS = 0.18;
let told = '';

function buzz() {
  const audio = new AudioContext();
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
  setTimeout(() => audio.close(), 1500);
}

async function listen() {
  const words = document.querySelector('[data-aloud]');
  if (!words || words.dataset.aloud === told) return;
  told = words.dataset.aloud;
  if (words.dataset.refused !== 'yes' || !navigator.userActivation.hasBeenActive) return;
  buzz();
  const { lang } = document.documentElement;
  if (await has(lang)) say([{ text: words.textContent.trim(), lang }]);
}

listen();
document.addEventListener('htmx:after:swap', listen);
