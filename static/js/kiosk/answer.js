// A form that was refused is answered with its page and the words to mend it: the page on screen
// becomes that page, under its own address.
function bring(node) {
  const fresh = document.createElement(node.localName);
  [...node.attributes].forEach(({ name, value }) => fresh.setAttribute(name, value));
  const ready = node.localName === 'link' ? new Promise((done) => { fresh.onload = fresh.onerror = done; }) : null;
  document.head.append(fresh);
  return ready;
}

// What the page needs and the one before had not brought.
function missing(page) {
  const known = new Set([...document.head.querySelectorAll('link[rel="stylesheet"], script')].map((one) => one.src || one.href));
  return [...page.head.querySelectorAll('link[rel="stylesheet"], script')]
    .filter((one) => !known.has(new URL(one.getAttribute('src') || one.getAttribute('href'), location).href));
}

export async function show(text) {
  const page = new DOMParser().parseFromString(text, 'text/html');
  await Promise.all(missing(page).map(bring));
  document.title = page.title;
  document.body.replaceChildren(...page.body.childNodes);
  htmx.process(document.body);
  window.scrollTo(0, 0);
  document.body.dispatchEvent(new CustomEvent('htmx:after:swap', { bubbles: true, detail: {} }));
}
