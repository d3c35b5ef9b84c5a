//! Accounts, devices and sessions.

use std::collections::HashSet;

use outpost_core::access::Role;
use outpost_core::id::DeviceId;
use outpost_core::protocol::Account;
use sqlx::{Connection, PgConnection, Row};

use super::push::{WRITE, lock};
use crate::accounts::email::Email;
use crate::accounts::free_series;
use crate::accounts::session::{HashedToken, Session};
use crate::store::{Login, NewAccount, NewSession, Place, StoreError, renewal, signed, unsigned};

/// Sessions that have run out, cleared at once with a new one: enough that they never pile up.
const CLEARED: i64 = 1_000;

pub(super) async fn create(
    conn: &mut PgConnection,
    account: NewAccount,
    now_ms: u64,
) -> Result<Option<i64>, StoreError> {
    let mut transaction = conn.begin_with(WRITE).await?;
    let workspace: i64 = sqlx::query_scalar(
        "INSERT INTO workspaces (id, name, epoch, created_ms) VALUES ($1, $2, $3, $4) RETURNING workspace",
    )
    .bind(account.workspace_id)
    .bind(account.workspace)
    .bind(account.epoch)
    .bind(signed(now_ms))
    .fetch_one(&mut *transaction)
    .await?;
    // Waits for another process that makes the same account just now.
    let user = sqlx::query_scalar(
        "INSERT INTO users (workspace, email, password_hash, created_ms) VALUES ($1, $2, $3, $4)
         ON CONFLICT (email) DO NOTHING RETURNING user_id",
    )
    .bind(workspace)
    .bind(account.email.as_str().to_owned())
    .bind(account.password_hash)
    .bind(signed(now_ms))
    .fetch_optional(&mut *transaction)
    .await?;
    if user.is_some() {
        transaction.commit().await?;
    } else {
        transaction.rollback().await?;
    }
    Ok(user)
}

pub(super) async fn find_login(conn: &mut PgConnection, email: Email) -> Result<Option<Login>, StoreError> {
    let found = sqlx::query("SELECT user_id, password_hash, role FROM users WHERE email = $1")
        .bind(email.as_str().to_owned())
        .fetch_optional(conn)
        .await?;
    let Some(row) = found else { return Ok(None) };
    let role = Role::parse(row.try_get(2)?);
    Ok(Some(Login { user: row.try_get(0)?, password_hash: row.try_get(1)?, role }))
}

pub(super) async fn open_session(conn: &mut PgConnection, new: NewSession, now_ms: u64) -> Result<Account, StoreError> {
    let mut transaction = conn.begin_with(WRITE).await?;
    let person = sqlx::query("SELECT workspace, role FROM users WHERE user_id = $1")
        .bind(new.user)
        .fetch_optional(&mut *transaction)
        .await?
        .ok_or(StoreError::Missing("account"))?;
    let (workspace, role) = (person.try_get(0)?, Role::parse(person.try_get(1)?));
    enrol(&mut transaction, workspace, new.device, &new.device_name, now_ms).await?;
    if let Some(replaced) = new.replaces {
        let close = sqlx::query("DELETE FROM sessions WHERE token_sha256 = $1").bind(replaced.to_vec());
        close.execute(&mut *transaction).await?;
    }
    // Those that another process is clearing just now are left to it.
    sqlx::query(
        "DELETE FROM sessions WHERE token_sha256 IN (
             SELECT token_sha256 FROM sessions WHERE expires_ms < $1 LIMIT $2 FOR UPDATE SKIP LOCKED)",
    )
    .bind(signed(now_ms))
    .bind(CLEARED)
    .execute(&mut *transaction)
    .await?;
    sqlx::query(
        "INSERT INTO sessions (token_sha256, user_id, workspace, device, created_ms, expires_ms)
         VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(new.token.to_vec())
    .bind(new.user)
    .bind(workspace)
    .bind(new.device.to_string())
    .bind(signed(now_ms))
    .bind(signed(new.expires_ms))
    .execute(&mut *transaction)
    .await?;
    let session = Session { user: new.user, workspace, device: new.device, role };
    let account = account(&mut transaction, session).await?;
    transaction.commit().await?;
    Ok(account)
}

