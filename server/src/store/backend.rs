//! The store that a server was started with.

use std::sync::Arc;
use std::time::Duration;

use outpost_core::access::Role;
use outpost_core::protocol::Account;
use outpost_core::record::{Record, RecordKey};
use outpost_core::scope::Age;
use thiserror::Error;

use super::postgres::{ConnectError, PostgresStore};
use super::sqlite::{OpenError, SqliteStore};
use super::{
    Aged, Archived, Buckets, Compacted, Forgotten, Login, NewAccount, NewPerson, NewSession, Newest, Past, PastKey,
    Person, PersonRefused, Place, Pull, Pulled, Pushed, Repaired, Snapshot, Store, StoreError, Summed,
};
use crate::accounts::email::Email;
use crate::accounts::session::{HashedToken, Session};
use crate::config::Config;
use crate::live::{Live, Word};
use crate::sync::push::{Push, PushRefused};

/// One of the databases that a server can keep its data in.
pub(crate) enum Backend {
    /// A file in the data folder.
    Sqlite(SqliteStore),
    /// A database that other processes may serve too.
    Postgres(Box<PostgresStore>),
}

/// Why a server's database cannot be used.
#[derive(Debug, Error)]
pub(crate) enum BackendError {
    #[error(transparent)]
    Folder(#[from] OpenError),
    #[error(transparent)]
    Connect(#[from] ConnectError),
}

impl Backend {
    /// Opens what the configuration names.
    pub(crate) async fn open(config: &Config) -> Result<Self, BackendError> {
        Ok(match &config.database_url {
            Some(url) => Self::Postgres(Box::new(PostgresStore::open(url, config.limits.database_connections).await?)),
            None => Self::Sqlite(SqliteStore::open(&config.data, config.limits.database_bytes).await?),
        })
    }

    /// Opens what the configuration names, beside servers that may run on it: it is brought up to date by those.
    pub(crate) async fn beside(config: &Config) -> Result<Self, BackendError> {
        Ok(match &config.database_url {
            Some(url) => Self::Postgres(Box::new(PostgresStore::beside(url).await?)),
            None => Self::Sqlite(SqliteStore::beside(&config.data).await?),
        })
    }
}

/// Asks the one that is there.
macro_rules! ask {
    ($backend:expr, $store:ident => $call:expr) => {
        match $backend {
            Backend::Sqlite($store) => $call,
            Backend::Postgres($store) => $call,
        }
    };
}

impl Store for Backend {
    async fn check(&self) -> Result<(), StoreError> {
        ask!(self, store => store.check().await)
    }

    async fn create_account(&self, account: NewAccount, now_ms: u64) -> Result<Option<i64>, StoreError> {
        ask!(self, store => store.create_account(account, now_ms).await)
    }

    async fn find_login(&self, email: &Email) -> Result<Option<Login>, StoreError> {
        ask!(self, store => store.find_login(email).await)
    }

    async fn add_person(
        &self,
        beside: &Email,
        person: NewPerson,
        now_ms: u64,
    ) -> Result<Result<(), PersonRefused>, StoreError> {
        ask!(self, store => store.add_person(beside, person, now_ms).await)
    }

    async fn set_role(&self, email: &Email, role: Role) -> Result<Result<(), PersonRefused>, StoreError> {
        ask!(self, store => store.set_role(email, role).await)
    }

    async fn people(&self, email: &Email) -> Result<Vec<Person>, StoreError> {
        ask!(self, store => store.people(email).await)
    }

    async fn open_session(&self, session: NewSession, now_ms: u64) -> Result<Account, StoreError> {
        ask!(self, store => store.open_session(session, now_ms).await)
    }

    async fn session(&self, token: HashedToken, now_ms: u64, time_ms: u64) -> Result<Option<Session>, StoreError> {
        ask!(self, store => store.session(token, now_ms, time_ms).await)
    }

    async fn close_session(&self, token: HashedToken) -> Result<(), StoreError> {
        ask!(self, store => store.close_session(token).await)
    }

    async fn account(&self, session: &Session) -> Result<Account, StoreError> {
        ask!(self, store => store.account(session).await)
    }

    async fn place(&self, session: &Session) -> Result<Place, StoreError> {
        ask!(self, store => store.place(session).await)
    }

    async fn push(&self, push: Push) -> Result<Result<Pushed, PushRefused>, StoreError> {
        ask!(self, store => store.push(push).await)
    }

    async fn history(&self, workspace: i64, key: &RecordKey) -> Result<Past, StoreError> {
        ask!(self, store => store.history(workspace, key).await)
    }

    async fn records(&self, workspace: i64, keys: Vec<RecordKey>) -> Result<Vec<Record>, StoreError> {
        ask!(self, store => store.records(workspace, keys).await)
    }

    async fn pull(&self, workspace: i64, pull: Pull) -> Result<Pulled, StoreError> {
        ask!(self, store => store.pull(workspace, pull).await)
    }

    async fn sums(&self, workspace: i64, scope: Age) -> Result<Summed, StoreError> {
        ask!(self, store => store.sums(workspace, scope).await)
    }

    async fn repair(&self, workspace: i64, asked: Buckets) -> Result<Repaired, StoreError> {
        ask!(self, store => store.repair(workspace, asked).await)
    }

    async fn age(&self, workspace: i64, after: Option<RecordKey>, now_ms: u64) -> Result<Aged, StoreError> {
        ask!(self, store => store.age(workspace, after, now_ms).await)
    }

    async fn recall(&self, workspace: i64, heads: Vec<RecordKey>, now_ms: u64) -> Result<Option<u64>, StoreError> {
        ask!(self, store => store.recall(workspace, heads, now_ms).await)
    }

    async fn archived(&self, workspace: i64, asked: Archived) -> Result<Vec<Record>, StoreError> {
        ask!(self, store => store.archived(workspace, asked).await)
    }

    async fn group(&self, workspace: i64, head: RecordKey) -> Result<Vec<Record>, StoreError> {
        ask!(self, store => store.group(workspace, head).await)
    }

    async fn newest(&self, workspace: i64, scope: Age, limit: u32) -> Result<Newest, StoreError> {
        ask!(self, store => store.newest(workspace, scope, limit).await)
    }

    async fn snapshot(&self, workspace: i64, name: Option<String>, scope: Age) -> Result<Option<Snapshot>, StoreError> {
        ask!(self, store => store.snapshot(workspace, name, scope).await)
    }

    async fn keep_segment(
        &self,
        workspace: i64,
        snapshot: String,
        number: u32,
        body: Vec<u8>,
    ) -> Result<(), StoreError> {
        ask!(self, store => store.keep_segment(workspace, snapshot, number, body).await)
    }

    async fn keep_snapshot(&self, workspace: i64, made: Snapshot, now_ms: u64) -> Result<(), StoreError> {
        ask!(self, store => store.keep_snapshot(workspace, made, now_ms).await)
    }

    async fn segment(&self, workspace: i64, snapshot: String, number: u32) -> Result<Option<Vec<u8>>, StoreError> {
        ask!(self, store => store.segment(workspace, snapshot, number).await)
    }

    async fn workspaces(&self, after: i64) -> Result<Vec<i64>, StoreError> {
        ask!(self, store => store.workspaces(after).await)
    }

    async fn compact(&self, workspace: i64, now_ms: u64) -> Result<Compacted, StoreError> {
        ask!(self, store => store.compact(workspace, now_ms).await)
    }

    async fn forget(&self, workspace: i64, before_ms: u64, after: Option<PastKey>) -> Result<Forgotten, StoreError> {
        ask!(self, store => store.forget(workspace, before_ms, after).await)
    }

    fn tell_others(&self, workspace: i64, word: Word) {
        ask!(self, store => store.tell_others(workspace, word));
    }

    fn hear_others(&self, live: &Arc<Live>, again: Duration) {
        ask!(self, store => store.hear_others(live, again));
    }

    async fn close(&self) {
        ask!(self, store => store.close().await);
    }
}
