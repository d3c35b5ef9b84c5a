//! Lists whose rows stand below the values of a field, or below what a relation leads to.

use std::collections::{BTreeMap, BTreeSet};

use crate::id::RecordId;
use crate::index::Query;
use crate::index::column::{Column, Key};
use crate::sorting::Order;

/// A group of a list.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Group {
    /// The value that its records have: that of a choice, a name, a month such as `2026-11`, or the id of the record that they lead
    /// to; empty if they have none.
    pub value: String,
    /// How many records it has.
    pub count: usize,
    /// The line of its head, counted from 0.
    pub line: usize,
    /// Whether its records are not shown.
    pub closed: bool,
}

/// A part of a grouped list.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Grouped {
    /// The records in it. One that leads to several is in the group of each.
    pub rows: Vec<RecordId>,
    /// The groups whose heads are in it, and before them that of the first record if its head is above.
    pub groups: Vec<Group>,
    /// How many lines the list has.
    pub lines: usize,
    /// How many records it has, also in closed groups, each counted once.
    pub count: usize,
}

/// The rows of a query by group.
#[derive(Debug)]
pub(super) struct Groups {
    /// What was asked.
    query: Query,
    /// Of each group that has rows its value and how many rows it has, in order.
    groups: Vec<(String, usize)>,
    /// The rows of the first group, then those of the next.
    slots: Vec<u32>,
    /// How many rows there are, each counted once.
    count: usize,
}

impl Groups {
    /// Puts `rows`, which stand in the query's order, into groups. `ordered` are all rows of the type by the column, ascending,
    /// so that the rows of one group stand together. `turned` has the last group first; that without a value is last in any case.
    pub(super) fn new(query: &Query, column: Option<&Column>, ordered: &[u32], rows: &[u32], turned: bool) -> Self {
        let key = |slot: &u32| column.and_then(|column| column.key(*slot));
        let mut group_of = vec![0_u32; ordered.iter().max().map_or(0, |most| *most as usize + 1)];
        let mut values: Vec<Option<&Key>> = Vec::new();
        for slot in ordered {
            let now = key(slot);
            let same = values.last().is_some_and(|last| match (*last, now) {
                (Some(last), Some(now)) => last.is_with(now),
                (last, now) => last.is_none() && now.is_none(),
            });
            if !same {
                values.push(now);
            }
            if let Some(place) = group_of.get_mut(*slot as usize) {
                *place = u32::try_from(values.len() - 1).unwrap_or(u32::MAX);
            }
        }
        let mut parts: Vec<Vec<u32>> = vec![Vec::new(); values.len()];
        for slot in rows {
            let group = group_of.get(*slot as usize).copied().unwrap_or_default();
            if let Some(part) = parts.get_mut(group as usize) {
                part.push(*slot);
            }
        }
        let mut filled: Vec<_> = values.into_iter().zip(parts).filter(|(_, part)| !part.is_empty()).collect();
        if turned {
            filled.reverse();
            filled.order_by_key(|(value, _)| value.is_none());
        }
        let filled = filled.into_iter().map(|(value, part)| (value.map(Key::group).unwrap_or_default(), part));
        Self::of(query, filled, rows.len())
    }

    /// Puts `rows`, which stand in the query's order, below the records that they lead to, each below all of its own: in the order
    /// of what those are called, folded; what has no name here is behind them, and what leads nowhere is last.
    pub(super) fn related<'a>(
        query: &Query,
        column: Option<&Column>,
        rows: &[u32],
        name: impl Fn(RecordId) -> Option<&'a str>,
    ) -> Self {
        let mut parts: BTreeMap<RecordId, Vec<u32>> = BTreeMap::new();
        let mut without = Vec::new();
        for slot in rows {
            match column.and_then(|column| column.key(*slot)) {
                Some(Key::Records(ids)) => ids.iter().for_each(|id| parts.entry(*id).or_default().push(*slot)),
                _ => without.push(*slot),
            }
        }
        let mut parts: Vec<_> = parts.into_iter().map(|(id, part)| (name(id), id, part)).collect();
        parts.order_by(|(a, one, _), (b, other, _)| (a.is_none(), a, one).cmp(&(b.is_none(), b, other)));
        let parts = parts.into_iter().map(|(_, id, part)| (id.to_string(), part));
        let without = (!without.is_empty()).then(|| (String::new(), without));
        Self::of(query, parts.chain(without), rows.len())
    }

    fn of(query: &Query, parts: impl Iterator<Item = (String, Vec<u32>)>, count: usize) -> Self {
        let (mut groups, mut slots) = (Vec::new(), Vec::with_capacity(count));
        for (value, part) in parts {
            groups.push((value, part.len()));
            slots.extend(part);
        }
        Self { query: Query { closed: String::new(), ..query.clone() }, groups, slots, count }
    }

    /// By which field these are.
    pub(super) const fn field(&self) -> &'static str {
        self.query.group
    }

    /// Whether these are the groups of a query, whichever of them are closed.
    pub(super) fn answers(&self, query: &Query) -> bool {
        let Query { kind, facet, text, filter, sort, descending, group, closed: _ } = query;
        let own = &self.query;
        own.kind == *kind
            && own.facet == *facet
            && own.text == *text
            && own.filter == *filter
            && (own.sort, own.descending, own.group) == (*sort, *descending, *group)
    }

    /// A window of lines: the rows in it, and all else that is told of it.
    pub(super) fn window(&self, closed: &str, start: usize, len: usize) -> (Vec<u32>, Grouped) {
        let closed: BTreeSet<&str> = closed.split_terminator('\n').collect();
        let end = start.saturating_add(len);
        let (mut line, mut from) = (0, 0);
        let (mut slots, mut groups) = (Vec::new(), Vec::new());
        for (value, count) in &self.groups {
            let is_closed = closed.contains(value.as_str());
            let first = line + 1;
            let last = first + if is_closed { 0 } else { *count };
            if line < end && last > start {
                groups.push(Group { value: value.clone(), count: *count, line, closed: is_closed });
                let seen = start.clamp(first, last)..end.clamp(first, last);
                slots.extend(self.slots[from..from + count].iter().skip(seen.start - first).take(seen.len()));
            }
            line = last;
            from += count;
        }
        (slots, Grouped { rows: Vec::new(), groups, lines: line, count: self.count })
    }
}
