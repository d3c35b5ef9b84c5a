//! Taking what is the workspace's off a device whose person was removed from it. What that person wrote and the server never
//! got stays, as do the refused changes and what this person has set up here.

use outpost_core::record::Record;
use outpost_core::scope::Scope;
use outpost_core::sync::{Position, own_part, purge};
use rexie::KeyRange;
use wasm_bindgen::JsValue;

use super::db::{self, BLOBS, BLOCKS, CHUNKS, JOURNAL, LINKS, META, RECORDS, REJECTED};
use super::error::StoreError;
use super::outbox::Rejected;
use super::state::{APP, State};
use super::tx::WriteTx;
use super::upkeep::{all_unsent, replace_outbox};
use super::write::detached;
use super::{Store, journal, outbox, row, sums};

/// What the app keeps in `meta` that is this person's or this device's, by name. All else goes: whatever a later version keeps there
/// may be made of what others wrote.
const OWN: [&str; 5] = ["account", "device name", "looked", "sync log", "tries-closed"];
/// What was typed and never saved is its writer's.
const DRAFT: &str = "draft:";

impl Store {
    /// Drops all that is the workspace's, in one transaction, and begins again from nothing. What is unsent keeps its numbers; what
    /// would undo it goes, as it says what others wrote.
    ///
    /// Returns whether there was something to drop.
    ///
    /// # Errors
    /// [`StoreError`]; everything is still there then.
    pub async fn purge(&self) -> Result<bool, StoreError> {
        let (store, device) = (self.clone(), self.device());
        detached(async move {
            let dropped = store.writing(&db::ALL, async |tx| {
                let mut state = State::read(tx).await?;
                store.fenced(&state, device)?;
                if !state.has_fetched() {
                    return Ok(None);
                }
                let left = purge(all_unsent(tx).await?);
                let records: Vec<Record> = left.records.into_values().collect();
                for name in [RECORDS, BLOCKS, LINKS, CHUNKS, JOURNAL, BLOBS] {
                    tx.clear(name)?;
                }
                keep_own(tx).await?;
                let refused = keep_own_refused(tx).await?;
                replace_outbox(tx, &left.outbox)?;
                state.begin_anew()?;
                journal::store(tx, &mut state, &records, &[]).await?;
                state.write(tx)?;
                sums::rebuild(tx).await?;
                Ok(Some((outbox::waiting(tx, &state).await?, refused)))
            });
            let Some((waiting, refused)) = dropped.await? else { return Ok(false) };
            store.0.has_blocks.set(false);
            store.0.packed.take();
            store.start_index();
            store.0.live.mended();
            store.0.live.set_counts(waiting, Some(refused));
            store.announce_everything();
            Ok(true)
        })
        .await
    }
}

impl State {
    /// Whether anything of a workspace is here, or is on its way.
    fn has_fetched(&self) -> bool {
        self.position != Position::default() || self.blocks || self.fetch.is_some()
    }

    /// Knows nothing of the workspace any more. Who this device is, its clock and its numbers stay, and how much it keeps.
    fn begin_anew(&mut self) -> Result<(), StoreError> {
        self.position = Position::default();
        self.fetch = None;
        self.blocks = false;
        self.wanted.clear();
        self.packed.clear();
        // Whatever is just being saved of an index in another tab is of what was here before.
        self.segments += 1;
        let keep = self.scope()?.keep;
        self.set_scope(&Scope::of(keep))
    }
}

/// Leaves of the refused changes what their writer alone had a part in; returns how many there are then. One that cannot be read stays.
async fn keep_own_refused(tx: &WriteTx) -> Result<usize, StoreError> {
    let found = tx.get_all(REJECTED, KeyRange::lower_bound(&row::number(0), None)?, u32::MAX).await?;
    let mut left = found.len();
    for refused in found.iter().filter_map(|found| row::of_numbered::<Rejected>(found).ok()) {
        let (n, before) = (refused.mutation.n, refused.mutation.ops.len());
        let mutation = own_part(refused.mutation);
        if mutation.ops.is_empty() {
            tx.delete(REJECTED, row::number(n))?;
            left -= 1;
        } else if mutation.ops.len() < before {
            tx.put(REJECTED, &row::numbered(n, &Rejected { mutation, ..refused })?, None)?;
        }
    }
    Ok(left)
}

/// Leaves in `meta` only what is this person's.
async fn keep_own(tx: &WriteTx) -> Result<(), StoreError> {
    let range = || row::notes(APP);
    let keys = tx.get_all_keys(META, range()?, None)?.await?;
    let values = tx.get_all(META, range()?, u32::MAX).await?;
    let is_own = |key: &JsValue| {
        let key = key.as_string().unwrap_or_default();
        key.strip_prefix(APP).is_some_and(|name| OWN.contains(&name) || name.starts_with(DRAFT))
    };
    tx.clear(META)?;
    let own = keys.iter().zip(&values).filter(|(key, _)| is_own(key));
    own.into_iter().try_for_each(|(key, value)| tx.put(META, value, Some(key)))
}
