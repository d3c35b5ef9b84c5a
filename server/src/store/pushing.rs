//! What a push does, in which order: loads what it needs, lets `sync::plan` decide, stores the outcome. The same for
//! every database; the database's own part is [`Statements`], a handful of them however many mutations there are.

use std::collections::{BTreeMap, HashMap, HashSet};

use outpost_core::hlc::Hlc;
use outpost_core::id::{DeviceId, RecordId};
use outpost_core::mutation::Mutation;
use outpost_core::protocol::Receipt;
use outpost_core::record::{Record, RecordKey};
use outpost_core::sums::{Delta, digest};

use super::document::{Document, Seqs};
use super::{OwnRows, Pushed, StoreError};
use crate::sync::clash;
use crate::sync::history::{self, Change};
use crate::sync::plan::{self, Current, Plan, Touched, Workspace};
use crate::sync::push::{Known, Push, PushRefused, replay};
use crate::sync::stamps::Stamps;

/// What a push asks of its database, within one transaction that the caller begins and commits. Nobody else writes to
/// the workspace until then: the caller sees to that too.
pub(super) trait Statements: Send {
    /// Where a device and its workspace stand.
    fn standing(
        &mut self,
        workspace: i64,
        device: DeviceId,
    ) -> impl Future<Output = Result<Standing, StoreError>> + Send;

    /// The blocks of receipts that hold any of a device's mutations `first..=last`.
    fn receipts(
        &mut self,
        workspace: i64,
        device: DeviceId,
        first: u64,
        last: u64,
    ) -> impl Future<Output = Result<Vec<Block>, StoreError>> + Send;

    /// Those of the records that exist.
    fn records(
        &mut self,
        workspace: i64,
        keys: &HashSet<RecordKey>,
    ) -> impl Future<Output = Result<Vec<Stored>, StoreError>> + Send;

    /// Those of the invoice numbers that are given, and to which invoice.
    fn numbers(
        &mut self,
        workspace: i64,
        numbers: &[String],
    ) -> impl Future<Output = Result<Vec<(String, RecordId)>, StoreError>> + Send;

    /// Gives invoice numbers; one that is given stays with its invoice.
    fn give_numbers(
        &mut self,
        workspace: i64,
        numbers: &[(String, RecordId)],
    ) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// Notes what was done to records, for their history.
    fn note(
        &mut self,
        workspace: i64,
        changes: &BTreeMap<(RecordKey, Hlc), Change>,
    ) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// What the workspace's devices are called.
    fn names(&mut self, workspace: i64) -> impl Future<Output = Result<HashMap<DeviceId, String>, StoreError>> + Send;

    /// Keeps the receipts of a device's mutations `first..=last`.
    fn keep_receipts(
        &mut self,
        workspace: i64,
        device: DeviceId,
        first: u64,
        last: u64,
        block: Block,
    ) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// Notes the number that a device's next mutation must have, and its latest stamp.
    fn advance(
        &mut self,
        workspace: i64,
        device: DeviceId,
        next_n: u64,
        last: Hlc,
    ) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// Takes so many numbers of the workspace's sequence; returns the last of them.
    fn take_seqs(&mut self, workspace: i64, count: u64) -> impl Future<Output = Result<u64, StoreError>> + Send;

    /// Adds to the workspace's sums what changes.
    fn add_sums(&mut self, workspace: i64, delta: &Delta) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// Stores records in place of what there was.
    fn write(&mut self, workspace: i64, rows: Vec<Written>) -> impl Future<Output = Result<(), StoreError>> + Send;
}

/// Where a device and its workspace stand.
pub(super) struct Standing {
    /// The number of the last row written in the workspace.
    pub(super) head: u64,
    /// The number that the device's next mutation must have.
    pub(super) next_n: u64,
    /// The latest stamp that was accepted of it.
    pub(super) last: Hlc,
}

/// Receipts as they are stored: two lists of equal length, as JSON.
pub(super) struct Block {
    /// The stamps that the device gave.
    pub(super) stamps: String,
    /// What became of its mutations.
    pub(super) receipts: String,
}

