//! When a person last looked at this device before today: what others have done since is news in the morning.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::platform::{page, spawn, time, visibility};
use crate::store::{Store, StoreError};

/// Its name in the store.
const LOOKED: &str = "looked";

/// When somebody looked.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
struct Looked {
    /// The last day on which somebody did.
    day: NaiveDate,
    /// When somebody last did on a day before, in milliseconds since 1970.
    before: u64,
    /// When somebody last did.
    last: u64,
}

/// What is known after somebody looks at `now`, on the day `today`. Who looks for the first time has missed nothing.
fn after(known: Option<Looked>, today: NaiveDate, now: u64) -> Looked {
    match known {
        Some(known) if known.day == today => Looked { last: now, ..known },
        Some(known) => Looked { day: today, before: known.last, last: now },
        None => Looked { day: today, before: now, last: now },
    }
}

/// Notes that somebody looks now; returns when somebody last did on a day before, in milliseconds since 1970.
///
/// # Errors
/// [`StoreError`]; nothing is noted then.
pub async fn look(store: &Store) -> Result<u64, StoreError> {
    let looked = after(store.meta(LOOKED).await?, time::today(), time::now_ms());
    store.set_meta(LOOKED, &looked).await?;
    Ok(looked.before)
}

/// Notes it whenever the app comes into sight or goes out of it, for as long as the page lives.
pub fn watch_looks(store: Store) {
    let note = move || {
        let store = store.clone();
        spawn(async move {
            if let Err(error) = look(&store).await {
                page::warn(&format!("when this device was looked at cannot be noted: {error}"));
            }
        });
    };
    note();
    visibility::on_hidden(note.clone()).forever();
    visibility::on_visible(note).forever();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[wasm_bindgen_test::wasm_bindgen_test]
    fn news_are_since_the_last_look_on_a_day_before() {
        let day = |day| NaiveDate::from_ymd_opt(2026, 11, day).expect("a day of November");
        let first = after(None, day(24), 10);
        assert_eq!(first.before, 10);
        let evening = after(Some(first), day(24), 50);
        assert_eq!((evening.before, evening.last), (10, 50));
        let morning = after(Some(evening), day(26), 90);
        assert_eq!((morning.before, morning.last), (50, 90));
        assert_eq!(after(Some(morning), day(26), 95).before, 50, "the whole day long");
    }
}
