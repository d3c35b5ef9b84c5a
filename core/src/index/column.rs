//! What rows are sorted or grouped by where an entry does not hold it: a field of each, read once from the records when it is first
//! asked for, and kept with every change from then on.

use std::collections::BTreeSet;

use chrono::Datelike;
use serde::Deserialize;
use serde_json::Value;

use crate::date::civil;
use crate::decimal::Decimal;
use crate::id::RecordId;
use crate::index::fold;
use crate::index::sieve::Bits;
use crate::money::{Currency, Money};
use crate::record::Record;
use crate::records::Address;
use crate::schema::{Field, Kind, Schema};

/// The most characters of a text that it is sorted by.
const MOST: usize = 120;

/// A value as it is sorted by. Values of one field are all of one form.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Key {
    /// Days, milliseconds, millionths, parts per million, or just a number.
    Number(i64),
    /// In ten-thousandths of the currency's unit.
    Money(i128, Currency),
    /// Its place among the choices, and the value: what this version does not know stands behind all that it does.
    Choice(u16, Box<str>),
    /// Folded, then as it is written.
    Text(Box<str>, Box<str>),
    /// What a relation leads to, each once: there are groups by it, and no order.
    Records(Box<[RecordId]>),
}

/// An amount in ten-thousandths of its currency's unit, so that 5 KWD (three decimals) and 5 JPY (none) stand together.
pub(super) fn fine(money: Money) -> i128 {
    i128::from(money.minor) * 10_i128.pow(u32::from(4_u8.saturating_sub(money.currency.exponent())))
}

impl Key {
    /// What a record is sorted by; `None` if it has no such value, or one of another form.
    pub(super) fn of(schema: &Schema, field: &Field, record: &Record) -> Option<Self> {
        if let Kind::Choice(choices) = field.kind {
            let is_facet = field.name == schema.list.facet;
            let value = if is_facet { schema.facet_of(record) } else { record.text(field.name) };
            let at = choices.iter().position(|choice| choice.value == value);
            let rank = at.and_then(|at| u16::try_from(at).ok()).unwrap_or(u16::MAX);
            return (!value.is_empty()).then(|| Self::Choice(rank, value.into()));
        }
        if field.leads_to().is_some() {
            let mut seen = BTreeSet::new();
            let mut links = field.links(record);
            links.retain(|id| seen.insert(*id));
            return (!links.is_empty()).then(|| Self::Records(links.into()));
        }
        let value = record.get(field.name)?;
        match field.kind {
            Kind::Money => Money::deserialize(value).ok().map(|money| Self::Money(fine(money), money.currency)),
            Kind::Date => civil(value.as_str()?).map(|date| Self::Number(date.num_days_from_ce().into())),
            Kind::Decimal => Decimal::deserialize(value).ok().map(|number| Self::Number(number.millionths())),
            Kind::Instant | Kind::Integer { .. } | Kind::Rate => value.as_i64().map(Self::Number),
            Kind::Emails | Kind::Phones => Self::text(value.get(0).and_then(Value::as_str)?),
            Kind::Address => Self::text(&Address::deserialize(value).ok()?.lines().join(", ")),
            Kind::Text | Kind::LongText | Kind::Currency => Self::text(value.as_str()?),
            _ => None,
        }
    }

    fn text(text: &str) -> Option<Self> {
        let text = text.trim();
        let text = &text[..text.char_indices().nth(MOST).map_or(text.len(), |(at, _)| at)];
        (!text.is_empty()).then(|| Self::Text(fold(text).into(), text.into()))
    }

    /// A number that is smaller for a smaller key, or equal.
    pub(super) fn prefix(&self) -> u64 {
        match self {
            Self::Number(number) => number.cast_unsigned() ^ (1 << 63),
            Self::Money(..) | Self::Records(_) => 0,
            Self::Choice(rank, _) => u64::from(*rank),
            Self::Text(folded, _) => {
                let mut bytes = [0; 8];
                bytes.iter_mut().zip(folded.bytes()).for_each(|(to, from)| *to = from);
                u64::from_be_bytes(bytes)
            }
        }
    }

    /// What a group of such values is called: a month where they are days.
    pub(super) fn group(&self) -> String {
        match self {
            Self::Choice(_, text) | Self::Text(_, text) => text.to_string(),
            Self::Number(days) => {
                let date = i32::try_from(*days).ok().and_then(chrono::NaiveDate::from_num_days_from_ce_opt);
                date.map(|date| format!("{:04}-{:02}", date.year(), date.month())).unwrap_or_default()
            }
            Self::Money(..) | Self::Records(_) => String::new(),
        }
    }

    /// Whether two values are in one group.
    pub(super) fn is_with(&self, other: &Self) -> bool {
        self == other || matches!((self, other), (Self::Number(_), Self::Number(_))) && self.group() == other.group()
    }
}

/// A field of all rows.
#[derive(Debug)]
pub(super) struct Column {
    pub(super) field: &'static Field,
    /// By slot.
    keys: Vec<Option<Key>>,
    /// While the records are being read: those that changed since, which were taken then.
    newer: Option<Bits>,
}

impl Column {
    pub(super) fn new(field: &'static Field) -> Self {
        Self { field, keys: Vec::new(), newer: Some(Bits::default()) }
    }

    /// Whether all records were read.
    pub(super) const fn is_whole(&self) -> bool {
        self.newer.is_none()
    }

    /// Takes a record as it was read.
    pub(super) fn read(&mut self, schema: &Schema, slot: u32, record: &Record) {
        if self.newer.as_ref().is_some_and(|newer| !newer.has(slot)) {
            self.put(slot, Key::of(schema, self.field, record));
        }
    }

    /// Takes a record as it is now, `None` if it is gone; returns whether that is another value.
    pub(super) fn take(&mut self, schema: &Schema, slot: u32, record: Option<&Record>) -> bool {
        if let Some(newer) = &mut self.newer {
            newer.set(slot, true);
        }
        self.put(slot, record.and_then(|record| Key::of(schema, self.field, record)))
    }

    fn put(&mut self, slot: u32, key: Option<Key>) -> bool {
        let at = slot as usize;
        if self.keys.len() <= at {
            self.keys.resize(at + 1, None);
        }
        let Some(place) = self.keys.get_mut(at) else { return false };
        let is_other = *place != key;
        *place = key;
        is_other
    }

    /// All records were read.
    pub(super) fn end(&mut self) {
        self.newer = None;
    }

    pub(super) fn key(&self, slot: u32) -> Option<&Key> {
        self.keys.get(slot as usize)?.as_ref()
    }
}
