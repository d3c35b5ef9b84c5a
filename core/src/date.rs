//! Civil dates: days without a zone.

use chrono::NaiveDate;

/// A date as records have it, `2026-11-22`; `None` if it is not one.
///
/// Read by hand: chrono's reader of dates of any shape is many times the size, and lists would have to wait for it.
pub fn civil(text: &str) -> Option<NaiveDate> {
    let (year, rest) = text.split_once('-')?;
    let (month, day) = rest.split_once('-')?;
    NaiveDate::from_ymd_opt(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read_as_chrono_writes_them() {
        for date in [NaiveDate::from_ymd_opt(2026, 11, 22), NaiveDate::from_ymd_opt(999, 2, 28)].map(Option::unwrap) {
            assert_eq!(civil(&date.to_string()), Some(date));
        }
        for text in ["", "2026", "2026-11", "2026-13-01", "2026-02-30", "2026-11-22T10:00", "22.11.2026"] {
            assert_eq!(civil(text), None, "{text}");
        }
    }
}
