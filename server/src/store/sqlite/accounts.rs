//! Accounts, devices and sessions.

use std::collections::HashSet;

use outpost_core::access::Role;
use outpost_core::id::DeviceId;
use outpost_core::protocol::Account;
use sqlx::{Row, SqliteConnection, SqlitePool};

use crate::accounts::email::Email;
use crate::accounts::free_series;
use crate::accounts::session::{HashedToken, Session};
use crate::store::{Login, NewAccount, NewSession, StoreError, signed, unsigned};

pub(super) async fn create(
    conn: &mut SqliteConnection,
    account: NewAccount,
    now_ms: u64,
) -> Result<Option<i64>, StoreError> {
    let taken = sqlx::query("SELECT 1 FROM users WHERE email = ?1").bind(account.email.as_str().to_owned());
    if taken.fetch_optional(&mut *conn).await?.is_some() {
        return Ok(None);
    }
    let workspace: i64 = sqlx::query_scalar(
        "INSERT INTO workspaces (id, name, epoch, created_ms, summed) VALUES (?1, ?2, ?3, ?4, 1) RETURNING workspace",
    )
    .bind(account.workspace_id)
    .bind(account.workspace)
    .bind(account.epoch)
    .bind(signed(now_ms))
    .fetch_one(&mut *conn)
    .await?;
    let user = sqlx::query_scalar(
        "INSERT INTO users (workspace, email, password_hash, created_ms) VALUES (?1, ?2, ?3, ?4) RETURNING user",
    )
    .bind(workspace)
    .bind(account.email.as_str().to_owned())
    .bind(account.password_hash)
    .bind(signed(now_ms))
    .fetch_one(conn)
    .await?;
    Ok(Some(user))
}

pub(super) async fn find_login(readers: &SqlitePool, email: &Email) -> Result<Option<Login>, StoreError> {
    let found = sqlx::query("SELECT user, password_hash, role FROM users WHERE email = ?1")
        .bind(email.as_str().to_owned())
        .fetch_optional(readers)
        .await?;
    let Some(row) = found else { return Ok(None) };
    let role = Role::parse(row.try_get(2)?);
    Ok(Some(Login { user: row.try_get(0)?, password_hash: row.try_get(1)?, role }))
}

pub(super) async fn open_session(
    conn: &mut SqliteConnection,
    new: NewSession,
    now_ms: u64,
) -> Result<Account, StoreError> {
    let person = sqlx::query("SELECT workspace, role FROM users WHERE user = ?1")
        .bind(new.user)
        .fetch_optional(&mut *conn)
        .await?
        .ok_or(StoreError::Missing("account"))?;
    let (workspace, role) = (person.try_get(0)?, Role::parse(person.try_get(1)?));
    enrol(conn, workspace, new.device, &new.device_name, now_ms).await?;
    // The one that it replaces, and whatever has run out in the meantime.
    sqlx::query("DELETE FROM sessions WHERE token_sha256 = ?1 OR expires_ms < ?2")
        .bind(new.replaces.map(|token| token.to_vec()))
        .bind(signed(now_ms))
        .execute(&mut *conn)
        .await?;
    sqlx::query(
        "INSERT INTO sessions (token_sha256, user, workspace, device, created_ms, expires_ms)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    )
    .bind(new.token.to_vec())
    .bind(new.user)
    .bind(workspace)
    .bind(new.device.to_string())
    .bind(signed(now_ms))
    .bind(signed(new.expires_ms))
    .execute(&mut *conn)
    .await?;
    account(conn, &Session { user: new.user, workspace, device: new.device, role }).await
}

/// Gives a device its place in a workspace, and a number series of its own; one that has them keeps them.
async fn enrol(
    conn: &mut SqliteConnection,
    workspace: i64,
    device: DeviceId,
    name: &str,
    now_ms: u64,
) -> Result<(), StoreError> {
    let known = sqlx::query("UPDATE devices SET name = ?3 WHERE workspace = ?1 AND device = ?2")
        .bind(workspace)
        .bind(device.to_string())
        .bind(name.to_owned())
        .execute(&mut *conn)
        .await?;
    if known.rows_affected() > 0 {
        return Ok(());
    }
    let used: Vec<String> = sqlx::query_scalar("SELECT series FROM devices WHERE workspace = ?1")
        .bind(workspace)
        .fetch_all(&mut *conn)
        .await?;
    let used: HashSet<String> = used.into_iter().collect();
    sqlx::query("INSERT INTO devices (workspace, device, name, series, enrolled_ms) VALUES (?1, ?2, ?3, ?4, ?5)")
        .bind(workspace)
        .bind(device.to_string())
        .bind(name.to_owned())
        .bind(free_series(&used, device.0))
        .bind(signed(now_ms))
        .execute(conn)
        .await?;
    Ok(())
}

/// The session and when it ends, in milliseconds since 1970.
pub(super) async fn session(
    readers: &SqlitePool,
    token: HashedToken,
    now_ms: u64,
) -> Result<Option<(Session, u64)>, StoreError> {
    let found = sqlx::query(
        "SELECT sessions.user, sessions.workspace, sessions.device, sessions.expires_ms, users.role
         FROM sessions JOIN users ON users.user = sessions.user AND users.workspace = sessions.workspace
         WHERE sessions.token_sha256 = ?1 AND sessions.expires_ms >= ?2",
    )
    .bind(token.to_vec())
    .bind(signed(now_ms))
    .fetch_optional(readers)
    .await?;
    let Some(row) = found else { return Ok(None) };
    let device: String = row.try_get(2)?;
    let device = device.parse().map_err(|_| StoreError::Missing("session's device"))?;
    let role = Role::parse(row.try_get(4)?);
    let session = Session { user: row.try_get(0)?, workspace: row.try_get(1)?, device, role };
    Ok(Some((session, unsigned(row.try_get(3)?))))
}

pub(super) async fn renew_session(
    conn: &mut SqliteConnection,
    token: HashedToken,
    expires_ms: u64,
) -> Result<(), StoreError> {
    let renew = sqlx::query("UPDATE sessions SET expires_ms = ?2 WHERE token_sha256 = ?1");
    renew.bind(token.to_vec()).bind(signed(expires_ms)).execute(conn).await?;
    Ok(())
}

pub(super) async fn close_session(conn: &mut SqliteConnection, token: HashedToken) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM sessions WHERE token_sha256 = ?1").bind(token.to_vec()).execute(conn).await?;
    Ok(())
}

pub(super) async fn account(conn: &mut SqliteConnection, session: &Session) -> Result<Account, StoreError> {
    let row = sqlx::query(
        "SELECT users.email, workspaces.name, workspaces.id, devices.series, users.role
         FROM users
         JOIN workspaces ON workspaces.workspace = users.workspace
         JOIN devices ON devices.workspace = users.workspace AND devices.device = ?3
         WHERE users.user = ?1 AND users.workspace = ?2",
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
