// Starts the app: loads the WASM, and then registers the service worker. If the app cannot start, it says so in the
// page, with what a person can do about it.
// The build writes the hashed names onto this script's own tag, so that no inline script is needed.
// Colours that were chosen under Settings, before anything of the app is drawn.
try {
  const theme = localStorage.getItem('theme');
  if (theme) document.documentElement.dataset.theme = theme;
} catch {
  // Without storage there is no choice to follow.
}

// The language: what was chosen under Settings, or else the first of the browser's that the app speaks. English is in the app.
const LANGUAGES = { en: 'ltr', de: 'ltr', ar: 'rtl' };
let language = navigator.languages.map((name) => name.split('-')[0]).find((name) => name in LANGUAGES);
try {
  language = localStorage.getItem('language') || language;
} catch {
  // As above.
}
if (!(language in LANGUAGES)) language = 'en';
document.documentElement.lang = language;
document.documentElement.dir = LANGUAGES[language];
const words = language === 'en' || fetch(`/lang/${language}.txt`).then(async (answer) => {
  if (!answer.ok) throw new Error(`the words are not there (${answer.status})`);
  window.outpostWords = await answer.text();
}).catch((error) => console.warn('Outpost speaks English for now:', error));

// Styles of other pages than the list of leads; that one does not wait while they are read, and they are here long before others.
const style = () => document.querySelectorAll('link[data-later]:not([rel])').forEach((link) => (link.rel = 'stylesheet'));
if (!/^\/(leads)?$/.test(location.pathname)) style();

const { js, wasm } = document.querySelector('script[data-wasm]').dataset;
// Compiled beside everything else that is fetched; where that cannot be, the app does it itself and says what is wrong.
const compiled = globalThis.WebAssembly?.compileStreaming?.(fetch(wasm)).catch(() => wasm);
const here = (path) => new URL(path, import.meta.url);
const byId = (id) => document.getElementById(id);
// If it is missing, the app starts all the same.
const pageCache = import('./page-cache.js').catch(() => null);
// For when all else is broken. It comes behind the app, or as soon as it is needed.
let asked;
const rescue = () => (asked ??= import('./rescue.js').catch(() => (asked = null)));
addEventListener('outpost:panic', async (event) => (await rescue())?.show(event.detail), { once: true });
// The app asks for it when it cannot open its own store.
addEventListener('outpost:export', async () => (await rescue())?.exportData());

// Until it is there, English.
let say = (english) => english;

function reason(error) {
  if (typeof WebAssembly !== 'object' || error instanceof WebAssembly.CompileError || error instanceof WebAssembly.LinkError) {
    return say('This browser cannot run it. Any current Chrome, Edge, Firefox or Safari can.');
  }
  if (error instanceof WebAssembly.RuntimeError) {
    return say('It stopped while starting. Trying again often helps; if it does not, fetch the app again.');
  }
  return say('A part of it could not be loaded. Check the connection and try again.');
}

// Takes the app's files (never its records) off this device and loads them anew; only if the server answers, because
// without it they are all there is.
async function refetch() {
  const answer = await fetch(here('sw.js'), { cache: 'no-store' }).catch(() => null);
  if (!answer || !/javascript/.test(answer.headers.get('content-type') || '')) {
    byId('boot-failure-why').textContent = say('The server does not answer just now. Try again when there is a connection.');
    return;
  }
  const workers = await navigator.serviceWorker.getRegistrations();
  const shelves = (await caches.keys()).filter((name) => name.startsWith('outpost-'));
  await Promise.all([...workers.map((worker) => worker.unregister()), ...shelves.map((name) => caches.delete(name))]);
  location.reload();
}

function fail(error) {
  console.error(error);
  // A panic has put the page of rescue.js in the place of everything.
  if (!byId('boot')) return;
  byId('boot-failure-why').textContent = reason(error);
  // In the person's language once it is there, which on a bad line may be never.
  Promise.all([rescue(), words]).then(([rescue]) => {
    say = rescue?.say ?? say;
    for (const part of document.querySelectorAll('#boot-failure :is(h1, p:not([class]), button)')) part.textContent = say(part.textContent);
  });
  byId('boot-retry').onclick = () => location.reload();
  byId('boot-refetch').onclick = refetch;
  byId('boot-refetch').hidden = !navigator.serviceWorker?.controller;
  byId('boot-export').onclick = async () => {
    if (!(await (await rescue())?.exportData())) byId('boot-failure-why').textContent = say('There is no data on this device that could be read.');
  };
  byId('boot-failure').hidden = false;
}

// While it is compiled: what a list says of its rows needs this, and a browser takes its time for the first of it.
new Intl.RelativeTimeFormat(language, { numeric: 'auto' }).format(-1, 'day');

try {
  const [app] = await Promise.all([import(js), pageCache, words]);
  // The app takes the first paint away by itself, once it has opened its store and drawn something better.
  await app.default({ module_or_path: (await compiled) ?? wasm });
  style();
  rescue();
} catch (error) {
  fail(error);
}

// Development builds have no version and get no service worker: it would serve the build before the last change.
if ('serviceWorker' in navigator && document.querySelector('meta[name="outpost-version"]')) {
  navigator.serviceWorker.register(here('sw.js'), { scope: here('.').pathname, updateViaCache: 'none' }).catch((error) => {
    console.warn('Outpost will not open without a network: its service worker was refused.', error);
  });
}
