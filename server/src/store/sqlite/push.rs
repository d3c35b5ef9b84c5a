//! The statements of a push. Lists go in as JSON, which SQLite takes apart itself.

use std::collections::{BTreeMap, HashMap, HashSet};

use outpost_core::hlc::Hlc;
use outpost_core::id::{DeviceId, RecordId};
use outpost_core::record::RecordKey;
use outpost_core::scope::Age;
use serde_json::json;
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection};

use super::{history, sums};
use crate::store::aging::{Aging, Deltas};
use crate::store::pushing::{Block, Standing, Statements, Stored, Written};
use crate::store::{StoreError, signed, unsigned};
use crate::sync::history::Change;

/// Within the writer's transaction; there is one writer, so nobody else writes meanwhile.
impl Statements for SqliteConnection {
    async fn standing(&mut self, workspace: i64, device: DeviceId) -> Result<Standing, StoreError> {
        let row = sqlx::query(
            "SELECT workspaces.head, next_n, last_ms, last_counter
             FROM devices JOIN workspaces ON workspaces.workspace = devices.workspace
             WHERE devices.workspace = ?1 AND device = ?2",
        )
        .bind(workspace)
        .bind(device.to_string())
        .fetch_optional(self)
        .await?
        .ok_or(StoreError::Missing("device"))?;
        let last = Hlc { ms: unsigned(row.try_get(2)?), counter: row.try_get(3)?, device };
        Ok(Standing { head: unsigned(row.try_get(0)?), next_n: unsigned(row.try_get(1)?), last })
    }

    async fn receipts(
        &mut self,
        workspace: i64,
        device: DeviceId,
        first: u64,
        last: u64,
    ) -> Result<Vec<Block>, StoreError> {
        let blocks = sqlx::query(
            "SELECT stamps, receipts FROM receipts
             WHERE workspace = ?1 AND device = ?2 AND last_n >= ?3 AND first_n <= ?4",
        )
        .bind(workspace)
        .bind(device.to_string())
        .bind(signed(first))
        .bind(signed(last))
        .fetch_all(self)
        .await?;
        blocks.iter().map(|row| Ok(Block { stamps: row.try_get(0)?, receipts: row.try_get(1)? })).collect()
    }

    async fn records(&mut self, workspace: i64, keys: &HashSet<RecordKey>) -> Result<Vec<Stored>, StoreError> {
        let wanted: Vec<_> = keys.iter().map(|key| (&key.kind, key.id)).collect();
        let rows = sqlx::query(
            "SELECT r.type, r.id, r.seq, r.doc, r.part_of, r.age, r.entered, r.touched_ms FROM json_each(?2) AS wanted
             CROSS JOIN records AS r
             ON r.workspace = ?1 AND r.type = wanted.value ->> 0 AND r.id = wanted.value ->> 1",
        )
        .bind(workspace)
        .bind(serde_json::to_string(&wanted)?)
        .fetch_all(self)
        .await?;
        rows.iter().map(stored).collect()
    }

    async fn parts(&mut self, workspace: i64, heads: &[RecordKey]) -> Result<Vec<Stored>, StoreError> {
        let wanted: Vec<RecordId> = heads.iter().map(|head| head.id).collect();
        let rows = sqlx::query(
            "SELECT r.type, r.id, r.seq, r.doc, r.part_of, r.age, r.entered, r.touched_ms FROM json_each(?2) AS wanted
             CROSS JOIN records AS r INDEXED BY records_by_head ON r.workspace = ?1 AND r.part_of = wanted.value
             ORDER BY r.type, r.id",
        )
        .bind(workspace)
        .bind(serde_json::to_string(&wanted)?)
        .fetch_all(self)
        .await?;
        rows.iter().map(stored).collect()
    }

    async fn numbers(&mut self, workspace: i64, numbers: &[String]) -> Result<Vec<(String, RecordId)>, StoreError> {
        let rows = sqlx::query(
            "SELECT number, invoice FROM json_each(?2) AS wanted
             CROSS JOIN invoice_numbers ON workspace = ?1 AND number = wanted.value",
        )
        .bind(workspace)
        .bind(serde_json::to_string(numbers)?)
        .fetch_all(self)
        .await?;
        let given = |row: &sqlx::sqlite::SqliteRow| {
            let invoice: &str = row.try_get(1)?;
            Ok((row.try_get(0)?, invoice.parse().map_err(|_| StoreError::Missing("invoice's id"))?))
        };
        rows.iter().map(given).collect()
    }

