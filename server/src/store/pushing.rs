//! What a push does, in which order: loads what it needs, lets `sync::plan` decide, stores the outcome. The same for
//! every database; the database's own part is [`Statements`], a handful of them however many mutations there are.

use std::collections::{BTreeMap, HashMap, HashSet};

use outpost_core::hlc::Hlc;
use outpost_core::id::{DeviceId, RecordId};
use outpost_core::mutation::Mutation;
use outpost_core::protocol::Receipt;
use outpost_core::record::{Record, RecordKey};
use outpost_core::scope::{self, Age};
use outpost_core::sums::digest;
use serde::{Deserialize, Serialize};

use super::aging::{self, Aging, Deltas};
use super::document::{Document, Seqs};
use super::{OwnRows, Pushed, StoreError};
use crate::sync::clash;
use crate::sync::history::{self, Change};
use crate::sync::plan::{self, Current, Plan, Touched, Workspace};
use crate::sync::push::{self, Known, Push, PushRefused, replay};
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

    /// The rows of all parts of these records.
    fn parts(
        &mut self,
        workspace: i64,
        heads: &[RecordKey],
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
    fn add_sums(&mut self, workspace: i64, deltas: &Deltas) -> impl Future<Output = Result<(), StoreError>> + Send;

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

/// A receipt in a block.
#[derive(Serialize, Deserialize)]
struct Kept {
    #[serde(flatten)]
    receipt: Receipt,
    /// See [`push::Before`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    ops: Option<u64>,
}

/// A record as it is stored.
pub(super) struct Stored {
    /// Which.
    pub(super) key: RecordKey,
    /// The number of its row.
    pub(super) seq: u64,
    /// Its [`Document`].
    pub(super) doc: String,
    /// The record that it is a part of.
    pub(super) part_of: Option<RecordId>,
    /// How old it is.
    pub(super) aging: Aging,
}

impl Stored {
    /// The same, to be stored with another number.
    pub(super) fn again(self, seq: u64) -> Result<Written, StoreError> {
        let document = serde_json::from_str(&self.doc)?;
        Ok(Written { key: self.key, seq, document, part_of: self.part_of, aging: self.aging })
    }
}

/// A record to be stored.
pub(super) struct Written {
    /// Which.
    pub(super) key: RecordKey,
    /// The number of its row.
    pub(super) seq: u64,
    /// Its registers.
    pub(super) document: Document,
    /// The record that it is a part of.
    pub(super) part_of: Option<RecordId>,
    /// How old it is.
    pub(super) aging: Aging,
}

/// The rows that a push loaded.
type Loaded = HashMap<RecordKey, Before>;

/// A row as it was.
struct Before {
    seq: u64,
    seqs: Seqs,
    digest: u64,
    part_of: Option<RecordId>,
    aging: Aging,
}

/// Applies a push. On an error the caller undoes the transaction; one that is refused has written nothing.
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
    let plan = plan::apply(&mut workspace, fresh, push.role, &mut stamps);
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
    let mut changed = Vec::with_capacity(plan.changed.len());
    for (key, touched) in &plan.changed {
        let record = &workspace.records.get(key).ok_or(StoreError::Missing("changed record"))?.record;
        changed.push(Changed { record, touched, before: loaded.get(key) });
    }
    let back = come_back(statements, push.workspace, &changed, &lost).await?;
    let news = News { lost, back };
    let (own, head) = write(statements, push, &changed, news).await?;
    receipts.extend(plan.receipts);
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
        let receipts: Vec<Kept> = serde_json::from_str(&block.receipts)?;
        let before = |(stamp, Kept { receipt, ops })| (receipt.n, push::Before { stamp, ops, receipt });
        known.extend(stamps.into_iter().zip(receipts).map(before));
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
    for Stored { key, seq, doc, part_of, aging } in statements.records(workspace, keys).await? {
        let (record, seqs) = serde_json::from_str::<Document>(&doc)?.split(key.clone());
        loaded.insert(key.clone(), Before { seq, seqs, digest: digest(&record), part_of, aging });
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
    let kept = |(mutation, receipt): (&Mutation, &Receipt)| Kept {
        receipt: receipt.clone(),
        ops: Some(push::digest(mutation)),
    };
    let receipts: Vec<Kept> = fresh.iter().zip(receipts).map(kept).collect();
    let block = Block { stamps: serde_json::to_string(&stamps)?, receipts: serde_json::to_string(&receipts)? };
    statements.keep_receipts(push.workspace, push.device, first, last, block).await
}

/// A record that a push changes.
struct Changed<'p> {
    record: &'p Record,
    touched: &'p Touched,
    before: Option<&'p Before>,
}

