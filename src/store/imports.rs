//! Imports: what each has made is noted before it is made, so that all of it can be taken back, also after a reload or a
//! crash half-way.
//!
//! A note is small: a record's id follows from the import's own identity and the record's place in it, and of what it
//! held there is a number. So nothing is asked of the records, and a record that somebody has edited since is known.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::rc::Rc;

use outpost_core::exchange::{Batch, is_untouched};
use outpost_core::id::RecordId;
use outpost_core::mutation::Op;
use outpost_core::record::RecordKey;
use rexie::KeyRange;
use serde::{Deserialize, Serialize};
use wasm_bindgen::JsValue;

use super::db::{BLOCKS, LINKS, META, PARENT, RECORDS};
use super::error::{StoreError, WriteError};
use super::row::{self, Row};
use super::state::APP;
use super::write::Need;
use super::{Store, blocks};

/// The names that notes of imports have in `meta`, below those of the app.
const NOTE: &str = "import:";
/// So many imports are remembered.
const REMEMBERED: usize = 10;
/// What is known of one import.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Import {
    /// Its identity, and when it was begun.
    pub batch: Batch,
    /// The type of its records.
    pub kind: String,
    /// What its file was called.
    pub file: String,
    /// Of each record that was to be made, in order, the fingerprint of what it held.
    pub prints: Vec<u32>,
    /// How many were made; none if the page was closed before it was at its end.
    pub made: Option<usize>,
    /// What became of taking it back, if it was.
    pub undone: Option<Undone>,
}

/// What became of taking an import back.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Undone {
    /// Records that were deleted.
    pub reversed: usize,
    /// Records that were kept, because somebody has edited them since or something points at them.
    pub kept: usize,
    /// Records that could not be deleted.
    pub errored: usize,
    /// Why the first of those could not.
    pub why: Option<String>,
}

impl Import {
    /// So many records are looked at and taken back in one transaction.
    pub const SLICE: usize = 250;
}

impl Undone {
    /// Counts that were added up.
    pub fn and(self, more: Self) -> Self {
        Self {
            reversed: self.reversed + more.reversed,
            kept: self.kept + more.kept,
            errored: self.errored + more.errored,
            why: self.why.or(more.why),
        }
    }
}

fn note(import: &Import) -> String {
    format!("{NOTE}{}", import.batch.name())
}

impl Store {
    /// Notes an import, or what has become of it. Of older ones only the latest are remembered.
    ///
    /// # Errors
    /// [`StoreError`]; the note is as it was then.
    pub async fn note_import(&self, import: &Import) -> Result<(), StoreError> {
        self.set_meta(&note(import), import).await?;
        let range = row::notes(&format!("{APP}{NOTE}"))?;
        self.writing(&[META], async |tx| {
            let keys = tx.get_all_keys(META, range.clone(), None)?.await?;
            let forgotten = keys.len().saturating_sub(REMEMBERED);
            keys.into_iter().take(forgotten).try_for_each(|key| tx.delete(META, key))
        })
        .await
    }

    /// The imports that are remembered, the latest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn imports(&self) -> Result<Vec<Import>, StoreError> {
        let range = row::notes(&format!("{APP}{NOTE}"))?;
        let rows =
            self.reading(&[META], async |tx| Ok(tx.store(META)?.get_all(Some(range.clone()), None).await?)).await?;
        let read = |row: &JsValue| serde_json::from_str(&row.as_string()?).ok();
        Ok(rows.iter().rev().filter_map(read).collect())
    }

    /// The records of an import that others point at: a deal was made of the lead, a note was written.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn referred_to(&self, import: &Import) -> Result<BTreeSet<RecordId>, StoreError> {
        let Some(last) = import.prints.len().checked_sub(1) else { return Ok(BTreeSet::new()) };
        let last = u32::try_from(last).unwrap_or(u32::MAX);
        // Ids of an import lie close together, so what points at any of them is one range.
        let (from, to) = (import.batch.id(0), import.batch.id(last));
        let range = KeyRange::bound(&format!("{from}/").into(), &format!("{to}0").into(), None, None)?;
        let has_blocks = self.0.has_blocks.get();
        let rows = self.reading(&[RECORDS, BLOCKS, LINKS], async |tx| {
            let mut rows = Row::read_all(&tx.store(RECORDS)?.index(PARENT)?.get_all(Some(range.clone()), None).await?);
            if has_blocks {
                rows.extend(blocks::pointing(tx.into(), &self.0.links, from..=to).await?);
            }
            Ok(rows)
        });
        let mut pointed = BTreeSet::new();
        for record in self.readable(&rows.await?) {
            // What came along with the records themselves is no reason to keep them.
            if record.is_deleted() || import.batch.owns(record.id) {
                continue;
            }
            let fields = self.types().schema(&record.kind).map_or(&[][..], |schema| schema.fields);
            pointed.extend(fields.iter().flat_map(|field| field.links(&record)));
        }
        Ok(pointed)
    }

    /// Takes back the records of an import from the `from`-th, at most [`Import::SLICE`] of them: those that are as it has made
    /// them. `referred` are kept. Records that are gone already are not counted.
    ///
    /// # Errors
    /// [`StoreError`] if the store failed; what a rule forbids is counted.
    pub async fn undo_import(
        &self,
        import: &Import,
        from: usize,
        referred: &BTreeSet<RecordId>,
    ) -> Result<Undone, WriteError> {
        let slice: Vec<(RecordKey, u32)> = import
            .prints
            .iter()
            .enumerate()
            .skip(from)
            .take(Import::SLICE)
            .map(|(at, print)| {
                let place = u32::try_from(at).unwrap_or(u32::MAX);
                (RecordKey::new(import.kind.clone(), import.batch.id(place)), *print)
            })
            .collect();
        let slice = Rc::new(slice);
        match self.take_back(slice.clone(), referred).await {
            Err(WriteError::Refused(_)) => {}
            other => return other,
        }
        // A rule forbids one of them: each by itself, then.
        let mut all = Undone::default();
        for one in slice.iter() {
            all = all.and(match self.take_back(Rc::new(vec![one.clone()]), referred).await {
                Err(WriteError::Refused(refusal)) => {
                    Undone { errored: 1, why: Some(refusal.to_string()), ..Undone::default() }
                }
                other => other?,
            });
        }
        Ok(all)
    }

    async fn take_back(
        &self,
        slice: Rc<Vec<(RecordKey, u32)>>,
        referred: &BTreeSet<RecordId>,
    ) -> Result<Undone, WriteError> {
        let need = Need { keys: slice.iter().map(|(key, _)| key.clone()).collect(), ..Need::default() };
        let kept: BTreeSet<RecordId> = slice.iter().map(|(key, _)| key.id).filter(|id| referred.contains(id)).collect();
        let counted = Rc::new(RefCell::new(Undone::default()));
        let count = counted.clone();
        let plan = move |snapshot: &super::Snapshot| {
            let mut ops = Vec::new();
            let mut count = count.borrow_mut();
            for (key, print) in slice.iter() {
                match snapshot.get(key).filter(|record| !record.is_deleted() && !record.fields.is_empty()) {
                    None => {}
                    Some(record) if is_untouched(record, *print) && !kept.contains(&key.id) => {
                        count.reversed += 1;
                        ops.push(Op::delete(&key.kind, key.id));
                    }
                    Some(_) => count.kept += 1,
                }
            }
            Ok::<_, WriteError>(vec![ops])
        };
        self.transact(need, plan).await?;
        Ok(counted.take())
    }
}
