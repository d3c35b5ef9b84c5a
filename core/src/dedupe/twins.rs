//! Records that are likely the same one twice: the same e-mail address, the same digits of a telephone number, the same name.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::exchange::twin_keys;
use crate::id::RecordId;
use crate::index::fold;
use crate::record::Record;
use crate::schema::{Kind, Schema};

/// So many of a number's last digits are looked for: what is dialled before them differs from place to place.
const LAST_DIGITS: usize = 7;
/// Names of fewer letters say little.
const LEAST_LETTERS: usize = 3;
/// Behind this sign a key is a telephone number's digits.
const NUMBER: &str = "tel:";

/// In what two records are alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Likeness {
    /// An e-mail address.
    Email,
    /// A telephone number.
    Phone,
    /// The name.
    Name,
}

type Values<'a> = dyn Fn(&str) -> Option<&'a Value> + 'a;

/// The folded name, if it says anything.
fn name<'a>(schema: &Schema, value: &Values<'a>) -> Option<String> {
    let name = fold(value(schema.list.title)?.as_str()?);
    (schema.list.merges && name.chars().count() >= LEAST_LETTERS).then_some(name)
}

/// What a record has in common with those that may be the same: of two that share one of these, it is likely.
pub(super) fn keys(schema: &'static Schema, record: &Record) -> impl Iterator<Item = String> {
    let value = |name: &str| record.get(name);
    let named = name(schema, &value).map(|name| format!("name:{name}"));
    twin_keys(schema, &value).into_iter().chain(named)
}

/// What to search for, to find those that may be alike; each by itself.
pub fn questions<'a>(schema: &Schema, value: &Values<'a>) -> Vec<String> {
    let mut asked: Vec<String> = twin_keys(schema, &|name| value(name)).into_iter().collect();
    for key in &mut asked {
        if let Some(digits) = key.strip_prefix(NUMBER) {
            *key = digits[digits.len().saturating_sub(LAST_DIGITS)..].to_owned();
        }
    }
    asked.extend(name(schema, value));
    asked
}

/// In what a record is like one of these values; `None` if it is not, or of a type that has nothing to compare.
pub fn likeness<'a>(
    schema: &'static Schema,
    value: &Values<'a>,
    of: &'static Schema,
    other: &Record,
) -> Option<Likeness> {
    let theirs = twin_keys(of, &|name| other.get(name));
    let shared = twin_keys(schema, &|name| value(name)).into_iter().filter(|key| theirs.contains(key));
    let alike = shared.map(|key| if key.starts_with(NUMBER) { Likeness::Phone } else { Likeness::Email }).min();
    let named = || {
        let same = schema.kind == of.kind && name(schema, value)? == name(of, &|field| other.get(field))?;
        same.then_some(Likeness::Name)
    };
    alike.or_else(named)
}

/// Whether records of a type have an e-mail address or a telephone number to be known by.
pub fn can_be_reached(schema: &Schema) -> bool {
    schema.fields.iter().any(|field| matches!(field.kind, Kind::Emails | Kind::Phones))
}

/// Whether two records of a type that are [alike](likeness) are likely one. The same name does not say so where each is reached in
/// a way of its own, nor of what nobody can reach: two people may be called alike, and two deals be about the same.
pub fn is_likely(schema: &'static Schema, alike: Likeness, one: &Record, other: &Record) -> bool {
    let is_reached = |record: &Record| !twin_keys(schema, &|name| record.get(name)).is_empty();
    alike != Likeness::Name || can_be_reached(schema) && !(is_reached(one) && is_reached(other))
}

/// Collects the records of one type into groups of those that are likely the same.
#[derive(Debug, Default)]
pub struct Groups {
    records: Vec<RecordId>,
    /// Which record each record is in a group with; itself at first.
    with: Vec<usize>,
    /// Which record had a key first.
    first: BTreeMap<String, usize>,
}

impl Groups {
    /// Takes a record; deleted ones are passed over.
    pub fn add(&mut self, schema: &'static Schema, record: &Record) {
        if record.is_deleted() || record.fields.is_empty() {
            return;
        }
        let at = self.records.len();
        self.records.push(record.id);
        self.with.push(at);
        for key in keys(schema, record) {
            match self.first.get(&key) {
                Some(other) => {
                    let (a, b) = (self.root(*other), self.root(at));
                    self.with[a.max(b)] = a.min(b);
                }
                None => {
                    self.first.insert(key, at);
                }
            }
        }
    }

    fn root(&self, mut at: usize) -> usize {
        while self.with[at] != at {
            at = self.with[at];
        }
        at
    }

    /// The groups of two or more, in the order in which the first of each came.
    pub fn found(self) -> Vec<Vec<RecordId>> {
        let mut groups: BTreeMap<usize, Vec<RecordId>> = BTreeMap::new();
        for at in 0..self.records.len() {
            groups.entry(self.root(at)).or_default().push(self.records[at]);
        }
        groups.into_values().filter(|group| group.len() > 1).collect()
    }
}
