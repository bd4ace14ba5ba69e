// A list that changes while somebody types cannot name its goods to the stream beforehand. The stream
// tells of all goods, and the list is read again when goods that it shows ([data-skus]) are meant.
const EVERYTHING = '*';

const isShown = (sku) => [...document.querySelectorAll('[data-skus]')].some(({ dataset }) => JSON.parse(dataset.skus).includes(sku));

document.addEventListener('stock', ({ detail }) => {
  if (detail.data === EVERYTHING || isShown(detail.data)) htmx.trigger(document.body, 'shelf');
});

// what was asked for another text than stands there by now is late, and is not shown
document.addEventListener('htmx:before:swap', (event) => {
  const { sourceElement, request } = event.detail.ctx;
  if (sourceElement?.matches?.('[data-shelf]') && sourceElement.getAttribute('hx-get') !== request.action) event.preventDefault();
});
