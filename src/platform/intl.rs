//! Numbers, amounts, dates and times as the person's own browser writes them, by its `Intl`.
//!
//! Amounts and decimals go in as decimal *text*, which `Intl` formats exactly: no floating point on the way. Making a
//! formatter is slow and using one is quick, so each is made once.

use std::cell::RefCell;
use std::collections::HashMap;

use chrono::{Datelike, NaiveDate};
use js_sys::{Array, Function};
use outpost_core::decimal::{Decimal, DecimalMark};
use outpost_core::money::{Currency, Money};
use wasm_bindgen::JsValue;

use super::{js, time};

mod days;

pub use days::{days, first_weekday, full_day, hour, long_day, middle_day, month, short_month, weekday, zoned_time};

const MINUTE_MS: i64 = 60_000;
const HOUR_MS: i64 = 60 * MINUTE_MS;
const DAY_MS: i64 = 24 * HOUR_MS;

thread_local! {
    static OWN: Formats = Formats::new(super::words::locale().as_deref());
}

/// An amount, `€1,234.50`, with exactly the decimals of its currency.
pub fn money(amount: Money) -> String {
    OWN.with(|formats| formats.money(amount))
}

/// An amount without its decimals where space is short, `€1,235`. For totals of columns and the like, never in documents.
pub fn money_short(amount: Money) -> String {
    OWN.with(|formats| formats.money_short(amount))
}

/// A number, `1,234.5`, with as many decimals as it has.
pub fn number(value: Decimal) -> String {
    OWN.with(|formats| formats.number(&value.to_string()))
}

/// A whole number, `100,000`.
pub fn count(value: usize) -> String {
    OWN.with(|formats| formats.number(&value.to_string()))
}

/// Parts per million as a percentage, `19%` or `5.5%`.
pub fn percent(ppm: i64) -> String {
    OWN.with(|formats| formats.percent(ppm))
}

/// A date, `Nov 22, 2026`.
pub fn date(date: NaiveDate) -> String {
    OWN.with(|formats| formats.date(date))
}

/// An instant in milliseconds since 1970, in the person's own zone: `Nov 22, 2026, 11:49 AM`.
pub fn date_time(ms: u64) -> String {
    OWN.with(|formats| formats.date_time(ms))
}

/// The time of day of an instant, `11:49 AM`.
pub fn time_of_day(ms: u64) -> String {
    OWN.with(|formats| formats.time(ms))
}

/// An instant as briefly as it is clear: the time of day if it was within twelve hours, the date too otherwise.
pub fn moment(ms: u64) -> String {
    const RECENT_MS: u64 = 12 * 3_600_000;
    if time::now_ms().saturating_sub(ms) < RECENT_MS { time_of_day(ms) } else { date_time(ms) }
}

/// How long ago an instant was, or how far ahead it is: `3 minutes ago`, `tomorrow`.
pub fn relative(ms: u64) -> String {
    OWN.with(|formats| formats.relative(ms, time::now_ms()))
}

/// A date as seen from today: `yesterday`, `in 3 days`, beyond a week `Dec 3`, and beyond this year `Jan 4, 2027`.
pub fn relative_day(date: NaiveDate) -> String {
    OWN.with(|formats| formats.relative_day(date, time::today()))
}

/// A number of bytes, `12.4 MB`.
pub fn bytes(bytes: u64) -> String {
    OWN.with(|formats| formats.bytes(bytes))
}

/// The mark that the person writes before decimals.
pub fn decimal_mark() -> DecimalMark {
    OWN.with(Formats::decimal_mark)
}

/// Whether the person writes the month of a date before its day.
pub fn month_first() -> bool {
    let date = js_sys::Date::new_with_year_month_day(2001, 10, 22);
    let text = String::from(date.to_locale_date_string(&language(), &JsValue::UNDEFINED));
    text.find("11").is_some_and(|month| text.find("22").is_some_and(|day| month < day)) && !text.starts_with("2001")
}

/// The person's language, such as `en-GB`.
pub fn language() -> String {
    js::window().navigator().language().unwrap_or_else(|| "en".to_owned())
}

/// The locale by which everything is written, as `Intl` takes it.
fn locales() -> Array {
    OWN.with(|formats| formats.locales.clone())
}

