//! The database itself: its stores, and the two connections to it.
//!
//! rexie declares the stores, opens, upgrades and reads. It can neither ask for durability nor say why a transaction was
//! aborted, nor tell of a lost connection; so transactions that write go over a second connection, opened with `idb`, the
//! crate beneath rexie. See [`WriteTx`](super::tx::WriteTx).

use std::cell::Cell;
use std::rc::Rc;

use futures::future::{Either, select};
use rexie::{Index, ObjectStore, Rexie, TransactionMode};
use web_sys::IdbDatabase;

use super::error::StoreError;
use super::tx::WriteTx;
use crate::platform;

pub(super) const RECORDS: &str = "records";
/// Also the name under which pages follow what waits.
pub const OUTBOX: &str = "outbox";
pub(super) const REJECTED: &str = "rejected";
pub(super) const META: &str = "meta";
pub(super) const BLOBS: &str = "blobs";
pub(super) const CHUNKS: &str = "chunks";
pub(super) const JOURNAL: &str = "journal";
pub(super) const BLOCKS: &str = "blocks";
pub(super) const LINKS: &str = "links";

/// All stores.
pub(super) const ALL: [&str; 9] = [RECORDS, OUTBOX, REJECTED, META, BLOBS, CHUNKS, JOURNAL, BLOCKS, LINKS];

/// By type and time of the last edit; deleted records have no time and so are not in it.
pub(super) const RECENT: &str = "recent";
/// By the records that are pointed at; see [`row`](super::row).
pub(super) const PARENT: &str = "parent";

/// rexie deletes what a new version does not declare: every store and index stands here for ever.
const VERSION: u32 = 3;

/// How long to wait for an older tab to let go, in milliseconds.
pub(super) const PATIENCE: u32 = 8_000;

/// An open database.
pub(super) struct Db {
    rexie: Option<Rexie>,
    writer: IdbDatabase,
    end: Rc<Cell<End>>,
}

/// Why a connection is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    Open,
    /// Another tab upgrades the database, or deletes it.
    Upgraded,
    /// The browser closed it: site data was cleared, or the disk failed.
    Lost,
}

impl Db {
    /// Opens the database, makes it if there is none. Waits at most `patience` milliseconds for others to let go of it.
    pub(super) async fn open(name: &str, patience: u32) -> Result<Self, StoreError> {
        let opening = Box::pin(Self::connect(name));
        match select(opening, Box::pin(platform::sleep(patience))).await {
            Either::Left((opened, _)) => opened,
            Either::Right(_) => Err(StoreError::Blocked),
        }
    }

    async fn connect(name: &str) -> Result<Self, StoreError> {
        let rexie = Rexie::builder(name)
            .version(VERSION)
            .add_object_store(
                ObjectStore::new(RECORDS)
                    .key_path("k")
                    .add_index(Index::new_array(RECENT, ["t", "u"]))
                    .add_index(Index::new(PARENT, "p").multi_entry(true)),
            )
            .add_object_store(ObjectStore::new(OUTBOX).key_path("n"))
            .add_object_store(ObjectStore::new(REJECTED).key_path("n"))
            .add_object_store(ObjectStore::new(META))
            .add_object_store(ObjectStore::new(BLOBS))
            .add_object_store(ObjectStore::new(CHUNKS))
            .add_object_store(ObjectStore::new(JOURNAL))
            .add_object_store(
                ObjectStore::new(BLOCKS).key_path("k").add_index(Index::new(PARENT, "p").multi_entry(true)),
            )
            .add_object_store(ObjectStore::new(LINKS).key_path("k"))
            .build()
            .await?;
        let mut writer = idb::Factory::new()?.open(name, None)?.await?;
        let end = Rc::new(Cell::new(End::Open));
        let (upgraded, lost) = (end.clone(), end.clone());
        writer.on_version_change(move |event| {
            upgraded.set(End::Upgraded);
            if let Some(Ok(database)) = event.target().map(idb::Database::try_from) {
                database.close();
            }
        });
        writer.on_close(move |_| lost.set(End::Lost));
        // The handlers live as long as the connection.
        writer.forget_callbacks();
        Ok(Self { rexie: Some(rexie), writer: writer.into(), end })
    }

    fn rexie(&self) -> Result<&Rexie, StoreError> {
        match (self.end.get(), &self.rexie) {
            (End::Open, Some(rexie)) => Ok(rexie),
            (End::Upgraded, _) => Err(StoreError::NewerVersion),
            (End::Lost, _) | (End::Open, None) => Err(StoreError::ConnectionLost),
        }
    }

    /// Ends the connection as a browser does that has lost it: without a word.
    #[cfg(test)]
    pub(super) fn break_off(&self) {
        self.writer.close();
    }

    /// A transaction that reads.
    pub(super) fn read(&self, stores: &[&str]) -> Result<rexie::Transaction, StoreError> {
        Ok(self.rexie()?.transaction(stores, TransactionMode::ReadOnly)?)
    }

    /// A transaction that reads and writes, and is durable when it is done.
    pub(super) fn write(&self, stores: &[&str]) -> Result<WriteTx, StoreError> {
        self.rexie()?;
        WriteTx::begin(&self.writer, stores)
    }
}

impl Drop for Db {
    /// A connection that is merely forgotten stands in the way of upgrades until it is collected.
    fn drop(&mut self) {
        self.writer.close();
        if let Some(rexie) = self.rexie.take() {
            rexie.close();
        }
    }
}
