// What is left when the app itself is broken: a page that says so, and the person's data as a file.
// It trusts nothing of the app. It reads IndexedDB by itself, never writes, and works without the WASM.

const DATABASE = 'outpost';
const WINDOW = 500;

// What some English is in the person's language, if the catalogue of boot.js has come.
export function say(english) {
  const words = `\n${window.outpostWords ?? ''}`;
  const at = words.indexOf(`\n${english}\t`);
  return at < 0 ? english : words.slice(at + english.length + 2).split('\n', 1)[0];
}

// Opens what is there; makes nothing, or the app would find a database without its stores.
function open() {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(DATABASE);
    request.onupgradeneeded = () => request.transaction.abort();
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

function asked(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

// All rows of a store, a window at a time.
async function* rows(database, name) {
  if (!database.objectStoreNames.contains(name)) return;
  let range = null;
  for (;;) {
    const store = database.transaction(name).objectStore(name);
    const [keys, values] = await Promise.all([asked(store.getAllKeys(range, WINDOW)), asked(store.getAll(range, WINDOW))]);
    for (let at = 0; at < keys.length; at += 1) yield [keys[at], values[at]];
    if (keys.length < WINDOW) return;
    range = IDBKeyRange.lowerBound(keys.at(-1), true);
  }
}

// Rows hold their record or change as JSON text, which belongs into the file as what it stands for.
function readable(value) {
  const text = typeof value === 'string' ? value : (value?.d ?? value?.m);
  if (typeof text !== 'string') return value;
  try {
    return JSON.parse(text);
  } catch {
    return value;
  }
}

// What was packed with LZ4, behind its size. All in one function: of variables that an inner one changed too, a browser that had
// compiled both was once seen to read what they had been before.
function unpacked(packed) {
  const out = new Uint8Array(new DataView(packed.buffer, packed.byteOffset).getUint32(0, true));
  let from = 4;
  let to = 0;
  while (from < packed.length) {
    const token = packed[from++];
    let literals = token >> 4;
    if (literals === 15) {
      let more = 255;
      while (more === 255) literals += more = packed[from++];
    }
    while (literals-- > 0) out[to++] = packed[from++];
    if (from >= packed.length) break;
    let back = to - (packed[from] | (packed[from + 1] << 8));
    from += 2;
    let copied = token & 15;
    if (copied === 15) {
      let more = 255;
      while (more === 255) copied += more = packed[from++];
    }
    for (copied += 4; copied > 0; copied--) out[to++] = out[back++];
  }
  return out;
}

// The records of a block, in which a first sync brought many: what was written since has a row of its own, among `records`.
export function* inBlock(block) {
  let text = block.d;
  try {
    text = typeof text === 'string' ? text : new TextDecoder().decode(block.z ? unpacked(block.z) : text);
  } catch {
    return yield block;
  }
  for (const line of text.split('\n')) if (line) yield readable(line);
}

async function file() {
  const database = await open();
  try {
    const parts = [`{"format":"outpost-rescue","made":${JSON.stringify(new Date().toISOString())}`];
    for (const name of ['outbox', 'rejected', 'records', 'meta']) {
      let before = `,\n"${name}":[\n`;
      for await (const [key, value] of rows(database, name)) {
        parts.push(before, JSON.stringify(name === 'meta' ? { key, value: readable(value) } : readable(value)));
        before = ',\n';
      }
      parts.push(before.startsWith(',\n"') ? `,\n"${name}":[]` : '\n]');
    }
    let before = ',\n"blocks":[\n';
    for await (const [, block] of rows(database, 'blocks')) {
      for (const record of inBlock(block)) {
        parts.push(before, JSON.stringify(record));
        before = ',\n';
      }
    }
    parts.push(before.startsWith(',\n"') ? '' : '\n]', '}\n');
    return new Blob(parts, { type: 'application/json' });
  } finally {
    database.close();
  }
}

// Gives the person everything on this device as a file; answers whether that worked.
export async function exportData() {
  try {
    const link = document.createElement('a');
    link.href = URL.createObjectURL(await file());
    link.download = `outpost-${new Date().toISOString().slice(0, 10)}.json`;
    link.click();
    return true;
  } catch (error) {
    console.error(error);
    return false;
  }
}

// How many changes the server has not got yet; null if nobody can say.
async function unsent() {
  try {
    const database = await open();
    const count = await asked(database.transaction('outbox').objectStore('outbox').count());
    database.close();
    return count;
  } catch {
    return null;
  }
}

function element(name, properties = {}, children = []) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

// What went through frames of the app without a word of it (its stack was used up, or the browser threw where nobody expects it) left
// things half done there: it is a panic as well. Shown is where it was; the message could hold something of a record.
addEventListener('error', (event) => {
  const { error } = event;
  // What the browser answers when whoever asked is gone: nothing of the app has run, and nothing of it waits for that to return.
  const calls = String(error?.stack).replace(/.*\n?/g, (call) => (call.includes('wasm-function[') ? 'w' : '-'));
  if (/^closure invoked/.test(error?.message) && !/w-+w/.test(calls)) {
    event.preventDefault();
    return console.warn('nobody waits for this any more:', error.stack);
  }
  const frames = String(error?.stack).match(/wasm-function\[\d+/g);
  if (frames) dispatchEvent(new CustomEvent('outpost:panic', { detail: [error.name, ...frames.slice(0, 9)].join(' ').replace(/wasm-function\[/g, '#') }));
});

// A page in the place of everything, with where it happened.
export async function show(place) {
  const said = element('p', { className: 'muted', role: 'status' });
  const tell = (text) => {
    said.textContent = text;
  };
  const again = element('button', { type: 'button', className: 'btn primary', textContent: say('Start again') });
  again.onclick = () => location.reload();
  const save = element('button', { type: 'button', className: 'btn', textContent: say('Export my data') });
  save.onclick = async () => tell((await exportData()) ? say('The file is in your downloads.') : say('The data could not be read. Start again and try Settings → Export.'));
  const card = element('div', { className: 'rescue-card' }, [
    element('h1', { textContent: say('Outpost has stopped') }),
    element('p', { className: 'muted', textContent: say('Something in the app went wrong. Everything that was saved is safe on this device.') }),
    element('div', { className: 'row' }, [again, save]),
    said,
    element('details', {}, [element('summary', { textContent: say('Details') }), element('code', { textContent: place })]),
  ]);
  card.setAttribute('role', 'alert');
  document.body.replaceChildren(element('main', { className: 'rescue', id: 'rescue' }, [card]));
  again.focus();
  const count = await unsent();
  if (count) tell(say('Changes that have not reached the server yet: {count}').replace('{count}', count));
}
