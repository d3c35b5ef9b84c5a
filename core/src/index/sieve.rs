//! Which rows a filter lets through. The index knows little of a record, so the records themselves are read once for a filter;
//! from then on each change is held against it as it comes.

use crate::filter::{Calendar, Filter};
use crate::record::Record;
use crate::schema::Schema;

/// A filter and what it lets through.
#[derive(Debug)]
pub(super) struct Sieve {
    /// The filter's JSON, by which it is asked for.
    pub(super) text: String,
    filter: Filter,
    calendar: Calendar,
    passed: Bits,
    /// While the records are being read: those that changed since, which were held against it then.
    newer: Option<Bits>,
}

impl Sieve {
    pub(super) fn new(text: &str, filter: Filter, calendar: Calendar) -> Self {
        Self { text: text.to_owned(), filter, calendar, passed: Bits::default(), newer: Some(Bits::default()) }
    }

    /// Whether it answers for a day.
    pub(super) fn is_whole(&self, calendar: Calendar) -> bool {
        self.newer.is_none() && (self.calendar.today == calendar.today || !self.filter.is_relative())
    }

    /// Takes a record as it was read.
    pub(super) fn read(&mut self, schema: &Schema, slot: u32, record: &Record) {
        if self.newer.as_ref().is_some_and(|newer| !newer.has(slot)) {
            self.passed.set(slot, self.filter.fits(schema, record, self.calendar));
        }
    }

    /// Takes a record as it is now; `None` if it is gone.
    pub(super) fn take(&mut self, schema: &Schema, slot: u32, record: Option<&Record>) {
        let fits = record.is_some_and(|record| self.filter.fits(schema, record, self.calendar));
        self.passed.set(slot, fits);
        if let Some(newer) = &mut self.newer {
            newer.set(slot, true);
        }
    }

    /// All records were read.
    pub(super) fn end(&mut self) {
        self.newer = None;
    }

    pub(super) fn passes(&self, slot: u32) -> bool {
        self.passed.has(slot)
    }
}

/// A set of slots.
#[derive(Debug, Default)]
pub(super) struct Bits(Vec<u64>);

impl Bits {
    pub(super) fn has(&self, slot: u32) -> bool {
        self.0.get(slot as usize / 64).is_some_and(|word| word & (1 << (slot % 64)) != 0)
    }

    pub(super) fn set(&mut self, slot: u32, to: bool) {
        let at = slot as usize / 64;
        if self.0.len() <= at {
            self.0.resize(at + 1, 0);
        }
        if let Some(word) = self.0.get_mut(at) {
            *word = if to { *word | 1 << (slot % 64) } else { *word & !(1 << (slot % 64)) };
        }
    }
}
