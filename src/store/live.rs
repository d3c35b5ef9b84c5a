//! What pages follow: a version for each record type, and a few counts.

use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap};

use leptos::prelude::*;

/// The signals. They belong to nobody's page, so none of them is disposed of under another.
#[derive(Default)]
pub(super) struct Live {
    versions: RefCell<HashMap<String, ArcRwSignal<u64>>>,
    types: RefCell<HashMap<String, ArcRwSignal<u64>>>,
    /// Unsent mutations.
    pub(super) waiting: ArcRwSignal<usize>,
    /// Refused mutations that nobody has looked at.
    pub(super) rejected: ArcRwSignal<usize>,
    corrupt: RefCell<BTreeSet<String>>,
    /// Rows that cannot be read.
    pub(super) corrupt_count: ArcRwSignal<usize>,
}

impl Live {
    /// The version of a type: another number after each change.
    pub(super) fn version(&self, kind: &str) -> ArcRwSignal<u64> {
        self.versions.borrow_mut().entry(kind.to_owned()).or_default().clone()
    }

    /// Says that records of these types have changed.
    pub(super) fn bump<'a>(&self, kinds: impl IntoIterator<Item = &'a str>) {
        let kinds: BTreeSet<&str> = kinds.into_iter().collect();
        for kind in kinds {
            self.version(kind).update(|version| *version += 1);
        }
    }

    /// The version of what a type is, not of its records: another number after its fields have changed.
    pub(super) fn type_version(&self, kind: &str) -> ArcRwSignal<u64> {
        self.types.borrow_mut().entry(kind.to_owned()).or_default().clone()
    }

    /// Says that a type is another now, and so are its records.
    pub(super) fn bump_type(&self, kind: &str) {
        self.type_version(kind).update(|version| *version += 1);
        self.bump([kind]);
    }

    /// Says that all records may have changed. Types have not: pages that are made from them stay.
    pub(super) fn bump_all(&self) {
        // Outside the borrow: an effect may ask for a version.
        let all: Vec<ArcRwSignal<u64>> = self.versions.borrow().values().cloned().collect();
        for version in all {
            version.update(|version| *version += 1);
        }
    }

    /// Sets the counts.
    pub(super) fn set_counts(&self, waiting: usize, rejected: Option<usize>) {
        set(&self.waiting, waiting);
        if let Some(rejected) = rejected {
            set(&self.rejected, rejected);
        }
    }

    /// Counts a row that cannot be read; each once.
    pub(super) fn quarantine(&self, key: String) {
        let count = {
            let mut corrupt = self.corrupt.borrow_mut();
            corrupt.insert(key);
            corrupt.len()
        };
        set(&self.corrupt_count, count);
    }

    /// The keys of rows that cannot be read.
    pub(super) fn corrupt(&self) -> BTreeSet<String> {
        self.corrupt.borrow().clone()
    }

    /// What could not be read was fetched again.
    pub(super) fn mended(&self) {
        self.corrupt.borrow_mut().clear();
        set(&self.corrupt_count, 0);
    }

    /// Nothing is there any more.
    pub(super) fn reset(&self) {
        self.corrupt.borrow_mut().clear();
        set(&self.corrupt_count, 0);
        self.set_counts(0, Some(0));
        self.bump_all();
    }
}

/// Tells nobody if nothing has changed.
fn set(signal: &ArcRwSignal<usize>, value: usize) {
    if signal.with_untracked(|now| *now != value) {
        signal.set(value);
    }
}
