//! What takes how much room on this device. In the app's second part.

use js_sys::{JsString, Object, Uint8Array};
use outpost_core::schema::Schema;
use rexie::KeyRange;
use wasm_bindgen::{JsCast, JsValue};

use super::Store;
use super::db::{BLOCKS, CHUNKS, LINKS, OUTBOX, RECORDS};
use super::error::StoreError;
use super::row;

/// Of so many rows is taken what one weighs.
const SAMPLE: u32 = 16;

/// What takes room.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Part {
    /// Records of a type.
    Records(&'static Schema),
    /// What lists and search find them by.
    Index,
    /// What the server has not got.
    Unsent,
}

impl Store {
    /// About how many bytes each part takes, the largest first: the number of its rows times what a few of them weigh. A browser
    /// needs more for the same, or less where it packs them.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn uses(&self) -> Result<Vec<(Part, u64)>, StoreError> {
        let mut uses = Vec::new();
        for schema in self.types().all() {
            let range = row::under(schema.kind, None)?;
            let mut bytes = 0;
            for store in [RECORDS, BLOCKS, LINKS] {
                bytes += self.weigh(store, Some(range.clone())).await?;
            }
            uses.push((Part::Records(schema), bytes));
        }
        uses.push((Part::Index, self.weigh(CHUNKS, None).await?));
        uses.push((Part::Unsent, self.weigh(OUTBOX, None).await?));
        uses.retain(|(_, bytes)| *bytes > 0);
        uses.sort_by_key(|(_, bytes)| std::cmp::Reverse(*bytes));
        Ok(uses)
    }

    async fn weigh(&self, store: &str, range: Option<KeyRange>) -> Result<u64, StoreError> {
        let (count, sample) = self
            .reading(&[store], async |tx| {
                let rows = tx.store(store)?;
                let count = rows.count(range.clone()).await?;
                Ok((count, rows.get_all(range.clone(), Some(SAMPLE)).await?))
            })
            .await?;
        let weight: u64 = sample.iter().map(weight).sum();
        Ok(weight * u64::from(count) / (sample.len() as u64).max(1))
    }
}

/// The bytes of a row: of its texts and of what is packed in it.
fn weight(row: &JsValue) -> u64 {
    if let Some(bytes) = row.dyn_ref::<Uint8Array>() {
        return bytes.byte_length().into();
    }
    if let Some(text) = row.dyn_ref::<JsString>() {
        return text.length().into();
    }
    row.dyn_ref::<Object>().map_or(8, |row| Object::values(row).iter().map(|value| weight(&value)).sum())
}