/// What else a push writes: it is news to whoever pushed, too.
struct News {
    /// The records that keep what lost.
    lost: Vec<Record>,
    /// Archived rows that come back with what changed.
    back: Vec<Stored>,
}

async fn come_back(
    statements: &mut impl Statements,
    workspace: i64,
    changed: &[Changed<'_>],
    lost: &[Record],
) -> Result<Vec<Stored>, StoreError> {
    let age = |before: &Before| before.aging.age;
    let changed = changed.iter().map(|it| (it.record, it.before.map(age).unwrap_or_default()));
    let lost = lost.iter().map(|record| (record, Age::Recent));
    aging::come_back(statements, workspace, changed.chain(lost)).await
}

/// Gives each changed record the next number of the workspace's sequence, and stores it, and the news behind them. Returns
/// the rows of the push itself, and the head.
async fn write(
    statements: &mut impl Statements,
    push: &Push,
    changed: &[Changed<'_>],
    News { lost, back }: News,
) -> Result<(OwnRows, u64), StoreError> {
    let (count, news) = (changed.len() as u64, (lost.len() + back.len()) as u64);
    let head = statements.take_seqs(push.workspace, count + news).await?;
    let up_to = head - news;
    let mut own = OwnRows { after: up_to - count, up_to, unseen: Vec::new() };
    if count + news == 0 {
        return Ok((own, head));
    }
    let (mut rows, mut deltas) = (Vec::with_capacity(changed.len() + lost.len() + back.len()), Deltas::default());
    for (Changed { record, touched, before }, seq) in changed.iter().zip(own.after + 1..) {
        // What comes back from the archive is sent whole to whoever pushed, too.
        if before.is_some_and(|before| before.seq > push.cursor || before.aging.age > Age::Recent) {
            own.unseen.push(seq);
        }
        if let Some(before) = before {
            deltas.of(before.aging.age).take_digest(record.id, before.digest);
        }
        deltas.of(Age::Recent).add(record);
        let document = Document::join(record, touched, before.map(|before| &before.seqs), seq);
        // What lies beneath a deletion may be gone, and the relation with it.
        let part_of = scope::part_of(record).map(|head| head.id).or(before.and_then(|before| before.part_of));
        let aging = before.map(|before| before.aging.changed(seq)).unwrap_or_default();
        rows.push(Written { key: record.key(), seq, document, part_of, aging });
    }
    let mut seqs = up_to + 1..;
    for (record, seq) in lost.iter().zip(&mut seqs) {
        deltas.of(Age::Recent).add(record);
        let document = Document::join(record, &Touched::default(), None, seq);
        let part_of = scope::part_of(record).map(|head| head.id);
        rows.push(Written { key: record.key(), seq, document, part_of, aging: Aging::default() });
    }
    for (stored, seq) in back.into_iter().zip(&mut seqs) {
        let before = stored.aging.age;
        let row = stored.again(seq)?;
        let digest = digest(&row.document.clone().split(row.key.clone()).0);
        deltas.of(before).take_digest(row.key.id, digest);
        deltas.of(Age::Recent).add_digest(row.key.id, digest);
        rows.push(Written { aging: row.aging.changed(seq), ..row });
    }
    statements.write(push.workspace, rows).await?;
    statements.add_sums(push.workspace, &deltas).await?;
    Ok((own, head))
}
