// The arrows of an audio keypad ask for the voice on any page: it is offered aloud, and Enter takes it.
const ARROWS = ['ArrowDown', 'ArrowRight', 'ArrowUp', 'ArrowLeft'];
let offered = false;

async function offer(event) {
  const form = document.querySelector('form[data-voice-offer]');
  if (!form || event.target.matches('input, textarea, select')) return;
  if (offered && event.key === 'Enter' && document.activeElement === document.body) form.requestSubmit();
  if (offered || !ARROWS.includes(event.key)) return;
  const { has, say } = await import('./voice.js');
  const { lang } = document.documentElement;
  offered = await has(lang);
  if (offered) say([{ text: form.dataset.voiceOffer, lang }]);
}

document.addEventListener('keydown', offer);
