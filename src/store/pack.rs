//! New records by the hundred, as a large import makes them, go into blocks: a row for each takes the browser longer than all
//! the rest of an import.

use std::collections::BTreeSet;

use outpost_core::record::{Record, RecordKey};
use rexie::KeyRange;
use wasm_bindgen::JsValue;

use super::at_hand::AT_HAND;
use super::blocks::{self, AT_ONCE, Block, Line};
use super::db::{BLOCKS, LINKS, META, RECORDS};
use super::error::StoreError;
use super::reader::Reader;
use super::row::{self, Row};
use super::state::State;
use super::tx::WriteTx;
use super::{Import, Store};

/// Stores new ones of these records in blocks, where they are many; returns which. `records` are in the order of their keys,
/// `made` says which of them are new.
pub(super) async fn pack(
    tx: &WriteTx,
    state: &mut State,
    records: &[Record],
    made: &BTreeSet<RecordKey>,
) -> Result<BTreeSet<RecordKey>, StoreError> {
    let mut packed = BTreeSet::new();
    if state.fetch.is_some() {
        // Where the blocks of the rest of the snapshot will lie is not known, and they go if it does.
        return Ok(packed);
    }
    for group in records.chunk_by(|a, b| a.kind == b.kind) {
        let mut new: Vec<&Record> = group.iter().filter(|record| made.contains(&record.key())).collect();
        if new.len() < 2 * AT_HAND || !new.is_sorted_by_key(|record| record.latest()) {
            continue;
        }
        // Lists begin with rows: the latest, which are the last ones of an import.
        new.truncate(new.len() - AT_HAND);
        let (Some(first), Some(last)) = (new.first(), new.last()) else { continue };
        if !blocks::is_free(tx.into(), &first.key(), &last.key()).await? {
            continue;
        }
        let json = new.iter().map(serde_json::to_string).collect::<Result<Vec<_>, _>>()?;
        let lines: Vec<Line<'_>> = new.iter().zip(&json).map(|(record, json)| Line { record, json }).collect();
        blocks::of_all(&lines)?.put(tx)?;
        packed.extend(new.iter().map(|record| record.key()));
        state.blocks = true;
        let latest = new.last().map_or(0, |record| record.latest().ms);
        let noted = state.packed.entry(last.kind.clone()).or_default();
        *noted = latest.max(*noted);
    }
    Ok(packed)
}

impl Store {
    /// Drops the blocks of an import of which every record has a row of its own by now, as after it was taken back.
    ///
    /// # Errors
    /// [`StoreError`]; what is left is as good as before.
    pub async fn drop_covered(&self, import: &Import) -> Result<(), StoreError> {
        let id = |at: usize| import.batch.id(u32::try_from(at).unwrap_or(u32::MAX));
        let key = |at: usize| row::key(&RecordKey::new(import.kind.clone(), id(at)));
        let (mut from, to) = (key(0), key(import.prints.len()));
        let mut is_first = true;
        loop {
            let range = KeyRange::bound(&from, &to, Some(!is_first), None)?;
            let seen = self.writing(&[RECORDS, BLOCKS], async |tx| {
                let reader = Reader::from(tx);
                let found = reader.blocks_in(range.clone(), AT_ONCE).await?;
                for block in found.iter().filter_map(Block::read) {
                    let own = reader.row_keys(&block.first, &block.last).await?;
                    if block.lines().all(|(key, _)| own.contains(&key)) {
                        tx.delete(BLOCKS, JsValue::from(block.last))?;
                    }
                }
                Ok(found.last().map(|block| Row::read(block).key))
            });
            let Some(seen) = seen.await? else { break };
            (from, is_first) = (seen.into(), false);
        }
        let left = self.writing(&[BLOCKS, LINKS, META], async |tx| {
            let mut state = State::read(tx).await?;
            if tx.get_all_keys(BLOCKS, row::under(&import.kind, None)?, Some(1))?.await?.is_empty() {
                tx.delete(LINKS, row::under(&import.kind, None)?)?;
            }
            if state.blocks && state.fetch.is_none() && tx.count(BLOCKS).await? == 0 {
                tx.clear(LINKS)?;
                state.blocks = false;
                state.packed.clear();
                state.write(tx)?;
            }
            Ok((state.blocks, state.packed))
        });
        let (has_blocks, packed) = left.await?;
        self.0.has_blocks.set(has_blocks);
        self.0.packed.replace(packed);
        Ok(())
    }
}
