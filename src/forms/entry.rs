//! What stands in a field's inputs, exactly as typed, and how it becomes a value: the one place where text and JSON meet.

use chrono::NaiveDate;
use outpost_core::decimal::{Decimal, DecimalMark};
use outpost_core::id::RecordId;
use outpost_core::money::{Currency, Money, Rate};
use outpost_core::records::{Address, Link};
use outpost_core::schema::{Field, Kind, is_empty};
use outpost_core::validate::{self, Problem};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::platform::time;
use crate::words::{said, tr};

/// What a person has typed into a field so far. It is kept as it is, right or wrong, and so are the drafts made of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Entry {
    /// One text: also numbers, dates, choices and ids.
    Text(String),
    /// Several texts of one kind.
    List(Vec<String>),
    /// Figures and the code of their currency.
    Amount {
        /// The figures as typed.
        figures: String,
        /// The code, such as `EUR`.
        currency: String,
    },
    /// A postal address.
    Address(Address),
    /// Other records, each with what it is to this one.
    Links(Vec<Link>),
}

impl Entry {
    /// The text, or nothing for what is no text.
    pub fn text(&self) -> &str {
        match self {
            Self::Text(text) => text,
            Self::Amount { figures, .. } => figures,
            Self::List(_) | Self::Address(_) | Self::Links(_) => "",
        }
    }

    /// Whether nothing is entered.
    pub fn is_blank(&self) -> bool {
        match self {
            Self::Text(text) => text.trim().is_empty(),
            Self::Amount { figures, .. } => figures.trim().is_empty(),
            Self::List(items) => items.iter().all(|item| item.trim().is_empty()),
            Self::Address(address) => address.lines().is_empty(),
            Self::Links(links) => links.is_empty(),
        }
    }
}

/// What is wrong with an entry: a sentence for below the field, and which of several texts it is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wrong {
    /// Counted from 0; 0 where there is one text only.
    pub at: usize,
    /// The sentence.
    pub says: String,
}

/// How this person writes numbers, and which currency a new amount is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Habits {
    /// The decimal mark of their locale.
    pub mark: DecimalMark,
    /// The currency of new amounts.
    pub currency: Currency,
}

/// The entry that shows a value.
pub fn show(field: &Field, value: Option<&Value>, habits: Habits) -> Entry {
    let text = || value.and_then(Value::as_str).unwrap_or_default().to_owned();
    match field.kind {
        Kind::Emails | Kind::Phones => Entry::List(read::<Vec<String>>(value).unwrap_or_default()),
        Kind::Address => Entry::Address(read::<Address>(value).unwrap_or_default()),
        Kind::Money => match read::<Money>(value) {
            Some(money) => {
                Entry::Amount { figures: money.to_input(habits.mark), currency: money.currency.code().to_owned() }
            }
            None => Entry::Amount { figures: String::new(), currency: habits.currency.code().to_owned() },
        },
        Kind::Decimal => Entry::Text(read::<Decimal>(value).map(|n| n.to_input(habits.mark, 0)).unwrap_or_default()),
        Kind::Rate => Entry::Text(read::<Rate>(value).map(|rate| rate.to_input(habits.mark)).unwrap_or_default()),
        Kind::Integer { .. } => Entry::Text(read::<i64>(value).map(|n| n.to_string()).unwrap_or_default()),
        Kind::Instant => Entry::Text(read::<u64>(value).map(time::wall_clock).unwrap_or_default()),
        Kind::Roles(_) => Entry::Links(read::<Vec<Link>>(value).unwrap_or_default()),
        Kind::Relations(_) => {
            let ids = read::<Vec<RecordId>>(value).unwrap_or_default();
            Entry::Links(ids.into_iter().map(|id| Link::new(id, "")).collect())
        }
        _ => Entry::Text(text()),
    }
}

fn read<T: serde::de::DeserializeOwned>(value: Option<&Value>) -> Option<T> {
    T::deserialize(value?).ok()
}

/// The value of an entry; `null` if nothing is entered and nothing must be.
///
/// # Errors
/// [`Wrong`], to be shown at the field.
pub fn value(field: &Field, entry: &Entry, habits: Habits) -> Result<Value, Wrong> {
    let value = parse(field, entry, habits)?;
    match validate::field(field, &value) {
        Ok(()) => Ok(if is_empty(&value) { Value::Null } else { value }),
        Err(problem) => Err(Wrong { at: position(&problem, entry), says: sentence(&problem) }),
    }
}

