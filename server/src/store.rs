//! What the server keeps. [`Store`] is all that the rest of the server knows of it: intents, not SQL. It is served from
//! SQLite or PostgreSQL, with one conformance suite for both (`tests/server`); the store in memory is for the simulation,
//! which holds it against SQLite. What they have in common stands beside them: the stored form of a record, what a push
//! does, what fits in a page.
//!
//! A promise made here is made to people: when a method that writes returns `Ok`, the write is on the disk.

mod aging;
mod backend;
mod compacting;
mod document;
mod memory;
mod page;
mod people;
pub(crate) mod postgres;
mod pushing;
pub(crate) mod sqlite;

use std::collections::HashMap;
use std::ops::RangeInclusive;
use std::sync::Arc;
use std::time::Duration;

use outpost_core::access::Role;
use outpost_core::hlc::{Hlc, MAX_MS};
use outpost_core::id::{DeviceId, RecordId};
use outpost_core::protocol::{Account, Receipt, Segment};
use outpost_core::record::{Record, RecordKey};
use outpost_core::scope::Age;
use outpost_core::sums::Sums;
use thiserror::Error;

use crate::accounts::email::Email;
use crate::accounts::session::{HashedToken, Session};
use crate::error::ApiError;
use crate::live::{Live, Word};
use crate::random;
use crate::sync::history::Change;
use crate::sync::push::{Push, PushRefused};
pub(crate) use backend::{Backend, BackendError};
pub(crate) use memory::{Data as MemoryData, MemoryStore};
pub(crate) use people::{NewPerson, Person, PersonRefused};
pub use postgres::ConnectError;
pub use sqlite::OpenError;
pub(crate) use sqlite::SqliteStore;

/// The store did not do what was asked. Nothing of the request was kept.
#[derive(Debug, Error)]
pub(crate) enum StoreError {
    /// The database refused.
    #[error("the database refused: {0}")]
    Database(#[from] sqlx::Error),
    /// The transaction that the write shared with others could not be committed.
    #[error("the transaction could not be committed: {0}")]
    Commit(Arc<sqlx::Error>),
    /// What is stored cannot be read.
    #[error("stored data cannot be read: {0}")]
    Corrupt(#[from] serde_json::Error),
    /// A row that others depend on is missing.
    #[error("the {0} is missing")]
    Missing(&'static str),
    /// The write made the server panic; it was undone.
    #[error("a write panicked and was undone")]
    Panicked,
    /// The database took too long; what it did is not known.
    #[error("the database does not answer")]
    Silent,
    /// The server is stopping.
    #[error("the store is closed")]
    Closed,
}

/// A new account with a workspace of its own.
pub(crate) struct NewAccount {
    /// Unique among all accounts.
    pub(crate) email: Email,
    /// A PHC string.
    pub(crate) password_hash: String,
    /// The workspace's name.
    pub(crate) workspace: String,
    /// The workspace's id, a UUIDv7.
    pub(crate) workspace_id: String,
    /// The workspace's first epoch.
    pub(crate) epoch: String,
}

impl NewAccount {
    /// With an id and an epoch of its own.
    pub(crate) fn random(
        email: Email,
        password_hash: String,
        workspace: String,
        now_ms: u64,
    ) -> Result<Self, ApiError> {
        let id = uuid::Builder::from_unix_timestamp_millis(now_ms, &random::bytes()?).into_uuid();
        let epoch = hex::encode(random::bytes::<16>()?);
        Ok(Self { email, password_hash, workspace, workspace_id: id.to_string(), epoch })
    }
}

/// What a password is checked against.
pub(crate) struct Login {
    /// The account.
    pub(crate) user: i64,
    /// A PHC string.
    pub(crate) password_hash: String,
    /// What the person may do.
    pub(crate) role: Role,
}

/// A session to be opened, and the device to be enrolled with it.
pub(crate) struct NewSession {
    /// The account, whose password was right.
    pub(crate) user: i64,
    /// The device.
    pub(crate) device: DeviceId,
    /// What its owner calls it.
    pub(crate) device_name: String,
    /// What the store will know the session by.
    pub(crate) token: HashedToken,
    /// A session that ends with this one's beginning.
    pub(crate) replaces: Option<HashedToken>,
    /// When it ends unless it is used, in milliseconds since 1970.
    pub(crate) expires_ms: u64,
}

/// Where a device stands with the server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Place {
    /// Another one after the database was restored from a backup.
    pub(crate) epoch: String,
    /// The number of the last row written in the workspace.
    pub(crate) head: u64,
    /// The number that the device's next mutation must have.
    pub(crate) next_n: u64,
    /// The number of the last row of which something was dropped that lay beneath a deletion.
    pub(crate) horizon: u64,
}

/// What a push did.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Pushed {
    /// The number that the device's next mutation must have.
    pub(crate) next_n: u64,
    /// What became of each mutation that was not beyond `next_n`.
    pub(crate) receipts: Vec<Receipt>,
    /// The sequence numbers that this push's own rows took.
    pub(crate) own: OwnRows,
    /// The workspace's head after it.
    pub(crate) head: u64,
}

/// The most changes of one record that are read: those beyond are the oldest.
const MOST_CHANGES: i64 = 2_000;

/// What was done to a record.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Past {
    /// By stamp, the oldest first.
    pub(crate) changes: Vec<(Hlc, Change)>,
    /// What the workspace's devices are called.
    pub(crate) names: HashMap<DeviceId, String>,
}

