//! PostgreSQL: any number of server processes on one database. Nothing that matters is kept in a process, so that one
//! may come, go or die at any time; what a process keeps is connections, and who listens to it.

mod accounts;
mod connect;
mod lanes;
mod listen;
mod poke;
mod pull;
mod push;

use std::sync::{Arc, Mutex, PoisonError};

use outpost_core::protocol::Account;
use sqlx::postgres::PgConnectOptions;
use sqlx::{PgPool, Row};
use tokio::task::AbortHandle;

use super::{Login, NewAccount, NewSession, Place, Pull, Pulled, Pushed, Store, StoreError, renewal, unsigned};
use crate::accounts::email::Email;
use crate::accounts::session::{HashedToken, Session};
use crate::config::DatabaseUrl;
use crate::live::{Live, Word};
use crate::sync::push::{Push, PushRefused};
pub use connect::ConnectError;
use lanes::Lanes;
use poke::Poke;

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
        let pool = connect::pool(&options, connections);
        let poke = Poke::start(&options);
        Ok(Self { options, pool, lanes: Lanes::default(), poke, listener: Mutex::default() })
    }

    fn listener(&self) -> std::sync::MutexGuard<'_, Option<AbortHandle>> {
        self.listener.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Store for PostgresStore {
    async fn check(&self) -> Result<(), StoreError> {
        sqlx::query("SELECT 1 FROM workspaces LIMIT 1").fetch_optional(&self.pool).await?;
        Ok(())
    }

    async fn create_account(&self, account: NewAccount, now_ms: u64) -> Result<Option<i64>, StoreError> {
        accounts::create(&self.pool, account, now_ms).await
    }

    async fn find_login(&self, email: &Email) -> Result<Option<Login>, StoreError> {
        accounts::find_login(&self.pool, email).await
    }

    async fn open_session(&self, session: NewSession, now_ms: u64) -> Result<Account, StoreError> {
        accounts::open_session(&self.pool, session, now_ms).await
    }

    async fn session(&self, token: HashedToken, now_ms: u64, time_ms: u64) -> Result<Option<Session>, StoreError> {
        let Some((session, expires_ms)) = accounts::session(&self.pool, token, now_ms).await? else {
            return Ok(None);
        };
        if let Some(renewed_ms) = renewal(expires_ms, now_ms, time_ms) {
            accounts::renew_session(&self.pool, token, renewed_ms).await?;
        }
        Ok(Some(session))
    }

    async fn close_session(&self, token: HashedToken) -> Result<(), StoreError> {
        accounts::close_session(&self.pool, token).await
    }

    async fn account(&self, session: &Session) -> Result<Account, StoreError> {
        let mut conn = self.pool.acquire().await?;
        accounts::account(&mut conn, session).await
    }

    async fn place(&self, session: &Session) -> Result<Place, StoreError> {
        let row = sqlx::query(
            "SELECT workspaces.epoch, workspaces.head, devices.next_n
             FROM workspaces JOIN devices ON devices.workspace = workspaces.workspace AND devices.device = $2
             WHERE workspaces.workspace = $1",
        )
        .bind(session.workspace)
        .bind(session.device.to_string())
        .fetch_optional(&self.pool)
        .await?
        .ok_or(StoreError::Missing("device"))?;
        Ok(Place { epoch: row.try_get(0)?, head: unsigned(row.try_get(1)?), next_n: unsigned(row.try_get(2)?) })
    }

    async fn push(&self, push: Push) -> Result<Result<Pushed, PushRefused>, StoreError> {
        let _turn = self.lanes.turn(push.workspace).await;
        push::push(&self.pool, &push).await
    }

    async fn pull(&self, workspace: i64, pull: Pull) -> Result<Pulled, StoreError> {
        pull::pull(&self.pool, workspace, pull).await
    }

    fn tell_others(&self, workspace: i64, word: Word) {
        self.poke.say(workspace, word);
    }

    fn hear_others(&self, live: &Arc<Live>) {
        let task = tokio::spawn(listen::run(self.options.clone(), self.pool.clone(), Arc::clone(live)));
        if let Some(before) = self.listener().replace(task.abort_handle()) {
            before.abort();
        }
    }

    async fn close(&self) {
        if let Some(listener) = self.listener().take() {
            listener.abort();
        }
        self.poke.close().await;
        self.pool.close().await;
    }
}