/// A record as it is stored.
pub(super) struct Stored {
    /// Which.
    pub(super) key: RecordKey,
    /// The number of its row.
    pub(super) seq: u64,
    /// Its [`Document`].
    pub(super) doc: String,
}

/// A record to be stored.
pub(super) struct Written {
    /// Which.
    pub(super) key: RecordKey,
    /// The number of its row.
    pub(super) seq: u64,
    /// Its registers.
    pub(super) document: Document,
}

/// The rows that a push loaded.
type Loaded = HashMap<RecordKey, Before>;

/// A row as it was.
struct Before {
    seq: u64,
    seqs: Seqs,
    digest: u64,
}

/// Applies a push. On an error, or when it is refused, the caller undoes the transaction.
pub(super) async fn push(
    statements: &mut impl Statements,
    push: &Push,
) -> Result<Result<Pushed, PushRefused>, StoreError> {
    let device = statements.standing(push.workspace, push.device).await?;
    let own = OwnRows { after: device.head, up_to: device.head, unseen: Vec::new() };
    let first = push.mutations.first().map_or(device.next_n, |mutation| mutation.n);
    if first > device.next_n {
        return Ok(Ok(Pushed { next_n: device.next_n, receipts: Vec::new(), own, head: device.head }));
    }
    let split = push.mutations.partition_point(|mutation| mutation.n < device.next_n);
    let (replayed, fresh) = push.mutations.split_at(split);
    let mut receipts = Vec::new();
    if !replayed.is_empty() {
        match replay(replayed, &mut known(statements, push, replayed).await?) {
            Ok(before) => receipts = before,
            Err(refused) => return Ok(Err(refused)),
        }
    }
    let Some(last) = fresh.last() else {
        return Ok(Ok(Pushed { next_n: device.next_n, receipts, own, head: device.head }));
    };

    let (mut workspace, loaded) = load(statements, push.workspace, fresh).await?;
    for (key, before) in &loaded {
        workspace.unseen.insert(key.clone(), before.seqs.since(push.cursor));
    }
    let mut stamps = Stamps::new(push.now_ms, device.last);
    let plan = plan::apply(&mut workspace, fresh, &mut stamps);
    if !plan.numbers.is_empty() {
        statements.give_numbers(push.workspace, &plan.numbers).await?;
    }
    keep_receipts(statements, push, fresh, &plan.receipts).await?;
    statements.advance(push.workspace, push.device, last.n + 1, stamps.last()).await?;
    let changes = history::of(fresh, &plan.receipts);
    if !changes.is_empty() {
        statements.note(push.workspace, &changes).await?;
    }
    let lost = conflicts(statements, push.workspace, &plan).await?;
    let own = write(statements, push, &plan, &workspace, &loaded, &lost).await?;
    receipts.extend(plan.receipts);
    let head = own.up_to + lost.len() as u64;
    Ok(Ok(Pushed { next_n: last.n + 1, receipts, own, head }))
}

/// Records by key, whole and in this order; one that there is not has no register.
pub(super) async fn records(
    statements: &mut impl Statements,
    workspace: i64,
    keys: Vec<RecordKey>,
) -> Result<Vec<Record>, StoreError> {
    let (mut found, mut loaded) = (Workspace::default(), Loaded::new());
    load_records(statements, workspace, &keys.iter().cloned().collect(), &mut found, &mut loaded).await?;
    let record = |key: RecordKey| match found.records.remove(&key) {
        Some(current) => current.record,
        None => Record::empty(key),
    };
    Ok(keys.into_iter().map(record).collect())
}

