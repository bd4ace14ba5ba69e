// How fast the store's server answers, for whoever looks after the kiosk: [data-network].
async function measure(place) {
  const from = performance.now();
  try {
    await fetch('/healthz', { cache: 'no-store', signal: AbortSignal.timeout(2000) });
    place.textContent = place.dataset.slow.replace('{n}', Math.round(performance.now() - from));
  } catch {
    place.textContent = place.dataset.none;
  }
}

const look = () => document.querySelectorAll('[data-network]').forEach(measure);
look();
setInterval(look, 5000);
