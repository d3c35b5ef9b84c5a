//! What was done to records.

use std::collections::{BTreeMap, HashMap};

use outpost_core::hlc::Hlc;
use outpost_core::id::DeviceId;
use outpost_core::record::RecordKey;
use sqlx::{PgConnection, Row};
use uuid::Uuid;

use super::push::uuid;
use crate::store::{MOST_CHANGES, Past, StoreError};
use crate::sync::history::Change;

/// Notes what a push did.
pub(super) async fn note(
    conn: &mut PgConnection,
    workspace: i64,
    changes: &BTreeMap<(RecordKey, Hlc), Change>,
) -> Result<(), StoreError> {
    let (mut kinds, mut ids, mut stamps, mut texts) = (Vec::new(), Vec::<Uuid>::new(), Vec::new(), Vec::new());
    for ((key, stamp), change) in changes {
        kinds.push(key.kind.as_str());
        ids.push(uuid(key.id));
        stamps.push(stamp.to_string());
        texts.push(serde_json::to_string(change)?);
    }
    sqlx::query(
        "INSERT INTO history (workspace, type, id, stamp, change)
         SELECT $1, type, id, stamp, change
         FROM unnest($2::text[], $3::uuid[], $4::text[], $5::text[]) AS noted (type, id, stamp, change)
         ON CONFLICT DO NOTHING",
    )
    .bind(workspace)
    .bind(kinds)
    .bind(ids)
    .bind(stamps)
    .bind(texts)
    .execute(conn)
    .await?;
    Ok(())
}

/// What was done to a record, the oldest first.
pub(super) async fn of(conn: &mut PgConnection, workspace: i64, key: RecordKey) -> Result<Past, StoreError> {
    let rows = sqlx::query(
        "SELECT stamp, change FROM history WHERE workspace = $1 AND type = $2 AND id = $3 ORDER BY stamp DESC LIMIT $4",
    )
    .bind(workspace)
    .bind(key.kind)
    .bind(uuid(key.id))
    .bind(MOST_CHANGES)
    .fetch_all(&mut *conn)
    .await?;
    let mut changes = Vec::with_capacity(rows.len());
    for row in rows.iter().rev() {
        let stamp: &str = row.try_get(0)?;
        let stamp = stamp.parse().map_err(|_| StoreError::Missing("stamp of a change"))?;
        changes.push((stamp, serde_json::from_str(row.try_get(1)?)?));
    }
    Ok(Past { changes, names: names(conn, workspace).await? })
}

/// What the workspace's devices are called.
pub(super) async fn names(conn: &mut PgConnection, workspace: i64) -> Result<HashMap<DeviceId, String>, StoreError> {
    let rows =
        sqlx::query("SELECT device, name FROM devices WHERE workspace = $1").bind(workspace).fetch_all(conn).await?;
    let mut names = HashMap::with_capacity(rows.len());
    for row in rows {
        let device: &str = row.try_get(0)?;
        names.insert(device.parse().map_err(|_| StoreError::Missing("device's id"))?, row.try_get(1)?);
    }
    Ok(names)
}
