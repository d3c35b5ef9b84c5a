//! SQLite: one file, one writer that commits for many at once, and readers beside it.

mod accounts;
mod archive;
pub(crate) mod backup;
#[cfg(test)]
mod growth;
mod history;
#[cfg(test)]
mod interrupted;
mod moment;
mod open;
mod people;
mod pull;
mod push;
mod snapshots;
#[cfg(test)]
mod steps;
mod sums;
mod upkeep;
mod writer;

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use outpost_core::access::Role;
use outpost_core::protocol::Account;
use outpost_core::record::{Record, RecordKey};
use outpost_core::scope::Age;
use sqlx::{Row, SqlitePool};
use tokio::task::AbortHandle;

use super::{
    Aged, Archived, Buckets, Compacted, Forgotten, Login, NewAccount, NewPerson, NewSession, Newest, Past, PastKey,
    Person, PersonRefused, Place, Pull, Pulled, Pushed, Repaired, Snapshot, Store, StoreError, Summed, aging,
    compacting, pushing, renewal, unsigned,
};
use crate::accounts::email::Email;
use crate::accounts::session::{HashedToken, Session};
use crate::live::{Live, Word};
use crate::sync::push::{Push, PushRefused};
pub use open::OpenError;
use writer::Writer;

/// A data folder with an SQLite database in it.
pub(crate) struct SqliteStore {
    writer: Writer,
    readers: SqlitePool,
    /// Held as long as the store is open: no second server runs on this folder. Not of a store that is beside one.
    lock: Option<File>,
    /// Looks after what a command does beside this, once somebody may listen here.
    watcher: Mutex<Option<AbortHandle>>,
}

impl SqliteStore {
    /// Opens a data folder; makes it, and brings its database up to date, where needed. It may grow to `max_bytes`.
    pub(crate) async fn open(folder: &Path, max_bytes: Option<u64>) -> Result<Self, OpenError> {
        open::open(PathBuf::from(folder), max_bytes).await
    }

    /// Opens the database of a data folder on which a server may run: for one thing, and soon closed again.
    pub(crate) async fn beside(folder: &Path) -> Result<Self, OpenError> {
        open::beside(PathBuf::from(folder)).await
    }

    fn watcher(&self) -> MutexGuard<'_, Option<AbortHandle>> {
        self.watcher.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Gives all workspaces another epoch, as after a restore from a backup.
    pub(crate) async fn set_epoch(&self, epoch: String) -> Result<(), StoreError> {
        self.writer
            .write(move |conn| {
                Box::pin(async move {
                    sqlx::query("UPDATE workspaces SET epoch = ?1").bind(epoch).execute(conn).await?;
                    Ok(())
                })
            })
            .await
    }
}

impl Store for SqliteStore {
    async fn check(&self) -> Result<(), StoreError> {
        sqlx::query("SELECT 1 FROM workspaces LIMIT 1").fetch_optional(&self.readers).await?;
        if self.writer.is_running() { Ok(()) } else { Err(StoreError::Closed) }
    }

    async fn create_account(&self, account: NewAccount, now_ms: u64) -> Result<Option<i64>, StoreError> {
        self.writer.write(move |conn| Box::pin(accounts::create(conn, account, now_ms))).await
    }

    async fn find_login(&self, email: &Email) -> Result<Option<Login>, StoreError> {
        accounts::find_login(&self.readers, email).await
    }

    async fn add_person(
        &self,
        beside: &Email,
        person: NewPerson,
        now_ms: u64,
    ) -> Result<Result<(), PersonRefused>, StoreError> {
        let beside = beside.clone();
        self.writer.write(move |conn| Box::pin(people::add(conn, beside, person, now_ms))).await
    }

    async fn set_role(&self, email: &Email, role: Role) -> Result<Result<(), PersonRefused>, StoreError> {
        let email = email.clone();
        self.writer.write(move |conn| Box::pin(people::set_role(conn, email, role))).await
    }

    async fn people(&self, email: &Email) -> Result<Vec<Person>, StoreError> {
        people::people(&self.readers, email).await
    }

    async fn open_session(&self, session: NewSession, now_ms: u64) -> Result<Account, StoreError> {
        self.writer.write(move |conn| Box::pin(accounts::open_session(conn, session, now_ms))).await
    }

    async fn session(&self, token: HashedToken, now_ms: u64, time_ms: u64) -> Result<Option<Session>, StoreError> {
        let Some((session, expires_ms)) = accounts::session(&self.readers, token, now_ms).await? else {
            return Ok(None);
        };
        if let Some(renewed_ms) = renewal(expires_ms, now_ms, time_ms) {
            self.writer.write(move |conn| Box::pin(accounts::renew_session(conn, token, renewed_ms))).await?;
        }
        Ok(Some(session))
    }

    async fn close_session(&self, token: HashedToken) -> Result<(), StoreError> {
        self.writer.write(move |conn| Box::pin(accounts::close_session(conn, token))).await
    }

    async fn account(&self, session: &Session) -> Result<Account, StoreError> {
        let mut reader = self.readers.acquire().await?;
        accounts::account(&mut reader, session).await
    }

    async fn place(&self, session: &Session) -> Result<Place, StoreError> {
        let row = sqlx::query(
            "SELECT workspaces.epoch, workspaces.head, devices.next_n, workspaces.horizon
             FROM workspaces JOIN devices ON devices.workspace = workspaces.workspace AND devices.device = ?2
             WHERE workspaces.workspace = ?1",
        )
        .bind(session.workspace)
        .bind(session.device.to_string())
        .fetch_optional(&self.readers)
        .await?
        .ok_or(StoreError::Missing("device"))?;
        Ok(Place {
            epoch: row.try_get(0)?,
            head: unsigned(row.try_get(1)?),
            next_n: unsigned(row.try_get(2)?),
            horizon: unsigned(row.try_get(3)?),
        })
    }

