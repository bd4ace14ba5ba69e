// How much room a note still has: [data-count] on the textarea names the output.
const NEAR = 20;

function show(area) {
  const output = document.getElementById(area.dataset.count);
  output.value = `${area.value.length} / ${area.maxLength}`;
  output.toggleAttribute('data-near', area.maxLength - area.value.length <= NEAR);
}

document.addEventListener('input', (event) => {
  if (event.target.matches('[data-count]')) show(event.target);
});
