//! Reads what a device lacks, in one snapshot.

use futures::TryStreamExt;
use outpost_core::record::RecordKey;
use outpost_core::scope::Age;
use sqlx::{Row, SqlitePool};

use super::moment::Moment;
use crate::store::aging::Aging;
use crate::store::page::Page;
use crate::store::{Pull, Pulled, StoreError, signed, unsigned};

/// The rows after the cursor, but for those that hold nothing except what the asker wrote in the same request.
const ROWS: &str = "SELECT seq, type, id, doc, age, entered FROM records
    WHERE workspace = ?1 AND seq > ?2
      AND (seq <= ?3 OR seq > ?4 OR seq IN (SELECT value FROM json_each(?5)))
    ORDER BY seq LIMIT ?6";

pub(super) async fn pull(readers: &SqlitePool, workspace: i64, pull: Pull) -> Result<Pulled, StoreError> {
    let mut moment = Moment::begin(readers).await?;
    let head: i64 = sqlx::query_scalar("SELECT head FROM workspaces WHERE workspace = ?1")
        .bind(workspace)
        .fetch_optional(&mut *moment)
        .await?
        .ok_or(StoreError::Missing("workspace"))?;
    let mut found = sqlx::query(ROWS)
        .bind(workspace)
        .bind(signed(pull.cursor))
        .bind(signed(pull.own.after))
        .bind(signed(pull.own.up_to))
        .bind(serde_json::to_string(&pull.own.unseen)?)
        .bind(i64::from(pull.limit) + 1)
        .fetch(&mut *moment);
    let mut page = Page::new(pull);
    while let Some(row) = found.try_next().await? {
        let id: &str = row.try_get(2)?;
        let id = id.parse().map_err(|_| StoreError::Missing("record's id"))?;
        let key = RecordKey::new(row.try_get::<&str, _>(1)?, id);
        let age = Age::try_from(row.try_get::<u8, _>(4)?).map_err(|_| StoreError::Missing("record's age"))?;
        let aging = Aging { age, entered: unsigned(row.try_get(5)?), touched_ms: 0 };
        if !page.take(unsigned(row.try_get(0)?), key, aging, row.try_get(3)?)? {
            break;
        }
    }
    drop(found);
    moment.end().await?;
    Ok(page.end(unsigned(head)))
}