/// Gives a device its place in a workspace, and a number series of its own; one that has them keeps them.
async fn enrol(
    conn: &mut PgConnection,
    workspace: i64,
    device: DeviceId,
    name: &str,
    now_ms: u64,
) -> Result<(), StoreError> {
    // Or two devices that come at once would choose the same series.
    lock(conn, workspace).await?;
    let known = sqlx::query("UPDATE devices SET name = $3 WHERE workspace = $1 AND device = $2")
        .bind(workspace)
        .bind(device.to_string())
        .bind(name.to_owned())
        .execute(&mut *conn)
        .await?;
    if known.rows_affected() > 0 {
        return Ok(());
    }
    let used: Vec<String> = sqlx::query_scalar("SELECT series FROM devices WHERE workspace = $1")
        .bind(workspace)
        .fetch_all(&mut *conn)
        .await?;
    let used: HashSet<String> = used.into_iter().collect();
    sqlx::query("INSERT INTO devices (workspace, device, name, series, enrolled_ms) VALUES ($1, $2, $3, $4, $5)")
        .bind(workspace)
        .bind(device.to_string())
        .bind(name.to_owned())
        .bind(free_series(&used, device.0))
        .bind(signed(now_ms))
        .execute(conn)
        .await?;
    Ok(())
}

/// The session of a token; its use is noted when it is time for that.
pub(super) async fn session(
    conn: &mut PgConnection,
    token: HashedToken,
    now_ms: u64,
    time_ms: u64,
) -> Result<Option<Session>, StoreError> {
    let found = sqlx::query(
        "SELECT sessions.user_id, sessions.workspace, sessions.device, sessions.expires_ms, users.role
         FROM sessions JOIN users ON users.user_id = sessions.user_id AND users.workspace = sessions.workspace
         WHERE sessions.token_sha256 = $1 AND sessions.expires_ms >= $2",
    )
    .bind(token.to_vec())
    .bind(signed(now_ms))
    .fetch_optional(&mut *conn)
    .await?;
    let Some(row) = found else { return Ok(None) };
    let device: &str = row.try_get(2)?;
    let device = device.parse().map_err(|_| StoreError::Missing("session's device"))?;
    let role = Role::parse(row.try_get(4)?);
    let session = Session { user: row.try_get(0)?, workspace: row.try_get(1)?, device, role };
    if let Some(renewed_ms) = renewal(unsigned(row.try_get(3)?), now_ms, time_ms) {
        let renew = sqlx::query("UPDATE sessions SET expires_ms = $2 WHERE token_sha256 = $1");
        renew.bind(token.to_vec()).bind(signed(renewed_ms)).execute(conn).await?;
    }
    Ok(Some(session))
}

pub(super) async fn close_session(conn: &mut PgConnection, token: HashedToken) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM sessions WHERE token_sha256 = $1").bind(token.to_vec()).execute(conn).await?;
    Ok(())
}

pub(super) async fn account(conn: &mut PgConnection, session: Session) -> Result<Account, StoreError> {
    let row = sqlx::query(
        "SELECT users.email, workspaces.name, workspaces.id, devices.series, users.role
         FROM users
         JOIN workspaces ON workspaces.workspace = users.workspace
         JOIN devices ON devices.workspace = users.workspace AND devices.device = $3
         WHERE users.user_id = $1 AND users.workspace = $2",
    )
    .bind(session.user)
    .bind(session.workspace)
    .bind(session.device.to_string())
    .fetch_optional(conn)
    .await?
    .ok_or(StoreError::Missing("account"))?;
    Ok(Account {
        email: row.try_get(0)?,
        workspace: row.try_get(1)?,
        workspace_id: row.try_get(2)?,
        series: row.try_get(3)?,
        role: Role::parse(row.try_get(4)?),
    })
}

pub(super) async fn place(conn: &mut PgConnection, session: Session) -> Result<Place, StoreError> {
    let row = sqlx::query(
        "SELECT workspaces.epoch, workspaces.head, devices.next_n, workspaces.horizon
         FROM workspaces JOIN devices ON devices.workspace = workspaces.workspace AND devices.device = $2
         WHERE workspaces.workspace = $1",
    )
    .bind(session.workspace)
    .bind(session.device.to_string())
    .fetch_optional(conn)
    .await?
    .ok_or(StoreError::Missing("device"))?;
    Ok(Place {
        epoch: row.try_get(0)?,
        head: unsigned(row.try_get(1)?),
        next_n: unsigned(row.try_get(2)?),
        horizon: unsigned(row.try_get(3)?),
    })
}
