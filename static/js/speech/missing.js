// Says that this browser has no voice of its own, where the voice is offered.
import { has } from './voice.js';

const note = document.querySelector('[data-no-voice]');
if (note) note.hidden = await has(document.documentElement.lang);
