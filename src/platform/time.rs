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