/// The formatters of one locale.
struct Formats {
    /// The locale; none for the browser's own.
    locales: Array,
    made: RefCell<HashMap<(Kind, Option<Currency>), Function>>,
    relative: RefCell<Option<js_sys::Intl::RelativeTimeFormat>>,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Kind {
    Number,
    Percent,
    Money,
    MoneyShort,
    Date,
    Day,
    DateTime,
    Time,
    Bytes(&'static str),
}

impl Formats {
    fn new(locale: Option<&str>) -> Self {
        let locales = locale.map_or_else(Array::new, |locale| Array::of1(&locale.into()));
        Self { locales, made: RefCell::default(), relative: RefCell::default() }
    }

    /// Formats a value with the formatter of a kind; the value itself if the browser cannot.
    fn format(&self, kind: Kind, currency: Option<Currency>, value: &JsValue) -> String {
        let function = self
            .made
            .borrow_mut()
            .entry((kind, currency))
            .or_insert_with(|| self.make(kind, currency.unwrap_or(Currency::EUR)))
            .clone();
        let text = function.call1(&JsValue::UNDEFINED, value).ok().and_then(|text| text.as_string());
        text.or_else(|| value.as_string()).unwrap_or_default()
    }

    fn make(&self, kind: Kind, currency: Currency) -> Function {
        let number =
            |options: &[(&str, JsValue)]| js_sys::Intl::NumberFormat::new(&self.locales, &js::object(options)).format();
        let date = |options: &[(&str, JsValue)]| {
            js_sys::Intl::DateTimeFormat::new(&self.locales, &js::object(options)).format()
        };
        match kind {
            Kind::Number => number(&[("maximumFractionDigits", Decimal::PLACES.into())]),
            Kind::Percent => number(&[("style", "percent".into()), ("maximumFractionDigits", 4.into())]),
            Kind::Money => number(&[
                ("style", "currency".into()),
                ("currency", currency.code().into()),
                // Said explicitly: browsers know fewer decimals than ISO 4217 for some currencies, such as IQD.
                ("minimumFractionDigits", currency.exponent().into()),
                ("maximumFractionDigits", currency.exponent().into()),
            ]),
            Kind::MoneyShort => number(&[
                ("style", "currency".into()),
                ("currency", currency.code().into()),
                ("minimumFractionDigits", 0.into()),
                ("maximumFractionDigits", 0.into()),
            ]),
            Kind::Date => date(&[("dateStyle", "medium".into()), ("timeZone", "UTC".into())]),
            Kind::Day => date(&[("month", "short".into()), ("day", "numeric".into()), ("timeZone", "UTC".into())]),
            Kind::DateTime => date(&[("dateStyle", "medium".into()), ("timeStyle", "short".into())]),
            Kind::Time => date(&[("timeStyle", "short".into())]),
            Kind::Bytes(unit) => number(&[
                ("style", "unit".into()),
                ("unit", unit.into()),
                // The short form of a byte is "byte", however many there are.
                ("unitDisplay", if unit == "byte" { "long" } else { "short" }.into()),
                ("maximumSignificantDigits", 3.into()),
            ]),
        }
    }

    fn money(&self, amount: Money) -> String {
        self.format(Kind::Money, Some(amount.currency), &amount.to_plain().into())
    }

    fn money_short(&self, amount: Money) -> String {
        self.format(Kind::MoneyShort, Some(amount.currency), &amount.to_plain().into())
    }

    fn number(&self, plain: &str) -> String {
        self.format(Kind::Number, None, &plain.into())
    }

    fn percent(&self, ppm: i64) -> String {
        // Parts per million are millionths, which is what a decimal counts.
        self.format(Kind::Percent, None, &Decimal::from_millionths(ppm).to_string().into())
    }

    fn date(&self, date: NaiveDate) -> String {
        self.format(Kind::Date, None, &JsValue::from_f64(utc_ms(date) as f64))
    }

    fn date_time(&self, ms: u64) -> String {
        self.format(Kind::DateTime, None, &JsValue::from_f64(ms as f64))
    }

    fn time(&self, ms: u64) -> String {
        self.format(Kind::Time, None, &JsValue::from_f64(ms as f64))
    }

    fn bytes(&self, bytes: u64) -> String {
        let (unit, size) = match bytes {
            0..1_000 => ("byte", 1),
            1_000..1_000_000 => ("kilobyte", 1_000),
            1_000_000..1_000_000_000 => ("megabyte", 1_000_000),
            _ => ("gigabyte", 1_000_000_000),
        };
        self.format(Kind::Bytes(unit), None, &JsValue::from_f64(bytes as f64 / f64::from(size)))
    }

    fn relative(&self, ms: u64, now: u64) -> String {
        let (value, unit) = distance(i64::try_from(ms).unwrap_or(i64::MAX), i64::try_from(now).unwrap_or(i64::MAX));
        self.ago(value, unit)
    }

    fn relative_day(&self, date: NaiveDate, today: NaiveDate) -> String {
        match (date - today).num_days() {
            days @ -7..=7 => self.ago(days, "day"),
            _ if date.year() == today.year() => self.format(Kind::Day, None, &JsValue::from_f64(utc_ms(date) as f64)),
            _ => self.date(date),
        }
    }

    fn ago(&self, value: i64, unit: &str) -> String {
        let mut made = self.relative.borrow_mut();
        let format = made.get_or_insert_with(|| {
            js_sys::Intl::RelativeTimeFormat::new(&self.locales, &js::object(&[("numeric", "auto".into())]))
        });
        format.format(value as f64, unit).into()
    }

    fn decimal_mark(&self) -> DecimalMark {
        let parts = js_sys::Intl::NumberFormat::new(&self.locales, &js::object(&[])).format_to_parts(0.5);
        let mark = parts.iter().find_map(|part| {
            let kind = js::get(&part, "type")?.as_string()?;
            if kind == "decimal" { js::get(&part, "value")?.as_string()?.chars().next() } else { None }
        });
        mark.map_or(DecimalMark::Point, DecimalMark::of_locale)
    }
}

/// Midnight of a date in UTC, in milliseconds since 1970.
fn utc_ms(date: NaiveDate) -> i64 {
    (i64::from(date.num_days_from_ce()) - i64::from(NaiveDate::default().num_days_from_ce())) * DAY_MS
}

/// A distance in the largest unit of which there is at least one, rounded toward now.
fn distance(ms: i64, now: i64) -> (i64, &'static str) {
    let by = ms - now;
    match by.abs() {
        ..MINUTE_MS => (0, "second"),
        MINUTE_MS..HOUR_MS => (by / MINUTE_MS, "minute"),
        HOUR_MS..DAY_MS => (by / HOUR_MS, "hour"),
        span if span < 30 * DAY_MS => (by / DAY_MS, "day"),
        span if span < 365 * DAY_MS => (by / (30 * DAY_MS), "month"),
        _ => (by / (365 * DAY_MS), "year"),
    }
}

#[cfg(test)]
mod tests;
