// Outpost's service worker: keeps the app's own files on the device, so that it opens without a network.
// It knows nothing of records; those are in IndexedDB, and background.js alone looks at what of them waits to be sent.
//
// A version is the hash over all its files. Each version has one cache, filled as a whole or not at all, every file
// checked against the hash it was built with. A new version waits until no tab uses the old one or a page asks for it.
//
// Messages from a page:   {type: 'skip-waiting'}       let this (waiting) worker take over all tabs now
//                         {type: 'version'}            answered to the sender with {type: 'version', version}
// Messages to every page: {type: 'activated', version} this version is in charge from now on. A page whose own
//   version, <meta name="outpost-version">, differs should load itself again as soon as it holds no unsaved form.
//   After the very first install the two are equal: 'controllerchange' alone does not mean that there was an update.

// `cargo xtask postbuild` writes both lines anew in the built copy.
const VERSION = 'unbuilt';
const FILES = {};

importScripts('background.js', 'notify.js', 'share.js');

const PREFIX = 'outpost-shell-';
const CACHE = PREFIX + VERSION;
// In each version's cache: its list of files, written last, so that its presence says "complete".
const LIST = at('outpost-files.json');
// Which versions were in charge, newest first, in a cache of its own.
const HISTORY = 'outpost-versions';

function at(path) {
  return new URL(path, self.registration.scope).href;
}

async function sha256(response) {
  const digest = await crypto.subtle.digest('SHA-256', await response.arrayBuffer());
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

// A redirected response cannot answer a navigation: keep what it says, drop how it came.
function plain(response) {
  if (!response.redirected) return response;
  return new Response(response.body, { status: response.status, headers: response.headers });
}

async function obtain(path, hash, shelves) {
  for (const { cache, files } of shelves) {
    const kept = files[path] === hash && (await cache.match(at(path), { ignoreVary: true }));
    if (kept) return kept;
  }
  // What the page has just loaded is in the HTTP cache; what is stale there is asked for again.
  for (const mode of ['default', 'reload']) {
    const response = await fetch(at(path), { cache: mode });
    if (response.ok && (await sha256(response.clone())) === hash) return plain(response);
  }
  throw new Error(`${path} is not the file this version of Outpost was built with`);
}

async function install() {
  const names = (await caches.keys()).filter((name) => name.startsWith(PREFIX) && name !== CACHE);
  const cache = await caches.open(CACHE);
  if (await cache.match(LIST)) return;
  try {
    const shelves = [];
    for (const name of names) {
      const shelf = await caches.open(name);
      const list = await shelf.match(LIST);
      if (list) shelves.push({ cache: shelf, files: await list.json() });
    }
    const put = async ([path, hash]) => cache.put(at(path), await obtain(path, hash, shelves));
    await Promise.all(Object.entries(FILES).map(put));
    await cache.put(LIST, Response.json(FILES));
  } catch (error) {
    await caches.delete(CACHE);
    throw error;
  }
}

async function activate() {
  const history = await caches.open(HISTORY);
  const before = (await (await history.match(at('versions')))?.json()) ?? [];
  // The version before this one stays: tabs that still show it may need its files.
  const kept = [VERSION, ...before.filter((version) => version !== VERSION)].slice(0, 2);
  await history.put(at('versions'), Response.json(kept));
  const old = (await caches.keys()).filter((name) => name.startsWith(PREFIX) && !kept.includes(name.slice(PREFIX.length)));
  await Promise.all(old.map((name) => caches.delete(name)));
  await self.clients.claim();
  const pages = await self.clients.matchAll({ type: 'window', includeUncontrolled: true });
  for (const page of pages) page.postMessage({ type: 'activated', version: VERSION });
}

async function answer(path, request) {
  const options = { ignoreVary: true };
  const kept = (await (await caches.open(CACHE)).match(at(path), options)) ?? (await caches.match(at(path), options));
  if (kept) return kept;
  const response = await fetch(request);
  const html = /text\/html/.test(response.headers.get('content-type') ?? '');
  // A captive portal or a wrong fallback must not be run as code.
  return html && request.mode !== 'navigate' ? Response.error() : response;
}

self.addEventListener('install', (event) => event.waitUntil(install()));
self.addEventListener('activate', (event) => event.waitUntil(activate()));

self.addEventListener('message', (event) => {
  if (event.data?.type === 'skip-waiting') event.waitUntil(self.skipWaiting());
  if (event.data?.type === 'version') event.source.postMessage({ type: 'version', version: VERSION });
});

self.addEventListener('fetch', (event) => {
  const { request } = event;
  if (request.method !== 'GET' || request.headers.has('range') || !request.url.startsWith(at(''))) return;
  const path = new URL(request.url).pathname.slice(new URL(at('')).pathname.length);
  if (/^(api\/|healthz$|sw\.js$)/.test(path)) return;
  const own = Object.hasOwn(FILES, path);
  if (request.mode === 'navigate') {
    // A page of the app has no dot in its last part; a file that is opened by itself has.
    if (own || !/\.[^/]*$/.test(path)) event.respondWith(answer('index.html', request));
  } else if (own || /\.(js|wasm|css)$/.test(path)) {
    event.respondWith(answer(path, request));
  }
});
