//! The record types of this store: those of the program, with what the definitions among the records add to them. In the app's
//! second part.

use std::collections::BTreeSet;

use leptos::prelude::Signal;
use outpost_core::catalogue::{Catalogue, DEFINITIONS};
use outpost_core::record::Record;

use super::Store;
use super::error::StoreError;
use crate::platform::page;

impl Store {
    /// The types, as they were last read.
    pub fn types(&self) -> &'static Catalogue {
        self.0.types.get().unwrap_or_else(|| Catalogue::built_in())
    }

    /// Reads the definitions again, and sees to it that the index finds what the types now say that it finds.
    ///
    /// # Errors
    /// [`StoreError`]; the types are as they were.
    pub async fn learn_types(&self) -> Result<&'static Catalogue, StoreError> {
        // One at a time: what is read later is known later.
        let _turn = self.0.learning.lock().await;
        self.read_types().await?;
        let types = self.types();
        if let Err(error) = self.relearn(types).await {
            page::warn(&format!("the index is loaded anew: {error}"));
            self.start_index();
        }
        Ok(types)
    }

    /// A number that changes when a type does, as far as pages are [told](Self::tell_types).
    pub fn type_version(&self, kind: &str) -> Signal<u64> {
        self.0.live.type_version(kind).into()
    }

    /// Tells whoever follows one of these types, or its records, that it is another now.
    pub fn tell_types(&self, kinds: &BTreeSet<String>) {
        kinds.iter().for_each(|kind| self.0.live.bump_type(kind));
    }

    pub(super) async fn read_types(&self) -> Result<(), StoreError> {
        let mut definitions: Vec<Record> = Vec::new();
        for kind in DEFINITIONS {
            self.each(kind, &mut |record| definitions.push(record.clone())).await?;
        }
        let before = self.types();
        // A record that is in a block and was written since is there twice, the later state later.
        definitions.reverse();
        let mut seen = BTreeSet::new();
        definitions.retain(|record| seen.insert(record.key()));
        let next = Catalogue::of(&definitions, before);
        if !next.differs(before).is_empty() {
            self.0.types.set(Some(Box::leak(Box::new(next))));
        }
        Ok(())
    }

    /// Reads those records again of which the index, if it is loaded, lacks something.
    async fn relearn(&self, types: &'static Catalogue) -> Result<(), StoreError> {
        let memory = &self.0.memory;
        for kind in memory.work(|index| index.adopt(types)).unwrap_or_default() {
            self.each(kind, &mut |record| {
                memory.work(|index| index.reread(record));
            })
            .await?;
            memory.work(|index| index.end_reading(kind));
            memory.changed();
            self.0.live.bump([kind]);
        }
        Ok(())
    }
}
