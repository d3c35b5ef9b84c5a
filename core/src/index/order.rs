//! One sorted order of all rows of a type, kept up to date without sorting everything again.

use std::cmp::Ordering;

use crate::index::Sort;
use crate::index::column::{Column, Key, fine};
use crate::index::entry::Entry;

/// Up to this many changed rows are put into their places one by one; more are sorted and merged in one pass.
const FEW: usize = 32;

/// The slots of all rows, ascending; those without the value come last.
#[derive(Debug, Default)]
pub(super) struct Order {
    /// Sorted, but for the rows in `changed`.
    slots: Vec<u32>,
    /// Slots whose rows have changed, come or gone since.
    changed: Vec<u32>,
    /// How many have the value that is sorted by.
    present: usize,
}

/// Rows by slot; free slots are `None`.
pub(super) type Slots = [Option<Entry>];

/// What rows are compared by.
#[derive(Debug, Clone, Copy)]
pub(super) struct Compare<'a> {
    pub(super) sort: Sort,
    pub(super) rows: &'a Slots,
    /// The place of each facet symbol among the choices.
    pub(super) ranks: &'a [u16],
    /// What is sorted by, where entries do not hold it.
    pub(super) column: Option<&'a Column>,
}

impl Compare<'_> {
    fn row(&self, slot: u32) -> Option<&Entry> {
        self.rows.get(slot as usize)?.as_ref()
    }

    fn rank(&self, entry: &Entry) -> u16 {
        self.ranks.get(usize::from(entry.facet)).copied().unwrap_or(u16::MAX)
    }

    /// Whether a row has the value that is sorted by.
    fn has(&self, slot: u32) -> bool {
        self.row(slot).is_some_and(|entry| match self.sort {
            Sort::Recent | Sort::Facet => true,
            Sort::Title => entry.title_len > 0,
            Sort::Amount => entry.amount.is_some(),
            Sort::Date => entry.date.is_some(),
            Sort::Field(_) => self.column.is_some_and(|column| column.key(slot).is_some()),
        })
    }

    fn slots(&self, left: u32, right: u32) -> Ordering {
        let (Some(a), Some(b)) = (self.row(left), self.row(right)) else { return left.cmp(&right) };
        let by_value = match self.sort {
            Sort::Recent => a.updated.cmp(&b.updated),
            Sort::Title => a.title().cmp(b.title()),
            Sort::Amount => amount(a).cmp(&amount(b)),
            Sort::Date => a.date.cmp(&b.date),
            Sort::Facet => self.rank(a).cmp(&self.rank(b)).then_with(|| a.title().cmp(b.title())),
            Sort::Field(_) => self.column.map_or(Ordering::Equal, |column| column.key(left).cmp(&column.key(right))),
        };
        // Where values are missing there is nothing to compare, and they stand behind the others.
        self.has(right).cmp(&self.has(left)).then(by_value).then_with(|| a.id.cmp(&b.id))
    }
}

fn amount(entry: &Entry) -> Option<(i128, &'static str)> {
    entry.amount.map(|money| (fine(money), money.currency.code()))
}

impl Order {
    /// Sorts all rows.
    pub(super) fn new(compare: Compare<'_>) -> Self {
        let all = 0..u32::try_from(compare.rows.len()).unwrap_or(u32::MAX);
        let mut order = Self { changed: all.collect(), ..Self::default() };
        order.freshen(compare);
        order
    }

    /// Notes that a row has changed, come or gone.
    pub(super) fn touch(&mut self, slot: u32) {
        self.changed.push(slot);
    }

    /// Puts the changed rows where they belong.
    pub(super) fn freshen(&mut self, compare: Compare<'_>) {
        if self.changed.is_empty() {
            return;
        }
        let mut changed = std::mem::take(&mut self.changed);
        changed.sort_unstable();
        changed.dedup();
        self.slots.retain(|slot| changed.binary_search(slot).is_err());
        changed.retain(|slot| compare.row(*slot).is_some());
        if changed.len() <= FEW {
            for slot in changed {
                let at = self.slots.partition_point(|other| compare.slots(*other, slot).is_lt());
                self.slots.insert(at, slot);
            }
        } else {
            sort(&mut changed, compare);
            self.slots = merge(&self.slots, &changed, compare);
        }
        self.present = self.slots.partition_point(|slot| compare.has(*slot));
    }

    /// The slots, ascending, and how many of them have the value.
    pub(super) fn slots(&self) -> (&[u32], usize) {
        (&self.slots, self.present)
    }
}

/// Sorts by a number that stands for most of the value, and looks at the rows themselves only where it is equal: rows
/// lie all over the memory, and a sort of 100,000 of them would wait for it two million times.
fn sort(slots: &mut [u32], compare: Compare<'_>) {
    let mut keyed: Vec<(u64, u32)> = slots.iter().map(|slot| (prefix(compare, *slot), *slot)).collect();
    keyed.sort_unstable_by(|a, b| a.0.cmp(&b.0).then_with(|| compare.slots(a.1, b.1)));
    for (slot, (_, sorted)) in slots.iter_mut().zip(keyed) {
        *slot = sorted;
    }
}

/// A number that is smaller for a smaller row, or equal.
fn prefix(compare: Compare<'_>, slot: u32) -> u64 {
    let Some(entry) = compare.row(slot).filter(|_| compare.has(slot)) else { return u64::MAX };
    match compare.sort {
        Sort::Recent => entry.updated,
        Sort::Title => {
            let mut bytes = [0; 8];
            for (to, from) in bytes.iter_mut().zip(entry.title().bytes()) {
                *to = from;
            }
            u64::from_be_bytes(bytes)
        }
        Sort::Amount => entry.amount.map_or(u64::MAX, |_| 0),
        Sort::Date => entry.date.map_or(u64::MAX, |date| u64::from(date.cast_unsigned() ^ (1 << 31))),
        Sort::Facet => u64::from(compare.rank(entry)),
        Sort::Field(_) => compare.column.and_then(|column| column.key(slot)).map_or(u64::MAX, Key::prefix),
    }
}

fn merge(old: &[u32], new: &[u32], compare: Compare<'_>) -> Vec<u32> {
    let mut merged = Vec::with_capacity(old.len() + new.len());
    let mut rest = old;
    for slot in new {
        let at = rest.partition_point(|other| compare.slots(*other, *slot).is_lt());
        let (before, after) = rest.split_at(at);
        merged.extend_from_slice(before);
        merged.push(*slot);
        rest = after;
    }
    merged.extend_from_slice(rest);
    merged
}