/// The rows that a push wrote: `(after, up_to]` of the workspace's sequence.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct OwnRows {
    /// The head before.
    pub(crate) after: u64,
    /// The head after; equal to `after` if nothing was written.
    pub(crate) up_to: u64,
    /// Those among them that also hold something the device has not seen: they had moved beyond its cursor before.
    pub(crate) unseen: Vec<u64>,
}

/// Which rows are wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Pull {
    /// Up to where the device has everything.
    pub(crate) cursor: u64,
    /// The cursor at which its round of pulls began.
    pub(crate) since: u64,
    /// The most rows.
    pub(crate) limit: u32,
    /// What the same request wrote: it is not sent back.
    pub(crate) own: OwnRows,
    /// What the device keeps.
    pub(crate) scope: Age,
}

/// Rows of one snapshot.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Pulled {
    /// Those after the cursor, in order, with the registers that changed after `since`.
    pub(crate) rows: Vec<Record>,
    /// Those among them that are no longer in its scope.
    pub(crate) forget: Vec<RecordKey>,
    /// Up to where the device has everything now.
    pub(crate) cursor: u64,
    /// Whether there are more.
    pub(crate) has_more: bool,
}

/// What a workspace holds, in short.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Summed {
    /// See [`Place`].
    pub(crate) epoch: String,
    /// See [`Place`].
    pub(crate) head: u64,
    /// Of all records that are in scope.
    pub(crate) sums: Sums,
}

/// The most records that are compared at once, or read to be packed.
pub(crate) const COMPARED_ROWS: usize = 500;

/// Which records are wanted for comparing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Buckets {
    /// See [`outpost_core::sums::bucket`]; if none is named, of all.
    pub(crate) buckets: Vec<u8>,
    /// Beyond which record.
    pub(crate) after: Option<RecordKey>,
    /// Of which ages.
    pub(crate) ages: RangeInclusive<u8>,
    /// The most at once.
    pub(crate) limit: usize,
}

/// Which archived records are wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Archived {
    /// Of which type.
    pub(crate) kind: String,
    /// Of which ages.
    pub(crate) ages: RangeInclusive<u8>,
    /// Older than which record, by id.
    pub(crate) before: Option<RecordId>,
    /// The most.
    pub(crate) limit: u32,
}

/// Records for comparing.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Repaired {
    /// Whole, in the order of type and id, each with its age.
    pub(crate) rows: Vec<(Record, Age)>,
    /// The last of them, if there are more.
    pub(crate) next: Option<RecordKey>,
}

/// What looking through a chunk of records for old ones did.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Aged {
    /// The workspace's head, if something went to the archive.
    pub(crate) head: Option<u64>,
    /// The last record that was looked at, if there are more.
    pub(crate) next: Option<RecordKey>,
}

/// The records that changed last.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Newest {
    /// See [`Place`].
    pub(crate) epoch: String,
    /// See [`Place`].
    pub(crate) head: u64,
    /// How many records there are in a scope.
    pub(crate) count: u64,
    /// The last first.
    pub(crate) rows: Vec<Record>,
}

