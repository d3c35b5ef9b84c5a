//! What is known of a record type: the list of its fields, from which storage, forms, tables, filters, import and sync
//! all work, so that each is written once.
//!
//! A type is declared with [`record_type!`](crate::record_type), which makes the typed struct and the [`Schema`] from
//! one declaration.

use serde_json::{Value, json};
use thiserror::Error;

use crate::date::civil;
use crate::id::RecordId;
use crate::record::Record;
use crate::records::is_own;
use crate::scope::KEEP;

/// A record type.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Schema {
    /// The name used in storage and on the wire, such as `lead`.
    pub kind: &'static str,
    /// What one is called.
    pub label: &'static str,
    /// What several are called.
    pub plural: &'static str,
    /// The address of their list, such as `/leads`; that of one is below it.
    pub path: &'static str,
    /// Its fields, in the order of forms.
    pub fields: &'static [Field],
    /// What lists, searches and boards go by.
    pub list: ListFields,
}

/// The fields of a type that lists, searches and boards go by; empty where there is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ListFields {
    /// What a record is called: sorted and searched by.
    pub title: &'static str,
    /// A second line: searched too.
    pub subtitle: &'static str,
    /// The choice by which lists are filtered and boards are made.
    pub facet: &'static str,
    /// The money that boards sum.
    pub amount: &'static str,
    /// The date by which lists can be sorted.
    pub date: &'static str,
    /// An instant that stands in for the date where there is none.
    pub date_or: &'static str,
    /// The relation to the record that this one is a part of.
    pub parent: &'static str,
    /// The values of the facet at which a record is done with, so that it may be archived once it is old; without a facet, an
    /// empty value says that each is. See [`crate::scope`].
    pub done: &'static [&'static str],
    /// The value of the facet where none was ever set; empty says its first choice.
    pub unset: &'static str,
    /// When it happened or is to happen: an instant or a date. Records of a type that has one stand in the timeline of each
    /// record that they are linked to.
    pub moment: &'static str,
    /// Whether the same one is written down twice at times, so that two can be made one. See [`crate::dedupe`].
    pub merges: bool,
}

impl ListFields {
    /// No fields.
    pub const NONE: Self = Self {
        title: "",
        subtitle: "",
        facet: "",
        amount: "",
        date: "",
        date_or: "",
        parent: "",
        done: &[],
        unset: "",
        moment: "",
        merges: false,
    };
}

/// A field of a record type.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Field {
    /// Its name in storage and on the wire.
    pub name: &'static str,
    /// What a person calls it.
    pub label: &'static str,
    /// What it holds.
    pub kind: Kind,
    /// Whether it must have a value.
    pub required: bool,
    /// The longest text, in characters.
    pub max: usize,
    /// How much a hit in it weighs in a search; 0 is not searched.
    pub search: u8,
    /// A line of help below the field; may be empty.
    pub hint: &'static str,
    /// Whether forms show it; what is not shown is set by the program.
    pub in_form: bool,
}

