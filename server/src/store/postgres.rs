//! PostgreSQL: any number of server processes on one database. Nothing that matters is kept in a process, so that one
//! may come, go or die at any time; what a process keeps is connections, and who listens to it.

mod accounts;
mod archive;
mod connect;
mod epoch;
mod history;
mod lanes;
mod listen;
mod people;
mod poke;
mod pull;
mod push;
mod snapshots;
mod sums;
mod upkeep;
mod work;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use outpost_core::access::Role;
use outpost_core::protocol::Account;
use outpost_core::record::{Record, RecordKey};
use outpost_core::scope::Age;
use sqlx::PgPool;
use sqlx::postgres::PgConnectOptions;
use tokio::sync::oneshot;
use tokio::task::AbortHandle;
use tokio::time::timeout;

use super::{
    Aged, Archived, Buckets, Compacted, Forgotten, Login, NewAccount, NewPerson, NewSession, Newest, Past, PastKey,
    Person, PersonRefused, Place, Pull, Pulled, Pushed, Repaired, Snapshot, Store, StoreError, Summed, aging, pushing,
};
use crate::accounts::email::Email;
use crate::accounts::session::{HashedToken, Session};
use crate::config::DatabaseUrl;
use crate::live::{Live, Word};
use crate::sync::push::{Push, PushRefused};
pub use connect::ConnectError;
pub use epoch::EpochError;
pub(crate) use epoch::new_epochs;
use lanes::{Lanes, Waiting};
use poke::Poke;

/// How long what was begun may take when the process stops.
const LAST_WORK: Duration = Duration::from_secs(5);

/// Connections to a PostgreSQL database.
pub(crate) struct PostgresStore {
    options: PgConnectOptions,
    pool: PgPool,
    lanes: Lanes,
    poke: Poke,
    /// Hears what other processes say, once somebody may listen here.
    listener: Mutex<Option<AbortHandle>>,
}

impl PostgresStore {
    /// Connects, and brings the database up to date. At most `connections` are used at once, and two more for news.
    pub(crate) async fn open(url: &DatabaseUrl, connections: u32) -> Result<Self, ConnectError> {
        let options = connect::options(url)?;
        connect::prepare(&options).await?;
        Ok(Self::on(options, connections))
    }

    /// Connects to a database that servers may be at work on, without bringing it up to date.
    pub(crate) async fn beside(url: &DatabaseUrl) -> Result<Self, ConnectError> {
        let options = connect::options(url)?;
        connect::check(&options).await?;
        Ok(Self::on(options, 1))
    }

    fn on(options: PgConnectOptions, connections: u32) -> Self {
        let pool = connect::pool(&options, connections);
        let poke = Poke::start(&options);
        Self { options, pool, lanes: Lanes::default(), poke, listener: Mutex::default() }
    }

