//! Reads what a device lacks, in one snapshot.

use futures::TryStreamExt;
use outpost_core::record::RecordKey;
use sqlx::{Connection, PgConnection, Row};

use super::push::{age, record_id};
use crate::store::aging::Aging;
use crate::store::page::{MAX_BYTES, Page};
use crate::store::{Pull, Pulled, StoreError, signed, unsigned};

/// Both statements see the same moment, and neither waits for anyone who writes.
pub(super) const SNAPSHOT: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";

/// The rows after the cursor, but for those that hold nothing except what the asker wrote in the same request. The
/// database stops at the row that fills the page: what it has sent must be read before the connection is of use again.
const ROWS: &str = "SELECT seq, type, id, doc, age, entered FROM (
        SELECT seq, type, id, doc, age, entered,
               sum(octet_length(doc)) OVER (ORDER BY seq ROWS UNBOUNDED PRECEDING) - octet_length(doc) AS before
        FROM records
        WHERE workspace = $1 AND seq > $2 AND (seq <= $3 OR seq > $4 OR seq = ANY($5))
        ORDER BY seq LIMIT $6
    ) AS page WHERE before <= $7 ORDER BY seq";

pub(super) async fn pull(conn: &mut PgConnection, workspace: i64, pull: Pull) -> Result<Pulled, StoreError> {
    let mut snapshot = conn.begin_with(SNAPSHOT).await?;
    let head: i64 = sqlx::query_scalar("SELECT head FROM workspaces WHERE workspace = $1")
        .bind(workspace)
        .fetch_optional(&mut *snapshot)
        .await?
        .ok_or(StoreError::Missing("workspace"))?;
    let unseen: Vec<i64> = pull.own.unseen.iter().copied().map(signed).collect();
    let mut found = sqlx::query(ROWS)
        .bind(workspace)
        .bind(signed(pull.cursor))
        .bind(signed(pull.own.after))
        .bind(signed(pull.own.up_to))
        .bind(unseen)
        .bind(i64::from(pull.limit) + 1)
        .bind(i64::try_from(MAX_BYTES).unwrap_or(i64::MAX))
        .fetch(&mut *snapshot);
    let mut page = Page::new(pull);
    while let Some(row) = found.try_next().await? {
        let key = RecordKey::new(row.try_get::<&str, _>(1)?, record_id(row.try_get(2)?));
        let aging = Aging { age: age(row.try_get(4)?)?, entered: unsigned(row.try_get(5)?), touched_ms: 0 };
        if !page.take(unsigned(row.try_get(0)?), key, aging, row.try_get(3)?)? {
            break;
        }
    }
    drop(found);
    snapshot.rollback().await?;
    Ok(page.end(unsigned(head)))
}
