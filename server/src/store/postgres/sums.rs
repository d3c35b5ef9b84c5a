//! The sums by which a device finds out whether it has what the server has, and the records of some buckets.

use outpost_core::record::{Record, RecordKey};
use outpost_core::scope::Age;
use outpost_core::sums::{Sum, Sums};
use sqlx::{Connection, PgConnection, Row};
use uuid::Uuid;

use super::pull::SNAPSHOT;
use super::push::{age, record_id, uuid};
use crate::store::aging::{Deltas, sums_below};
use crate::store::document::Document;
use crate::store::{Buckets, Repaired, StoreError, Summed, unsigned};

/// The most bytes of one answer, beyond the first record.
const MAX_BYTES: usize = 2 * 1024 * 1024;

/// Adds what a transaction did.
pub(super) async fn add(conn: &mut PgConnection, workspace: i64, deltas: &Deltas) -> Result<(), StoreError> {
    let (mut buckets, mut counts, mut sums) = (Vec::new(), Vec::new(), Vec::new());
    for (bucket, count, sum) in deltas.changes() {
        buckets.push(bucket);
        counts.push(i64::from(count));
        sums.push(sum);
    }
    if buckets.is_empty() {
        return Ok(());
    }
    sqlx::query(
        "INSERT INTO sums (workspace, bucket, count, sum)
         SELECT $1, bucket, count, sum
         FROM unnest($2::smallint[], $3::bigint[], $4::bigint[]) AS changed (bucket, count, sum)
         ON CONFLICT (workspace, bucket) DO UPDATE
         SET count = sums.count + excluded.count, sum = sums.sum + excluded.sum",
    )
    .bind(workspace)
    .bind(buckets)
    .bind(counts)
    .bind(sums)
    .execute(conn)
    .await?;
    Ok(())
}

/// Head, epoch and sums of one moment.
pub(super) async fn sums(conn: &mut PgConnection, workspace: i64, scope: Age) -> Result<Summed, StoreError> {
    let mut snapshot = conn.begin_with(SNAPSHOT).await?;
    let row = sqlx::query("SELECT epoch, head FROM workspaces WHERE workspace = $1")
        .bind(workspace)
        .fetch_optional(&mut *snapshot)
        .await?
        .ok_or(StoreError::Missing("workspace"))?;
    let buckets =
        sqlx::query("SELECT bucket % 256::smallint, count, sum FROM sums WHERE workspace = $1 AND bucket < $2")
            .bind(workspace)
            .bind(sums_below(scope))
            .fetch_all(&mut *snapshot)
            .await?;
    snapshot.rollback().await?;
    let mut sums = Vec::with_capacity(buckets.len());
    for bucket in buckets {
        let number = u8::try_from(bucket.try_get::<i16, _>(0)?).map_err(|_| StoreError::Missing("sum's bucket"))?;
        let count = u32::try_from(bucket.try_get::<i64, _>(1)?).map_err(|_| StoreError::Missing("bucket's count"))?;
        sums.push((number, Sum { count, sum: unsigned(bucket.try_get(2)?) }));
    }
    Ok(Summed { epoch: row.try_get(0)?, head: unsigned(row.try_get(1)?), sums: Sums::of(sums) })
}

/// Records of some buckets, in the order of type and id. What does not fit is not even read.
pub(super) async fn repair(conn: &mut PgConnection, workspace: i64, asked: Buckets) -> Result<Repaired, StoreError> {
    let wanted: Vec<i32> = asked.buckets.iter().map(|bucket| i32::from(*bucket)).collect();
    let after = asked.after.map_or_else(|| (String::new(), Uuid::nil()), |key| (key.kind, uuid(key.id)));
    let rows = sqlx::query(
        "SELECT type, id, doc, age FROM (
             SELECT type, id, doc, age,
                    sum(octet_length(doc)) OVER (ORDER BY type, id ROWS UNBOUNDED PRECEDING) - octet_length(doc) AS before
             FROM records
             WHERE workspace = $1 AND (type, id) > ($2, $3)
               AND (cardinality($4::int[]) = 0 OR get_byte(uuid_send(id), 15) = ANY($4))
               AND age BETWEEN $7 AND $8
             ORDER BY type, id LIMIT $5
         ) AS page WHERE before <= $6 ORDER BY type, id",
    )
    .bind(workspace)
    .bind(after.0)
    .bind(after.1)
    .bind(wanted)
    .bind(i64::try_from(asked.limit + 1).unwrap_or(i64::MAX))
    .bind(i64::try_from(MAX_BYTES).unwrap_or(i64::MAX))
    .bind(i16::from(*asked.ages.start()))
    .bind(i16::from(*asked.ages.end()))
    .fetch_all(conn)
    .await?;
    let (mut found, mut bytes, mut next) = (Vec::new(), 0, None);
    for row in rows {
        let doc: &str = row.try_get(2)?;
        if found.len() == asked.limit || (bytes > 0 && bytes + doc.len() > MAX_BYTES) {
            next = found.last().map(|(record, _): &(Record, Age)| record.key());
            break;
        }
        bytes += doc.len();
        let key = RecordKey::new(row.try_get::<&str, _>(0)?, record_id(row.try_get(1)?));
        found.push((serde_json::from_str::<Document>(doc)?.split(key).0, age(row.try_get(3)?)?));
    }
    Ok(Repaired { rows: found, next })
}
