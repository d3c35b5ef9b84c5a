//! The work of an import, apart from the page: every row is checked first, then what is good is written, a slice at a time.

use std::collections::HashSet;
use std::sync::Arc;

use outpost_core::exchange::{Batch, Fault, Plan, Sheet, fingerprint, twin_keys};
use outpost_core::mutation::{Op, Patch};
use serde_json::Value;

use super::known::Known;
use crate::forms::say;
use crate::platform::breath::Slices;
use crate::platform::{random, time};
use crate::state::Desk;
use crate::store::{Import, Undone};

/// Rows that are checked before the page gets its turn.
const CHECKED_AT_ONCE: usize = 50;
/// Rows that are written in one transaction.
const WRITTEN_AT_ONCE: usize = 500;
/// The most rows of one mutation, and about the most bytes: a server takes more of either.
const ROWS: usize = 100;
const BYTES: usize = 256 * 1024;
/// Of more rows than these most become parts of blocks. A device that holds no more may still be given a snapshot, which it could
/// not be with blocks.
const LARGE: usize = 1_000;
/// Rows that are shown as they will be.
pub(super) const SHOWN: usize = 5;

/// A row that can be imported.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Good {
    /// Its number in the sheet.
    pub row: usize,
    /// The fingerprint of what it becomes.
    print: u32,
    /// Whether it looks like a record that is here, or like an earlier row.
    is_twin: bool,
}

/// A sheet whose rows were all looked at.
#[derive(Debug, Default)]
pub(super) struct Checked {
    /// What can be imported.
    pub good: Vec<Good>,
    /// What cannot, and why.
    pub wrong: Vec<(usize, Vec<Fault>)>,
    /// How many of the good look like records that are here.
    pub twins: usize,
    /// The first good rows as they will be, each with whether it looks like a record that is here.
    pub shown: Vec<(Patch, bool)>,
}

impl Checked {
    /// The rows that are imported: with those that look like records that are here, or without.
    pub(super) fn chosen(&self, with_twins: bool) -> Vec<Good> {
        self.good.iter().filter(|good| with_twins || !good.is_twin).copied().collect()
    }

    /// How many that are.
    pub(super) fn count(&self, with_twins: bool) -> usize {
        self.good.len() - if with_twins { 0 } else { self.twins }
    }
}

/// Looks at every row; `None` if `is_over` says that nobody wants to know any more.
pub(super) async fn check(sheet: &Sheet, plan: &Plan, known: &Known, is_over: impl Fn() -> bool) -> Option<Checked> {
    let mut checked = Checked::default();
    let mut seen: HashSet<String> = HashSet::new();
    let ids = sheet.id_column();
    let mut slices = Slices::default();
    for (at, row) in sheet.rows().enumerate() {
        if at > 0 && at % CHECKED_AT_ONCE == 0 {
            slices.breathe().await;
            if is_over() {
                return None;
            }
        }
        match plan.patch(sheet.row(row), known) {
            Ok(patch) => {
                let mut keys = twin_keys(plan.schema(), &|name| patch.get(name));
                // A record that was exported from here is known by its id, whatever else it has.
                let id = ids.map(|column| sheet.cell(row, column).trim()).filter(|id| !id.is_empty());
                keys.extend(id.map(str::to_lowercase));
                let is_twin = known.has_twin(&keys) || keys.iter().any(|key| seen.contains(key));
                seen.extend(keys);
                checked.twins += usize::from(is_twin);
                checked.good.push(Good { row, print: fingerprint(&patch), is_twin });
                if checked.shown.len() < SHOWN {
                    checked.shown.push((patch, is_twin));
                }
            }
            Err(faults) => checked.wrong.push((row, faults)),
        }
    }
    Some(checked)
}

/// All that a run needs.
#[derive(Clone)]
pub(super) struct Job {
    pub desk: Desk,
    pub sheet: Arc<Sheet>,
    pub plan: Plan,
    pub known: Arc<Known>,
    pub file: String,
    pub rows: Vec<Good>,
}