/// The records that keep what lost; those that are there already stay as they are.
async fn conflicts(statements: &mut impl Statements, workspace: i64, plan: &Plan) -> Result<Vec<Record>, StoreError> {
    if plan.clashes.is_empty() {
        return Ok(Vec::new());
    }
    let mut kept = clash::kept(&plan.clashes, &statements.names(workspace).await?);
    // What the same push says of them is more than was lost just now.
    kept.retain(|key, _| !plan.changed.contains_key(key));
    let there = records(statements, workspace, kept.keys().cloned().collect()).await?;
    Ok(kept
        .into_values()
        .zip(there)
        .filter(|(_, there)| there.fields.is_empty() && there.deleted.is_none())
        .map(|(record, _)| record)
        .collect())
}

fn ends(mutations: &[Mutation]) -> (u64, u64) {
    (mutations.first().map_or(0, |m| m.n), mutations.last().map_or(0, |m| m.n))
}

async fn known(statements: &mut impl Statements, push: &Push, replayed: &[Mutation]) -> Result<Known, StoreError> {
    let (first, last) = ends(replayed);
    let mut known = Known::new();
    for block in statements.receipts(push.workspace, push.device, first, last).await? {
        let stamps: Vec<Hlc> = serde_json::from_str(&block.stamps)?;
        let receipts: Vec<Receipt> = serde_json::from_str(&block.receipts)?;
        known.extend(stamps.into_iter().zip(receipts).map(|(stamp, receipt)| (receipt.n, (stamp, receipt))));
    }
    Ok(known)
}

async fn load(
    statements: &mut impl Statements,
    workspace: i64,
    mutations: &[Mutation],
) -> Result<(Workspace, Loaded), StoreError> {
    let (mut found, mut loaded) = (Workspace::default(), Loaded::new());
    load_records(statements, workspace, &plan::wanted(mutations), &mut found, &mut loaded).await?;
    load_records(statements, workspace, &plan::also_wanted(mutations, &found), &mut found, &mut loaded).await?;
    let numbers = plan::wanted_numbers(mutations);
    if !numbers.is_empty() {
        found.numbers.extend(statements.numbers(workspace, &numbers).await?);
    }
    Ok((found, loaded))
}

async fn load_records(
    statements: &mut impl Statements,
    workspace: i64,
    keys: &HashSet<RecordKey>,
    found: &mut Workspace,
    loaded: &mut Loaded,
) -> Result<(), StoreError> {
    if keys.is_empty() {
        return Ok(());
    }
    for Stored { key, seq, doc } in statements.records(workspace, keys).await? {
        let (record, seqs) = serde_json::from_str::<Document>(&doc)?.split(key.clone());
        loaded.insert(key.clone(), Before { seq, seqs, digest: digest(&record) });
        found.records.insert(key, Current { record, size: doc.len() });
    }
    Ok(())
}

async fn keep_receipts(
    statements: &mut impl Statements,
    push: &Push,
    fresh: &[Mutation],
    receipts: &[Receipt],
) -> Result<(), StoreError> {
    let stamps: Vec<Hlc> = fresh.iter().map(|mutation| mutation.hlc).collect();
    let (first, last) = ends(fresh);
    let block = Block { stamps: serde_json::to_string(&stamps)?, receipts: serde_json::to_string(receipts)? };
    statements.keep_receipts(push.workspace, push.device, first, last, block).await
}

/// Gives each changed record the next number of the workspace's sequence, and stores it; behind them those that keep what
/// lost, which are news to whoever pushed, too.
async fn write(
    statements: &mut impl Statements,
    push: &Push,
    plan: &Plan,
    workspace: &Workspace,
    loaded: &Loaded,
    lost: &[Record],
) -> Result<OwnRows, StoreError> {
    let (count, news) = (plan.changed.len() as u64, lost.len() as u64);
    let up_to = statements.take_seqs(push.workspace, count + news).await? - news;
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
        rows.push(Written { key: key.clone(), seq, document });
    }
    for (record, seq) in lost.iter().zip(up_to + 1..) {
        delta.add(record);
        rows.push(Written { key: record.key(), seq, document: Document::join(record, &Touched::default(), None, seq) });
    }
    statements.write(push.workspace, rows).await?;
    statements.add_sums(push.workspace, &delta).await?;
    Ok(own)
}
