//! Snapshots: made once, read by each new device.

use outpost_core::protocol::Segment;
use outpost_core::record::{Record, RecordKey};
use outpost_core::scope::Age;
use sqlx::{Row, SqliteConnection, SqlitePool};

use super::moment::Moment;
use crate::store::aging::sums_below;
use crate::store::document::Document;
use crate::store::{Newest, Snapshot, StoreError, signed, unsigned};

/// The records that changed last, the last first, with epoch and head of the same moment.
pub(super) async fn newest(readers: &SqlitePool, workspace: i64, scope: Age, limit: u32) -> Result<Newest, StoreError> {
    let mut moment = Moment::begin(readers).await?;
    let place = sqlx::query("SELECT epoch, head FROM workspaces WHERE workspace = ?1")
        .bind(workspace)
        .fetch_optional(&mut *moment)
        .await?
        .ok_or(StoreError::Missing("workspace"))?;
    let count: i64 =
        sqlx::query_scalar("SELECT coalesce(sum(count), 0) FROM sums WHERE workspace = ?1 AND bucket < ?2")
            .bind(workspace)
            .bind(sums_below(scope))
            .fetch_one(&mut *moment)
            .await?;
    let rows =
        sqlx::query("SELECT type, id, doc FROM records WHERE workspace = ?1 AND age = 0 ORDER BY seq DESC LIMIT ?2")
            .bind(workspace)
            .bind(i64::from(limit))
            .fetch_all(&mut *moment)
            .await?;
    moment.end().await?;
    let read = |row: &sqlx::sqlite::SqliteRow| -> Result<Record, StoreError> {
        let id: &str = row.try_get(1)?;
        let id = id.parse().map_err(|_| StoreError::Missing("record's id"))?;
        let key = RecordKey::new(row.try_get::<&str, _>(0)?, id);
        Ok(serde_json::from_str::<Document>(row.try_get(2)?)?.split(key).0)
    };
    let rows = rows.iter().map(read).collect::<Result<_, _>>()?;
    Ok(Newest { epoch: place.try_get(0)?, head: unsigned(place.try_get(1)?), count: unsigned(count), rows })
}

/// The workspace's latest snapshot of a scope, or the one of that name.
pub(super) async fn find(
    readers: &SqlitePool,
    workspace: i64,
    name: Option<String>,
    scope: Age,
) -> Result<Option<Snapshot>, StoreError> {
    let row = sqlx::query(
        "SELECT snapshot, epoch, head, segments FROM snapshots
         WHERE workspace = ?1 AND scope = ?3 AND (?2 IS NULL OR snapshot = ?2) ORDER BY made_ms DESC, head DESC LIMIT 1",
    )
    .bind(workspace)
    .bind(name)
    .bind(u8::from(scope))
    .fetch_optional(readers)
    .await?;
    let read = |row: sqlx::sqlite::SqliteRow| {
        let segments: Vec<Segment> = serde_json::from_str(row.try_get(3)?)?;
        Ok(Snapshot { name: row.try_get(0)?, scope, epoch: row.try_get(1)?, head: unsigned(row.try_get(2)?), segments })
    };
    row.map(read).transpose()
}

/// Keeps a segment of a snapshot that is being made.
pub(super) async fn keep_segment(
    conn: &mut SqliteConnection,
    workspace: i64,
    snapshot: String,
    number: u32,
    body: Vec<u8>,
) -> Result<(), StoreError> {
    sqlx::query("INSERT INTO segments (workspace, snapshot, number, body) VALUES (?1, ?2, ?3, ?4)")
        .bind(workspace)
        .bind(snapshot)
        .bind(number)
        .bind(body)
        .execute(conn)
        .await?;
    Ok(())
}

/// Makes a snapshot known, all of whose segments are kept, and drops all of its scope but it and the one before, which devices may be
/// just reading.
pub(super) async fn keep(
    conn: &mut SqliteConnection,
    workspace: i64,
    made: Snapshot,
    now_ms: u64,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO snapshots (workspace, snapshot, epoch, head, made_ms, segments, scope)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    )
    .bind(workspace)
    .bind(made.name)
    .bind(made.epoch)
    .bind(signed(made.head))
    .bind(signed(now_ms))
    .bind(serde_json::to_string(&made.segments)?)
    .bind(u8::from(made.scope))
    .execute(&mut *conn)
    .await?;
    sqlx::query(
        "DELETE FROM snapshots WHERE workspace = ?1 AND scope = ?2 AND snapshot NOT IN
         (SELECT snapshot FROM snapshots WHERE workspace = ?1 AND scope = ?2 ORDER BY made_ms DESC, head DESC LIMIT 2)",
    )
    .bind(workspace)
    .bind(u8::from(made.scope))
    .execute(&mut *conn)
    .await?;
    sqlx::query(
        "DELETE FROM segments WHERE workspace = ?1
         AND snapshot NOT IN (SELECT snapshot FROM snapshots WHERE workspace = ?1)",
    )
    .bind(workspace)
    .execute(conn)
    .await?;
    Ok(())
}

pub(super) async fn segment(
    readers: &SqlitePool,
    workspace: i64,
    snapshot: String,
    number: u32,
) -> Result<Option<Vec<u8>>, StoreError> {
    let found = sqlx::query_scalar("SELECT body FROM segments WHERE workspace = ?1 AND snapshot = ?2 AND number = ?3");
    Ok(found.bind(workspace).bind(snapshot).bind(number).fetch_optional(readers).await?)
}
