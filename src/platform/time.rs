//! The device's clock. It may be wrong by years; what needs an order uses the hybrid clock of `core` instead.

use chrono::NaiveDate;

/// Milliseconds since 1970, by the device's clock; 0 for a clock before that.
pub fn now_ms() -> u64 {
    // Whole milliseconds below 2^53 by the language's definition, so the cast is exact; it saturates below zero.
    js_sys::Date::now() as u64
}

/// Milliseconds since the page was opened, for measuring durations: never jumps, unlike the clock.
pub fn monotonic_ms() -> f64 {
    super::js::window().performance().map_or_else(js_sys::Date::now, |performance| performance.now())
}

/// Today's date where the person is.
pub fn today() -> NaiveDate {
    let now = js_sys::Date::new_0();
    let year = i32::try_from(now.get_full_year()).unwrap_or(1970);
    NaiveDate::from_ymd_opt(year, now.get_month() + 1, now.get_date()).unwrap_or_default()
}

/// The day on which an instant falls where the person is.
pub fn day_of(ms: u64) -> NaiveDate {
    let date = js_sys::Date::new(&(ms as f64).into());
    let year = i32::try_from(date.get_full_year()).unwrap_or(1970);
    NaiveDate::from_ymd_opt(year, date.get_month() + 1, date.get_date()).unwrap_or_default()
}

/// An instant as the clock on the wall shows it here, as inputs of type `datetime-local` have it: `2026-11-26T14:05`.
pub fn wall_clock(ms: u64) -> String {
    let date = js_sys::Date::new(&(ms as f64).into());
    format!(
        "{:04}-{:02}-{:02}T{:02}:{:02}",
        date.get_full_year(),
        date.get_month() + 1,
        date.get_date(),
        date.get_hours(),
        date.get_minutes()
    )
}

/// The instant of such a text, in milliseconds since 1970; `None` if it is not one, or lies before that.
pub fn instant(wall_clock: &str) -> Option<u64> {
    let ms = js_sys::Date::parse(wall_clock);
    // Below 2^53 by the language's definition, so the cast is exact.
    (ms.is_finite() && ms >= 0.0).then_some(ms as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[wasm_bindgen_test::wasm_bindgen_test]
    fn an_instant_is_written_as_the_wall_clock_shows_it_and_read_back() {
        let ms = 1_795_348_800_000;
        assert_eq!(instant(&wall_clock(ms)), Some(ms));
        assert_eq!(wall_clock(ms).len(), 16);
        assert_eq!(instant("soon"), None);
    }
}
