//! The desk: what every page works with, made once and copied into any callback.

use leptos::prelude::*;
use outpost_core::money::Currency;
use outpost_core::mutation::Op;
use outpost_core::record::RecordKey;
use outpost_core::records::{BUSINESS_ID, Business};
use outpost_core::schema::RecordType;

use crate::components::{Toasts, use_toasts};
use crate::forms::{Habits, say};
use crate::platform::intl;
use crate::store::{Store, Written};
use crate::sync::SyncHandle;

/// What was written of many, and why the rest was not.
#[derive(Debug, Default)]
pub struct Outcome {
    /// What was.
    pub written: Vec<Written>,
    /// Why not, as sentences.
    pub refused: Vec<String>,
}

/// What every page works with.
#[derive(Clone, Copy)]
pub struct Desk {
    store: StoredValue<Store, LocalStorage>,
    sync: StoredValue<SyncHandle, LocalStorage>,
    /// Where a sentence about what was done is shown.
    pub toasts: Toasts,
    /// Whether the window is as narrow as a phone's.
    pub compact: Signal<bool>,
}

/// Makes the desk and gives it to everything below. To be called once, at the root, where it lives as long as the page.
pub fn provide_desk(store: Store, sync: SyncHandle, compact: Signal<bool>) -> Desk {
    let desk = Desk {
        store: StoredValue::new_local(store),
        sync: StoredValue::new_local(sync),
        toasts: use_toasts(),
        compact,
    };
    provide_context(desk);
    desk
}

/// The desk.
pub fn use_desk() -> Desk {
    expect_context()
}

impl Desk {
    /// The store.
    pub fn store(self) -> Store {
        self.store.get_value()
    }

    /// The sync loop.
    pub fn sync(self) -> SyncHandle {
        self.sync.get_value()
    }

    /// Writes, durably.
    ///
    /// # Errors
    /// Why nothing was written, as a sentence.
    pub async fn write(self, ops: Vec<Op>) -> Result<Written, String> {
        self.store().write(ops).await.map_err(say)
    }

    /// Writes each group as a mutation of its own: all in one transaction if nothing speaks against any of them, or else those
    /// against which nothing does.
    pub async fn write_all(self, groups: Vec<Vec<Op>>) -> Outcome {
        if let Ok(written) = self.store().write_many(groups.clone()).await {
            return Outcome { written, refused: Vec::new() };
        }
        let mut outcome = Outcome::default();
        for group in groups {
            match self.write(group).await {
                Ok(written) => outcome.written.push(written),
                Err(why) => outcome.refused.push(why),
            }
        }
        outcome
    }

    /// A number that changes whenever a record of a type does, here or in another tab. Tracked.
    pub fn version(self, kind: &str) -> u64 {
        self.store().version(kind).get()
    }

    /// The business: who sells. Empty if nothing was filled in yet.
    pub async fn business(self) -> Business {
        let record = self.store().get(&RecordKey::new(Business::SCHEMA.kind, BUSINESS_ID)).await.ok().flatten();
        record.and_then(|record| Business::from_record(&record).ok()).unwrap_or_default()
    }

    /// How this person writes numbers, and which currency they reckon in.
    pub async fn habits(self) -> Habits {
        let currency = self.business().await.currency.unwrap_or_else(local_currency);
        Habits { mark: intl::decimal_mark(), currency }
    }
}

/// The currency of where the browser's language is spoken, as far as that is plain: only a first suggestion.
fn local_currency() -> Currency {
    let language = intl::language();
    let region = language.rsplit('-').next().unwrap_or_default();
    let code = match region {
        "US" => "USD",
        "GB" => "GBP",
        "CH" | "LI" => "CHF",
        "JP" | "ja" => "JPY",
        "CN" => "CNY",
        "IN" => "INR",
        "CA" => "CAD",
        "AU" => "AUD",
        "NZ" => "NZD",
        "SE" | "sv" => "SEK",
        "NO" | "nb" => "NOK",
        "DK" | "da" => "DKK",
        "PL" | "pl" => "PLN",
        "CZ" | "cs" => "CZK",
        "HU" | "hu" => "HUF",
        "BR" => "BRL",
        "MX" => "MXN",
        "ZA" => "ZAR",
        "NG" => "NGN",
        "KE" => "KES",
        "KR" | "ko" => "KRW",
        "TR" | "tr" => "TRY",
        "UA" | "uk" => "UAH",
        _ => "EUR",
    };
    code.parse().unwrap_or(Currency::EUR)
}
