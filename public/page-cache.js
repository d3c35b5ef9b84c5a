// A page that is left can be kept aside for the way back, frozen as it is; Safari does so even in the middle of an
// IndexedDB transaction. That transaction never ends, and whatever page comes next waits for it for ever.
//
// So a page that is about to be frozen gives up the transactions that are open: to the data that is the same as closing the
// page. One that was told to commit is past that and completes. Whoever comes back gets the page anew.
const database = globalThis.IDBDatabase?.prototype;
const open = new Set();
let frozen = false;

if (database) {
  const begin = database.transaction;
  database.transaction = function (...given) {
    if (frozen) throw new DOMException('This page is kept aside.', 'InvalidStateError');
    const transaction = begin.apply(this, given);
    const over = () => open.delete(transaction);
    open.add(transaction);
    transaction.addEventListener('complete', over);
    transaction.addEventListener('abort', over);
    return transaction;
  };
}

addEventListener('pagehide', ({ persisted }) => {
  frozen = persisted;
  if (!frozen) return;
  for (const transaction of open) {
    try {
      transaction.abort();
    } catch {
      // It is committing already.
    }
  }
});

addEventListener('pageshow', ({ persisted }) => {
  if (persisted) location.reload();
});
