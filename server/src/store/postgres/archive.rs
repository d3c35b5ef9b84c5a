//! What may go to the archive, and what is in it.

use outpost_core::record::{Record, RecordKey};
use outpost_core::scope;
use sqlx::{Connection, PgConnection, Row};
use std::sync::Arc;
use uuid::Uuid;

use super::push::{WRITE, lock, record_id, uuid};
use crate::store::aging::{self, CHUNK};
use crate::store::document::Document;
use crate::store::{Aged, Archived, StoreError};

/// Notes how old a chunk of records is. What is to be done is found out without a lock, and again with it.
pub(super) async fn age(
    conn: &mut PgConnection,
    workspace: i64,
    after: Option<RecordKey>,
    now_ms: u64,
) -> Result<Aged, StoreError> {
    let (heads, next) = heads(conn, workspace, after).await?;
    let overdue = aging::overdue(conn, workspace, &heads, now_ms).await?;
    if overdue.is_empty() {
        return Ok(Aged { head: None, next });
    }
    let mut transaction = conn.begin_with(WRITE).await?;
    lock(&mut transaction, workspace).await?;
    let head = aging::age(&mut *transaction, workspace, &overdue, now_ms).await?;
    transaction.commit().await.map_err(|error| StoreError::Commit(Arc::new(error)))?;
    Ok(Aged { head, next })
}

/// Brings records back from the archive, with their parts.
pub(super) async fn recall(
    conn: &mut PgConnection,
    workspace: i64,
    heads: Vec<RecordKey>,
    now_ms: u64,
) -> Result<Option<u64>, StoreError> {
    let mut transaction = conn.begin_with(WRITE).await?;
    lock(&mut transaction, workspace).await?;
    let head = aging::recall(&mut *transaction, workspace, &heads, now_ms).await?;
    transaction.commit().await.map_err(|error| StoreError::Commit(Arc::new(error)))?;
    Ok(head)
}

/// The next heads of groups that may grow older, in the order of type and id, and where to go on.
async fn heads(
    conn: &mut PgConnection,
    workspace: i64,
    after: Option<RecordKey>,
) -> Result<(Vec<RecordKey>, Option<RecordKey>), StoreError> {
    let kinds: Vec<&str> = scope::archived().map(|schema| schema.kind).collect();
    let after = after.map_or_else(|| (String::new(), Uuid::nil()), |key| (key.kind, uuid(key.id)));
    let rows = sqlx::query(
        "SELECT type, id FROM records
         WHERE workspace = $1 AND (type, id) > ($2, $3) AND type = ANY($4) AND age < 2
         ORDER BY type, id LIMIT $5",
    )
    .bind(workspace)
    .bind(after.0)
    .bind(after.1)
    .bind(kinds)
    .bind(i64::try_from(CHUNK).unwrap_or(i64::MAX))
    .fetch_all(conn)
    .await?;
    let heads: Vec<RecordKey> = rows
        .iter()
        .map(|row| Ok(RecordKey::new(row.try_get::<&str, _>(0)?, record_id(row.try_get(1)?))))
        .collect::<Result<_, sqlx::Error>>()?;
    let next = heads.last().filter(|_| heads.len() == CHUNK).cloned();
    Ok((heads, next))
}

/// Archived records of a type, the newest first.
pub(super) async fn archived(
    conn: &mut PgConnection,
    workspace: i64,
    asked: Archived,
) -> Result<Vec<Record>, StoreError> {
    let rows = sqlx::query(
        "SELECT type, id, doc FROM records
         WHERE workspace = $1 AND type = $2 AND ($3::uuid IS NULL OR id < $3) AND age BETWEEN $4 AND $5
         ORDER BY id DESC LIMIT $6",
    )
    .bind(workspace)
    .bind(asked.kind)
    .bind(asked.before.map(uuid))
    .bind(i16::from(*asked.ages.start()))
    .bind(i16::from(*asked.ages.end()))
    .bind(i64::from(asked.limit))
    .fetch_all(conn)
    .await?;
    let read = |row: &sqlx::postgres::PgRow| {
        let key = RecordKey::new(row.try_get::<&str, _>(0)?, record_id(row.try_get(1)?));
        Ok(serde_json::from_str::<Document>(row.try_get(2)?)?.split(key).0)
    };
    rows.iter().map(read).collect()
}