    fn listener(&self) -> MutexGuard<'_, Option<AbortHandle>> {
        self.listener.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Store for PostgresStore {
    async fn check(&self) -> Result<(), StoreError> {
        work::run(&self.pool, |conn| {
            Box::pin(async {
                sqlx::query("SELECT 1 FROM users LIMIT 1").fetch_optional(conn).await?;
                Ok(())
            })
        })
        .await
    }

    async fn create_account(&self, account: NewAccount, now_ms: u64) -> Result<Option<i64>, StoreError> {
        work::run(&self.pool, move |conn| Box::pin(accounts::create(conn, account, now_ms))).await
    }

    async fn find_login(&self, email: &Email) -> Result<Option<Login>, StoreError> {
        let email = email.clone();
        work::run(&self.pool, move |conn| Box::pin(accounts::find_login(conn, email))).await
    }

    async fn add_person(
        &self,
        beside: &Email,
        person: NewPerson,
        now_ms: u64,
    ) -> Result<Result<(), PersonRefused>, StoreError> {
        let beside = beside.clone();
        work::run(&self.pool, move |conn| Box::pin(people::add(conn, beside, person, now_ms))).await
    }

    /// Devices that listen hear it at once, if it is for the worst.
    async fn set_role(&self, email: &Email, role: Role) -> Result<Result<(), PersonRefused>, StoreError> {
        let email = email.clone();
        let set = work::run(&self.pool, move |conn| Box::pin(people::set_role(conn, email, role))).await?;
        Ok(set.map(|(workspace, user)| {
            if role == Role::Removed {
                self.poke.say(workspace, Word::Removed(user));
            }
        }))
    }

    async fn people(&self, email: &Email) -> Result<Vec<Person>, StoreError> {
        let email = email.clone();
        work::run(&self.pool, move |conn| Box::pin(people::people(conn, email))).await
    }

    async fn open_session(&self, session: NewSession, now_ms: u64) -> Result<Account, StoreError> {
        work::run(&self.pool, move |conn| Box::pin(accounts::open_session(conn, session, now_ms))).await
    }

    async fn session(&self, token: HashedToken, now_ms: u64, time_ms: u64) -> Result<Option<Session>, StoreError> {
        work::run(&self.pool, move |conn| Box::pin(accounts::session(conn, token, now_ms, time_ms))).await
    }

    async fn close_session(&self, token: HashedToken) -> Result<(), StoreError> {
        work::run(&self.pool, move |conn| Box::pin(accounts::close_session(conn, token))).await
    }

    async fn account(&self, session: &Session) -> Result<Account, StoreError> {
        let session = *session;
        work::run(&self.pool, move |conn| Box::pin(accounts::account(conn, session))).await
    }

    async fn place(&self, session: &Session) -> Result<Place, StoreError> {
        let session = *session;
        work::run(&self.pool, move |conn| Box::pin(accounts::place(conn, session))).await
    }

    async fn push(&self, push: Push) -> Result<Result<Pushed, PushRefused>, StoreError> {
        let workspace = push.workspace;
        let (answer, mut answered) = oneshot::channel();
        let mut turn = self.lanes.join(workspace, Some(Waiting { push, answer }));
        tokio::select! {
            // Whoever had the turn before may have taken it along.
            biased;
            outcome = &mut answered => return outcome.unwrap_or(Err(StoreError::Silent)),
            () = turn.come() => {}
        }
        let group = turn.take();
        if !group.is_empty() {
            work::run(&self.pool, move |conn| Box::pin(push::group(conn, group))).await?;
        }
        answered.await.unwrap_or(Err(StoreError::Silent))
    }

    async fn history(&self, workspace: i64, key: &RecordKey) -> Result<Past, StoreError> {
        let key = key.clone();
        work::run(&self.pool, move |conn| Box::pin(history::of(conn, workspace, key))).await
    }

    async fn records(&self, workspace: i64, keys: Vec<RecordKey>) -> Result<Vec<Record>, StoreError> {
        work::run(&self.pool, move |conn| Box::pin(pushing::records(conn, workspace, keys))).await
    }

    async fn pull(&self, workspace: i64, pull: Pull) -> Result<Pulled, StoreError> {
        work::run(&self.pool, move |conn| Box::pin(pull::pull(conn, workspace, pull))).await
    }

    async fn sums(&self, workspace: i64, scope: Age) -> Result<Summed, StoreError> {
        work::run(&self.pool, move |conn| Box::pin(sums::sums(conn, workspace, scope))).await
    }

    async fn repair(&self, workspace: i64, asked: Buckets) -> Result<Repaired, StoreError> {
        work::run(&self.pool, move |conn| Box::pin(sums::repair(conn, workspace, asked))).await
    }

    async fn age(&self, workspace: i64, after: Option<RecordKey>, now_ms: u64) -> Result<Aged, StoreError> {
        let _turn = self.lanes.turn(workspace).await;
        work::run(&self.pool, move |conn| Box::pin(archive::age(conn, workspace, after, now_ms))).await
    }

    async fn recall(&self, workspace: i64, heads: Vec<RecordKey>, now_ms: u64) -> Result<Option<u64>, StoreError> {
        let _turn = self.lanes.turn(workspace).await;
        work::run(&self.pool, move |conn| Box::pin(archive::recall(conn, workspace, heads, now_ms))).await
    }

    async fn archived(&self, workspace: i64, asked: Archived) -> Result<Vec<Record>, StoreError> {
        work::run(&self.pool, move |conn| Box::pin(archive::archived(conn, workspace, asked))).await
    }

    async fn group(&self, workspace: i64, head: RecordKey) -> Result<Vec<Record>, StoreError> {
        work::run(&self.pool, move |conn| Box::pin(aging::group(conn, workspace, head))).await
    }

    async fn newest(&self, workspace: i64, scope: Age, limit: u32) -> Result<Newest, StoreError> {
        work::run(&self.pool, move |conn| Box::pin(snapshots::newest(conn, workspace, scope, limit))).await
    }

    async fn snapshot(&self, workspace: i64, name: Option<String>, scope: Age) -> Result<Option<Snapshot>, StoreError> {
        work::run(&self.pool, move |conn| Box::pin(snapshots::find(conn, workspace, name, scope))).await
    }

    async fn keep_segment(
        &self,
        workspace: i64,
        snapshot: String,
        number: u32,
        body: Vec<u8>,
    ) -> Result<(), StoreError> {
        work::run(&self.pool, move |conn| Box::pin(snapshots::keep_segment(conn, workspace, snapshot, number, body)))
            .await
    }

    async fn keep_snapshot(&self, workspace: i64, made: Snapshot, now_ms: u64) -> Result<(), StoreError> {
        work::run(&self.pool, move |conn| Box::pin(snapshots::keep(conn, workspace, made, now_ms))).await
    }

    async fn segment(&self, workspace: i64, snapshot: String, number: u32) -> Result<Option<Vec<u8>>, StoreError> {
        work::run(&self.pool, move |conn| Box::pin(snapshots::segment(conn, workspace, snapshot, number))).await
    }

    async fn workspaces(&self, after: i64) -> Result<Vec<i64>, StoreError> {
        work::run(&self.pool, move |conn| Box::pin(upkeep::workspaces(conn, after))).await
    }

    async fn compact(&self, workspace: i64, now_ms: u64) -> Result<Compacted, StoreError> {
        let _turn = self.lanes.turn(workspace).await;
        work::run(&self.pool, move |conn| Box::pin(upkeep::compact(conn, workspace, now_ms))).await
    }

    async fn forget(&self, workspace: i64, before_ms: u64, after: Option<PastKey>) -> Result<Forgotten, StoreError> {
        work::run(&self.pool, move |conn| Box::pin(upkeep::forget(conn, workspace, before_ms, after))).await
    }

    fn tell_others(&self, workspace: i64, word: Word) {
        self.poke.say(workspace, word);
    }

    fn hear_others(&self, live: &Arc<Live>, again: Duration) {
        let task = tokio::spawn(listen::run(self.options.clone(), Arc::clone(live), again));
        if let Some(before) = self.listener().replace(task.abort_handle()) {
            before.abort();
        }
    }

    async fn close(&self) {
        if let Some(listener) = self.listener().take() {
            listener.abort();
        }
        self.poke.close().await;
        if timeout(LAST_WORK, self.pool.close()).await.is_err() {
            tracing::warn!("the database has not finished what was begun; what it did is not known");
        }
    }
}