/// A snapshot; see [`outpost_core::protocol::Snapshot`].
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Snapshot {
    /// Its name.
    pub(crate) name: String,
    /// What is in it.
    pub(crate) scope: Age,
    /// The epoch in which it was made.
    pub(crate) epoch: String,
    /// The head before it was begun.
    pub(crate) head: u64,
    /// What there is.
    pub(crate) segments: Vec<Segment>,
}

/// What a step of upkeep did to some rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Compacted {
    /// Records that lost what lay beneath their deletion.
    pub(crate) dropped: u64,
    /// Whether there is more to look at.
    pub(crate) has_more: bool,
}

/// A change in a workspace's history: its stamp, and the record.
pub(crate) type PastKey = (Hlc, RecordKey);

/// What was dropped of a history.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Forgotten {
    /// Changes.
    pub(crate) dropped: u64,
    /// The last change that was looked at, if there are more.
    pub(crate) next: Option<PastKey>,
}

/// The most rows that a transaction of upkeep looks at: pushes do not wait longer for it than for each other.
const UPKEEP_ROWS: u32 = 500;

/// All that the server asks of its database.
pub(crate) trait Store: Send + Sync {
    /// Whether it answers.
    fn check(&self) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// Makes an account and its workspace; returns the account, or `None` if the address has one.
    fn create_account(
        &self,
        account: NewAccount,
        now_ms: u64,
    ) -> impl Future<Output = Result<Option<i64>, StoreError>> + Send;

    /// The account of an address.
    fn find_login(&self, email: &Email) -> impl Future<Output = Result<Option<Login>, StoreError>> + Send;

    /// Makes an account in the workspace of somebody who has one.
    fn add_person(
        &self,
        beside: &Email,
        person: NewPerson,
        now_ms: u64,
    ) -> impl Future<Output = Result<Result<(), PersonRefused>, StoreError>> + Send;

    /// Says what somebody may do from now on. What they have under way is finished as before.
    fn set_role(
        &self,
        email: &Email,
        role: Role,
    ) -> impl Future<Output = Result<Result<(), PersonRefused>, StoreError>> + Send;

    /// Who is in the workspace of an address, the first of them first; empty if it has no account.
    fn people(&self, email: &Email) -> impl Future<Output = Result<Vec<Person>, StoreError>> + Send;

    /// Opens a session; enrols its device in the account's workspace, with a number series, if it is new there.
    fn open_session(
        &self,
        session: NewSession,
        now_ms: u64,
    ) -> impl Future<Output = Result<Account, StoreError>> + Send;

    /// The session of a token, unless it has ended. Its use makes it last until `now_ms + time_ms`, noted once a day.
    fn session(
        &self,
        token: HashedToken,
        now_ms: u64,
        time_ms: u64,
    ) -> impl Future<Output = Result<Option<Session>, StoreError>> + Send;

    /// Ends a session, if there is one.
    fn close_session(&self, token: HashedToken) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// What the person of a session is told of it.
    fn account(&self, session: &Session) -> impl Future<Output = Result<Account, StoreError>> + Send;

    /// Where the session's device stands.
    fn place(&self, session: &Session) -> impl Future<Output = Result<Place, StoreError>> + Send;

    /// Applies a push in one transaction: all of it, or, when refused or failed, nothing.
    fn push(&self, push: Push) -> impl Future<Output = Result<Result<Pushed, PushRefused>, StoreError>> + Send;

    /// What was done to a record.
    fn history(&self, workspace: i64, key: &RecordKey) -> impl Future<Output = Result<Past, StoreError>> + Send;

    /// These records, whole; one that there is not has no register.
    fn records(
        &self,
        workspace: i64,
        keys: Vec<RecordKey>,
    ) -> impl Future<Output = Result<Vec<Record>, StoreError>> + Send;

    /// Reads rows in one snapshot.
    fn pull(&self, workspace: i64, pull: Pull) -> impl Future<Output = Result<Pulled, StoreError>> + Send;

    /// How many records in a scope each bucket has and the sum of their digests, with the head and epoch of the same moment.
    fn sums(&self, workspace: i64, scope: Age) -> impl Future<Output = Result<Summed, StoreError>> + Send;

    /// Whole records of some buckets.
    fn repair(&self, workspace: i64, asked: Buckets) -> impl Future<Output = Result<Repaired, StoreError>> + Send;

