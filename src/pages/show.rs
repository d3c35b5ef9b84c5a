//! How values are shown to be read: each kind of field in one place, for lists and detail pages alike.

use crate::markup::{IntoMarkup, Markup, view};
use outpost_core::date::civil;
use outpost_core::decimal::Decimal;
use outpost_core::hlc::Hlc;
use outpost_core::id::RecordId;
use outpost_core::money::{Money, Rate};
use outpost_core::record::{Record, RecordKey, Register};
use outpost_core::records::Address;
use outpost_core::schema::{self, Choice, Field, Kind, Schema};
use serde_json::Value;

use crate::components::{Tag, Tone};
use crate::pages::links;
use crate::platform::intl;
use crate::state::removed_stages;
use crate::words::{t, tn, tr};

/// The colour of a choice.
pub(crate) const fn tone(tone: schema::Tone) -> Tone {
    match tone {
        schema::Tone::Neutral => Tone::Plain,
        schema::Tone::Info => Tone::Info,
        schema::Tone::Good => Tone::Ok,
        schema::Tone::Warn => Tone::Warn,
        schema::Tone::Bad => Tone::Bad,
    }
}

/// A choice's words and colour; a value of a newer version is shown as it is. A stage that was removed still has its name.
pub(crate) fn choice_of(field: &Field, value: &str) -> (String, Tone) {
    let Kind::Choice(choices) = field.kind else { return (value.to_owned(), Tone::Plain) };
    match choices.iter().chain(removed_stages()).find(|choice: &&Choice| choice.value == value) {
        Some(choice) => (tr(choice.label).to_owned(), tone(choice.tone)),
        None => (value.to_owned(), Tone::Plain),
    }
}

/// A record's status or stage with its colour; `None` if it has none.
pub(crate) fn state_of(schema: &Schema, record: &Record) -> Option<(String, Tone)> {
    let field = schema.field(schema.list.facet)?;
    Some(schema.facet_of(record)).filter(|facet| !facet.is_empty()).map(|facet| choice_of(field, facet))
}

/// A value read as what it should be; `None` if it is empty or of a newer version.
pub(crate) fn read<T: serde::de::DeserializeOwned>(record: &Record, field: &str) -> Option<T> {
    T::deserialize(record.get(field)?).ok()
}

/// How many words of a long text stand in one line.
const WORDS: usize = 100;

/// A value as one line of text, for lists and sentences; empty if there is none.
pub(crate) fn line(field: &Field, record: &Record) -> String {
    let name = field.name;
    match field.kind {
        Kind::Emails | Kind::Phones => {
            read::<Vec<String>>(record, name).and_then(|all| all.into_iter().next()).unwrap_or_default()
        }
        Kind::Address => read::<Address>(record, name).map(|address| address.line()).unwrap_or_default(),
        Kind::Choice(_) => choice_of(field, record.text(name)).0,
        Kind::Money => read::<Money>(record, name).map(intl::money).unwrap_or_default(),
        Kind::Date => civil(record.text(name)).map(intl::date).unwrap_or_default(),
        Kind::Instant => read::<u64>(record, name).map(intl::date_time).unwrap_or_default(),
        Kind::Integer { .. } => match read::<i64>(record, name) {
            Some(minutes) if name == "minutes" => t!("{minutes} min"),
            number => number.map(|number| number.to_string()).unwrap_or_default(),
        },
        Kind::Decimal => read::<Decimal>(record, name).map(intl::number).unwrap_or_default(),
        Kind::Rate => read::<Rate>(record, name).map(|rate| intl::percent(rate.ppm().into())).unwrap_or_default(),
        Kind::LongText => record.text(name).split_whitespace().take(WORDS).collect::<Vec<_>>().join(" "),
        Kind::Text | Kind::Currency => record.text(name).to_owned(),
        Kind::Relation(_) | Kind::Relations(_) | Kind::Roles(_) | Kind::Structure => String::new(),
    }
}

/// How much of a value a short line shows, in characters.
pub(crate) const SHORT: usize = 90;

/// A value by itself in one short line, also one of a field that this version does not know; empty if it is none.
pub(crate) fn short(field: Option<&Field>, value: &Value) -> String {
    if schema::is_empty(value) {
        return String::new();
    }
    let text = match (field.map(|field| field.kind), value) {
        (Some(Kind::Relations(_) | Kind::Roles(_)), Value::Array(all)) => {
            tn!(all.len(), "{} linked", "{} linked", all.len())
        }
        (Some(Kind::Relation(_) | Kind::Structure), _) => t!("set").to_owned(),
        (Some(Kind::Emails | Kind::Phones), Value::Array(all)) => {
            all.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(", ")
        }
        (_, value) => field.map(|field| line(field, &alone(field, value))).unwrap_or_default(),
    };
    let mut short: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if short.is_empty() {
        // What this version cannot read is shown as it is.
        short = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    }
    if short.chars().count() > SHORT {
        short = short.chars().take(SHORT - 1).collect();
        short.push('…');
    }
    short
}

/// A record that has nothing but this value.
fn alone(field: &Field, value: &Value) -> Record {
    let mut record = Record::empty(RecordKey::new("", RecordId::singleton(0)));
    record.fields.insert(field.name.to_owned(), Register(value.clone(), Hlc::ZERO));
    record
}

/// Whether figures of this kind line up at the end of their column.
pub(crate) const fn is_figure(kind: Kind) -> bool {
    matches!(kind, Kind::Money | Kind::Integer { .. } | Kind::Decimal | Kind::Rate)
}

/// A value with what it leads to: a call, a message, a map.
pub(crate) fn fact(field: &Field, record: &Record) -> Markup {
    let name = field.name;
    match field.kind {
        Kind::Emails => each(record, name, |email| Some(links::write_to(email))),
        Kind::Phones => each(record, name, links::call),
        Kind::Address => match read::<Address>(record, name).map(|address| address.lines()) {
            Some(lines) if !lines.is_empty() => {
                let href = links::map(&lines);
                view! {
                    <a class="link lines" href=href target="_blank" rel="noopener noreferrer">
                        {lines.join("\n")}
                    </a>
                }
            }
            _ => Markup::Empty,
        },
        Kind::Choice(_) if record.get(name).is_some() => {
            let (label, tone) = choice_of(field, record.text(name));
            if tone == Tone::Plain {
                label.into_markup()
            } else {
                view! { <Tag tone>{label}</Tag> }
            }
        }
        Kind::LongText => match record.text(name) {
            "" => Markup::Empty,
            text => view! { <p class="prose-lines">{text.to_owned()}</p> },
        },
        _ => match line(field, record) {
            text if text.is_empty() => Markup::Empty,
            text => text.into_markup(),
        },
    }
}

/// Several texts, each a link where it can be one.
fn each(record: &Record, name: &str, href: impl Fn(&str) -> Option<String>) -> Markup {
    read::<Vec<String>>(record, name)
        .unwrap_or_default()
        .into_iter()
        .map(|text| match href(&text) {
            Some(href) => view! { <div><a class="link" dir="ltr" href=href>{text}</a></div> },
            None => view! { <div>{text}</div> },
        })
        .collect::<Vec<_>>()
        .into_markup()
}
