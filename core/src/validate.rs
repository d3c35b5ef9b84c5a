//! Whether a value is of its field's kind. Forms say what is wrong at the field, the server says it in the receipt; both
//! ask here.

use serde_json::Value;
use thiserror::Error;

use crate::decimal::Decimal;
use crate::id::RecordId;
use crate::money::Rate;
use crate::money::{Currency, Money};
use crate::mutation::Patch;
use crate::record::Record;
use crate::records::Address;
use crate::schema::{Choice, Field, Kind, Schema, is_empty};

/// A value that its field cannot hold.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{label}: {problem}")]
pub struct Invalid {
    /// The field's name.
    pub field: &'static str,
    /// What people call it.
    pub label: &'static str,
    /// What is wrong.
    pub problem: Problem,
}

/// What is wrong with a value; each a sentence to stand below the field.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Problem {
    /// Empty, and must not be.
    #[error("this is needed")]
    Required,
    /// Too long.
    #[error("at most {0} characters")]
    TooLong(usize),
    /// Not one of the choices. A value of a newer version is accepted on the wire, but no form offers it.
    #[error("“{0}” is not one of the choices")]
    NoChoice(String),
    /// Out of bounds.
    #[error("a whole number from {0} to {1}")]
    OutOfBounds(i64, i64),
    /// No e-mail address.
    #[error("“{0}” is not an e-mail address, which looks like name@example.com")]
    Email(String),
    /// No telephone number.
    #[error("“{0}” is not a phone number")]
    Phone(String),
    /// Not of the kind at all.
    #[error("{0}")]
    Kind(&'static str),
}

/// Checks the fields of a patch that the schema knows; others are a newer version's and are kept.
///
/// # Errors
/// The first [`Invalid`] field.
pub fn patch(schema: &Schema, patch: &Patch) -> Result<(), Invalid> {
    for (name, value) in patch {
        if let Some(known) = schema.field(name) {
            field(known, value).map_err(|problem| Invalid { field: known.name, label: known.label, problem })?;
        }
    }
    Ok(())
}

/// Checks one value.
///
/// # Errors
/// The [`Problem`], a sentence for below the field.
pub fn field(field: &Field, value: &Value) -> Result<(), Problem> {
    if is_empty(value) {
        return if field.required { Err(Problem::Required) } else { Ok(()) };
    }
    match field.kind {
        Kind::Text | Kind::LongText => text(value, field.max),
        Kind::Emails => each(value, field.max, email),
        Kind::Phones => each(value, field.max, phone),
        Kind::Address => typed::<Address>(value, "an address is wanted"),
        Kind::Choice(choices) => choice(value, choices),
        Kind::Money => typed::<Money>(value, "an amount with a currency is wanted, such as 12.50 EUR"),
        Kind::Currency => typed::<Currency>(value, "a currency code is wanted, such as EUR"),
        Kind::Date => exact::<chrono::NaiveDate>(value, "a date is wanted, such as 2026-11-22"),
        Kind::Instant => typed::<u64>(value, "a time in milliseconds since 1970 is wanted"),
        Kind::Integer { min, max } => match value.as_i64() {
            Some(number) if (min..=max).contains(&number) => Ok(()),
            _ => Err(Problem::OutOfBounds(min, max)),
        },
        Kind::Decimal => typed::<Decimal>(value, "a number is wanted, such as 16.5"),
        Kind::Rate => typed::<Rate>(value, "a rate is wanted, such as 20 %"),
        Kind::Relation(_) => exact::<RecordId>(value, "the id of a record is wanted"),
        Kind::Relations(_) => links(value, &|link| exact::<RecordId>(link, "the ids of records are wanted")),
        Kind::Roles(_) => links(value, &|link| {
            let role = link.get("role").unwrap_or(&Value::Null);
            exact::<RecordId>(link.get("id").unwrap_or(&Value::Null), "records with their roles are wanted")?;
            if role.is_null() { Ok(()) } else { text(role, field.max) }
        }),
        Kind::Structure => Ok(()),
    }
}

