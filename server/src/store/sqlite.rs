//! SQLite: one file, one writer that commits for many at once, and readers beside it.

mod accounts;
pub(crate) mod backup;
mod document;
mod history;
mod open;
mod pull;
mod push;
mod snapshots;
mod sums;
mod writer;

use std::fs::File;
use std::path::{Path, PathBuf};

use outpost_core::protocol::Account;
use outpost_core::record::{Record, RecordKey};
use sqlx::{Row, SqlitePool};

use super::{
    Buckets, Login, NewAccount, NewSession, Newest, Past, Place, Pull, Pulled, Pushed, Repaired, Snapshot, Store,
    StoreError, Summed,
};
use crate::accounts::email::Email;
use crate::accounts::session::{HashedToken, Session};
use crate::sync::push::{Push, PushRefused};
pub use open::OpenError;
use writer::Writer;

/// How long a session may be used before that is noted, in milliseconds: one write a day, not one a request.
const DAY_MS: u64 = 24 * 60 * 60 * 1_000;

/// A data folder with an SQLite database in it.
pub(crate) struct SqliteStore {
    writer: Writer,
    readers: SqlitePool,
    /// Held as long as the store is open: no second process writes to this folder.
    _lock: File,
}

impl SqliteStore {
    /// Opens a data folder; makes it, and brings its database up to date, where needed. It may grow to `max_bytes`.
    pub(crate) async fn open(folder: &Path, max_bytes: Option<u64>) -> Result<Self, OpenError> {
        open::open(PathBuf::from(folder), max_bytes).await
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

    async fn open_session(&self, session: NewSession, now_ms: u64) -> Result<Account, StoreError> {
        self.writer.write(move |conn| Box::pin(accounts::open_session(conn, session, now_ms))).await
    }

    async fn session(&self, token: HashedToken, now_ms: u64, time_ms: u64) -> Result<Option<Session>, StoreError> {
        let Some((session, expires_ms)) = accounts::session(&self.readers, token, now_ms).await? else {
            return Ok(None);
        };
        let renewed_ms = now_ms.saturating_add(time_ms);
        if expires_ms.saturating_add(DAY_MS) < renewed_ms {
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
            "SELECT workspaces.epoch, workspaces.head, devices.next_n
             FROM workspaces JOIN devices ON devices.workspace = workspaces.workspace AND devices.device = ?2
             WHERE workspaces.workspace = ?1",
        )
        .bind(session.workspace)
        .bind(session.device.to_string())
        .fetch_optional(&self.readers)
        .await?
        .ok_or(StoreError::Missing("device"))?;
        Ok(Place { epoch: row.try_get(0)?, head: unsigned(row.try_get(1)?), next_n: unsigned(row.try_get(2)?) })
    }

    async fn push(&self, push: Push) -> Result<Result<Pushed, PushRefused>, StoreError> {
        self.writer.write(move |conn| Box::pin(push::push(conn, push))).await
    }

    async fn history(&self, workspace: i64, key: &RecordKey) -> Result<Past, StoreError> {
        let mut reader = self.readers.acquire().await?;
        history::of(&mut reader, workspace, key).await
    }

    async fn records(&self, workspace: i64, keys: Vec<RecordKey>) -> Result<Vec<Record>, StoreError> {
        let mut reader = self.readers.acquire().await?;
        push::records(&mut reader, workspace, keys).await
    }

    async fn pull(&self, workspace: i64, pull: Pull) -> Result<Pulled, StoreError> {
        pull::pull(&self.readers, workspace, pull).await
    }

    async fn sums(&self, workspace: i64) -> Result<Summed, StoreError> {
        sums::sums(&self.readers, workspace).await
    }

    async fn repair(&self, workspace: i64, asked: Buckets) -> Result<Repaired, StoreError> {
        sums::repair(&self.readers, workspace, asked).await
    }

    async fn newest(&self, workspace: i64, limit: u32) -> Result<Newest, StoreError> {
        snapshots::newest(&self.readers, workspace, limit).await
    }

    async fn snapshot(&self, workspace: i64, name: Option<String>) -> Result<Option<Snapshot>, StoreError> {
        snapshots::find(&self.readers, workspace, name).await
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

    async fn close(&self) {
        self.readers.close().await;
        self.writer.close().await;
    }
}

/// SQLite's integers are signed. Sequence numbers and times never come near the sign.
fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// The way back.
fn unsigned(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}