    /// Notes how old those records are that come after `after` in the order of type and id, a chunk of them. Returns the
    /// workspace's head, if something went to the archive, and where to go on.
    fn age(
        &self,
        workspace: i64,
        after: Option<RecordKey>,
        now_ms: u64,
    ) -> impl Future<Output = Result<Aged, StoreError>> + Send;

    /// Brings records back from the archive, with their parts. Returns the workspace's head, if there was something to bring.
    fn recall(
        &self,
        workspace: i64,
        heads: Vec<RecordKey>,
        now_ms: u64,
    ) -> impl Future<Output = Result<Option<u64>, StoreError>> + Send;

    /// Archived records of a type, the newest first.
    fn archived(&self, workspace: i64, asked: Archived)
    -> impl Future<Output = Result<Vec<Record>, StoreError>> + Send;

    /// A record and its parts, the record first; empty if there is none.
    fn group(&self, workspace: i64, head: RecordKey) -> impl Future<Output = Result<Vec<Record>, StoreError>> + Send;

    /// The records that changed last and are in use.
    fn newest(&self, workspace: i64, scope: Age, limit: u32)
    -> impl Future<Output = Result<Newest, StoreError>> + Send;

    /// The latest snapshot of a scope, or the one of that name.
    fn snapshot(
        &self,
        workspace: i64,
        name: Option<String>,
        scope: Age,
    ) -> impl Future<Output = Result<Option<Snapshot>, StoreError>> + Send;

    /// Keeps a segment of a snapshot that is being made.
    fn keep_segment(
        &self,
        workspace: i64,
        snapshot: String,
        number: u32,
        body: Vec<u8>,
    ) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// Makes a snapshot known whose segments are kept; drops those before the one before it.
    fn keep_snapshot(
        &self,
        workspace: i64,
        made: Snapshot,
        now_ms: u64,
    ) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// A segment as it is sent.
    fn segment(
        &self,
        workspace: i64,
        snapshot: String,
        number: u32,
    ) -> impl Future<Output = Result<Option<Vec<u8>>, StoreError>> + Send;

    /// Some workspaces beyond `after`, in their order; none if there are no more.
    fn workspaces(&self, after: i64) -> impl Future<Output = Result<Vec<i64>, StoreError>> + Send;

    /// Notes how far a workspace's sequence goes now, and drops what lies beneath deletions beyond the
    /// [horizon](outpost_core::horizon), of the next few rows that have not been looked at yet; see [`compacting`].
    fn compact(&self, workspace: i64, now_ms: u64) -> impl Future<Output = Result<Compacted, StoreError>> + Send;

    /// Looks at a few changes beyond `after` in a workspace's history, by stamp, and drops those from before `before_ms`
    /// that say nothing of what is there now.
    fn forget(
        &self,
        workspace: i64,
        before_ms: u64,
        after: Option<PastKey>,
    ) -> impl Future<Output = Result<Forgotten, StoreError>> + Send;

    /// Says a word to the other processes that serve this database, soon and without waiting. It may be lost.
    fn tell_others(&self, workspace: i64, word: Word);

    /// From now on, passes on what other processes say or do, and reads `again` and again what they may have failed to say.
    fn hear_others(&self, live: &Arc<Live>, again: Duration);

    /// Stops: waits for what was begun, then lets go of the database.
    fn close(&self) -> impl Future<Output = ()> + Send;
}

/// How long a session may be used before that is noted, in milliseconds: one write a day, not one a request.
const DAY_MS: u64 = 24 * 60 * 60 * 1_000;

/// When a session that is used now ends, if that is to be noted.
fn renewal(expires_ms: u64, now_ms: u64, time_ms: u64) -> Option<u64> {
    let renewed_ms = now_ms.saturating_add(time_ms);
    (expires_ms.saturating_add(DAY_MS) < renewed_ms).then_some(renewed_ms)
}

/// What comes before all stamps of this time and later ones, and after all earlier ones.
fn first_stamp(ms: u64) -> String {
    Hlc { ms: ms.min(MAX_MS), counter: 0, device: DeviceId(0) }.to_string()
}

/// The databases' integers are signed. Sequence numbers and times never come near the sign.
fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// The way back.
fn unsigned(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}