/// What is wrong with each field of a whole record as a form would save it: values, and what is required.
pub fn record(schema: &Schema, record: &Record) -> Vec<Invalid> {
    schema
        .fields
        .iter()
        .filter_map(|known| {
            let value = record.get(known.name).unwrap_or(&Value::Null);
            let problem = field(known, value).err()?;
            Some(Invalid { field: known.name, label: known.label, problem })
        })
        .collect()
}

fn typed<T: serde::de::DeserializeOwned>(value: &Value, wanted: &'static str) -> Result<(), Problem> {
    T::deserialize(value).map(drop).map_err(|_| Problem::Kind(wanted))
}

/// Text of which just one form is allowed, because it is compared and sorted as text.
fn exact<T: std::str::FromStr + ToString>(value: &Value, wanted: &'static str) -> Result<(), Problem> {
    let text = value.as_str().ok_or(Problem::Kind(wanted))?;
    let is_exact = text.parse::<T>().is_ok_and(|parsed| parsed.to_string() == text) && !text.starts_with(['+', '-']);
    if is_exact { Ok(()) } else { Err(Problem::Kind(wanted)) }
}

/// The most records that one relation leads to.
const MOST_LINKS: usize = 200;

fn links(value: &Value, check: &dyn Fn(&Value) -> Result<(), Problem>) -> Result<(), Problem> {
    let all = value.as_array().ok_or(Problem::Kind("a list is wanted"))?;
    if all.len() > MOST_LINKS {
        return Err(Problem::Kind("at most 200 records can be linked here"));
    }
    all.iter().try_for_each(check)
}

fn text(value: &Value, max: usize) -> Result<(), Problem> {
    let text = value.as_str().ok_or(Problem::Kind("a text is wanted"))?;
    if text.chars().count() > max { Err(Problem::TooLong(max)) } else { Ok(()) }
}

fn each(value: &Value, max: usize, check: fn(&str) -> Result<(), Problem>) -> Result<(), Problem> {
    let items = value.as_array().ok_or(Problem::Kind("a list is wanted"))?;
    for item in items {
        text(item, max)?;
        check(item.as_str().unwrap_or_default())?;
    }
    Ok(())
}

/// A value that the list does not have is a newer version's, unless it is no text at all.
fn choice(value: &Value, choices: &[Choice]) -> Result<(), Problem> {
    let text = value.as_str().ok_or(Problem::Kind("one of the choices is wanted"))?;
    let word = text.len() <= 40 && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
    if word || choices.iter().any(|choice| choice.value == text) {
        Ok(())
    } else {
        Err(Problem::NoChoice(text.chars().take(40).collect()))
    }
}

fn email(text: &str) -> Result<(), Problem> {
    let fail = || Problem::Email(text.chars().take(80).collect());
    let (local, domain) = text.trim().rsplit_once('@').ok_or_else(fail)?;
    let plain = |part: &str| {
        !part.is_empty() && !part.chars().any(|c| c.is_whitespace() || c.is_control() || "<>(),;\"".contains(c))
    };
    let dotted = domain.contains('.') && !domain.starts_with('.') && !domain.ends_with('.') && !domain.contains("..");
    if plain(local) && plain(domain) && !local.contains('@') && dotted { Ok(()) } else { Err(fail()) }
}

/// Whatever a person may dial: digits of any script with the usual signs, and a word for the extension.
fn phone(text: &str) -> Result<(), Problem> {
    let digits = text.chars().filter(|c| c.is_numeric()).count();
    let usual =
        text.chars().all(|c| c.is_numeric() || c.is_whitespace() || c.is_alphabetic() || "+-/().#*,;:x".contains(c));
    if usual && (2..=30).contains(&digits) { Ok(()) } else { Err(Problem::Phone(text.chars().take(80).collect())) }
}
