//! Records to look around with. They are written like any others, but only while nothing was ever sent from here; and they go as if
//! they had never been, so that no server hears of them. What somebody has edited of them is theirs, and stays.

use std::collections::{BTreeMap, BTreeSet};

use outpost_core::exchange::{fingerprint, is_untouched};
use outpost_core::id::RecordId;
use outpost_core::mutation::{Mutation, Op};
use outpost_core::record::{Record, RecordKey};
use outpost_core::records::schema;
use outpost_core::sums::Delta;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::db::{BLOCKS, JOURNAL, META, OUTBOX, RECORDS, REJECTED};
use super::error::{StoreError, WriteError};
use super::state::{APP, State};
use super::tabs::Change;
use super::tx::WriteTx;
use super::waiting::give_back;
use super::write::detached;
use super::{Store, journal, outbox, read, row, sums};

/// The name of the note in `meta`.
const NOTE: &str = "samples";
/// Changes read at once.
const PAGE: u32 = 500;
const STORES: [&str; 6] = [RECORDS, BLOCKS, OUTBOX, REJECTED, META, JOURNAL];

/// Which records are samples, and what they held.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct Samples {
    /// Each record's key text with the fingerprint of what it held.
    made: Vec<(String, u32)>,
}

/// What became of the samples.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Removed {
    /// Records that are gone.
    pub removed: usize,
    /// Records that somebody has edited, or that those lead to: they stay.
    pub kept: usize,
}

impl Store {
    /// Writes the records that these ops make, one op for each, and notes that they are samples. The note comes first: whatever is cut
    /// short, none of them is ever taken for somebody's work.
    ///
    /// # Errors
    /// [`WriteError`]; nothing was written then.
    pub async fn add_samples(&self, ops: Vec<Op>) -> Result<(), WriteError> {
        let print = |op: &Op| Some((row::key_text(&op.key()), fingerprint(op.patched()?)));
        let samples = Samples { made: ops.iter().filter_map(print).collect() };
        self.set_meta(NOTE, &samples).await?;
        self.write(ops).await.map(drop)
    }

    /// How many sample records were made and not removed yet; none if there are no samples.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn samples(&self) -> Result<usize, StoreError> {
        Ok(self.meta::<Samples>(NOTE).await?.map_or(0, |samples| samples.made.len()))
    }

    /// The samples that [`remove_samples`](Self::remove_samples) would leave: what somebody has worked with.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn samples_worked_with(&self) -> Result<Vec<Record>, StoreError> {
        let found = self.writing(&STORES, async |tx| self.survey(tx).await).await?;
        Ok(found.map_or_else(Vec::new, |survey| survey.living().cloned().collect()))
    }

    /// Removes the samples, with the changes that made them: all that are as they were made, or were deleted. What was edited
    /// stays, with what it leads to, and is an ordinary record from here on. An edit that was taken back is none.
    ///
    /// # Errors
    /// [`StoreError`]; all of them are there then.
    pub async fn remove_samples(&self) -> Result<Removed, StoreError> {
        let store = self.clone();
        detached(async move {
            let work = store.writing(&STORES, async |tx| store.take_samples(tx).await);
            let Some((removed, change)) = work.await? else { return Ok(Removed::default()) };
            store.announce(change);
            Ok(removed)
        })
        .await
    }

    async fn take_samples(&self, tx: &WriteTx) -> Result<Option<(Removed, Change)>, StoreError> {
        let Some(survey) = self.survey(tx).await? else { return Ok(None) };
        let kept = survey.living().count();
        let Survey { mut state, records, changes, go } = survey;
        for (mutation, undo) in changes {
            let (ops, others): (Vec<Op>, Vec<Op>) = mutation.ops.iter().cloned().partition(|op| go.contains(&op.key()));
            if !ops.is_empty() {
                let undo: Vec<Op> = undo.into_iter().filter(|op| !go.contains(&op.key())).collect();
                tx.put(OUTBOX, &row::unsent(&Mutation { ops: others, ..mutation }, &undo)?, None)?;
            }
        }
        let mut delta = Delta::default();
        records.iter().filter(|(key, _)| go.contains(key)).for_each(|(_, record)| delta.take(record));
        sums::apply(tx, sums::read(tx).await?, &delta)?;
        give_back(tx, &mut state).await?;
        let remove: Vec<RecordKey> = go.into_iter().collect();
        let journal = journal::store(tx, &mut state, &[], &remove).await?;
        state.write(tx)?;
        tx.delete(META, wasm_bindgen::JsValue::from(format!("{APP}{NOTE}")))?;
        let waiting = outbox::waiting(tx, &state).await?;
        let removed = Removed { removed: remove.len(), kept };
        Ok(Some((removed, Change { remove, journal, waiting, ..Change::default() })))
    }

    /// Looks which samples may go; `None` if there are none.
    async fn survey(&self, tx: &WriteTx) -> Result<Option<Survey>, StoreError> {
        let Some(found) = tx.get(META, &format!("{APP}{NOTE}").into())?.await? else { return Ok(None) };
        let samples: Samples = serde_json::from_str(&found.as_string().unwrap_or_default())?;
        let state = State::read(tx).await?;
        let prints: BTreeMap<RecordKey, u32> =
            samples.made.iter().filter_map(|(key, print)| Some((row::key_of(key)?, *print))).collect();
        let mut records: BTreeMap<RecordKey, Record> = BTreeMap::new();
        for (key, found) in read::rows(tx, prints.keys()).await? {
            records.insert(key, found.record().map_err(|key| self.corrupt_row(key))?);
        }
        let changes = changes(tx).await?;
        let go = going(&prints, &records, &changes, state.sealed);
        Ok(Some(Survey { state, records, changes, go }))
    }
}

