// What a visit may have left in the browser, beside what the server's Clear-Site-Data takes away: that
// header counts on a secure address only.
export async function wipe() {
  for (const held of [localStorage, sessionStorage]) held.clear();
  const boxes = self.caches ? await caches.keys() : [];
  await Promise.all(boxes.map((name) => caches.delete(name)));
  const databases = await indexedDB.databases();
  databases.forEach(({ name }) => indexedDB.deleteDatabase(name));
}