fn parse(field: &Field, entry: &Entry, habits: Habits) -> Result<Value, Wrong> {
    let wrong = |says: String| Wrong { at: 0, says };
    if entry.is_blank() {
        return Ok(Value::Null);
    }
    let text = entry.text().trim();
    Ok(match (field.kind, entry) {
        (_, Entry::List(items)) => {
            let items: Vec<&str> = items.iter().map(|item| item.trim()).filter(|item| !item.is_empty()).collect();
            json!(items)
        }
        (_, Entry::Address(address)) => json!(address),
        (Kind::Relations(_), Entry::Links(links)) => json!(links.iter().map(|link| link.id).collect::<Vec<_>>()),
        (_, Entry::Links(links)) => {
            let trimmed = links.iter().map(|link| Link::new(link.id, link.role.trim()));
            json!(trimmed.collect::<Vec<_>>())
        }
        (_, Entry::Amount { currency, .. }) => {
            let currency: Currency = currency.parse().map_err(|error| wrong(say(error)))?;
            json!(Money::from_input(text, currency, habits.mark).map_err(|error| wrong(say(error)))?)
        }
        (Kind::Decimal, _) => json!(Decimal::from_input(text, habits.mark).map_err(|error| wrong(say(error)))?),
        (Kind::Rate, _) => json!(Rate::from_input(text).map_err(|error| wrong(say(error)))?),
        (Kind::Integer { min, max }, _) => {
            let whole = Decimal::from_input(text, habits.mark).ok().map(Decimal::millionths);
            match whole.filter(|n| n % Decimal::ONE_IN_MILLIONTHS == 0) {
                Some(millionths) => json!(millionths / Decimal::ONE_IN_MILLIONTHS),
                None => return Err(wrong(sentence(&Problem::OutOfBounds(min, max)))),
            }
        }
        (Kind::Currency, _) => json!(text.parse::<Currency>().map_err(|error| wrong(say(error)))?),
        (Kind::Date, _) => {
            json!(text.parse::<NaiveDate>().map_err(|_| wrong(tr("A date is wanted, such as 2026-11-22.").to_owned()))?)
        }
        (Kind::Instant, _) => match time::instant(text) {
            Some(ms) => json!(ms),
            None => return Err(wrong(tr("A day and a time are wanted.").to_owned())),
        },
        (Kind::Relation(_), _) => json!(text.parse::<RecordId>().map_err(|error| wrong(say(error)))?),
        (Kind::LongText, Entry::Text(typed)) => json!(typed.trim_end()),
        _ => json!(text),
    })
}

/// A problem as a sentence of its own.
pub fn sentence(problem: &Problem) -> String {
    say(problem)
}

/// In the person's language; begins with a capital and ends with a full stop, whoever wrote it.
pub fn say(error: impl std::fmt::Display) -> String {
    let text = said(error.to_string());
    let mut chars = text.chars();
    let mut sentence: String = chars.next().map(|first| first.to_uppercase().collect()).unwrap_or_default();
    sentence.extend(chars);
    if !sentence.ends_with(['.', '!', '?', '…', '؟']) {
        sentence.push('.');
    }
    sentence
}

/// Which of several texts a problem names.
fn position(problem: &Problem, entry: &Entry) -> usize {
    let (Problem::Email(text) | Problem::Phone(text), Entry::List(items)) = (problem, entry) else { return 0 };
    items.iter().position(|item| item.trim().starts_with(text.as_str())).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use outpost_core::records::{Call, Contact, Deal, Lead};
    use outpost_core::schema::RecordType;

    const GERMAN: Habits = Habits { mark: DecimalMark::Comma, currency: Currency::EUR };

    fn field(name: &str) -> &'static Field {
        let schemas = [Lead::SCHEMA, Deal::SCHEMA, Call::SCHEMA, Contact::SCHEMA];
        schemas.iter().find_map(|schema| schema.field(name)).expect("a field of one of them")
    }

    fn text(text: &str) -> Entry {
        Entry::Text(text.into())
    }

    #[wasm_bindgen_test::wasm_bindgen_test]
    fn what_is_shown_reads_back_as_the_same_value() {
        for (name, value) in [
            ("name", json!("田中 美咲")),
            ("value", json!({"minor": 123_450, "currency": "EUR"})),
            ("value", json!({"minor": 3_200_000, "currency": "JPY"})),
            ("score", json!(42)),
            ("emails", json!(["a@example.com", "b@example.com"])),
            ("expected_close", json!("2026-12-24")),
            ("address", json!({"street": "12 route de Caen", "city": "Bayeux"})),
            ("at", json!(1_795_348_800_000_u64)),
            ("tags", json!(["01a0c450-6c01-7c55-9d3c-2f1e8a6b4c01"])),
            ("companies", json!([{"id": "01a0c450-6c01-7c55-9d3c-2f1e8a6b4c01", "role": "Buyer"}])),
        ] {
            let entry = show(field(name), Some(&value), GERMAN);
            assert_eq!(super::value(field(name), &entry, GERMAN), Ok(value), "{name}");
        }
    }

    #[wasm_bindgen_test::wasm_bindgen_test]
    fn a_blank_entry_clears_the_field_and_is_refused_where_one_is_needed() {
        assert_eq!(value(field("company"), &text("   "), GERMAN), Ok(Value::Null));
        let list = Entry::List(vec![String::new(), " ".into()]);
        assert_eq!(value(field("emails"), &list, GERMAN), Ok(Value::Null));
        let wrong = value(field("name"), &text(" "), GERMAN).expect_err("a lead needs a name");
        assert_eq!(wrong.says, "This is needed.");
    }

    #[wasm_bindgen_test::wasm_bindgen_test]
    fn what_is_wrong_is_a_sentence_at_the_right_place() {
        let list = Entry::List(vec!["a@example.com".into(), String::new(), "b@".into()]);
        let wrong = value(field("emails"), &list, GERMAN).expect_err("no address");
        assert_eq!(wrong.at, 2);
        assert!(wrong.says.contains("“b@” is not an e-mail address"), "{}", wrong.says);
        let yen = Entry::Amount { figures: "12,50".into(), currency: "JPY".into() };
        let wrong = value(field("value"), &yen, GERMAN).expect_err("yen have no decimals");
        assert_eq!(wrong.says, "JPY has no decimals; enter a whole amount.");
        let wrong = value(field("score"), &text("101"), GERMAN).expect_err("out of bounds");
        assert_eq!(wrong.says, "A whole number from 0 to 100.");
        assert!(value(field("score"), &text("4,5"), GERMAN).is_err());
    }

    #[wasm_bindgen_test::wasm_bindgen_test]
    fn numbers_are_read_as_the_person_writes_them() {
        let amount = Entry::Amount { figures: "1.234,50".into(), currency: "EUR".into() };
        assert_eq!(value(field("value"), &amount, GERMAN), Ok(json!({"minor": 123_450, "currency": "EUR"})));
    }
}