/// What a field holds, and so its form, its check and its JSON.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Kind {
    /// One line: a string.
    Text,
    /// Several lines: a string.
    LongText,
    /// E-mail addresses: an array of strings.
    Emails,
    /// Telephone numbers: an array of strings.
    Phones,
    /// A postal address: an object of [`crate::records::Address`].
    Address,
    /// One of a list: a string.
    Choice(&'static [Choice]),
    /// An amount of money: `{"minor", "currency"}`.
    Money,
    /// An ISO 4217 code: a string.
    Currency,
    /// A civil date without a zone: `"2026-11-22"`.
    Date,
    /// An instant: milliseconds since 1970, an integer.
    Instant,
    /// A whole number within bounds.
    Integer {
        /// The least.
        min: i64,
        /// The greatest.
        max: i64,
    },
    /// A fixed-point number: a string such as `"16.5"`.
    Decimal,
    /// A rate in parts per million: an integer.
    Rate,
    /// Another record of a type: its id, a string.
    Relation(&'static str),
    /// Several records of a type: an array of ids.
    Relations(&'static str),
    /// Several records of a type, each with what it is to this one: an array of [`crate::records::Link`].
    Roles(&'static str),
    /// A structure that only the program writes; any JSON.
    Structure,
}

/// One value of a [`Kind::Choice`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Choice {
    /// In storage.
    pub value: &'static str,
    /// For people.
    pub label: &'static str,
    /// Its colour.
    pub tone: Tone,
}

/// What a choice's colour says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// Nothing special.
    Neutral,
    /// New, to be noticed.
    Info,
    /// Well.
    Good,
    /// Wants attention.
    Warn,
    /// Lost, or wrong.
    Bad,
}

impl Field {
    /// A field of a kind; the declaration gives it its name.
    pub const fn new(label: &'static str, kind: Kind) -> Self {
        Self { name: "", label, kind, required: false, max: 500, search: 0, hint: "", in_form: true }
    }

    /// With its name.
    #[must_use]
    pub const fn named(self, name: &'static str) -> Self {
        Self { name, ..self }
    }

    /// It must have a value.
    #[must_use]
    pub const fn required(self) -> Self {
        Self { required: true, ..self }
    }

    /// With a greatest length in characters.
    #[must_use]
    pub const fn max(self, max: usize) -> Self {
        Self { max, ..self }
    }

    /// Searched, with this weight.
    #[must_use]
    pub const fn search(self, weight: u8) -> Self {
        Self { search: weight, ..self }
    }

    /// With a line of help.
    #[must_use]
    pub const fn hint(self, hint: &'static str) -> Self {
        Self { hint, ..self }
    }

    /// Not shown in forms.
    #[must_use]
    pub const fn hidden(self) -> Self {
        Self { in_form: false, ..self }
    }

    /// The type that a relation leads to, if this is one.
    pub const fn leads_to(&self) -> Option<&'static str> {
        match self.kind {
            Kind::Relation(kind) | Kind::Relations(kind) | Kind::Roles(kind) => Some(kind),
            _ => None,
        }
    }

    /// Whether a list can show it in a line of text, and be sorted by it.
    pub const fn has_line(&self) -> bool {
        !matches!(self.kind, Kind::Relation(_) | Kind::Relations(_) | Kind::Roles(_) | Kind::Structure)
    }

    /// Whether a list can have a column of it: of what it says, or of what those are called that it leads to.
    pub const fn has_column(&self) -> bool {
        self.has_line() || (self.leads_to().is_some() && self.in_form)
    }

    /// Whether a list can be grouped by it: a choice, who looks after a record, a day, by its month, or what a record belongs to.
    pub fn has_groups(&self) -> bool {
        match self.kind {
            _ if self.name == KEEP => false,
            Kind::Choice(_) | Kind::Date => true,
            Kind::Text => self.name == "owner",
            _ => self.leads_to().is_some() && self.in_form,
        }
    }

    /// The records that a relation of `record` leads to, of any of the kinds of relations; what is no id is passed over.
    pub fn links(&self, record: &Record) -> Vec<RecordId> {
        self.leads_to().and_then(|_| record.get(self.name)).map(links_in).unwrap_or_default()
    }

    /// The value of this relation that leads to one record; `null` if it is no relation.
    pub fn link_to(&self, id: RecordId) -> Value {
        match self.kind {
            Kind::Relation(_) => json!(id),
            Kind::Relations(_) => json!([id]),
            Kind::Roles(_) => json!([{ "id": id }]),
            _ => Value::Null,
        }
    }
}

/// The records that the value of a relation leads to, of any of the kinds of relations; what is no id is passed over.
pub fn links_in(value: &Value) -> Vec<RecordId> {
    let id = |value: &Value| value.as_str()?.parse().ok();
    match value {
        Value::Array(all) => all.iter().filter_map(|link| id(link.get("id").unwrap_or(link))).collect(),
        one => id(one).into_iter().collect(),
    }
}

/// Whether any field of a record leads to one of these, also one that people have added or that only a newer version knows.
pub fn leads_to_any(record: &Record, ids: &[RecordId]) -> bool {
    record.fields.values().any(|register| links_in(register.value()).iter().any(|id| ids.contains(id)))
}

