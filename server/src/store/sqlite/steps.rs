//! The steps that SQLite takes for a store: they can be counted, and made to fail.
//!
//! A step is a call of SQLite's progress handler, asked for at every instruction: it looks up at least once for each row that
//! it reads or writes and at the end of each statement. A commit is one step more.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::SqliteStore;
use super::open::READERS;

/// How many steps there were, and which of them fail.
#[derive(Default)]
pub(super) struct Steps {
    count: AtomicU64,
    first: AtomicU64,
    last: AtomicU64,
}

impl Steps {
    /// Counts anew, and lets the steps `first..=last` fail; the next one is the first.
    pub(super) fn fail(&self, first: u64, last: u64) {
        self.first.store(first, Ordering::SeqCst);
        self.last.store(last, Ordering::SeqCst);
        self.count.store(0, Ordering::SeqCst);
    }

    /// How many there were.
    pub(super) fn count(&self) -> u64 {
        self.count.load(Ordering::SeqCst)
    }

    /// Counts one; whether it goes well.
    fn take(&self) -> bool {
        let step = self.count.fetch_add(1, Ordering::SeqCst) + 1;
        !(self.first.load(Ordering::SeqCst)..=self.last.load(Ordering::SeqCst)).contains(&step)
    }

    fn watch(self: &Arc<Self>, mut handle: sqlx::sqlite::LockedSqliteHandle<'_>) {
        let steps = Arc::clone(self);
        handle.set_progress_handler(1, move || steps.take());
        let steps = Arc::clone(self);
        handle.set_commit_hook(move || steps.take());
    }
}

/// A store all of whose connections count their steps.
pub(super) async fn watched(folder: &Path) -> (SqliteStore, Arc<Steps>) {
    let store = SqliteStore::open(folder, None).await.expect("a store");
    let steps = Arc::new(Steps::default());
    steps.fail(1, 0);
    let writes = Arc::clone(&steps);
    let watch = store.writer.write(move |conn| {
        Box::pin(async move {
            writes.watch(conn.lock_handle().await?);
            Ok(())
        })
    });
    watch.await.expect("watched");
    let mut readers = Vec::new();
    for _ in 0..READERS {
        let mut reader = store.readers.acquire().await.expect("a reader");
        steps.watch(reader.lock_handle().await.expect("its handle"));
        readers.push(reader);
    }
    drop(readers);
    (store, steps)
}
