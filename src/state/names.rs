//! What records are called in sentences and lists.

use outpost_core::money::Money;
use outpost_core::record::Record;
use outpost_core::records::schema;

use crate::platform::intl;

/// What a record is called: its title, or what it is if it has none.
pub fn title_of(record: &Record) -> String {
    let Some(schema) = schema(&record.kind) else { return record.kind.clone() };
    let title = record.text(schema.list.title).trim();
    match record.kind.as_str() {
        "invoice" => {
            let number = record.text("number");
            if number.is_empty() { format!("Draft for {title}") } else { number.to_owned() }
        }
        _ if title.is_empty() => format!("Unnamed {}", schema.label.to_ascii_lowercase()),
        _ => title.to_owned(),
    }
}

/// Sums in several currencies, one beside the other: nobody knows a rate of exchange offline, and none is invented.
pub fn money_list(sums: &[Money]) -> String {
    sums.iter().filter(|sum| sum.minor != 0).map(|sum| intl::money_short(*sum)).collect::<Vec<_>>().join(" · ")
}
