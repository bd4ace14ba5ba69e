// The browser's own voices, and only those of this machine: a voice of the network would carry the page's words away.
const VOLUMES = { low: 0.4, '': 0.8, high: 1 };
const WAIT_MS = 2000; // some engines learn their voices late

const language = (tag) => tag.slice(0, 2).toLowerCase();

function voiceOf(lang) {
  const own = speechSynthesis.getVoices().filter((voice) => voice.localService);
  return own.find((voice) => language(voice.lang) === language(lang));
}

export async function has(lang) {
  if (!('speechSynthesis' in window)) return false;
  if (!speechSynthesis.getVoices().length) {
    await new Promise((done) => {
      speechSynthesis.addEventListener('voiceschanged', done, { once: true });
      setTimeout(done, WAIT_MS);
    });
  }
  return Boolean(voiceOf(lang));
}

// pieces: [{text, lang}]; `after` lets what is being said come to its end first.
export function say(pieces, { after = false } = {}) {
  if (!after) hush();
  for (const { text, lang } of pieces) {
    const voice = voiceOf(lang);
    if (!voice) continue;
    const words = new SpeechSynthesisUtterance(text);
    words.voice = voice;
    words.lang = voice.lang;
    words.volume = VOLUMES[document.documentElement.dataset.volume ?? ''];
    // somebody who listens is there, though nothing is touched
    words.onboundary = words.onend = () => document.dispatchEvent(new Event('listening'));
    speechSynthesis.speak(words);
  }
}

export const hush = () => speechSynthesis.cancel();
