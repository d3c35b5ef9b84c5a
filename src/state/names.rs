//! What records are called in sentences and lists.

use outpost_core::money::Money;
use outpost_core::record::Record;
use outpost_core::schema::Schema;

use super::types::schema;
use crate::platform::intl;
use crate::words::{lower, t, tr};

/// The most that is said of a record whose title is a long text, in characters.
const MOST: usize = 100;

/// What a record is called: its title, or what it is if it has none.
pub fn title_of(record: &Record) -> String {
    schema(&record.kind).map_or_else(|| record.kind.clone(), |schema| title_in(schema, record))
}

/// The same of a record whose type is known already. The list of all types is in the app's second part; the first page does
/// with this one.
pub fn title_in(schema: &Schema, record: &Record) -> String {
    let title = record.text(schema.list.title).trim().lines().next().unwrap_or_default();
    if let Some((end, _)) = title.char_indices().nth(MOST) {
        return format!("{}…", &title[..end]);
    }
    match record.kind.as_str() {
        "invoice" => {
            let number = record.text("number");
            if number.is_empty() { t!("Draft for {title}") } else { number.to_owned() }
        }
        // A call needs no word of what it was about.
        _ if title.is_empty() && schema.field(schema.list.title).is_some_and(|field| !field.required) => {
            tr(schema.label).to_owned()
        }
        _ if title.is_empty() => t!("Unnamed {}", lower(schema.label)),
        _ => title.to_owned(),
    }
}

/// Sums in several currencies, one beside the other: nobody knows a rate of exchange offline, and none is invented.
pub fn money_list(sums: &[Money]) -> String {
    sums.iter().filter(|sum| sum.minor != 0).map(|sum| intl::money_short(*sum)).collect::<Vec<_>>().join(" · ")
}