    async fn push(&self, push: Push) -> Result<Result<Pushed, PushRefused>, StoreError> {
        self.writer.write(move |conn| Box::pin(async move { pushing::push(conn, &push).await })).await
    }

    async fn history(&self, workspace: i64, key: &RecordKey) -> Result<Past, StoreError> {
        let mut reader = self.readers.acquire().await?;
        history::of(&mut reader, workspace, key).await
    }

    async fn records(&self, workspace: i64, keys: Vec<RecordKey>) -> Result<Vec<Record>, StoreError> {
        let mut reader = self.readers.acquire().await?;
        pushing::records(&mut *reader, workspace, keys).await
    }

    async fn pull(&self, workspace: i64, pull: Pull) -> Result<Pulled, StoreError> {
        pull::pull(&self.readers, workspace, pull).await
    }

    async fn sums(&self, workspace: i64, scope: Age) -> Result<Summed, StoreError> {
        sums::sums(&self.readers, workspace, scope).await
    }

    async fn repair(&self, workspace: i64, asked: Buckets) -> Result<Repaired, StoreError> {
        sums::repair(&self.readers, workspace, asked).await
    }

    async fn age(&self, workspace: i64, after: Option<RecordKey>, now_ms: u64) -> Result<Aged, StoreError> {
        let mut reader = self.readers.acquire().await?;
        let (heads, next) = archive::heads(&mut reader, workspace, after).await?;
        // Most of what is looked at stays where it is, and the one writer is wanted elsewhere.
        let overdue = aging::overdue(&mut *reader, workspace, &heads, now_ms).await?;
        drop(reader);
        if overdue.is_empty() {
            return Ok(Aged { head: None, next });
        }
        let write =
            self.writer.write(move |conn| Box::pin(async move { aging::age(conn, workspace, &overdue, now_ms).await }));
        Ok(Aged { head: write.await?, next })
    }

    async fn recall(&self, workspace: i64, heads: Vec<RecordKey>, now_ms: u64) -> Result<Option<u64>, StoreError> {
        let write = self
            .writer
            .write(move |conn| Box::pin(async move { aging::recall(conn, workspace, &heads, now_ms).await }));
        write.await
    }

    async fn archived(&self, workspace: i64, asked: Archived) -> Result<Vec<Record>, StoreError> {
        let mut reader = self.readers.acquire().await?;
        archive::archived(&mut reader, workspace, asked).await
    }

    async fn group(&self, workspace: i64, head: RecordKey) -> Result<Vec<Record>, StoreError> {
        let mut reader = self.readers.acquire().await?;
        aging::group(&mut *reader, workspace, head).await
    }

    async fn newest(&self, workspace: i64, scope: Age, limit: u32) -> Result<Newest, StoreError> {
        snapshots::newest(&self.readers, workspace, scope, limit).await
    }

    async fn snapshot(&self, workspace: i64, name: Option<String>, scope: Age) -> Result<Option<Snapshot>, StoreError> {
        snapshots::find(&self.readers, workspace, name, scope).await
    }

    async fn keep_segment(
        &self,
        workspace: i64,
        snapshot: String,
        number: u32,
        body: Vec<u8>,
    ) -> Result<(), StoreError> {
        self.writer.write(move |conn| Box::pin(snapshots::keep_segment(conn, workspace, snapshot, number, body))).await
    }

    async fn keep_snapshot(&self, workspace: i64, made: Snapshot, now_ms: u64) -> Result<(), StoreError> {
        self.writer.write(move |conn| Box::pin(snapshots::keep(conn, workspace, made, now_ms))).await
    }

    async fn segment(&self, workspace: i64, snapshot: String, number: u32) -> Result<Option<Vec<u8>>, StoreError> {
        snapshots::segment(&self.readers, workspace, snapshot, number).await
    }

    async fn workspaces(&self, after: i64) -> Result<Vec<i64>, StoreError> {
        upkeep::workspaces(&self.readers, after).await
    }

    async fn compact(&self, workspace: i64, now_ms: u64) -> Result<Compacted, StoreError> {
        self.writer.write(move |conn| Box::pin(async move { compacting::compact(conn, workspace, now_ms).await })).await
    }

    async fn forget(&self, workspace: i64, before_ms: u64, after: Option<PastKey>) -> Result<Forgotten, StoreError> {
        self.writer.write(move |conn| Box::pin(upkeep::forget(conn, workspace, before_ms, after))).await
    }

    /// There are none: the data folder is locked.
    fn tell_others(&self, _workspace: i64, _word: Word) {}

    /// No server, but a command that removes somebody.
    fn hear_others(&self, live: &Arc<Live>, again: Duration) {
        let task = tokio::spawn(people::watch(self.readers.clone(), Arc::clone(live), again));
        if let Some(before) = self.watcher().replace(task.abort_handle()) {
            before.abort();
        }
    }

    async fn close(&self) {
        if let Some(watcher) = self.watcher().take() {
            watcher.abort();
        }
        self.readers.close().await;
        self.writer.close().await;
        // Fails only where there are no locks, and ends with the file at the latest.
        if let Some(lock) = &self.lock {
            lock.unlock().ok();
        }
    }
}