/// How a run has ended.
#[derive(Debug, Clone)]
pub(super) struct Ended {
    /// What is noted of it.
    pub import: Import,
    /// Why it stopped before its end, unless a person wanted that.
    pub why: Option<String>,
}

impl Job {
    /// Writes the rows. `tell` is told how many are durable, and says whether to go on.
    ///
    /// # Errors
    /// Why nothing was begun, as a sentence.
    pub(super) async fn run(self, tell: impl Fn(usize) -> bool) -> Result<Ended, String> {
        let store = self.desk.store();
        let kind = self.plan.schema().kind;
        let batch = Batch { ms: time::now_ms(), seed: random::bytes() };
        let prints = self.rows.iter().map(|good| good.print).collect();
        let mut import =
            Import { batch, kind: kind.to_owned(), file: self.file.clone(), prints, made: None, undone: None };
        // Before anything is made: whatever happens from here on, it can be taken back.
        store.note_import(&import).await.map_err(say)?;
        let mut made = 0;
        let mut why = None;
        for slice in self.rows.chunks(WRITTEN_AT_ONCE) {
            if !tell(made) {
                break;
            }
            let written = match self.mutations(batch, made, slice) {
                Ok(mutations) => store.import(mutations, self.rows.len() > LARGE).await.map(drop).map_err(say),
                Err(why) => Err(why),
            };
            if let Err(error) = written {
                why = Some(error);
                break;
            }
            made += slice.len();
        }
        tell(made);
        import.made = Some(made);
        store.note_import(&import).await.map_err(say)?;
        Ok(Ended { import, why })
    }

    /// The mutations that make some rows; `first` is the place of the first of them among all.
    fn mutations(&self, batch: Batch, first: usize, slice: &[Good]) -> Result<Vec<Vec<Op>>, String> {
        let kind = self.plan.schema().kind;
        let mut mutations: Vec<Vec<Op>> = Vec::new();
        let (mut rows, mut bytes) = (ROWS, 0);
        for (at, good) in slice.iter().enumerate() {
            let patch = self.plan.patch(self.sheet.row(good.row), &*self.known);
            // It was good when it was checked, and nothing that the check looked at has changed.
            let patch = patch.map_err(|faults| faults.first().map(say).unwrap_or_default())?;
            let size: usize = patch.values().map(weight).sum();
            if rows >= ROWS || bytes + size > BYTES {
                mutations.push(Vec::new());
                (rows, bytes) = (0, 0);
            }
            let place = u32::try_from(first + at).unwrap_or(u32::MAX);
            if let Some(last) = mutations.last_mut() {
                last.extend(batch.ops(kind, place, patch));
            }
            rows += 1;
            bytes += size;
        }
        Ok(mutations)
    }
}

/// About how many bytes a value takes.
fn weight(value: &Value) -> usize {
    match value {
        Value::String(text) => text.len(),
        Value::Array(items) => items.iter().map(weight).sum(),
        Value::Object(members) => members.values().map(weight).sum(),
        _ => 8,
    }
}

/// Takes an import back, as far as nobody has edited what it made. `tell` is told how many records were looked at.
///
/// # Errors
/// Why it stopped, as a sentence; the rest can be taken back another time.
pub(super) async fn take_back(desk: Desk, import: &Import, tell: impl Fn(usize)) -> Result<Undone, String> {
    let store = desk.store();
    let referred = store.referred_to(import).await.map_err(say)?;
    let mut undone = Undone::default();
    for from in (0..import.prints.len()).step_by(Import::SLICE) {
        tell(from);
        undone = undone.and(store.undo_import(import, from, &referred).await.map_err(say)?);
    }
    store.drop_covered(import).await.map_err(say)?;
    tell(import.prints.len());
    store.note_import(&Import { undone: Some(undone.clone()), ..import.clone() }).await.map_err(say)?;
    Ok(undone)
}
