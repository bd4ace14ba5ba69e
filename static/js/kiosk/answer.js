// A form that was refused is answered with its page and the words to mend it: the page on screen
// becomes that page, under its own address.
import { bring, missing } from '../bring.js';

export async function show(text) {
  const page = new DOMParser().parseFromString(text, 'text/html');
  await Promise.all(missing(page).map(bring));
  document.title = page.title;
  document.body.replaceChildren(...page.body.childNodes);
  htmx.process(document.body);
  window.scrollTo(0, 0);
  document.body.dispatchEvent(new CustomEvent('htmx:after:swap', { bubbles: true, detail: {} }));
}
