// What a page needs in its head and the page on screen had not brought: style sheets and scripts.
export function missing(page) {
  const known = new Set([...document.head.querySelectorAll('link[rel="stylesheet"], script')].map((one) => one.src || one.href));
  return [...page.head.querySelectorAll('link[rel="stylesheet"], script')]
    .filter((one) => !known.has(new URL(one.getAttribute('src') || one.getAttribute('href'), location).href));
}

// A style sheet is worth waiting for.
export function bring(node) {
  const fresh = document.createElement(node.localName);
  [...node.attributes].forEach(({ name, value }) => fresh.setAttribute(name, value));
  const ready = node.localName === 'link' ? new Promise((done) => { fresh.onload = fresh.onerror = done; }) : null;
  document.head.append(fresh);
  return ready;
}
