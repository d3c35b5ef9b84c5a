//! After a change: the index, the signals and the other tabs hear of it.

use outpost_core::index::Index;
use outpost_core::record::{Record, RecordKey};
use outpost_core::sorting::Order;
use serde::{Deserialize, Serialize};

use super::db::OUTBOX;
use super::{Store, row};
use crate::platform::{self, page};

/// Up to this many changed records are named to the other tabs; after more they read everything again.
const NAMED: usize = 5_000;
const TOPIC: &str = "store";

/// What a transaction has changed.
#[derive(Debug, Default)]
pub(super) struct Change {
    pub(super) put: Vec<Record>,
    pub(super) remove: Vec<RecordKey>,
    /// The number of the journal's row; 0 if there is none.
    pub(super) journal: u64,
    pub(super) waiting: usize,
    /// `None` if it did not look.
    pub(super) rejected: Option<usize>,
}

impl Change {
    /// Whether no record was changed.
    pub(super) fn is_empty(&self) -> bool {
        self.put.is_empty() && self.remove.is_empty()
    }
}

/// What the other tabs are told.
#[derive(Serialize, Deserialize)]
struct Notice {
    /// Keys of changed records; of all that changed, unless `everything`.
    keys: Vec<String>,
    /// Types of changed records.
    kinds: Vec<String>,
    journal: u64,
    /// Anything may have changed, also the device's identity.
    everything: bool,
}

impl Store {
    /// Makes a durable change known.
    pub(super) fn announce(&self, change: Change) {
        let inner = &self.0;
        let mut kinds: Vec<String> = change.put.iter().map(|record| record.kind.clone()).collect();
        kinds.extend(change.remove.iter().map(|key| key.kind.clone()));
        kinds.order_by(Ord::cmp);
        kinds.dedup();
        let keys = change.put.iter().map(Record::key).chain(change.remove.iter().cloned());
        let keys: Vec<String> = keys.map(|key| row::key_text(&key)).collect();
        let everything = keys.len() > NAMED;
        let notice =
            Notice { keys: if everything { Vec::new() } else { keys }, kinds, journal: change.journal, everything };
        inner.memory.take(&change);
        inner.live.set_counts(change.waiting, change.rejected);
        inner.live.bump(notice.kinds.iter().map(String::as_str).chain([OUTBOX]));
        inner.channel.post(TOPIC, &notice);
    }

    /// Tells the other tabs that nothing is as it was.
    pub(super) fn announce_everything(&self) {
        self.0.live.bump_all();
        let (keys, kinds) = (Vec::new(), Vec::new());
        self.0.channel.post(TOPIC, &Notice { keys, kinds, journal: 0, everything: true });
    }

    pub(super) fn hear_other_tabs(&self) {
        let store = std::sync::Arc::downgrade(&self.0);
        let subscription = self.0.channel.on(TOPIC, move |notice: Notice| {
            if let Some(inner) = store.upgrade() {
                let store = Self(inner);
                platform::spawn(async move {
                    if let Err(error) = store.hear(notice).await {
                        page::warn(&format!("what another tab has changed cannot be read: {error}"));
                    }
                });
            }
        });
        self.0.hears.borrow_mut().push(subscription);
    }

    async fn hear(&self, notice: Notice) -> Result<(), super::StoreError> {
        if notice.everything {
            self.settle_in().await?;
            self.start_index();
            self.0.live.bump_all();
            return Ok(());
        }
        let keys = notice.keys.iter().filter_map(|text| row::key_of(text));
        let keys: Vec<RecordKey> = keys.filter(|key| Index::covers(&key.kind)).collect();
        // Counted here rather than told: notices of several tabs overtake one another.
        self.meet_blocks().await?;
        self.refresh(&keys).await?;
        self.0.memory.absorbed(notice.journal);
        self.0.live.bump(notice.kinds.iter().map(String::as_str).chain([OUTBOX]));
        Ok(())
    }

    /// Counts what waits, and takes note of blocks where there were none: another tab has begun to fetch, or to import.
    pub(super) async fn meet_blocks(&self) -> Result<(), super::StoreError> {
        let state = self.recount().await?;
        if state.is_some_and(|state| state.blocks) && !self.0.has_blocks.replace(true) {
            self.start_index();
        }
        Ok(())
    }
}
