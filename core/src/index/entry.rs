//! What the index knows of one record.

use chrono::{DateTime, Datelike};
use serde::Deserialize;
use serde_json::Value;

use crate::date::civil;
use crate::id::RecordId;
use crate::index::fold;
use crate::money::Money;
use crate::record::Record;
use crate::records::Address;
use crate::schema::{Field, Kind, Schema};

/// The most bytes of folded text that are kept of a record: names, companies, addresses of people; no essays.
const MAX_HAY: usize = 400;

/// One record's row.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Entry {
    /// Which record.
    pub(super) id: RecordId,
    /// What searches look through, folded: the title first.
    pub(super) hay: Box<str>,
    /// How many bytes of `hay` are the title.
    pub(super) title_len: u16,
    /// Status or stage, as a symbol of its type's.
    pub(super) facet: u16,
    /// When it was last edited, in milliseconds since 1970.
    pub(super) updated: u64,
    /// What it is worth.
    pub(super) amount: Option<Money>,
    /// Its date, in days since the year 1.
    pub(super) date: Option<i32>,
}

/// The schema of a type that lists show.
pub(super) fn listed(kind: &str) -> Option<&'static Schema> {
    crate::records::schema(kind).filter(|schema| schema.is_listed())
}

impl Entry {
    /// Reads what the index needs; fields of another form than expected count as empty.
    pub(super) fn of(schema: &Schema, record: &Record, facet: u16) -> Self {
        let list = &schema.list;
        let mut hay = fold(record.text(list.title));
        cut(&mut hay, MAX_HAY);
        let title_len = hay.len();
        let subtitle = fold(record.text(list.subtitle));
        add(&mut hay, &subtitle);
        let searched = |field: &&Field| field.search > 0 && field.name != list.title && field.name != list.subtitle;
        for field in schema.fields.iter().filter(searched) {
            if let Some(value) = record.get(field.name) {
                each_text(field.kind, value, &mut |text| add(&mut hay, &fold(text)));
            }
        }
        Self {
            id: record.id,
            title_len: u16::try_from(title_len).unwrap_or(u16::MAX),
            hay: hay.into_boxed_str(),
            facet,
            updated: record.latest().ms,
            amount: record.get(list.amount).and_then(|value| Money::deserialize(value).ok()),
            date: record.get(list.date).and_then(day),
        }
    }

    /// The folded title.
    pub(super) fn title(&self) -> &str {
        self.hay.get(..usize::from(self.title_len)).unwrap_or_default()
    }
}

/// The day of a date, or of an instant as UTC counts days.
fn day(value: &Value) -> Option<i32> {
    let date = match value {
        Value::String(text) => civil(text)?,
        value => DateTime::from_timestamp_millis(value.as_i64()?)?.date_naive(),
    };
    Some(date.num_days_from_ce())
}

/// A line of its own, so that no search finds a word that begins in one field and ends in the next.
fn add(hay: &mut String, folded: &str) {
    let room = MAX_HAY.saturating_sub(hay.len() + 1);
    if !folded.is_empty() && room > 0 {
        hay.push('\n');
        let end = hay.len() + room;
        hay.push_str(folded);
        cut(hay, end);
    }
}

fn cut(text: &mut String, max: usize) {
    if text.len() > max {
        text.truncate(text.floor_char_boundary(max));
    }
}

/// The texts in a value; long texts are not looked through by the index.
fn each_text(kind: Kind, value: &Value, visit: &mut dyn FnMut(&str)) {
    match kind {
        Kind::Text => visit(value.as_str().unwrap_or_default()),
        Kind::Emails | Kind::Phones => {
            for text in value.as_array().into_iter().flatten().filter_map(Value::as_str) {
                visit(text);
            }
        }
        Kind::Address => {
            if let Ok(address) = Address::deserialize(value) {
                visit(&address.city);
            }
        }
        _ => {}
    }
}
