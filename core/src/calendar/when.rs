//! When a record is, as a calendar shows it.

use chrono::NaiveDate;

use crate::date::civil;
use crate::record::Record;
use crate::schema::{Kind, Schema};

/// How long something is taken to last of which nobody has said so, in minutes.
const USUAL_MINUTES: i64 = 60;
/// The field that says how long something lasts, in minutes.
const MINUTES: &str = "minutes";

/// When a record is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// On a day.
    Day(NaiveDate),
    /// From an instant on.
    At {
        /// In milliseconds since 1970.
        ms: i64,
        /// How long it lasts.
        minutes: i64,
        /// Whether somebody has said so.
        is_said: bool,
    },
}

/// Whether records of a type stand in a calendar: they have a list, which can be sorted by their moment, and a person says
/// when that is.
pub fn is_planned(schema: &Schema) -> bool {
    let moment = schema.list.moment;
    schema.is_listed() && schema.list.date == moment && schema.field(moment).is_some_and(|field| field.in_form)
}

/// When a record is; `None` if nobody has said so, or in a way that this version cannot read.
pub fn when(schema: &Schema, record: &Record) -> Option<When> {
    let value = record.get(schema.list.moment)?;
    if let Some(text) = value.as_str() {
        return civil(text).map(When::Day);
    }
    let ms = value.as_i64().filter(|ms| *ms >= 0)?;
    let said = record.get(MINUTES).and_then(serde_json::Value::as_i64).filter(|minutes| *minutes > 0);
    Some(When::At { ms, minutes: said.unwrap_or(USUAL_MINUTES), is_said: said.is_some() })
}

/// The most days that a record of a type can reach beyond the one on which it begins.
pub fn longest_days(schema: &Schema) -> i64 {
    match schema.field(MINUTES).map(|field| field.kind) {
        Some(Kind::Integer { max, .. }) => max / super::DAY_MINUTES + 1,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::hlc::Hlc;
    use crate::id::RecordId;
    use crate::record::{RecordKey, Register};
    use crate::records::{ALL, Meeting, Task};
    use crate::schema::RecordType;

    fn record(fields: &[(&str, Value)]) -> Record {
        let mut record = Record::empty(RecordKey::new("any", RecordId::singleton(1)));
        for (name, value) in fields {
            record.fields.insert((*name).to_owned(), Register(value.clone(), Hlc::ZERO));
        }
        record
    }

    #[test]
    fn what_is_arranged_stands_in_calendars_and_what_was_noted_does_not() {
        let planned: Vec<&str> = ALL.iter().filter(|schema| is_planned(schema)).map(|schema| schema.kind).collect();
        assert_eq!(planned, ["call", "meeting", "visit", "task"]);
        assert_eq!((longest_days(&Meeting::SCHEMA), longest_days(&Task::SCHEMA)), (8, 0));
    }

    #[test]
    fn a_moment_is_a_day_or_an_instant_with_a_length() {
        let meeting = |fields: &[(&str, Value)]| when(&Meeting::SCHEMA, &record(fields));
        let at = |minutes, is_said| Some(When::At { ms: 60_000, minutes, is_said });
        assert_eq!(meeting(&[("at", json!(60_000)), ("minutes", json!(45))]), at(45, true));
        assert_eq!(meeting(&[("at", json!(60_000))]), at(USUAL_MINUTES, false));
        assert_eq!(meeting(&[("at", json!(60_000)), ("minutes", json!(0))]), at(USUAL_MINUTES, false));
        for unreadable in [json!(null), json!(""), json!(-5), json!({ "zone": "Mars" })] {
            assert_eq!(meeting(&[("at", unreadable)]), None);
        }
        let day = NaiveDate::from_ymd_opt(2026, 11, 26).unwrap();
        assert_eq!(when(&Task::SCHEMA, &record(&[("due", json!("2026-11-26"))])), Some(When::Day(day)));
    }
}