impl Schema {
    /// A field by its name.
    pub fn field(&self, name: &str) -> Option<&'static Field> {
        self.fields.iter().find(|field| field.name == name)
    }

    /// The choices of the facet; empty if there is none.
    pub fn facets(&self) -> &'static [Choice] {
        match self.field(self.list.facet).map(|field| field.kind) {
            Some(Kind::Choice(choices)) => choices,
            _ => &[],
        }
    }

    /// Whether each record has a status or stage, also where none was ever set. Of a type that people made only if it must be
    /// filled in.
    pub fn always_has_facet(&self) -> bool {
        self.field(self.list.facet).is_some_and(|field| field.required || !is_own(field.name))
    }

    /// A record's status or stage; where none was ever set, what that [stands for](ListFields::unset), or nothing.
    pub fn facet_of<'a>(&self, record: &'a Record) -> &'a str {
        match record.text(self.list.facet) {
            "" if !self.always_has_facet() => "",
            "" if !self.list.unset.is_empty() => self.list.unset,
            "" => self.facets().first().map_or("", |choice| choice.value),
            facet => facet,
        }
    }

    /// Whether records of this type have a list of their own: they have a title and are not a part of another record.
    pub const fn is_listed(&self) -> bool {
        !self.list.title.is_empty() && self.list.parent.is_empty()
    }

    /// The relations that lead to records of a type.
    pub fn relations_to(&self, kind: &str) -> impl Iterator<Item = &'static Field> {
        self.fields.iter().filter(move |field| field.leads_to() == Some(kind))
    }

    /// When a record happened or is to happen, in milliseconds since 1970: what its `moment` says, or else when it was made.
    /// A date counts as its noon in UTC, which is that day nearly everywhere.
    pub fn moment_of(&self, record: &Record) -> u64 {
        const NOON_MS: i64 = 12 * 60 * 60 * 1_000;
        let said = record.get(self.list.moment).and_then(|value| match value {
            Value::String(text) => {
                let noon = civil(text)?.and_time(chrono::NaiveTime::MIN).and_utc().timestamp_millis() + NOON_MS;
                u64::try_from(noon).ok()
            }
            value => value.as_u64(),
        });
        let made = || record.fields.values().map(|register| register.hlc().ms).min().unwrap_or_default();
        said.unwrap_or_else(made)
    }
}

/// The address of a list from what its records are called: `Tax rates` is at `/tax-rates`. `N` is one more than the name has
/// bytes. To be used by [`record_type!`](crate::record_type) only.
#[doc(hidden)]
pub const fn path_bytes<const N: usize>(plural: &str) -> [u8; N] {
    let name = plural.as_bytes();
    let mut path = [b'/'; N];
    let mut at = 1;
    while at < N {
        let letter = name[at - 1];
        path[at] = if letter == b' ' { b'-' } else { letter.to_ascii_lowercase() };
        at += 1;
    }
    path
}

/// The text of [`path_bytes`].
#[doc(hidden)]
pub const fn path_text(bytes: &'static [u8]) -> &'static str {
    match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(_) => panic!("names of record types are written in ASCII"),
    }
}

/// A typed record type.
pub trait RecordType: Sized {
    /// What is known of it.
    const SCHEMA: Schema;

    /// Reads the typed fields.
    ///
    /// # Errors
    /// [`ReadError`] if a field holds what this version cannot read; the record itself is kept as it is.
    fn from_record(record: &Record) -> Result<Self, ReadError>;

    /// All fields as a patch; empty ones are left out.
    ///
    /// # Errors
    /// [`ReadError`] if a value has no JSON form.
    fn to_patch(&self) -> Result<crate::mutation::Patch, ReadError>;
}

/// A field that cannot be read.
#[derive(Debug, Error)]
#[error("the field “{field}” of this {kind} holds something that this version of Outpost cannot read ({source})")]
pub struct ReadError {
    /// The record type.
    pub kind: &'static str,
    /// The field.
    pub field: &'static str,
    /// Why.
    #[source]
    pub source: serde_json::Error,
}

/// Reads one field; the default if it has no value.
///
/// # Errors
/// [`ReadError`] if the value is not of the type.
pub fn read_field<T: Default + serde::de::DeserializeOwned>(
    record: &Record,
    kind: &'static str,
    field: &'static str,
) -> Result<T, ReadError> {
    // Rules let any field be emptied in any of the ways that say so: an amount that is an empty text is no amount.
    match record.get(field).filter(|value| !is_empty(value)) {
        None => Ok(T::default()),
        Some(value) => T::deserialize(value).map_err(|source| ReadError { kind, field, source }),
    }
}

/// Adds one field to a patch; values that say “empty” are left out.
///
/// # Errors
/// [`ReadError`] if the value has no JSON form.
pub fn write_field<T: serde::Serialize>(
    patch: &mut crate::mutation::Patch,
    kind: &'static str,
    field: &'static str,
    value: &T,
) -> Result<(), ReadError> {
    let value = serde_json::to_value(value).map_err(|source| ReadError { kind, field, source })?;
    if !is_empty(&value) {
        patch.insert(field.to_owned(), value);
    }
    Ok(())
}

/// Whether a value says “empty”: null, a text of nothing but spaces, an empty list or object.
pub fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.trim().is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(map) => map.is_empty(),
        Value::Bool(_) | Value::Number(_) => false,
    }
}
