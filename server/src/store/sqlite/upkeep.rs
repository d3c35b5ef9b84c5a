//! What is dropped with time.

use outpost_core::record::RecordKey;
use serde_json::json;
use sqlx::{Row, SqliteConnection, SqlitePool};

use super::push::stored;
use crate::store::compacting::{Looked, Marks, Span};
use crate::store::{Forgotten, PastKey, StoreError, UPKEEP_ROWS, first_stamp, signed, unsigned};

/// The next hundred workspaces.
pub(super) async fn workspaces(readers: &SqlitePool, after: i64) -> Result<Vec<i64>, StoreError> {
    let found =
        sqlx::query_scalar("SELECT workspace FROM workspaces WHERE workspace > ?1 ORDER BY workspace LIMIT 100");
    Ok(found.bind(after).fetch_all(readers).await?)
}

/// Within the writer's transaction.
impl Marks for SqliteConnection {
    async fn mark(&mut self, workspace: i64, now_ms: u64, before_ms: u64) -> Result<Span, StoreError> {
        sqlx::query(
            "INSERT INTO marks (workspace, head, noted_ms)
             SELECT workspace, head, ?2 FROM workspaces WHERE workspace = ?1 ON CONFLICT DO NOTHING",
        )
        .bind(workspace)
        .bind(signed(now_ms))
        .execute(&mut *self)
        .await?;
        let row = sqlx::query(
            "SELECT compacted, (SELECT coalesce(max(head), 0) FROM marks WHERE workspace = ?1 AND noted_ms <= ?2)
             FROM workspaces WHERE workspace = ?1",
        )
        .bind(workspace)
        .bind(signed(before_ms))
        .fetch_optional(self)
        .await?
        .ok_or(StoreError::Missing("workspace"))?;
        Ok(Span { after: unsigned(row.try_get(0)?), up_to: unsigned(row.try_get(1)?) })
    }

    /// A [`Document`](crate::store::document::Document) is written without spaces.
    async fn deleted(&mut self, workspace: i64, span: Span) -> Result<Looked, StoreError> {
        let (count, last): (i64, i64) = sqlx::query_as(
            "SELECT count(*), coalesce(max(seq), 0) FROM (
                 SELECT seq FROM records WHERE workspace = ?1 AND seq > ?2 AND seq <= ?3 ORDER BY seq LIMIT ?4
             )",
        )
        .bind(workspace)
        .bind(signed(span.after))
        .bind(signed(span.up_to))
        .bind(UPKEEP_ROWS)
        .fetch_one(&mut *self)
        .await?;
        let up_to = if count < i64::from(UPKEEP_ROWS) { span.up_to } else { unsigned(last) };
        let rows = sqlx::query(
            "SELECT type, id, seq, doc, part_of, age, entered, touched_ms FROM records
             WHERE workspace = ?1 AND seq > ?2 AND seq <= ?3 AND instr(doc, '\"deleted\":[true,') > 0 ORDER BY seq",
        )
        .bind(workspace)
        .bind(signed(span.after))
        .bind(signed(up_to))
        .fetch_all(self)
        .await?;
        let rows = rows.iter().map(stored).collect::<Result<_, StoreError>>()?;
        Ok(Looked { rows, up_to })
    }

    async fn passed(&mut self, workspace: i64, up_to: u64, dropped: Option<u64>) -> Result<(), StoreError> {
        sqlx::query("UPDATE workspaces SET compacted = ?2, horizon = max(horizon, ?3) WHERE workspace = ?1")
            .bind(workspace)
            .bind(signed(up_to))
            .bind(signed(dropped.unwrap_or_default()))
            .execute(&mut *self)
            .await?;
        sqlx::query("DELETE FROM marks WHERE workspace = ?1 AND head < ?2")
            .bind(workspace)
            .bind(signed(up_to))
            .execute(&mut *self)
            .await?;
        if dropped.is_none() {
            return Ok(());
        }
        sqlx::query(
            "DELETE FROM segments WHERE workspace = ?1
             AND snapshot IN (SELECT snapshot FROM snapshots WHERE workspace = ?1)",
        )
        .bind(workspace)
        .execute(&mut *self)
        .await?;
        sqlx::query("DELETE FROM snapshots WHERE workspace = ?1").bind(workspace).execute(self).await?;
        Ok(())
    }
}

/// Drops some of the history from before `before_ms`, but for the changes whose values are those that the records have.
pub(super) async fn forget(
    conn: &mut SqliteConnection,
    workspace: i64,
    before_ms: u64,
    after: Option<PastKey>,
) -> Result<Forgotten, StoreError> {
    let after = after.map(|(stamp, key)| (stamp.to_string(), key.kind, key.id.to_string())).unwrap_or_default();
    let rows = sqlx::query(
        "SELECT h.stamp, h.type, h.id, coalesce(instr(r.doc, h.stamp), 0) > 0 FROM history AS h
         LEFT JOIN records AS r ON r.workspace = h.workspace AND r.type = h.type AND r.id = h.id
         WHERE h.workspace = ?1 AND h.stamp < ?2 AND (h.stamp, h.type, h.id) > (?3, ?4, ?5)
         ORDER BY h.stamp, h.type, h.id LIMIT ?6",
    )
    .bind(workspace)
    .bind(first_stamp(before_ms))
    .bind(after.0)
    .bind(after.1)
    .bind(after.2)
    .bind(UPKEEP_ROWS)
    .fetch_all(&mut *conn)
    .await?;
    let (mut dropped, mut next) = (Vec::new(), None);
    for row in &rows {
        let (stamp, kind, id): (&str, &str, &str) = (row.try_get(0)?, row.try_get(1)?, row.try_get(2)?);
        if !row.try_get::<bool, _>(3)? {
            dropped.push(json!([kind, id, stamp]));
        }
        next = Some((stamp.parse().map_err(|_| StoreError::Missing("stamp of a change"))?, key(kind, id)?));
    }
    if !dropped.is_empty() {
        sqlx::query(
            "DELETE FROM history WHERE workspace = ?1
             AND (type, id, stamp) IN (SELECT value ->> 0, value ->> 1, value ->> 2 FROM json_each(?2))",
        )
        .bind(workspace)
        .bind(serde_json::to_string(&dropped)?)
        .execute(conn)
        .await?;
    }
    let is_full = u32::try_from(rows.len()) == Ok(UPKEEP_ROWS);
    Ok(Forgotten { dropped: dropped.len() as u64, next: next.filter(|_| is_full) })
}

fn key(kind: &str, id: &str) -> Result<RecordKey, StoreError> {
    Ok(RecordKey::new(kind, id.parse().map_err(|_| StoreError::Missing("record's id"))?))
}
