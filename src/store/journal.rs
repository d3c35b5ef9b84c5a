//! The journal: which records changed since the index was last saved, one row a transaction, written in the same
//! transaction as the change. What the saved index lacks is read again by it.

use std::collections::BTreeSet;

use outpost_core::index::Index;
use outpost_core::record::{Record, RecordKey};
use wasm_bindgen::JsValue;

use super::db::{JOURNAL, META, RECORDS};
use super::error::StoreError;
use super::state::{NUMBER, State};
use super::tx::WriteTx;
use super::{blocks, row};

/// Puts and removes records with everything that goes with them: their numbers and the journal. Returns the number of
/// the journal's row; 0 if none was needed.
pub(super) async fn store(
    tx: &WriteTx,
    state: &mut State,
    put: &[Record],
    remove: &[RecordKey],
) -> Result<u64, StoreError> {
    store_beside(tx, state, put, remove, &BTreeSet::new()).await
}

/// The same where some of what is put is in blocks already and needs no row.
pub(super) async fn store_beside(
    tx: &WriteTx,
    state: &mut State,
    put: &[Record],
    remove: &[RecordKey],
    packed: &BTreeSet<RecordKey>,
) -> Result<u64, StoreError> {
    let mut keys: Vec<String> = Vec::new();
    for record in put {
        if !packed.contains(&record.key()) {
            tx.put(RECORDS, &row::of_record(record)?, None)?;
        }
        let number = record.text("number");
        if record.kind == "invoice" && !number.is_empty() {
            tx.put(META, &record.id.to_string().into(), Some(&format!("{NUMBER}{number}").into()))?;
            state.take_number(number);
        }
        if Index::covers(&record.kind) {
            keys.push(row::key_text(&record.key()));
        }
    }
    if state.blocks {
        blocks::remove(tx, remove).await?;
    }
    for key in remove {
        tx.delete(RECORDS, row::key(key))?;
        if Index::covers(&key.kind) {
            keys.push(row::key_text(key));
        }
    }
    if keys.is_empty() {
        return Ok(0);
    }
    state.journal += 1;
    tx.put(JOURNAL, &serde_json::to_string(&keys)?.into(), Some(&row::number(state.journal)))?;
    Ok(state.journal)
}

/// The keys in journal rows; a row that cannot be read is `None`.
pub(super) fn keys(rows: &[JsValue]) -> Option<BTreeSet<RecordKey>> {
    let mut keys = BTreeSet::new();
    for row in rows {
        let texts: Vec<String> = serde_json::from_str(&row.as_string()?).ok()?;
        for text in texts {
            keys.insert(row::key_of(&text)?);
        }
    }
    Some(keys)
}
