//! The people of a workspace: who they are and what they may do there.

use std::sync::Arc;
use std::time::Duration;

use outpost_core::access::Role;
use sqlx::{Row, SqliteConnection, SqlitePool};
use tokio::task::yield_now;
use tokio::time::sleep;

use crate::accounts::email::Email;
use crate::live::{Live, Word};
use crate::store::{NewPerson, Person, PersonRefused, StoreError, signed};

pub(super) async fn add(
    conn: &mut SqliteConnection,
    beside: Email,
    person: NewPerson,
    now_ms: u64,
) -> Result<Result<(), PersonRefused>, StoreError> {
    let Some(workspace) = workspace_of(conn, &beside).await? else { return Ok(Err(PersonRefused::Unknown)) };
    let made = sqlx::query(
        "INSERT INTO users (workspace, email, password_hash, role, created_ms) VALUES (?1, ?2, ?3, ?4, ?5)
         ON CONFLICT (email) DO NOTHING",
    )
    .bind(workspace)
    .bind(person.email.as_str().to_owned())
    .bind(person.password_hash)
    .bind(person.role.value())
    .bind(signed(now_ms))
    .execute(conn)
    .await?;
    Ok(if made.rows_affected() > 0 { Ok(()) } else { Err(PersonRefused::Taken) })
}

pub(super) async fn set_role(
    conn: &mut SqliteConnection,
    email: Email,
    role: Role,
) -> Result<Result<(), PersonRefused>, StoreError> {
    let Some(workspace) = workspace_of(conn, &email).await? else { return Ok(Err(PersonRefused::Unknown)) };
    let set = sqlx::query(
        "UPDATE users SET role = ?3 WHERE workspace = ?1 AND email = ?2 AND (?3 = ?4 OR EXISTS (
             SELECT 1 FROM users AS other WHERE other.workspace = ?1 AND other.role = ?4 AND other.email <> ?2))",
    )
    .bind(workspace)
    .bind(email.as_str().to_owned())
    .bind(role.value())
    .bind(Role::Member.value())
    .execute(conn)
    .await?;
    Ok(if set.rows_affected() > 0 { Ok(()) } else { Err(PersonRefused::LastMember) })
}

async fn workspace_of(conn: &mut SqliteConnection, email: &Email) -> Result<Option<i64>, StoreError> {
    let found = sqlx::query_scalar("SELECT workspace FROM users WHERE email = ?1").bind(email.as_str().to_owned());
    Ok(found.fetch_optional(conn).await?)
}

pub(super) async fn people(readers: &SqlitePool, email: &Email) -> Result<Vec<Person>, StoreError> {
    let rows = sqlx::query(
        "SELECT email, role FROM users WHERE workspace = (SELECT workspace FROM users WHERE email = ?1) ORDER BY user",
    )
    .bind(email.as_str().to_owned())
    .fetch_all(readers)
    .await?;
    let person = |row| Ok(Person { email: Row::try_get(row, 0)?, role: Role::parse(Row::try_get(row, 1)?) });
    rows.iter().map(person).collect()
}

/// Tells the devices that listen who was removed, until the task is aborted: a command does that in another process. One query
/// for all of them, `again` and again.
pub(super) async fn watch(readers: SqlitePool, live: Arc<Live>, again: Duration) {
    loop {
        sleep(again).await;
        if let Err(error) = tell_removed(&readers, &live).await {
            tracing::warn!(%error, "who was removed cannot be read; it is tried again");
        }
    }
}

async fn tell_removed(readers: &SqlitePool, live: &Live) -> Result<(), StoreError> {
    let listening = live.workspaces();
    if listening.is_empty() {
        return Ok(());
    }
    let removed = sqlx::query(
        "SELECT workspace, user FROM users WHERE workspace IN (SELECT value FROM json_each(?1)) AND role = ?2",
    )
    .bind(serde_json::to_string(&listening)?)
    .bind(Role::Removed.value());
    for row in removed.fetch_all(readers).await? {
        live.say(row.try_get(0)?, Word::Removed(row.try_get(1)?));
        // Who listens can be few words behind.
        yield_now().await;
    }
    Ok(())
}
