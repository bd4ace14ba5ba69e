// A client has arrived: rings once, and again after a while (data-again, ms) if nobody has taken the order.
import { play } from './sound.js';

const USUAL = 0.2;
const LOUD = 0.8; // data-loud: it rang before and nobody went
const rung = new Map(JSON.parse(sessionStorage.getItem('rung') || '[]'));

function sound(audio, volumeAtMost) {
  [[880, 0], [1175, 0.18]].forEach(([pitch, at]) => {
    const tone = audio.createOscillator();
    const volume = audio.createGain();
    tone.frequency.value = pitch;
    volume.gain.setValueAtTime(0.0001, audio.currentTime + at);
    volume.gain.exponentialRampToValueAtTime(volumeAtMost, audio.currentTime + at + 0.02);
    volume.gain.exponentialRampToValueAtTime(0.0001, audio.currentTime + at + 0.6);
    tone.connect(volume).connect(audio.destination);
    tone.start(audio.currentTime + at);
    tone.stop(audio.currentTime + at + 0.65);
  });
}

function ring() {
  const due = [...document.querySelectorAll('[data-ring]')].filter((alert) => {
    const last = rung.get(alert.dataset.ring) ?? 0;
    return Date.now() - last >= Number(alert.dataset.again);
  });
  if (!due.length) return;
  const volume = due.some((alert) => 'loud' in alert.dataset) ? LOUD : USUAL;
  if (!play((audio) => sound(audio, volume))) return; // it rings as soon as it may
  due.forEach((alert) => rung.set(alert.dataset.ring, Date.now()));
  sessionStorage.setItem('rung', JSON.stringify([...rung].slice(-20)));
}

ring();
document.addEventListener('htmx:after:swap', ring);
document.addEventListener('audible', ring);
setInterval(ring, 5000);
