//! What may go to the archive, and what is in it.

use outpost_core::record::{Record, RecordKey};
use outpost_core::scope;
use serde_json::json;
use sqlx::{Row, SqliteConnection};

use super::sums::key;
use crate::store::aging::CHUNK;
use crate::store::document::Document;
use crate::store::{Archived, StoreError, signed};

/// The next heads of groups that may grow older, in the order of type and id, and where to go on.
pub(super) async fn heads(
    conn: &mut SqliteConnection,
    workspace: i64,
    after: Option<RecordKey>,
) -> Result<(Vec<RecordKey>, Option<RecordKey>), StoreError> {
    let kinds: Vec<&str> = scope::archived().map(|schema| schema.kind).collect();
    let after = after.map_or_else(Default::default, |key| (key.kind, key.id.to_string()));
    let rows = sqlx::query(
        "SELECT type, id FROM records
         WHERE workspace = ?1 AND (type, id) > (?2, ?3) AND type IN (SELECT value FROM json_each(?4)) AND age < 2
         ORDER BY type, id LIMIT ?5",
    )
    .bind(workspace)
    .bind(after.0)
    .bind(after.1)
    .bind(json!(kinds).to_string())
    .bind(signed(CHUNK as u64))
    .fetch_all(conn)
    .await?;
    let heads: Vec<RecordKey> =
        rows.iter().map(|row| key(row.try_get(0)?, row.try_get(1)?)).collect::<Result<_, _>>()?;
    let next = heads.last().filter(|_| heads.len() == CHUNK).cloned();
    Ok((heads, next))
}

/// Archived records of a type, the newest first.
pub(super) async fn archived(
    conn: &mut SqliteConnection,
    workspace: i64,
    asked: Archived,
) -> Result<Vec<Record>, StoreError> {
    let rows = sqlx::query(
        "SELECT type, id, doc FROM records
         WHERE workspace = ?1 AND type = ?2 AND (?3 IS NULL OR id < ?3) AND age BETWEEN ?4 AND ?5
         ORDER BY id DESC LIMIT ?6",
    )
    .bind(workspace)
    .bind(asked.kind)
    .bind(asked.before.map(|id| id.to_string()))
    .bind(asked.ages.start())
    .bind(asked.ages.end())
    .bind(asked.limit)
    .fetch_all(conn)
    .await?;
    let read = |row: &sqlx::sqlite::SqliteRow| {
        let key = key(row.try_get(0)?, row.try_get(1)?)?;
        Ok(serde_json::from_str::<Document>(row.try_get(2)?)?.split(key).0)
    };
    rows.iter().map(read).collect()
}
