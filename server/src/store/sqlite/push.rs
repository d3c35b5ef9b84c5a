//! Writes a push: loads what it needs, lets `sync::plan` decide, stores the outcome. A handful of statements, however
//! many mutations there are.

use std::collections::{BTreeMap, HashMap, HashSet};

use outpost_core::hlc::Hlc;
use outpost_core::mutation::Mutation;
use outpost_core::protocol::Receipt;
use outpost_core::record::{Record, RecordKey};
use outpost_core::sums::{Delta, digest};
use serde_json::json;
use sqlx::{Row, SqliteConnection};

use super::document::{Document, Seqs};
use super::{history, signed, sums, unsigned};
use crate::store::{OwnRows, Pushed, StoreError};
use crate::sync::history::of;
use crate::sync::plan::{self, Current, Plan, Touched, Workspace};
use crate::sync::push::{Known, Push, PushRefused, replay};
use crate::sync::stamps::Stamps;

/// The rows that a push loaded.
type Loaded = HashMap<RecordKey, Before>;

/// A row as it was.
struct Before {
    seq: u64,
    seqs: Seqs,
    digest: u64,
}

pub(super) async fn push(conn: &mut SqliteConnection, push: Push) -> Result<Result<Pushed, PushRefused>, StoreError> {
    let device = device(conn, &push).await?;
    let own = OwnRows { after: device.head, up_to: device.head, unseen: Vec::new() };
    let first = push.mutations.first().map_or(device.next_n, |mutation| mutation.n);
    if first > device.next_n {
        return Ok(Ok(Pushed { next_n: device.next_n, receipts: Vec::new(), own, head: device.head }));
    }
    let split = push.mutations.partition_point(|mutation| mutation.n < device.next_n);
    let (replayed, fresh) = push.mutations.split_at(split);
    let mut receipts = Vec::new();
    if !replayed.is_empty() {
        match replay(replayed, &mut known(conn, &push, replayed).await?) {
            Ok(before) => receipts = before,
            Err(refused) => return Ok(Err(refused)),
        }
    }
    let Some(last) = fresh.last() else {
        return Ok(Ok(Pushed { next_n: device.next_n, receipts, own, head: device.head }));
    };

    let (mut workspace, loaded) = load(conn, push.workspace, fresh).await?;
    for (key, before) in &loaded {
        workspace.unseen.insert(key.clone(), before.seqs.since(push.cursor));
    }
    let mut stamps = Stamps::new(push.now_ms, device.last);
    let plan = plan::apply(&mut workspace, fresh, &mut stamps);
    give_numbers(conn, push.workspace, &plan).await?;
    keep_receipts(conn, &push, fresh, &plan.receipts).await?;
    advance(conn, &push, last.n + 1, stamps.last()).await?;
    history::note(conn, push.workspace, &of(fresh, &plan.receipts)).await?;
    let lost = conflicts(conn, push.workspace, &plan).await?;
    // Last of all: on a database with many writers, this is where they queue.
    let own = write(conn, &push, &plan, &workspace, &loaded, &lost).await?;
    receipts.extend(plan.receipts);
    let head = own.up_to + lost.len() as u64;
    Ok(Ok(Pushed { next_n: last.n + 1, receipts, own, head }))
}

struct Device {
    head: u64,
    next_n: u64,
    last: Hlc,
}

async fn device(conn: &mut SqliteConnection, push: &Push) -> Result<Device, StoreError> {
    let row = sqlx::query(
        "SELECT workspaces.head, next_n, last_ms, last_counter
         FROM devices JOIN workspaces ON workspaces.workspace = devices.workspace
         WHERE devices.workspace = ?1 AND device = ?2",
    )
    .bind(push.workspace)
    .bind(push.device.to_string())
    .fetch_optional(conn)
    .await?
    .ok_or(StoreError::Missing("device"))?;
    let last = Hlc { ms: unsigned(row.try_get(2)?), counter: row.try_get(3)?, device: push.device };
    Ok(Device { head: unsigned(row.try_get(0)?), next_n: unsigned(row.try_get(1)?), last })
}

