//! The sums by which this device and the server find out whether they hold the same; a row of `meta`, written in each
//! transaction that writes records. See [`outpost_core::sums`].

use js_sys::Uint8Array;
use outpost_core::sums::{Delta, Sums};
use rexie::KeyRange;
use wasm_bindgen::{JsCast, JsValue};

use super::blocks;
use super::db::{META, RECORDS};
use super::error::StoreError;
use super::row::Row;
use super::tx::WriteTx;

/// The key of the row. A device of before there were sums has none until it first compares itself.
pub(super) const SUMS: &str = "sums";
/// Rows read at once when all are summed up.
const SLICE: u32 = 1_000;

/// Reads them in a transaction that writes.
pub(super) async fn read(tx: &WriteTx) -> Result<Option<Sums>, StoreError> {
    Ok(tx.get(META, &SUMS.into())?.await?.as_ref().and_then(parse))
}

/// The sums of a row.
pub(super) fn parse(row: &JsValue) -> Option<Sums> {
    Sums::from_bytes(&row.dyn_ref::<Uint8Array>()?.to_vec())
}

/// Writes them.
pub(super) fn write(tx: &WriteTx, sums: &Sums) -> Result<(), StoreError> {
    tx.put(META, &Uint8Array::from(sums.to_bytes().as_slice()), Some(&SUMS.into()))
}

/// Writes what a transaction has done to them, if there are any.
pub(super) fn apply(tx: &WriteTx, sums: Option<Sums>, delta: &Delta) -> Result<(), StoreError> {
    match sums {
        Some(mut sums) if delta.changes().next().is_some() => {
            sums.apply(delta);
            write(tx, &sums)
        }
        _ => Ok(()),
    }
}

/// Sums up all rows anew. One that cannot be read counts for nothing.
pub(super) async fn rebuild(tx: &WriteTx) -> Result<Sums, StoreError> {
    let (mut delta, mut after) = (Delta::default(), None::<String>);
    let mut block = None::<String>;
    while let Some((key, rows)) = blocks::next(tx.into(), block.as_deref()).await? {
        rows.iter().filter_map(|row| row.record().ok()).for_each(|record| delta.add(&record));
        block = Some(key);
    }
    loop {
        let range = match &after {
            Some(after) => KeyRange::lower_bound(&after.as_str().into(), Some(true))?,
            None => KeyRange::lower_bound(&"".into(), None)?,
        };
        let rows = Row::read_all(&tx.get_all(RECORDS, range, SLICE).await?);
        rows.iter().filter_map(|row| row.record().ok()).for_each(|record| delta.add(&record));
        after = rows.last().map(|row| row.key.clone());
        if after.is_none() || rows.len() < SLICE as usize {
            break;
        }
    }
    let mut sums = Sums::default();
    sums.apply(&delta);
    write(tx, &sums)?;
    Ok(sums)
}
