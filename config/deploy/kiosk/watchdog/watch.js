// Sees to it that the kiosk's page lives. One that crashed, or did not answer for a while, gives way to the
// waiting page, which opens a fresh session as soon as the server answers; one without an address of the web
// is closed. With its last page the browser ends, and the unit starts it again.
const LOOK_MS = 800;
const MOST_MISSED = 3; // looks, not seconds: a machine that was asleep has missed none
const FIRST_LOOKS = 5; // more, for a page that has yet to load
const WAITING = chrome.runtime.getURL('waiting.html');
const AFRESH = '/kiosk/afresh';
const ports = new Map(); // of each tab whose page has said that it lives
const missed = new Map(); // looks of each tab since then
const leaving = new Set(); // tabs that are being mended
const replaced = new Set(); // tabs whose waiting page has been opened

function goalOf(tab) {
  const { protocol, origin, hash } = new URL(tab.url || tab.pendingUrl);
  return protocol.startsWith('http') ? origin + AFRESH : hash.slice(1);
}

// A new tab knows no way back to what was open in the old one.
async function replace(tab) {
  const goal = !replaced.has(tab.id) && goalOf(tab);
  if (goal) await chrome.tabs.create({ url: `${WAITING}#${goal}` });
  replaced.add(tab.id);
  await chrome.tabs.remove(tab.id);
}

async function mend(tab) {
  if (leaving.has(tab.id)) return;
  leaving.add(tab.id);
  try {
    await replace(tab);
  } catch (refused) {
    console.warn(refused); // the next look tries again
  } finally {
    leaving.delete(tab.id);
  }
}

// "unloaded" is a tab without a process
async function seek() {
  const tabs = await chrome.tabs.query({ status: 'unloaded' });
  await Promise.all(tabs.map(mend));
}

// To call the browser this often also keeps it from putting this worker to sleep.
async function look() {
  await seek();
  for (const { id } of await chrome.tabs.query({})) {
    missed.set(id, (missed.get(id) ?? -FIRST_LOOKS) + 1);
    ports.get(id)?.postMessage('');
    if (missed.get(id) > MOST_MISSED) await mend(await chrome.tabs.get(id));
  }
}

chrome.runtime.onConnect.addListener((port) => {
  const { id } = port.sender.tab;
  const lives = () => missed.set(id, 0);
  ports.set(id, port);
  lives();
  port.onMessage.addListener(lives);
  port.onDisconnect.addListener(() => {
    if (ports.get(id) === port) ports.delete(id);
    seek();
  });
});
chrome.tabs.onRemoved.addListener((id) => [missed, replaced].forEach((held) => held.delete(id)));
// what starts this worker at all: the browser, a page, and a clock where it was ended with its page
chrome.runtime.onStartup.addListener(seek);
chrome.alarms.onAlarm.addListener(seek);
chrome.alarms.create('seek', { periodInMinutes: 0.5 });
setInterval(look, LOOK_MS);
