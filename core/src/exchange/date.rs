//! Dates and instants as people and programs write them into files.

use chrono::{Datelike, NaiveDate};

use crate::date::civil;

/// In which order a date's parts are written where the year does not come first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum DateOrder {
    /// `22.11.2026`, as in most of the world.
    #[default]
    DayFirst,
    /// `11/22/2026`, as in the United States.
    MonthFirst,
}

/// Years written with two digits up to this one are of this century.
const PIVOT: i32 = 69;
const DAY_MS: i64 = 86_400_000;

/// The three numbers of a date, as they stand there, without the time of day that may follow.
fn numbers(text: &str) -> Option<[&str; 3]> {
    let date = text.trim().split(['T', ' ']).next()?;
    let mut parts = date.split(['.', '/', '-']);
    let numbers = [parts.next()?, parts.next()?, parts.next()?];
    let all = numbers.iter().all(|part| (1..=4).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit()));
    (all && parts.next().is_none()).then_some(numbers)
}

/// Reads a date: with the year first, as ISO 8601 has it, or in an order.
pub(super) fn read(text: &str, order: DateOrder) -> Option<NaiveDate> {
    let [first, second, third] = numbers(text)?;
    if first.len() == 4 {
        return NaiveDate::from_ymd_opt(first.parse().ok()?, second.parse().ok()?, third.parse().ok()?);
    }
    let year = match (third.len(), third.parse::<i32>().ok()?) {
        (4, year) => year,
        (2, year) if year <= PIVOT => 2_000 + year,
        (2, year) => 1_900 + year,
        _ => return None,
    };
    let (day, month) = match order {
        DateOrder::DayFirst => (first, second),
        DateOrder::MonthFirst => (second, first),
    };
    NaiveDate::from_ymd_opt(year, month.parse().ok()?, day.parse().ok()?)
}

/// The order that a date can only have; `None` if it could have either, or is none.
pub(super) fn evidence(text: &str) -> Option<DateOrder> {
    let [first, second, _] = numbers(text)?;
    let (first, second): (u32, u32) = (first.parse().ok()?, second.parse().ok()?);
    match (first, second) {
        (13..=31, 1..=12) => Some(DateOrder::DayFirst),
        (1..=12, 13..=31) => Some(DateOrder::MonthFirst),
        _ => None,
    }
}

/// An instant as `2026-11-22T10:49:00.000Z`; `None` beyond all calendars.
pub(super) fn write_instant(ms: u64) -> Option<String> {
    let ms = i64::try_from(ms).ok()?;
    let days = i32::try_from(ms.div_euclid(DAY_MS)).ok()?;
    let date = NaiveDate::from_ymd_opt(1970, 1, 1)?.checked_add_signed(chrono::TimeDelta::days(days.into()))?;
    let rest = ms.rem_euclid(DAY_MS);
    let (hours, minutes, seconds) = (rest / 3_600_000, rest / 60_000 % 60, rest / 1_000 % 60);
    Some(format!("{date}T{hours:02}:{minutes:02}:{seconds:02}.{:03}Z", rest % 1_000))
}

/// Reads an instant: ISO 8601 with its zone, `Z` or `+02:00`, or milliseconds since 1970.
pub(super) fn read_instant(text: &str) -> Option<u64> {
    let text = text.trim();
    if let Ok(ms) = text.parse() {
        return Some(ms);
    }
    let (date, time) = text.split_once(['T', ' '])?;
    let at = time.find(['Z', '+', '-'])?;
    let (time, zone) = time.split_at(at);
    let mut parts = time.split(':');
    let mut next = |or: Option<&'static str>| parts.next().or(or);
    let (hours, minutes, seconds) = (next(None)?, next(None)?, next(Some("0"))?);
    let (seconds, fraction) = seconds.split_once('.').unwrap_or((seconds, ""));
    let number = |text: &str, below: i64| text.parse::<i64>().ok().filter(|number| (0..below).contains(number));
    let digits: String = fraction.chars().chain("000".chars()).take(3).collect();
    let of_day = number(hours, 24)? * 3_600_000 + number(minutes, 60)? * 60_000 + number(seconds, 61)? * 1_000;
    let days =
        i64::from(civil(date)?.num_days_from_ce()) - i64::from(NaiveDate::from_ymd_opt(1970, 1, 1)?.num_days_from_ce());
    let ms = days * DAY_MS + of_day + number(&digits, 1_000)? - offset_minutes(zone)? * 60_000;
    u64::try_from(ms).ok()
}

fn offset_minutes(zone: &str) -> Option<i64> {
    if zone == "Z" {
        return Some(0);
    }
    let sign = if zone.starts_with('-') { -1 } else { 1 };
    let (hours, minutes) = zone[1..].split_once(':').unwrap_or((zone.get(1..3)?, zone.get(3..)?));
    let minutes = if minutes.is_empty() { 0 } else { minutes.parse::<i64>().ok()? };
    Some(sign * (hours.parse::<i64>().ok()? * 60 + minutes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read_in_the_order_that_is_told() {
        let date = NaiveDate::from_ymd_opt(2026, 11, 2);
        for text in ["2026-11-02", "2026/11/2", "2026-11-02T10:00:00Z", "2026-11-02 10:00"] {
            assert_eq!(read(text, DateOrder::DayFirst), date, "{text}");
        }
        assert_eq!(read("2.11.26", DateOrder::DayFirst), date);
        assert_eq!(read("11/02/2026", DateOrder::MonthFirst), date);
        assert_eq!(read("02-11-2026", DateOrder::DayFirst), date);
        assert_eq!(read("2.11.84", DateOrder::DayFirst), NaiveDate::from_ymd_opt(1984, 11, 2));
        for text in ["", "soon", "31.02.2026", "1.2", "1.2.3.4", "11/22/2026x", "1.2.026", "+1.2.2026"] {
            assert_eq!(read(text, DateOrder::DayFirst), None, "{text}");
        }
        assert_eq!(evidence("22.11.2026"), Some(DateOrder::DayFirst));
        assert_eq!(evidence("11/22/2026"), Some(DateOrder::MonthFirst));
        assert_eq!((evidence("2026-11-22"), evidence("2/3/2026")), (None, None));
    }

    #[test]
    fn instants_are_read_as_they_are_written_and_with_any_zone() {
        for ms in [0, 1, 951_782_399_999, 1_795_603_740_123] {
            let text = write_instant(ms).unwrap();
            assert_eq!(read_instant(&text), Some(ms), "{text}");
        }
        assert_eq!(write_instant(1_795_603_740_000).as_deref(), Some("2026-11-25T10:49:00.000Z"));
        assert_eq!(read_instant("2026-11-25T12:49+02:00"), Some(1_795_603_740_000));
        assert_eq!(read_instant("2026-11-25 07:49:00-0300"), Some(1_795_603_740_000));
        for text in ["2026-11-25", "2026-11-25T10:49", "10:49Z", "2026-11-25T25:00Z", "1969-01-01T00:00Z", "xT-"] {
            assert_eq!(read_instant(text), None, "{text}");
        }
    }
}
