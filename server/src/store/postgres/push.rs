//! A push: its transaction, and its statements. Lists go in as arrays.
//!
//! **Who waits for whom.** What a push decides follows from what it reads: the device's next number, records, invoice
//! numbers, and records that are not there. Nothing of that may change before it commits. So its first statement locks
//! the workspace's row, and whoever else writes to that workspace, from whichever process, waits at its own first
//! statement until this one has committed. This is more than the records alone would need, but it is right for records
//! that two devices make at once, for rules that look at a second record, and for whatever is counted along with a
//! push, without an order of locks that everyone must keep to. It costs little: the head's row would be locked from the
//! moment a push takes its sequence numbers until its commit is on the disk, which is most of the time. Two workspaces
//! never lock the same row; nor does a reader wait for anyone.
//!
//! The head itself is advanced late, under that lock: the order of the sequence is the order of the commits.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::slice;
use std::sync::Arc;

use outpost_core::hlc::Hlc;
use outpost_core::id::{DeviceId, RecordId};
use outpost_core::record::RecordKey;
use outpost_core::scope::Age;
use sqlx::postgres::PgRow;
use sqlx::{Connection, PgConnection, Row};
use uuid::Uuid;

use super::lanes::{Outcome, Waiting};
use super::{history, sums};
use crate::store::aging::{Aging, Deltas};
use crate::store::pushing::{self, Block, Standing, Statements, Stored, Written};
use crate::store::{Pushed, StoreError, signed, unsigned};
use crate::sync::history::Change;
use crate::sync::push::{Push, PushRefused};

/// Each statement sees what was committed before it began. The default may be another one; in a snapshot, a push that
/// has waited for the lock would still see what was before.
pub(super) const WRITE: &str = "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE";

/// How often a push is tried that the database undid for another's sake.
const TRIES: u32 = 5;

/// Applies pushes to one workspace, in one transaction if they can be, and tells who waits for them.
pub(super) async fn group(conn: &mut PgConnection, group: Vec<Waiting>) -> Result<(), StoreError> {
    let (pushes, answers): (Vec<Push>, Vec<_>) = group.into_iter().map(|it| (it.push, it.answer)).unzip();
    let mut outcomes = Vec::new();
    if pushes.len() > 1 {
        match together(conn, &pushes).await {
            Ok(done) => outcomes = done.into_iter().map(Ok).collect(),
            // One of them holds up nobody else.
            Err(error) => tracing::warn!(%error, pushes = pushes.len(), "a group of pushes is done one by one"),
        }
    }
    let mut outcomes = outcomes.into_iter();
    for (push, answer) in pushes.iter().zip(answers) {
        let outcome = match outcomes.next() {
            Some(outcome) => outcome,
            None => alone(conn, push).await,
        };
        if answer.send(outcome).is_err() {
            tracing::debug!("nobody waits for a push's outcome any more");
        }
    }
    Ok(())
}

async fn alone(conn: &mut PgConnection, push: &Push) -> Outcome {
    let mut tries = 1;
    loop {
        match together(conn, slice::from_ref(push)).await {
            Err(error) if tries < TRIES && was_undone(&error) => tries += 1,
            Err(error) => return Err(error),
            Ok(mut outcomes) => return outcomes.pop().ok_or(StoreError::Missing("outcome of a push")),
        }
    }
}

/// Whether the database undid a transaction so that others could go on: a deadlock, or a conflict where transactions
/// are of a stricter kind. PostgreSQL itself has no reason to do so here; databases that speak its protocol may.
fn was_undone(error: &StoreError) -> bool {
    let error = match error {
        StoreError::Database(error) => error,
        StoreError::Commit(error) => error,
        _ => return false,
    };
    let code = error.as_database_error().and_then(|error| error.code());
    code.is_some_and(|code| ["40001", "40P01"].contains(&&*code))
}

/// All of them, or on an error none.
async fn together(conn: &mut PgConnection, pushes: &[Push]) -> Result<Vec<Result<Pushed, PushRefused>>, StoreError> {
    let Some(first) = pushes.first() else { return Ok(Vec::new()) };
    let mut transaction = conn.begin_with(WRITE).await?;
    lock(&mut transaction, first.workspace).await?;
    let mut outcomes = Vec::with_capacity(pushes.len());
    for push in pushes {
        outcomes.push(pushing::push(&mut *transaction, push).await?);
    }
    // If this fails, the pushes may be there or not. The devices send them again, and their numbers tell.
    transaction.commit().await.map_err(|error| StoreError::Commit(Arc::new(error)))?;
    Ok(outcomes)
}

