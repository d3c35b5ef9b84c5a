//! What the device knows of itself: one row of `meta`, read and written in every transaction that writes a change.

use std::collections::{BTreeMap, BTreeSet};

use outpost_core::hlc::Clock;
use outpost_core::id::DeviceId;
use outpost_core::scope::{Age, Scope};
use outpost_core::sync::Position;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use wasm_bindgen::JsValue;

use super::Store;
use super::db::META;
use super::error::StoreError;
use super::tx::WriteTx;

/// The key of the row.
pub(super) const STATE: &str = "state";
/// Which records have which invoice number: `number:2026-K7-00042`.
pub(super) const NUMBER: &str = "number:";
/// What the app keeps under names of its own: `app:theme`.
pub(super) const APP: &str = "app:";
/// Texts of rows that could not be read, kept for the export.
pub(super) const CORRUPT: &str = "corrupt:";
/// What is known of the saved index.
pub(super) const INDEX: &str = "index";

/// Where the state says what this device keeps, and what a new one does: [`Age::Year`].
const SCOPE: &str = "scope";
const A_YEAR: u8 = 1;
/// Where the state says which identity this device has asked for and not taken over yet.
const ENROLLING: &str = "enrolling";

/// See the module's documentation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct State {
    /// The device's clock; it knows the device.
    pub(super) clock: Clock,
    /// The number of the next mutation.
    pub(super) next_n: u64,
    /// The number of the last journal row.
    #[serde(default)]
    pub(super) journal: u64,
    /// How far the workspace was read.
    #[serde(default)]
    pub(super) position: Position,
    /// The last number that was ever given out to be sent: from it on, changes can still be discarded.
    #[serde(default)]
    pub(super) sealed: u64,
    /// The key texts of records that something was taken off, and that are to be fetched again.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) wanted: Vec<String>,
    /// The series of this device's invoice numbers.
    pub(super) series: String,
    /// The last number of each year and series, such as `2026-K7`.
    #[serde(default)]
    pub(super) counters: BTreeMap<String, u64>,
    /// Counts the tabs that took the lead; who leads has the latest number.
    #[serde(default)]
    pub(super) fence: u64,
    /// Whether some records are in blocks.
    #[serde(default)]
    pub(super) blocks: bool,
    /// By type, when the latest of its records was edited that an import has left without a row, in milliseconds since 1970.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) packed: BTreeMap<String, u64>,
    /// How many segments of snapshots were ever stored. An index that was saved says how many are in it.
    #[serde(default)]
    pub(super) segments: u64,
    /// The snapshot that is just being fetched.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) fetch: Option<Fetch>,
    /// What a later version keeps here, and what this device keeps ([`State::scope`]): the first page reads neither.
    #[serde(flatten)]
    pub(super) other: BTreeMap<String, Value>,
}

/// How far a snapshot was fetched.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Fetch {
    /// Its name.
    pub(super) name: String,
    /// The numbers of the segments that are stored.
    pub(super) done: BTreeSet<u32>,
}

impl State {
    /// A new device's.
    pub(super) fn new(device: DeviceId) -> Self {
        Self {
            clock: Clock::new(device),
            next_n: 1,
            journal: 0,
            position: Position::default(),
            sealed: 0,
            wanted: Vec::new(),
            series: own_series(device),
            counters: BTreeMap::new(),
            fence: 0,
            blocks: false,
            packed: BTreeMap::new(),
            segments: 0,
            fetch: None,
            other: BTreeMap::from([(SCOPE.to_owned(), serde_json::json!({ "keep": A_YEAR }))]),
        }
    }

    /// Reads it in a transaction that writes.
    pub(super) async fn read(tx: &WriteTx) -> Result<Self, StoreError> {
        let row = tx.get(META, &STATE.into())?.await?;
        read(&row.unwrap_or_default())
    }

