//! The sums by which a device finds out whether it has what the server has, and the records of some buckets.

use outpost_core::record::{Record, RecordKey};
use outpost_core::scope::Age;
use outpost_core::sums::{Sum, Sums};
use serde_json::json;
use sqlx::{Connection, Row, SqliteConnection, SqlitePool};

use super::moment::Moment;
use crate::store::aging::{Deltas, sums_below};
use crate::store::document::Document;
use crate::store::{Buckets, Repaired, StoreError, Summed, signed, unsigned};

/// The most bytes of one answer, beyond the first record.
const MAX_BYTES: usize = 2 * 1024 * 1024;

/// Adds what a transaction did.
pub(super) async fn add(conn: &mut SqliteConnection, workspace: i64, deltas: &Deltas) -> Result<(), StoreError> {
    let changes: Vec<_> = deltas.changes().map(|(bucket, count, sum)| json!([bucket, count, sum])).collect();
    if changes.is_empty() {
        return Ok(());
    }
    sqlx::query(
        "INSERT INTO sums (workspace, bucket, count, sum)
         SELECT ?1, value ->> 0, value ->> 1, value ->> 2 FROM json_each(?2) WHERE true
         ON CONFLICT (workspace, bucket) DO UPDATE SET count = count + excluded.count, sum = sum + excluded.sum",
    )
    .bind(workspace)
    .bind(serde_json::to_string(&changes)?)
    .execute(conn)
    .await?;
    Ok(())
}

/// Sums up the workspaces of a database of before there were sums.
pub(super) async fn catch_up(conn: &mut SqliteConnection) -> Result<(), StoreError> {
    let workspaces: Vec<i64> =
        sqlx::query_scalar("SELECT workspace FROM workspaces WHERE summed = 0").fetch_all(&mut *conn).await?;
    for workspace in workspaces {
        // All of it or nothing: begun twice, it would count twice.
        let mut conn = conn.begin().await?;
        sqlx::query("DELETE FROM sums WHERE workspace = ?1").bind(workspace).execute(&mut *conn).await?;
        let (mut deltas, mut after) = (Deltas::default(), (String::new(), String::new()));
        loop {
            let rows = sqlx::query(
                "SELECT type, id, doc FROM records WHERE workspace = ?1 AND (type, id) > (?2, ?3)
                 ORDER BY type, id LIMIT 1000",
            )
            .bind(workspace)
            .bind(after.0.clone())
            .bind(after.1.clone())
            .fetch_all(&mut *conn)
            .await?;
            let Some(last) = rows.last() else { break };
            after = (last.try_get(0)?, last.try_get(1)?);
            for row in &rows {
                let key = key(row.try_get(0)?, row.try_get(1)?)?;
                // Nothing was archived before there were sums.
                deltas.of(Age::Recent).add(&serde_json::from_str::<Document>(row.try_get(2)?)?.split(key).0);
            }
        }
        add(&mut conn, workspace, &deltas).await?;
        sqlx::query("UPDATE workspaces SET summed = 1 WHERE workspace = ?1")
            .bind(workspace)
            .execute(&mut *conn)
            .await?;
        conn.commit().await?;
    }
    Ok(())
}

/// Head, epoch and sums of one moment.
pub(super) async fn sums(readers: &SqlitePool, workspace: i64, scope: Age) -> Result<Summed, StoreError> {
    let mut moment = Moment::begin(readers).await?;
    let row = sqlx::query("SELECT epoch, head FROM workspaces WHERE workspace = ?1")
        .bind(workspace)
        .fetch_optional(&mut *moment)
        .await?
        .ok_or(StoreError::Missing("workspace"))?;
    let buckets = sqlx::query("SELECT bucket % 256, count, sum FROM sums WHERE workspace = ?1 AND bucket < ?2")
        .bind(workspace)
        .bind(sums_below(scope))
        .fetch_all(&mut *moment)
        .await?;
    moment.end().await?;
    let mut sums = Vec::with_capacity(buckets.len());
    for bucket in buckets {
        let sum = Sum { count: bucket.try_get(1)?, sum: unsigned(bucket.try_get(2)?) };
        sums.push((bucket.try_get::<u8, _>(0)?, sum));
    }
    Ok(Summed { epoch: row.try_get(0)?, head: unsigned(row.try_get(1)?), sums: Sums::of(sums) })
}

/// Records of some buckets, in the order of type and id.
pub(super) async fn repair(readers: &SqlitePool, workspace: i64, asked: Buckets) -> Result<Repaired, StoreError> {
    let wanted: Vec<String> = asked.buckets.iter().map(|bucket| format!("{bucket:02x}")).collect();
    let after = asked.after.map_or_else(Default::default, |key| (key.kind, key.id.to_string()));
    let rows = sqlx::query(
        "SELECT type, id, doc, age FROM records
         WHERE workspace = ?1 AND (type, id) > (?2, ?3) AND (?4 = '[]' OR substr(id, 35) IN (SELECT value FROM json_each(?4)))
           AND age BETWEEN ?6 AND ?7
         ORDER BY type, id LIMIT ?5",
    )
    .bind(workspace)
    .bind(after.0)
    .bind(after.1)
    .bind(serde_json::to_string(&wanted)?)
    .bind(signed(asked.limit as u64 + 1))
    .bind(asked.ages.start())
    .bind(asked.ages.end())
    .fetch_all(readers)
    .await?;
    let (mut found, mut bytes, mut next) = (Vec::new(), 0, None);
    for row in rows {
        let doc: &str = row.try_get(2)?;
        if found.len() == asked.limit || (bytes > 0 && bytes + doc.len() > MAX_BYTES) {
            next = found.last().map(|(record, _): &(Record, Age)| record.key());
            break;
        }
        bytes += doc.len();
        let key = key(row.try_get(0)?, row.try_get(1)?)?;
        let age = Age::try_from(row.try_get::<u8, _>(3)?).map_err(|_| StoreError::Missing("record's age"))?;
        found.push((serde_json::from_str::<Document>(doc)?.split(key).0, age));
    }
    Ok(Repaired { rows: found, next })
}

pub(super) fn key(kind: &str, id: &str) -> Result<RecordKey, StoreError> {
    Ok(RecordKey::new(kind, id.parse().map_err(|_| StoreError::Missing("record's id"))?))
}
