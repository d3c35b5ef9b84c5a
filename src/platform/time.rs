//! The device's clock. It may be wrong by years; what needs an order uses the hybrid clock of `core` instead.

use chrono::NaiveDate;
use outpost_core::calendar::Wall;

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

/// What the clocks here show now.
pub fn now() -> Wall {
    outpost_core::calendar::wall(now_ms().cast_signed(), &offset)
}

/// The hour of the day where the person is, from 0 to 23.
pub fn hour() -> u32 {
    js_sys::Date::new_0().get_hours()
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

/// How many minutes the clocks here are ahead of UTC at an instant, in milliseconds since 1970.
pub fn offset(ms: i64) -> i64 {
    // Whole minutes by the language's definition, but for zones of the 19th century.
    -(js_sys::Date::new(&(ms as f64).into()).get_timezone_offset() as i64)
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

    #[wasm_bindgen_test::wasm_bindgen_test]
    fn the_core_reckons_days_and_times_as_the_browser_does() {
        // Every seven hours of a year and more, so that each change of the clocks is among them.
        for step in 0..1_400 {
            let ms = 1_767_225_600_000 + step * 7 * 3_600_000;
            let shown = outpost_core::calendar::wall(ms, &offset);
            let text = format!("{}T{:02}:{:02}", shown.date, shown.minute / 60, shown.minute % 60);
            assert_eq!(wall_clock(ms.unsigned_abs()), text);
            let back = outpost_core::calendar::instant(shown, &offset);
            assert!(back == ms || outpost_core::calendar::is_repeated(ms, &offset), "{text}");
        }
    }
}
