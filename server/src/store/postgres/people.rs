//! The people of a workspace: who they are and what they may do there.

use outpost_core::access::Role;
use sqlx::{Connection, PgConnection, Row};

use super::push::{WRITE, lock};
use crate::accounts::email::Email;
use crate::store::{NewPerson, Person, PersonRefused, StoreError, signed};

pub(super) async fn add(
    conn: &mut PgConnection,
    beside: Email,
    person: NewPerson,
    now_ms: u64,
) -> Result<Result<(), PersonRefused>, StoreError> {
    let Some((workspace, _)) = find(conn, &beside).await? else { return Ok(Err(PersonRefused::Unknown)) };
    // Waits for another process that makes the same account just now.
    let made = sqlx::query(
        "INSERT INTO users (workspace, email, password_hash, role, created_ms) VALUES ($1, $2, $3, $4, $5)
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

/// Returns the person's workspace and account.
pub(super) async fn set_role(
    conn: &mut PgConnection,
    email: Email,
    role: Role,
) -> Result<Result<(i64, i64), PersonRefused>, StoreError> {
    let mut transaction = conn.begin_with(WRITE).await?;
    let Some((workspace, user)) = find(&mut transaction, &email).await? else {
        return Ok(Err(PersonRefused::Unknown));
    };
    // Or of two members who are removed at once each would be left by the other.
    lock(&mut transaction, workspace).await?;
    let set = sqlx::query(
        "UPDATE users SET role = $3 WHERE workspace = $1 AND user_id = $2 AND ($3 = $4 OR EXISTS (
             SELECT 1 FROM users AS other WHERE other.workspace = $1 AND other.role = $4 AND other.user_id <> $2))",
    )
    .bind(workspace)
    .bind(user)
    .bind(role.value())
    .bind(Role::Member.value())
    .execute(&mut *transaction)
    .await?;
    transaction.commit().await?;
    Ok(if set.rows_affected() > 0 { Ok((workspace, user)) } else { Err(PersonRefused::LastMember) })
}

async fn find(conn: &mut PgConnection, email: &Email) -> Result<Option<(i64, i64)>, StoreError> {
    let found = sqlx::query_as("SELECT workspace, user_id FROM users WHERE email = $1");
    Ok(found.bind(email.as_str().to_owned()).fetch_optional(conn).await?)
}

pub(super) async fn people(conn: &mut PgConnection, email: Email) -> Result<Vec<Person>, StoreError> {
    let rows = sqlx::query(
        "SELECT email, role FROM users WHERE workspace = (SELECT workspace FROM users WHERE email = $1)
         ORDER BY user_id",
    )
    .bind(email.as_str().to_owned())
    .fetch_all(conn)
    .await?;
    let person = |row| Ok(Person { email: Row::try_get(row, 0)?, role: Role::parse(Row::try_get(row, 1)?) });
    rows.iter().map(person).collect()
}
