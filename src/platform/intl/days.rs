//! Days, months and times of day as a calendar names them. Apart from the other formats, since the first page needs none of it.

use std::cell::RefCell;

use chrono::{NaiveDate, Weekday};
use js_sys::{Array, Function, Reflect};
use wasm_bindgen::{JsCast, JsValue};

use super::{js, language, utc_ms};

/// How something is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shape {
    /// `Thu`
    Short,
    /// `Thursday, November 26`
    Long,
    /// `Thursday, November 26, 2026`
    Full,
    /// `Thu, Nov 26`
    Middle,
    /// `November 2026`
    Month,
    /// `Nov 2026`
    ShortMonth,
    /// `9 AM`
    Hour,
    /// `Nov 26, 2026`, as one end of a range.
    Range,
    /// `2:30 AM GMT+2`, in the person's own zone.
    Zoned,
}

impl Shape {
    const fn options(self) -> &'static [(&'static str, &'static str)] {
        const UTC: (&str, &str) = ("timeZone", "UTC");
        match self {
            Self::Short => &[("weekday", "short"), UTC],
            Self::Long => &[("weekday", "long"), ("day", "numeric"), ("month", "long"), UTC],
            Self::Full => &[("weekday", "long"), ("day", "numeric"), ("month", "long"), ("year", "numeric"), UTC],
            Self::Middle => &[("weekday", "short"), ("day", "numeric"), ("month", "short"), UTC],
            Self::Month => &[("month", "long"), ("year", "numeric"), UTC],
            Self::ShortMonth => &[("month", "short"), ("year", "numeric"), UTC],
            Self::Hour => &[("hour", "numeric"), UTC],
            Self::Range => &[("day", "numeric"), ("month", "short"), ("year", "numeric"), UTC],
            Self::Zoned => &[("hour", "numeric"), ("minute", "2-digit"), ("timeZoneName", "short")],
        }
    }
}

thread_local! {
    static MADE: RefCell<Vec<(Shape, js_sys::Intl::DateTimeFormat)>> = const { RefCell::new(Vec::new()) };
}

/// Works with the formatter of a shape; making one is slow and using one is quick.
fn with<T>(shape: Shape, work: impl FnOnce(&js_sys::Intl::DateTimeFormat) -> T) -> T {
    MADE.with_borrow_mut(|made| {
        if let Some((_, format)) = made.iter().find(|(known, _)| *known == shape) {
            return work(format);
        }
        let options: Vec<(&str, JsValue)> =
            shape.options().iter().map(|(name, value)| (*name, JsValue::from_str(value))).collect();
        let format = js_sys::Intl::DateTimeFormat::new(&super::locales(), &js::object(&options));
        let done = work(&format);
        made.push((shape, format));
        done
    })
}

fn write(shape: Shape, ms: i64) -> String {
    with(shape, |format| {
        let text = format.format().call1(&JsValue::UNDEFINED, &JsValue::from_f64(ms as f64));
        text.ok().and_then(|text| text.as_string()).unwrap_or_default()
    })
}

/// A weekday, `Thu`.
pub fn weekday(date: NaiveDate) -> String {
    write(Shape::Short, utc_ms(date))
}

/// A day with its weekday, `Thursday, November 26`.
pub fn long_day(date: NaiveDate) -> String {
    write(Shape::Long, utc_ms(date))
}

/// The same with its year.
pub fn full_day(date: NaiveDate) -> String {
    write(Shape::Full, utc_ms(date))
}

/// The same in short, `Thu, Nov 26`.
pub fn middle_day(date: NaiveDate) -> String {
    write(Shape::Middle, utc_ms(date))
}

/// The month of a date, `November 2026`.
pub fn month(date: NaiveDate) -> String {
    write(Shape::Month, utc_ms(date))
}

/// The same in short, `Nov 2026`.
pub fn short_month(date: NaiveDate) -> String {
    write(Shape::ShortMonth, utc_ms(date))
}

/// An hour of the day, `9 AM`.
pub fn hour(hour: i64) -> String {
    write(Shape::Hour, hour * super::HOUR_MS)
}

/// The time of day of an instant with the name of its zone, for times that exist twice.
pub fn zoned_time(ms: i64) -> String {
    write(Shape::Zoned, ms)
}

/// Several days, `Nov 23 – 29, 2026`.
pub fn days(from: NaiveDate, to: NaiveDate) -> String {
    let text = with(Shape::Range, |format| {
        let range = js::method(format, "formatRange")?;
        let ms = |date| JsValue::from_f64(utc_ms(date) as f64);
        range.call2(format, &ms(from), &ms(to)).ok()?.as_string()
    });
    text.unwrap_or_else(|| format!("{} – {}", super::date(from), super::date(to)))
}

/// The day with which weeks begin where the person's language is spoken; Monday where the browser does not know.
pub fn first_weekday() -> Weekday {
    let asked = || {
        let intl = js::get(&js_sys::global(), "Intl")?;
        let made: Function = js::get(&intl, "Locale")?.dyn_into().ok()?;
        let locale = Reflect::construct(&made, &Array::of1(&language().into())).ok()?;
        let week = match js::method(&locale, "getWeekInfo") {
            Some(ask) => ask.call0(&locale).ok()?,
            None => js::get(&locale, "weekInfo")?,
        };
        // From 1 for Monday to 7 for Sunday.
        let first = js::get(&week, "firstDay")?.as_f64()?;
        Weekday::try_from((first as u8).checked_sub(1)?).ok()
    };
    asked().unwrap_or(Weekday::Mon)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[wasm_bindgen_test::wasm_bindgen_test]
    fn days_are_named_as_they_are_whatever_the_zone() {
        let day = |day| NaiveDate::from_ymd_opt(2026, 11, day).expect("a day of November");
        assert!(long_day(day(26)).contains("26"), "{}", long_day(day(26)));
        assert!(full_day(day(26)).contains("2026"));
        assert_ne!(weekday(day(26)), weekday(day(27)));
        assert!(month(day(1)).contains("2026") && month(day(1)) == month(day(30)));
        let range = days(day(23), day(29));
        assert!(range.contains("23") && range.contains("29") && range.contains("2026"), "{range}");
        assert!(hour(9).contains('9'), "{}", hour(9));
        assert!([Weekday::Mon, Weekday::Sun, Weekday::Sat, Weekday::Fri].contains(&first_weekday()));
    }
}
