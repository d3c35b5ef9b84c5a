//! What was done to records.

use std::collections::{BTreeMap, HashMap};

use outpost_core::hlc::Hlc;
use outpost_core::id::DeviceId;
use outpost_core::record::RecordKey;
use serde_json::json;
use sqlx::{Row, SqliteConnection};

use crate::store::{MOST_CHANGES, Past, StoreError};
use crate::sync::history::Change;

/// Notes what a push did.
pub(super) async fn note(
    conn: &mut SqliteConnection,
    workspace: i64,
    changes: &BTreeMap<(RecordKey, Hlc), Change>,
) -> Result<(), StoreError> {
    let rows: Vec<_> = changes.iter().map(|((key, stamp), change)| json!([key.kind, key.id, stamp, change])).collect();
    sqlx::query(
        "INSERT INTO history (workspace, type, id, stamp, change)
         SELECT ?1, value ->> 0, value ->> 1, value ->> 2, value ->> 3 FROM json_each(?2) WHERE true
         ON CONFLICT DO NOTHING",
    )
    .bind(workspace)
    .bind(serde_json::to_string(&rows)?)
    .execute(conn)
    .await?;
    Ok(())
}

/// What was done to a record, the oldest first.
pub(super) async fn of(conn: &mut SqliteConnection, workspace: i64, key: &RecordKey) -> Result<Past, StoreError> {
    let rows = sqlx::query(
        "SELECT stamp, change FROM history WHERE workspace = ?1 AND type = ?2 AND id = ?3 ORDER BY stamp DESC LIMIT ?4",
    )
    .bind(workspace)
    .bind(key.kind.clone())
    .bind(key.id.to_string())
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
pub(super) async fn names(
    conn: &mut SqliteConnection,
    workspace: i64,
) -> Result<HashMap<DeviceId, String>, StoreError> {
    let rows =
        sqlx::query("SELECT device, name FROM devices WHERE workspace = ?1").bind(workspace).fetch_all(conn).await?;
    let mut names = HashMap::with_capacity(rows.len());
    for row in rows {
        let device: &str = row.try_get(0)?;
        names.insert(device.parse().map_err(|_| StoreError::Missing("device's id"))?, row.try_get(1)?);
    }
    Ok(names)
}