async fn known(conn: &mut SqliteConnection, push: &Push, replayed: &[Mutation]) -> Result<Known, StoreError> {
    let (first, last) = (replayed.first().map_or(0, |m| m.n), replayed.last().map_or(0, |m| m.n));
    let blocks = sqlx::query(
        "SELECT stamps, receipts FROM receipts
         WHERE workspace = ?1 AND device = ?2 AND last_n >= ?3 AND first_n <= ?4",
    )
    .bind(push.workspace)
    .bind(push.device.to_string())
    .bind(signed(first))
    .bind(signed(last))
    .fetch_all(conn)
    .await?;
    let mut known = Known::new();
    for block in blocks {
        let stamps: Vec<Hlc> = serde_json::from_str(block.try_get(0)?)?;
        let receipts: Vec<Receipt> = serde_json::from_str(block.try_get(1)?)?;
        known.extend(stamps.into_iter().zip(receipts).map(|(stamp, receipt)| (receipt.n, (stamp, receipt))));
    }
    Ok(known)
}

async fn load(
    conn: &mut SqliteConnection,
    workspace: i64,
    mutations: &[Mutation],
) -> Result<(Workspace, Loaded), StoreError> {
    let (mut found, mut loaded) = (Workspace::default(), Loaded::new());
    load_records(conn, workspace, &plan::wanted(mutations), &mut found, &mut loaded).await?;
    load_records(conn, workspace, &plan::also_wanted(mutations, &found), &mut found, &mut loaded).await?;
    let numbers = plan::wanted_numbers(mutations);
    if !numbers.is_empty() {
        let rows = sqlx::query(
            "SELECT number, invoice FROM json_each(?2) AS wanted
             CROSS JOIN invoice_numbers ON workspace = ?1 AND number = wanted.value",
        )
        .bind(workspace)
        .bind(serde_json::to_string(&numbers)?)
        .fetch_all(conn)
        .await?;
        for row in rows {
            let invoice: &str = row.try_get(1)?;
            let invoice = invoice.parse().map_err(|_| StoreError::Missing("invoice's id"))?;
            found.numbers.insert(row.try_get(0)?, invoice);
        }
    }
    Ok((found, loaded))
}

async fn load_records(
    conn: &mut SqliteConnection,
    workspace: i64,
    keys: &HashSet<RecordKey>,
    found: &mut Workspace,
    loaded: &mut Loaded,
) -> Result<(), StoreError> {
    if keys.is_empty() {
        return Ok(());
    }
    let wanted: Vec<_> = keys.iter().map(|key| (&key.kind, key.id)).collect();
    let rows = sqlx::query(
        "SELECT r.type, r.id, r.seq, r.doc FROM json_each(?2) AS wanted
         CROSS JOIN records AS r
         ON r.workspace = ?1 AND r.type = wanted.value ->> 0 AND r.id = wanted.value ->> 1",
    )
    .bind(workspace)
    .bind(serde_json::to_string(&wanted)?)
    .fetch_all(conn)
    .await?;
    for row in rows {
        let id: &str = row.try_get(1)?;
        let key =
            RecordKey::new(row.try_get::<&str, _>(0)?, id.parse().map_err(|_| StoreError::Missing("record's id"))?);
        let doc: &str = row.try_get(3)?;
        let (record, seqs) = serde_json::from_str::<Document>(doc)?.split(key.clone());
        loaded.insert(key.clone(), Before { seq: unsigned(row.try_get(2)?), seqs, digest: digest(&record) });
        found.records.insert(key, Current { record, size: doc.len() });
    }
    Ok(())
}

/// Records by key, whole and in this order; one that there is not has no register.
pub(super) async fn records(
    conn: &mut SqliteConnection,
    workspace: i64,
    keys: Vec<RecordKey>,
) -> Result<Vec<Record>, StoreError> {
    let (mut found, mut loaded) = (Workspace::default(), Loaded::new());
    load_records(conn, workspace, &keys.iter().cloned().collect(), &mut found, &mut loaded).await?;
    let record = |key: RecordKey| match found.records.remove(&key) {
        Some(current) => current.record,
        None => Record::empty(key),
    };
    Ok(keys.into_iter().map(record).collect())
}

async fn give_numbers(conn: &mut SqliteConnection, workspace: i64, plan: &Plan) -> Result<(), StoreError> {
    if plan.numbers.is_empty() {
        return Ok(());
    }
    sqlx::query(
        "INSERT INTO invoice_numbers (workspace, number, invoice)
         SELECT ?1, value ->> 0, value ->> 1 FROM json_each(?2) WHERE true
         ON CONFLICT DO NOTHING",
    )
    .bind(workspace)
    .bind(serde_json::to_string(&plan.numbers)?)
    .execute(conn)
    .await?;
    Ok(())
}