    async fn give_numbers(&mut self, workspace: i64, numbers: &[(String, RecordId)]) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO invoice_numbers (workspace, number, invoice)
             SELECT ?1, value ->> 0, value ->> 1 FROM json_each(?2) WHERE true
             ON CONFLICT DO NOTHING",
        )
        .bind(workspace)
        .bind(serde_json::to_string(numbers)?)
        .execute(self)
        .await?;
        Ok(())
    }

    async fn note(&mut self, workspace: i64, changes: &BTreeMap<(RecordKey, Hlc), Change>) -> Result<(), StoreError> {
        history::note(self, workspace, changes).await
    }

    async fn names(&mut self, workspace: i64) -> Result<HashMap<DeviceId, String>, StoreError> {
        history::names(self, workspace).await
    }

    async fn keep_receipts(
        &mut self,
        workspace: i64,
        device: DeviceId,
        first: u64,
        last: u64,
        block: Block,
    ) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO receipts (workspace, device, first_n, last_n, stamps, receipts)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        )
        .bind(workspace)
        .bind(device.to_string())
        .bind(signed(first))
        .bind(signed(last))
        .bind(block.stamps)
        .bind(block.receipts)
        .execute(self)
        .await?;
        Ok(())
    }

    async fn advance(&mut self, workspace: i64, device: DeviceId, next_n: u64, last: Hlc) -> Result<(), StoreError> {
        sqlx::query(
            "UPDATE devices SET next_n = ?3, last_ms = ?4, last_counter = ?5 WHERE workspace = ?1 AND device = ?2",
        )
        .bind(workspace)
        .bind(device.to_string())
        .bind(signed(next_n))
        .bind(signed(last.ms))
        .bind(last.counter)
        .execute(self)
        .await?;
        Ok(())
    }

    async fn take_seqs(&mut self, workspace: i64, count: u64) -> Result<u64, StoreError> {
        let head = sqlx::query_scalar("UPDATE workspaces SET head = head + ?2 WHERE workspace = ?1 RETURNING head");
        Ok(unsigned(head.bind(workspace).bind(signed(count)).fetch_one(self).await?))
    }

    async fn add_sums(&mut self, workspace: i64, deltas: &Deltas) -> Result<(), StoreError> {
        sums::add(self, workspace, deltas).await
    }

    async fn write(&mut self, workspace: i64, rows: Vec<Written>) -> Result<(), StoreError> {
        let row = |Written { key, seq, document, part_of, aging }: &Written| {
            json!([key.kind, key.id, seq, document, part_of, aging.age, aging.entered, aging.touched_ms])
        };
        let rows: Vec<_> = rows.iter().map(row).collect();
        sqlx::query(
            "INSERT INTO records (workspace, type, id, seq, doc, part_of, age, entered, touched_ms)
             SELECT ?1, value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6,
                    value ->> 7
             FROM json_each(?2) WHERE true
             ON CONFLICT (workspace, type, id) DO UPDATE
             SET seq = excluded.seq, doc = excluded.doc, part_of = excluded.part_of, age = excluded.age,
                 entered = excluded.entered, touched_ms = excluded.touched_ms",
        )
        .bind(workspace)
        .bind(serde_json::to_string(&rows)?)
        .execute(self)
        .await?;
        Ok(())
    }
}

/// A row with the columns of `records` in the order of this file's statements.
pub(super) fn stored(row: &SqliteRow) -> Result<Stored, StoreError> {
    let id = |text: &str| text.parse::<RecordId>().map_err(|_| StoreError::Missing("record's id"));
    let key = RecordKey::new(row.try_get::<&str, _>(0)?, id(row.try_get(1)?)?);
    let part_of = row.try_get::<Option<&str>, _>(4)?.map(id).transpose()?;
    let age = Age::try_from(row.try_get::<u8, _>(5)?).map_err(|_| StoreError::Missing("record's age"))?;
    let aging = Aging { age, entered: unsigned(row.try_get(6)?), touched_ms: unsigned(row.try_get(7)?) };
    Ok(Stored { key, seq: unsigned(row.try_get(2)?), doc: row.try_get(3)?, part_of, aging })
}