/// The samples as they stand.
struct Survey {
    state: State,
    records: BTreeMap<RecordKey, Record>,
    /// All that waits, each with what would undo it.
    changes: Vec<(Mutation, Vec<Op>)>,
    /// Which of them go.
    go: BTreeSet<RecordKey>,
}

impl Survey {
    /// The samples that stay, but for deleted ones.
    fn living(&self) -> impl Iterator<Item = &Record> {
        let stay = self.records.iter().filter(|(key, record)| !self.go.contains(key) && !record.is_deleted());
        stay.map(|(_, record)| record)
    }
}

/// All changes that wait, each with what would undo it.
async fn changes(tx: &WriteTx) -> Result<Vec<(Mutation, Vec<Op>)>, StoreError> {
    let mut all = Vec::new();
    let mut after = 0;
    loop {
        let range = rexie::KeyRange::lower_bound(&row::number(after), Some(true))?;
        let rows = tx.get_all(OUTBOX, range, PAGE).await?;
        for found in &rows {
            all.push((row::of_numbered::<Mutation>(found)?, row::undo_of(found)));
        }
        match rows.last().and_then(row::number_of) {
            Some(last) if rows.len() == PAGE as usize => after = last,
            _ => return Ok(all),
        }
    }
}

/// The samples that go: those that are as they were made or deleted, that were never sent, and to which nothing leads that stays.
fn going(
    prints: &BTreeMap<RecordKey, u32>,
    records: &BTreeMap<RecordKey, Record>,
    changes: &[(Mutation, Vec<Op>)],
    sealed: u64,
) -> BTreeSet<RecordKey> {
    // Those whose making waits, and nobody has begun to send it.
    let mut unsent: BTreeSet<RecordKey> = BTreeSet::new();
    let mut led_to: BTreeSet<RecordId> = BTreeSet::new();
    let ops = changes.iter().filter(|(mutation, _)| mutation.n > sealed).flat_map(|(mutation, _)| &mutation.ops);
    for op in ops {
        match prints.get(&op.key()) {
            Some(print) if op.patched().is_some_and(|patch| fingerprint(patch) == *print) => {
                unsent.insert(op.key());
            }
            Some(_) => {}
            None => led_to.extend(leads_to(op)),
        }
    }
    let fits = |(key, record): (&RecordKey, &Record)| {
        let as_made = || prints.get(key).is_some_and(|print| is_untouched(record, *print));
        (unsent.contains(key) && (record.is_deleted() || as_made())).then(|| key.clone())
    };
    let mut go: BTreeSet<RecordKey> = records.iter().filter_map(fits).collect();
    loop {
        let stays = records.iter().filter(|(key, record)| !go.contains(key) && !record.is_deleted());
        for (_, record) in stays {
            let fields = schema(&record.kind).map_or(&[][..], |schema| schema.fields);
            led_to.extend(fields.iter().flat_map(|field| field.links(record)));
        }
        let before = go.len();
        go.retain(|key| !led_to.contains(&key.id));
        if go.len() == before {
            return go;
        }
    }
}

/// The records that the relations lead to which an op sets.
fn leads_to(op: &Op) -> Vec<RecordId> {
    let (Some(schema), Some(patch)) = (schema(&op.kind), op.patched()) else { return Vec::new() };
    let id = |value: &Value| value.as_str()?.parse().ok();
    let relations = schema.fields.iter().filter(|field| field.leads_to().is_some());
    let values = relations.filter_map(|field| patch.get(field.name));
    let links = values.flat_map(|value| match value {
        Value::Array(all) => all.iter().filter_map(|link| id(link.get("id").unwrap_or(link))).collect(),
        one => id(one).into_iter().collect::<Vec<RecordId>>(),
    });
    links.collect()
}