async fn keep_receipts(
    conn: &mut SqliteConnection,
    push: &Push,
    fresh: &[Mutation],
    receipts: &[Receipt],
) -> Result<(), StoreError> {
    let stamps: Vec<Hlc> = fresh.iter().map(|mutation| mutation.hlc).collect();
    let (first, last) = (fresh.first().map_or(0, |m| m.n), fresh.last().map_or(0, |m| m.n));
    sqlx::query(
        "INSERT INTO receipts (workspace, device, first_n, last_n, stamps, receipts) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    )
    .bind(push.workspace)
    .bind(push.device.to_string())
    .bind(signed(first))
    .bind(signed(last))
    .bind(serde_json::to_string(&stamps)?)
    .bind(serde_json::to_string(receipts)?)
    .execute(conn)
    .await?;
    Ok(())
}

async fn advance(conn: &mut SqliteConnection, push: &Push, next_n: u64, last: Hlc) -> Result<(), StoreError> {
    sqlx::query("UPDATE devices SET next_n = ?3, last_ms = ?4, last_counter = ?5 WHERE workspace = ?1 AND device = ?2")
        .bind(push.workspace)
        .bind(push.device.to_string())
        .bind(signed(next_n))
        .bind(signed(last.ms))
        .bind(last.counter)
        .execute(conn)
        .await?;
    Ok(())
}

/// The records that keep what lost, but for those that there are.
async fn conflicts(conn: &mut SqliteConnection, workspace: i64, plan: &Plan) -> Result<Vec<Record>, StoreError> {
    if plan.clashes.is_empty() {
        return Ok(Vec::new());
    }
    let names = history::names(conn, workspace).await?;
    let kept: BTreeMap<RecordKey, Record> =
        plan.clashes.iter().map(|clash| (clash.key(), clash.record(&names))).collect();
    let there = records(conn, workspace, kept.keys().cloned().collect()).await?;
    Ok(kept.into_values().zip(there).filter(|(_, there)| there.fields.is_empty()).map(|(record, _)| record).collect())
}

/// Gives each changed record the next number of the workspace's sequence, and stores it. What lost has the numbers behind
/// those: it is news to its author too.
async fn write(
    conn: &mut SqliteConnection,
    push: &Push,
    plan: &Plan,
    workspace: &Workspace,
    loaded: &Loaded,
    lost: &[Record],
) -> Result<OwnRows, StoreError> {
    let (count, news) = (plan.changed.len() as u64, lost.len() as u64);
    let head: i64 = sqlx::query_scalar("UPDATE workspaces SET head = head + ?2 WHERE workspace = ?1 RETURNING head")
        .bind(push.workspace)
        .bind(signed(count + news))
        .fetch_one(&mut *conn)
        .await?;
    let up_to = unsigned(head) - news;
    let mut own = OwnRows { after: up_to - count, up_to, unseen: Vec::new() };
    if count + news == 0 {
        return Ok(own);
    }
    let mut rows = Vec::with_capacity(plan.changed.len());
    let mut delta = Delta::default();
    for ((key, touched), seq) in plan.changed.iter().zip(own.after + 1..) {
        let before = loaded.get(key);
        if before.is_some_and(|before| before.seq > push.cursor) {
            own.unseen.push(seq);
        }
        let current = workspace.records.get(key).ok_or(StoreError::Missing("changed record"))?;
        if let Some(before) = before {
            delta.take_digest(key.id, before.digest);
        }
        delta.add(&current.record);
        let document = Document::join(&current.record, touched, before.map(|before| &before.seqs), seq);
        rows.push(json!([key.kind, key.id, seq, document]));
    }
    for (record, seq) in lost.iter().zip(up_to + 1..) {
        delta.add(record);
        let document = Document::join(record, &Touched::default(), None, seq);
        rows.push(json!([record.kind, record.id, seq, document]));
    }
    sqlx::query(
        "INSERT INTO records (workspace, type, id, seq, doc)
         SELECT ?1, value ->> 0, value ->> 1, value ->> 2, value ->> 3 FROM json_each(?2) WHERE true
         ON CONFLICT (workspace, type, id) DO UPDATE SET seq = excluded.seq, doc = excluded.doc",
    )
    .bind(push.workspace)
    .bind(serde_json::to_string(&rows)?)
    .execute(&mut *conn)
    .await?;
    sums::add(conn, push.workspace, &delta).await?;
    Ok(own)
}