    /// Writes it.
    pub(super) fn write(&self, tx: &WriteTx) -> Result<(), StoreError> {
        tx.put(META, &serde_json::to_string(self)?.into(), Some(&STATE.into()))
    }

    /// What this device keeps. One of before there were scopes keeps everything until a person says otherwise.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`].
    pub(super) fn scope(&self) -> Result<Scope, StoreError> {
        let Some(kept) = self.other.get(SCOPE) else { return Ok(Scope::of(Age::everything())) };
        Scope::deserialize(kept).map_err(|_| StoreError::Corrupt("what this device keeps".to_owned()))
    }

    /// Keeps something else.
    ///
    /// # Errors
    /// [`StoreError`].
    pub(super) fn set_scope(&mut self, scope: &Scope) -> Result<(), StoreError> {
        self.other.insert(SCOPE.to_owned(), serde_json::to_value(scope)?);
        Ok(())
    }

    /// The identity that this device has asked for and not taken over yet.
    pub(super) fn enrolling(&self) -> Option<DeviceId> {
        self.other.get(ENROLLING).and_then(|id| DeviceId::deserialize(id).ok())
    }

    /// Notes that it asks for one, or has it.
    ///
    /// # Errors
    /// [`StoreError`].
    pub(super) fn set_enrolling(&mut self, id: Option<DeviceId>) -> Result<(), StoreError> {
        self.other.remove(ENROLLING);
        if let Some(id) = id {
            self.other.insert(ENROLLING.to_owned(), serde_json::to_value(id)?);
        }
        Ok(())
    }

    /// The next invoice number of a year; it is taken by [`State::take_number`].
    pub(super) fn next_number(&self, year: i32) -> String {
        let series = format!("{year}-{}", self.series);
        let last = self.counters.get(&series).copied().unwrap_or_default();
        format!("{series}-{:05}", last + 1)
    }

    /// Notes that a number is in use, if it is of this device's series.
    pub(super) fn take_number(&mut self, number: &str) {
        let Some((series, count)) = number.rsplit_once('-') else { return };
        let ours = series.rsplit_once('-').is_some_and(|(_, series)| series == self.series);
        if let (true, Ok(count)) = (ours, count.parse::<u64>()) {
            let last = self.counters.entry(series.to_owned()).or_default();
            *last = count.max(*last);
        }
    }
}

impl Store {
    /// As it is now, read by itself.
    ///
    /// # Errors
    /// [`StoreError`].
    pub(super) async fn state(&self) -> Result<State, StoreError> {
        let row = self.reading(&[META], async |tx| Ok(tx.store(META)?.get(STATE.into()).await?)).await?;
        read(&row.unwrap_or_default())
    }
}

/// The state of a row's JSON.
///
/// # Errors
/// [`StoreError::Corrupt`].
pub(super) fn read(row: &JsValue) -> Result<State, StoreError> {
    parse(row).ok_or_else(|| StoreError::Corrupt("what this device knows of itself".to_owned()))
}

/// The same, where it does no harm if there is none.
pub(super) fn parse(row: &JsValue) -> Option<State> {
    serde_json::from_str(&row.as_string()?).ok()
}

/// The series of a device that no server has given one: two letters and four digits from its identity, while servers
/// give one letter. So that what was issued before an account existed collides with nobody's.
fn own_series(device: DeviceId) -> String {
    const LETTERS: &[u8; 24] = b"ABCDEFGHJKLMNPQRSTUVWXYZ";
    const DIGITS: &[u8; 8] = b"23456789";
    let mut rest = device.0;
    let mut pick = |from: &[u8]| {
        let of = from.len() as u64;
        let at = usize::try_from(rest % of).unwrap_or_default();
        rest /= of;
        char::from(from[at])
    };
    let letters: Vec<char> = (0..2).map(|_| pick(LETTERS)).collect();
    let digits: Vec<char> = (0..4).map(|_| pick(DIGITS)).collect();
    letters.into_iter().chain(digits).collect()
}
