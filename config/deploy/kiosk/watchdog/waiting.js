// Looks for the server until it answers, then opens the address behind the #.
const goal = new URL(location.hash.slice(1) || 'http://localhost:8000/kiosk/');
const door = new URL('/healthz', goal);
async function look() {
  try {
    await fetch(door, { mode: 'no-cors', cache: 'no-store', signal: AbortSignal.timeout(2000) });
    location.replace(goal);
  } catch {
    setTimeout(look, 1500);
  }
}
addEventListener('contextmenu', (event) => event.preventDefault());
look();