/// Waits until nobody else writes to the workspace, and lets nobody until the transaction's end. A statement of its
/// own: one that also read other tables would, after the wait, see them as they were before it.
pub(super) async fn lock(conn: &mut PgConnection, workspace: i64) -> Result<(), StoreError> {
    // Not FOR UPDATE, for which those would wait whose rows refer to the workspace.
    let lock = sqlx::query("SELECT 1 FROM workspaces WHERE workspace = $1 FOR NO KEY UPDATE").bind(workspace);
    lock.fetch_optional(conn).await?.map(drop).ok_or(StoreError::Missing("workspace"))
}

/// As it is kept.
pub(super) fn uuid(id: RecordId) -> Uuid {
    Uuid::from_bytes(*id.as_bytes())
}

/// The way back.
pub(super) fn record_id(id: Uuid) -> RecordId {
    RecordId::from_bytes(*id.as_bytes())
}

/// Within a transaction that has locked the workspace.
impl Statements for PgConnection {
    async fn standing(&mut self, workspace: i64, device: DeviceId) -> Result<Standing, StoreError> {
        let row = sqlx::query(
            "SELECT workspaces.head, next_n, last_ms, last_counter
             FROM devices JOIN workspaces ON workspaces.workspace = devices.workspace
             WHERE devices.workspace = $1 AND device = $2",
        )
        .bind(workspace)
        .bind(device.to_string())
        .fetch_optional(self)
        .await?
        .ok_or(StoreError::Missing("device"))?;
        let counter = u16::try_from(row.try_get::<i32, _>(3)?).unwrap_or(u16::MAX);
        let last = Hlc { ms: unsigned(row.try_get(2)?), counter, device };
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
             WHERE workspace = $1 AND device = $2 AND last_n >= $3 AND first_n <= $4",
        )
        .bind(workspace)
        .bind(device.to_string())
        .bind(signed(first))
        .bind(signed(last))
        .fetch_all(self)
        .await?;
        blocks.iter().map(|row| Ok(Block { stamps: row.try_get(0)?, receipts: row.try_get(1)? })).collect()
    }

    /// LATERAL with a limit: by the key for each of them, however the planner estimates the two tables.
    async fn records(&mut self, workspace: i64, keys: &HashSet<RecordKey>) -> Result<Vec<Stored>, StoreError> {
        let (kinds, ids): (Vec<&str>, Vec<Uuid>) = keys.iter().map(|key| (key.kind.as_str(), uuid(key.id))).unzip();
        let rows = sqlx::query(
            "SELECT wanted.type, wanted.id, r.seq, r.doc, r.part_of, r.age, r.entered, r.touched_ms
             FROM unnest($2::text[], $3::uuid[]) AS wanted (type, id)
             CROSS JOIN LATERAL (
                 SELECT seq, doc, part_of, age, entered, touched_ms FROM records
                 WHERE workspace = $1 AND records.type = wanted.type AND records.id = wanted.id LIMIT 1
             ) AS r",
        )
        .bind(workspace)
        .bind(kinds)
        .bind(ids)
        .fetch_all(self)
        .await?;
        rows.iter().map(stored).collect()
    }

    async fn parts(&mut self, workspace: i64, heads: &[RecordKey]) -> Result<Vec<Stored>, StoreError> {
        let heads: Vec<Uuid> = heads.iter().map(|head| uuid(head.id)).collect();
        let rows = sqlx::query(
            "SELECT type, id, seq, doc, part_of, age, entered, touched_ms FROM records
             WHERE workspace = $1 AND part_of = ANY($2) ORDER BY type, id",
        )
        .bind(workspace)
        .bind(heads)
        .fetch_all(self)
        .await?;
        rows.iter().map(stored).collect()
    }

    async fn numbers(&mut self, workspace: i64, numbers: &[String]) -> Result<Vec<(String, RecordId)>, StoreError> {
        let wanted: Vec<&[u8]> = numbers.iter().map(String::as_bytes).collect();
        let rows = sqlx::query("SELECT number, invoice FROM invoice_numbers WHERE workspace = $1 AND number = ANY($2)")
            .bind(workspace)
            .bind(wanted)
            .fetch_all(self)
            .await?;
        let given = |row: &PgRow| {
            let number =
                String::from_utf8(row.try_get(0)?).map_err(|_| StoreError::Missing("invoice number's text"))?;
            Ok((number, record_id(row.try_get(1)?)))
        };
        rows.iter().map(given).collect()
    }

    async fn give_numbers(&mut self, workspace: i64, numbers: &[(String, RecordId)]) -> Result<(), StoreError> {
        let (texts, invoices): (Vec<&[u8]>, Vec<Uuid>) =
            numbers.iter().map(|(number, invoice)| (number.as_bytes(), uuid(*invoice))).unzip();
        sqlx::query(
            "INSERT INTO invoice_numbers (workspace, number, invoice)
             SELECT $1, number, invoice FROM unnest($2::bytea[], $3::uuid[]) AS given (number, invoice)
             ON CONFLICT DO NOTHING",
        )
        .bind(workspace)
        .bind(texts)
        .bind(invoices)
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
             VALUES ($1, $2, $3, $4, $5, $6)",
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
            "UPDATE devices SET next_n = $3, last_ms = $4, last_counter = $5 WHERE workspace = $1 AND device = $2",
        )
        .bind(workspace)
        .bind(device.to_string())
        .bind(signed(next_n))
        .bind(signed(last.ms))
        .bind(i32::from(last.counter))
        .execute(self)
        .await?;
        Ok(())
    }

    async fn take_seqs(&mut self, workspace: i64, count: u64) -> Result<u64, StoreError> {
        let head = sqlx::query_scalar("UPDATE workspaces SET head = head + $2 WHERE workspace = $1 RETURNING head");
        Ok(unsigned(head.bind(workspace).bind(signed(count)).fetch_one(self).await?))
    }

    async fn add_sums(&mut self, workspace: i64, deltas: &Deltas) -> Result<(), StoreError> {
        sums::add(self, workspace, deltas).await
    }

    async fn write(&mut self, workspace: i64, rows: Vec<Written>) -> Result<(), StoreError> {
        let (mut kinds, mut ids, mut seqs, mut docs) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        let (mut heads, mut ages, mut entered, mut touched) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for Written { key, seq, document, part_of, aging } in &rows {
            kinds.push(key.kind.as_str());
            ids.push(uuid(key.id));
            seqs.push(signed(*seq));
            docs.push(serde_json::to_string(document)?);
            heads.push(part_of.map(uuid));
            ages.push(i16::from(u8::from(aging.age)));
            entered.push(signed(aging.entered));
            touched.push(signed(aging.touched_ms));
        }
        sqlx::query(
            "INSERT INTO records (workspace, type, id, seq, doc, part_of, age, entered, touched_ms)
             SELECT $1, type, id, seq, doc, part_of, age, entered, touched_ms
             FROM unnest($2::text[], $3::uuid[], $4::bigint[], $5::text[], $6::uuid[], $7::smallint[], $8::bigint[],
                         $9::bigint[]) AS written (type, id, seq, doc, part_of, age, entered, touched_ms)
             ON CONFLICT (workspace, type, id) DO UPDATE
             SET seq = excluded.seq, doc = excluded.doc, part_of = excluded.part_of, age = excluded.age,
                 entered = excluded.entered, touched_ms = excluded.touched_ms",
        )
        .bind(workspace)
        .bind(kinds)
        .bind(ids)
        .bind(seqs)
        .bind(docs)
        .bind(heads)
        .bind(ages)
        .bind(entered)
        .bind(touched)
        .execute(self)
        .await?;
        Ok(())
    }
}

/// A row with the columns of `records` in the order of this file's statements.
pub(super) fn stored(row: &PgRow) -> Result<Stored, StoreError> {
    let key = RecordKey::new(row.try_get::<&str, _>(0)?, record_id(row.try_get(1)?));
    let part_of = row.try_get::<Option<Uuid>, _>(4)?.map(record_id);
    let aging =
        Aging { age: age(row.try_get(5)?)?, entered: unsigned(row.try_get(6)?), touched_ms: unsigned(row.try_get(7)?) };
    Ok(Stored { key, seq: unsigned(row.try_get(2)?), doc: row.try_get(3)?, part_of, aging })
}

/// An age as it is kept.
pub(super) fn age(number: i16) -> Result<Age, StoreError> {
    let age = u8::try_from(number).ok().and_then(|number| Age::try_from(number).ok());
    age.ok_or(StoreError::Missing("record's age"))
}
