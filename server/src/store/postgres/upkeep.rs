//! What is dropped with time. Any process does it; two that do it at once wait for each other, and the second finds less to
//! do.

use std::sync::Arc;

use outpost_core::record::RecordKey;
use sqlx::{Connection, PgConnection, Row};
use uuid::Uuid;

use super::push::{WRITE, lock, record_id, stored, uuid};
use crate::store::compacting::{self, Looked, Marks, Span};
use crate::store::{Compacted, Forgotten, PastKey, StoreError, UPKEEP_ROWS, first_stamp, signed, unsigned};

/// The next hundred workspaces.
pub(super) async fn workspaces(conn: &mut PgConnection, after: i64) -> Result<Vec<i64>, StoreError> {
    let found =
        sqlx::query_scalar("SELECT workspace FROM workspaces WHERE workspace > $1 ORDER BY workspace LIMIT 100");
    Ok(found.bind(after).fetch_all(conn).await?)
}

/// In a transaction like a push's.
pub(super) async fn compact(conn: &mut PgConnection, workspace: i64, now_ms: u64) -> Result<Compacted, StoreError> {
    let mut transaction = conn.begin_with(WRITE).await?;
    lock(&mut transaction, workspace).await?;
    let compacted = compacting::compact(&mut *transaction, workspace, now_ms).await?;
    transaction.commit().await.map_err(|error| StoreError::Commit(Arc::new(error)))?;
    Ok(compacted)
}

/// Within a transaction that has locked the workspace.
impl Marks for PgConnection {
    async fn mark(&mut self, workspace: i64, now_ms: u64, before_ms: u64) -> Result<Span, StoreError> {
        sqlx::query(
            "INSERT INTO marks (workspace, head, noted_ms)
             SELECT workspace, head, $2 FROM workspaces WHERE workspace = $1 ON CONFLICT DO NOTHING",
        )
        .bind(workspace)
        .bind(signed(now_ms))
        .execute(&mut *self)
        .await?;
        let row = sqlx::query(
            "SELECT compacted, (SELECT coalesce(max(head), 0) FROM marks WHERE workspace = $1 AND noted_ms <= $2)
             FROM workspaces WHERE workspace = $1",
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
                 SELECT seq FROM records WHERE workspace = $1 AND seq > $2 AND seq <= $3 ORDER BY seq LIMIT $4
             ) AS looked",
        )
        .bind(workspace)
        .bind(signed(span.after))
        .bind(signed(span.up_to))
        .bind(i64::from(UPKEEP_ROWS))
        .fetch_one(&mut *self)
        .await?;
        let up_to = if count < i64::from(UPKEEP_ROWS) { span.up_to } else { unsigned(last) };
        let rows = sqlx::query(
            "SELECT type, id, seq, doc, part_of, age, entered, touched_ms FROM records
             WHERE workspace = $1 AND seq > $2 AND seq <= $3 AND strpos(doc, '\"deleted\":[true,') > 0 ORDER BY seq",
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
        sqlx::query("UPDATE workspaces SET compacted = $2, horizon = greatest(horizon, $3) WHERE workspace = $1")
            .bind(workspace)
            .bind(signed(up_to))
            .bind(signed(dropped.unwrap_or_default()))
            .execute(&mut *self)
            .await?;
        sqlx::query("DELETE FROM marks WHERE workspace = $1 AND head < $2")
            .bind(workspace)
            .bind(signed(up_to))
            .execute(&mut *self)
            .await?;
        if dropped.is_none() {
            return Ok(());
        }
        sqlx::query(
            "DELETE FROM segments WHERE workspace = $1
             AND snapshot IN (SELECT snapshot FROM snapshots WHERE workspace = $1)",
        )
        .bind(workspace)
        .execute(&mut *self)
        .await?;
        sqlx::query("DELETE FROM snapshots WHERE workspace = $1").bind(workspace).execute(self).await?;
        Ok(())
    }
}

/// Drops some of the history from before `before_ms`, but for the changes whose values are those that the records have. No
/// push reads or changes these rows, so nobody waits.
pub(super) async fn forget(
    conn: &mut PgConnection,
    workspace: i64,
    before_ms: u64,
    after: Option<PastKey>,
) -> Result<Forgotten, StoreError> {
    let after = after.map_or_else(
        || (String::new(), String::new(), Uuid::nil()),
        |(stamp, key)| (stamp.to_string(), key.kind, uuid(key.id)),
    );
    let rows = sqlx::query(
        "SELECT h.stamp, h.type, h.id, coalesce(strpos(r.doc, h.stamp), 0) > 0 FROM history AS h
         LEFT JOIN records AS r ON r.workspace = h.workspace AND r.type = h.type AND r.id = h.id
         WHERE h.workspace = $1 AND h.stamp < $2 AND (h.stamp, h.type, h.id) > ($3, $4, $5)
         ORDER BY h.stamp, h.type, h.id LIMIT $6",
    )
    .bind(workspace)
    .bind(first_stamp(before_ms))
    .bind(after.0)
    .bind(after.1)
    .bind(after.2)
    .bind(i64::from(UPKEEP_ROWS))
    .fetch_all(&mut *conn)
    .await?;
    let (mut kinds, mut ids, mut stamps, mut next) = (Vec::new(), Vec::<Uuid>::new(), Vec::new(), None);
    for row in &rows {
        let (stamp, kind, id): (&str, &str, Uuid) = (row.try_get(0)?, row.try_get(1)?, row.try_get(2)?);
        if !row.try_get::<bool, _>(3)? {
            kinds.push(kind);
            ids.push(id);
            stamps.push(stamp);
        }
        let stamp = stamp.parse().map_err(|_| StoreError::Missing("stamp of a change"))?;
        next = Some((stamp, RecordKey::new(kind, record_id(id))));
    }
    let dropped = ids.len() as u64;
    if dropped > 0 {
        sqlx::query(
            "DELETE FROM history USING unnest($2::text[], $3::uuid[], $4::text[]) AS dropped (type, id, stamp)
             WHERE history.workspace = $1 AND history.type = dropped.type AND history.id = dropped.id
               AND history.stamp = dropped.stamp",
        )
        .bind(workspace)
        .bind(kinds)
        .bind(ids)
        .bind(stamps)
        .execute(conn)
        .await?;
    }
    let is_full = u32::try_from(rows.len()) == Ok(UPKEEP_ROWS);
    Ok(Forgotten { dropped, next: next.filter(|_| is_full) })
}
