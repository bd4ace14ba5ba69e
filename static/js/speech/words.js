// What a page and its controls are called when they are said aloud.
import { computeAccessibleDescription, computeAccessibleName, getRole, isInaccessible } from '../../vendor/dom-accessibility-api/index.mjs';

const CONTROL = 'a[href], button, input:not([type="hidden"]), select, textarea, summary, [tabindex]:not([tabindex="-1"])';
const words = JSON.parse(document.querySelector('meta[name="speech"]')?.content || '{}');

const langOf = (element) => element.closest('[lang]')?.lang || 'fr';
const tidy = (text) => text.replace(/\s+/g, ' ').trim();
const hasOwnText = (element) => [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && tidy(node.data));

function stateOf(element) {
  const is = (name) => element.getAttribute(`aria-${name}`) === 'true';
  const states = [];
  if (element.matches('input[type="checkbox"], input[type="radio"]')) states.push(element.checked ? words.checked : words.unchecked);
  else if (element.matches('input:not([type="password"]), textarea') && element.value) states.push(element.value);
  if (is('pressed')) states.push(words.pressed);
  if (is('invalid')) states.push(words.invalid);
  if (element.disabled || is('disabled')) states.push(words.disabled);
  return states;
}

// "Réserver ici, bouton": name, role, state, then what describes it.
export function control(element) {
  const said = [computeAccessibleName(element), words[getRole(element)], ...stateOf(element), computeAccessibleDescription(element)];
  return { text: tidy(said.filter(Boolean).join(', ')), lang: langOf(element) };
}

// The name of the sheet that a control stands in.
export function sheet(element) {
  return { text: tidy([computeAccessibleName(element), computeAccessibleDescription(element)].filter(Boolean).join('. ')), lang: langOf(element) };
}

function piece(element) {
  if (element.matches(CONTROL)) return control(element);
  const text = element.matches('img, svg') ? computeAccessibleName(element) : element.innerText;
  return { text: tidy(text ?? ''), lang: langOf(element) };
}

// A part of the page that changed by itself.
export const region = (element) => (hasOwnText(element) ? [piece(element)] : page(element));

// Everything that can be seen below `root`, in its order; `aloud` leaves out what is only for one person's ears.
export function page(root, { aloud = true } = {}) {
  const accept = (element) => {
    if (aloud && element.matches('[data-private]')) return NodeFilter.FILTER_REJECT;
    if (isInaccessible(element)) return NodeFilter.FILTER_REJECT;
    const whole = element.matches(CONTROL) || element.matches('img[alt], svg[role="img"]') || hasOwnText(element);
    return whole ? NodeFilter.FILTER_ACCEPT : NodeFilter.FILTER_SKIP;
  };
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_ELEMENT, accept);
  const pieces = [];
  for (let element = walker.nextNode(), last = null; element; element = walker.nextNode()) {
    if (last?.contains(element)) continue; // said with what is around it
    last = element;
    pieces.push(piece(element));
  }
  if (aloud && root.querySelector('[data-private]')) pieces.push({ text: words.private, lang: langOf(root) });
  // what was refused comes first
  const faults = [...root.querySelectorAll('[role="alert"]')].filter((one) => one.checkVisibility()).map(piece);
  return [...faults, ...pieces].filter(({ text }) => text);
}
