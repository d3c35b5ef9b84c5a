//! New records by the hundred, as a large import makes them, go into blocks: a row for each takes the browser longer than all
//! the rest of an import.

use std::collections::BTreeSet;

use outpost_core::record::{Record, RecordKey};

use super::at_hand::AT_HAND;
use super::blocks::{self, Line};
use super::db::BLOCKS;
use super::error::StoreError;
use super::state::State;
use super::tx::WriteTx;

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
        if !blocks::is_free(tx, &first.key(), &last.key()).await? {
            continue;
        }
        let json = new.iter().map(serde_json::to_string).collect::<Result<Vec<_>, _>>()?;
        let lines: Vec<Line<'_>> = new.iter().zip(&json).map(|(record, json)| Line { record, json }).collect();
        for block in blocks::of_all(&lines)?.iter().flatten() {
            tx.put(BLOCKS, block, None)?;
        }
        packed.extend(new.iter().map(|record| record.key()));
        state.blocks = true;
    }
    Ok(packed)
}
