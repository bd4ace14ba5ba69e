// Freshness stamps go on by themselves: "à l'instant" becomes "il y a 1 s", then minutes, then the clock time.
// [data-clock] shows the time. The words come from the server (<meta name="ages">); a stamp is <time datetime> inside [data-stamp].
const LIVE_S = 10;
const RECENT_S = 15 * 60;
const HOUR_S = 3600;

const meta = (name) => document.querySelector(`meta[name="${name}"]`)?.content;
const words = JSON.parse(meta('ages') || '{}');
// the server's clock rules: a tablet may be minutes off
const ahead = Date.now() - Date.parse(meta('server-time') || new Date().toISOString());
// and so does the store's zone, whatever this device was set to
const timeZone = meta('time-zone') || undefined;
const clock = new Intl.DateTimeFormat('fr', { hour: '2-digit', minute: '2-digit', timeZone });

function inWords(seconds, moment) {
  if (seconds < 1) return words.now;
  if (seconds < 60) return words.s.replace('{n}', seconds);
  if (seconds < HOUR_S) return words.min.replace('{n}', Math.floor(seconds / 60));
  return words.clock.replace('{n}', clock.format(moment));
}

function tick(stamp) {
  const time = stamp.querySelector('time');
  const moment = Date.parse(time?.dateTime);
  if (Number.isNaN(moment)) return;
  const seconds = Math.max(0, Math.floor((Date.now() - ahead - moment) / 1000));
  if (seconds >= 2 * HOUR_S) return; // what the server wrote stays right
  const age = seconds <= LIVE_S ? 'live' : seconds <= RECENT_S ? 'recent' : 'stale';
  if (stamp.dataset.age !== age) stamp.dataset.age = age;
  const text = inWords(seconds, moment);
  if (time.textContent !== text) time.textContent = text;
}

function showTime() {
  const time = clock.format(Date.now() - ahead);
  document.querySelectorAll('[data-clock]').forEach((face) => {
    if (face.textContent !== time) face.textContent = time;
  });
}

function tickAll() {
  showTime();
  if (!document.hidden) document.querySelectorAll('[data-stamp]').forEach(tick);
}

setInterval(tickAll, 1000);
document.addEventListener('visibilitychange', tickAll);
