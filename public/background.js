// Part of the service worker: sends what waits when the network is back and no page of the app is open (Background Sync, in
// Chromium). It only sends. What the server answers is not kept here, since the server says the same again to the next page
// that sends the same: replays are what the protocol promises. So the sync machine need not run in the worker.

const TAG = 'outbox';
// The lock that the syncing page holds: one request at a time for a device.
const LOCK = 'outpost-sync';
const BATCH = 200;

self.addEventListener('sync', (event) => {
  if (event.tag !== TAG) return;
  // A page that is open does it by itself.
  event.waitUntil(navigator.locks.request(LOCK, { ifAvailable: true }, (lock) => lock && sendOutbox()));
});

function asked(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

async function openStore() {
  const request = indexedDB.open('outpost');
  // There is none yet; it is not for this worker to make it.
  request.onupgradeneeded = () => request.transaction.abort();
  const db = await asked(request).catch(() => null);
  if (db) db.onversionchange = () => db.close();
  return db;
}

// The mutations after a number, and who sends them. They are sealed first, as a page does it: from then on they may be at the
// server, and nothing of them may be taken back on this device.
async function sealBatch(db, after) {
  const tx = db.transaction(['meta', 'outbox'], 'readwrite', { durability: 'strict' });
  const done = new Promise((resolve, reject) => {
    tx.oncomplete = resolve;
    tx.onabort = () => reject(tx.error);
  });
  const meta = tx.objectStore('meta');
  const [text, account, rows] = await Promise.all([
    asked(meta.get('state')),
    asked(meta.get('app:account')),
    asked(tx.objectStore('outbox').getAll(IDBKeyRange.lowerBound(after, true), BATCH)),
  ]);
  const sealed = /"sealed":(\d+)/.exec(text ?? '');
  if (!account || !sealed || rows.length === 0) return null;
  const { clock, position } = JSON.parse(text);
  // A push names the server's epoch; a page asks for it first.
  if (!position.epoch) return null;
  const last = rows.at(-1).n;
  // In the text, so that numbers which JavaScript cannot hold stay as they are.
  if (Number(sealed[1]) < last) meta.put(text.replace(sealed[0], `"sealed":${last}`), 'state');
  await done;
  return { last, device: clock.device, position, mutations: `[${rows.map((row) => row.m).join(',')}]` };
}

async function sendOutbox() {
  // Before anything is sealed, it must be the server that answers, and know this device.
  const me = await fetch(new URL('api/v1/me', self.registration.scope), { cache: 'no-store' });
  if (!me.ok || !/json/.test(me.headers.get('content-type') ?? '')) return;
  const db = await openStore();
  if (!db) return;
  try {
    for (let after = 0; ; ) {
      const batch = await sealBatch(db, after);
      if (!batch) return;
      const { epoch, cursor, since } = batch.position;
      const head = JSON.stringify({ protocol: 1, device: batch.device, epoch, cursor, since, limit: 0 });
      const response = await fetch(new URL('api/v1/sync', self.registration.scope), {
        method: 'POST',
        credentials: 'same-origin',
        cache: 'no-store',
        headers: { 'Content-Type': 'application/json', 'X-Outpost': '1' },
        body: `${head.slice(0, -1)},"mutations":${batch.mutations}}`,
      });
      // The browser tries again later.
      if (response.status >= 500 || response.status === 429) throw new Error(`the server answers ${response.status}`);
      // Anything else wants a page, and perhaps a person.
      if (!response.ok || !/json/.test(response.headers.get('content-type') ?? '')) return;
      const { receipts } = await response.json();
      if (receipts.length === 0) return;
      after = batch.last;
    }
  } finally {
    db.close();
  }
}
