//! Everything on this device as one JSON text, and its end.

use outpost_core::id::DeviceId;
use outpost_core::sums::Sums;
use rexie::{KeyRange, Transaction};
use serde::de::IgnoredAny;
use wasm_bindgen::JsValue;

use super::db::{self, BLOCKS, META, OUTBOX, RECORDS, REJECTED};
use super::error::StoreError;
use super::row::{self, Row};
use super::state::{APP, CORRUPT, STATE, State};
use super::{Store, blocks, sums};
use crate::platform::ids;

/// Rows read at once.
const SLICE: u32 = 500;

/// A list in the making: JSON texts with commas between.
#[derive(Default)]
struct List {
    json: String,
    len: usize,
}

impl List {
    fn push(&mut self, json: &str) {
        if self.len > 0 {
            self.json.push_str(",\n");
        }
        self.json.push_str(json);
        self.len += 1;
    }
}

impl Store {
    /// Everything as JSON: `{"format": "outpost-export", "version": 1, "device", "records": […], "outbox": […],
    /// "rejected": […], "state": {…}, "settings": {…}, "unreadable": [{"key", "text"}]}`.
    ///
    /// Records are as they are stored: with the deleted ones, and with fields that this version does not know. What
    /// cannot be read is under `unreadable`, as text. There is no password or session in the store, so none is here.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn export_json(&self) -> Result<String, StoreError> {
        let device = self.device();
        // One transaction, so that all of it is of one moment.
        self.reading(&[RECORDS, BLOCKS, OUTBOX, REJECTED, META], async |tx| everything(tx, device).await).await
    }

    /// Takes all data off this device, in all tabs; a new device begins, with an identity and a series of its own.
    ///
    /// # Errors
    /// [`StoreError`]; everything is still there then.
    pub async fn wipe(&self) -> Result<(), StoreError> {
        let state = State::new(ids::new_device_id());
        self.writing(&db::ALL, async |tx| {
            db::ALL.iter().try_for_each(|store| tx.clear(store))?;
            sums::write(tx, &Sums::default())?;
            state.write(tx)
        })
        .await?;
        self.0.device.set(state.clock.device);
        self.0.series.borrow_mut().clone_from(&state.series);
        self.start_index();
        self.0.has_blocks.set(false);
        self.0.live.reset();
        self.announce_everything();
        Ok(())
    }
}

async fn everything(tx: &Transaction, device: DeviceId) -> Result<String, StoreError> {
    let mut unreadable = List::default();
    let mut records = rows(tx, RECORDS, |row| Some(Row::read(row).json), &mut unreadable).await?;
    let mut block = None::<String>;
    while let Some((last, rows)) = blocks::next(tx.into(), block.as_deref()).await? {
        for row in &rows {
            let Row { key, json } = row;
            if serde_json::from_str::<IgnoredAny>(json).is_ok() {
                records.push(json);
            } else {
                unreadable.push(&serde_json::json!({ "key": key, "text": json }).to_string());
            }
        }
        block = Some(last);
    }
    let outbox = rows(tx, OUTBOX, row::numbered_json, &mut unreadable).await?;
    let rejected = rows(tx, REJECTED, row::numbered_json, &mut unreadable).await?;
    let state = tx.store(META)?.get(STATE.into()).await?.and_then(|json| json.as_string());
    let state = state.unwrap_or_else(|| "null".to_owned());
    let settings = settings(tx, &mut unreadable).await?;
    Ok(format!(
        "{{\"format\":\"outpost-export\",\"version\":1,\"device\":\"{device}\",\n\"records\":[\n{}\n],\n\"outbox\":[\n{}\n],\n\
         \"rejected\":[\n{}\n],\n\"state\":{},\n\"settings\":{{\n{}\n}},\n\"unreadable\":[\n{}\n]}}\n",
        records.json, outbox.json, rejected.json, state, settings.json, unreadable.json
    ))
}

/// The JSON texts of all rows of a store, a slice at a time.
async fn rows(
    tx: &Transaction,
    name: &str,
    json: fn(&JsValue) -> Option<String>,
    unreadable: &mut List,
) -> Result<List, StoreError> {
    let store = tx.store(name)?;
    let mut list = List::default();
    let mut range = None;
    loop {
        let keys = store.get_all_keys(range.clone(), Some(SLICE)).await?;
        let values = store.get_all(range.clone(), Some(SLICE)).await?;
        for (key, value) in keys.iter().zip(&values) {
            let text = json(value).unwrap_or_default();
            if serde_json::from_str::<IgnoredAny>(&text).is_ok() {
                list.push(&text);
            } else {
                let key = key.as_string().unwrap_or_else(|| format!("{name}/{}", key.as_f64().unwrap_or_default()));
                unreadable.push(&serde_json::json!({ "key": key, "text": text }).to_string());
            }
        }
        match keys.last() {
            Some(last) if keys.len() == SLICE as usize => range = Some(KeyRange::lower_bound(last, Some(true))?),
            _ => return Ok(list),
        }
    }
}

/// Settings and drafts, and the texts that were put aside.
async fn settings(tx: &Transaction, unreadable: &mut List) -> Result<List, StoreError> {
    let store = tx.store(META)?;
    let (keys, values) = (store.get_all_keys(None, None).await?, store.get_all(None, None).await?);
    let mut list = List::default();
    for (key, value) in keys.iter().zip(&values) {
        let (Some(key), Some(value)) = (key.as_string(), value.as_string()) else { continue };
        if let Some(name) = key.strip_prefix(APP) {
            list.push(&format!("{}:{value}", serde_json::to_string(name)?));
        } else if let Some(name) = key.strip_prefix(CORRUPT) {
            unreadable.push(&format!("{{\"key\":{},\"text\":{value}}}", serde_json::to_string(name)?));
        }
    }
    Ok(list)
}
