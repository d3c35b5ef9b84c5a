//! The rows of one type: slots, the orders that lists ask for, and the last answers.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;

use chrono::{Datelike, NaiveDate};
use memchr::memmem::Finder;

use crate::filter::{Calendar, Filter};
use crate::id::RecordId;
use crate::index::chunk::{self, CHUNK_ROWS, Chunk, ChunkError, ChunkId};
use crate::index::column::Column;
use crate::index::entry::{self, Entry};
use crate::index::grouped::{Grouped, Groups};
use crate::index::order::{Compare, Order};
use crate::index::sieve::Sieve;
use crate::index::tally::Tally;
use crate::index::{FacetCount, Query, Sort, fold};
use crate::record::Record;
use crate::schema::{Field, Schema};
use crate::search::{Question, Terms, Texts, quality};

/// How many answers are kept for the next window of the same list: a list, its neighbours, and the columns of a board.
const ANSWERS: usize = 12;
/// How many filters are kept up to date: that of a list, and those that were looked at before.
const SIEVES: usize = 4;
/// How many fields are kept that entries do not hold: what a list is sorted and grouped by, and one before.
const COLUMNS: usize = 3;

/// What it is worth that the title is just what was typed, or begins with it.
const ALL_OF_TITLE: u32 = 24;
const WORDS_OF_TITLE: u32 = 12;

/// A row among those that were found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Ranked {
    pub(super) score: u32,
    /// Of two that fit as well, the one that was edited later comes first.
    updated: u64,
    pub(super) id: RecordId,
}

/// See the module's documentation.
#[derive(Debug)]
pub(super) struct Rows {
    slots: Vec<Option<Entry>>,
    slot_of: BTreeMap<RecordId, u32>,
    free: Vec<u32>,
    /// Whether `free` is known: after loading chunks it is found with the first new row.
    free_known: bool,
    facets: Vec<String>,
    /// Of all rows of each facet.
    tallies: Vec<Tally>,
    /// The place of each facet among the choices.
    ranks: Vec<u16>,
    choices: usize,
    orders: BTreeMap<Sort, Order>,
    answers: Vec<Answer>,
    /// The last one was asked for last.
    sieves: Vec<Sieve>,
    /// The last one was asked for last.
    columns: Vec<Column>,
    /// The last answer that was grouped.
    groups: Option<Groups>,
    schema: &'static Schema,
    dirty: BTreeSet<u32>,
    /// How much a hit in the title weighs.
    title_weight: u8,
    /// The words of the rows below this slot; made when a search is first thought of.
    terms: Option<(Terms, usize)>,
    /// While all records are being read again: those that changed since, and so are known.
    newer: Option<BTreeSet<RecordId>>,
}

/// The filtered rows of a query: ascending, and how many of them have the value that is sorted by.
#[derive(Debug)]
struct Answer {
    sort: Sort,
    facet: Option<u16>,
    text: String,
    filter: String,
    slots: Vec<u32>,
    present: usize,
}

impl Rows {
    pub(super) fn new(schema: &'static Schema) -> Self {
        let facets: Vec<String> = schema.facets().iter().map(|choice| choice.value.to_owned()).collect();
        Self {
            slots: Vec::new(),
            slot_of: BTreeMap::new(),
            free: Vec::new(),
            free_known: true,
            ranks: (0..=u16::MAX).take(facets.len()).collect(),
            choices: facets.len(),
            tallies: vec![Tally::default(); facets.len()],
            facets,
            orders: BTreeMap::new(),
            answers: Vec::new(),
            sieves: Vec::new(),
            columns: Vec::new(),
            groups: None,
            schema,
            dirty: BTreeSet::new(),
            title_weight: entry::title_weight(schema),
            terms: None,
            newer: None,
        }
    }

    pub(super) fn len(&self) -> usize {
        self.slot_of.len()
    }

    /// Of these records those that were edited last, at most `most` of them, and how many of them there are.
    pub(super) fn latest(&self, ids: impl IntoIterator<Item = RecordId>, most: usize) -> (Vec<RecordId>, usize) {
        let entry = |id: RecordId| self.slots.get(*self.slot_of.get(&id)? as usize)?.as_ref();
        let ids: BTreeSet<RecordId> = ids.into_iter().collect();
        let mut found: Vec<(Reverse<u64>, RecordId)> =
            ids.into_iter().filter_map(|id| Some((Reverse(entry(id)?.updated), id))).collect();
        let count = found.len();
        found.sort_unstable();
        found.truncate(most);
        (found.into_iter().map(|(_, id)| id).collect(), count)
    }

    /// The symbol of a facet; one that this version does not know ranks behind all that it does.
    pub(super) fn symbol(&mut self, facet: &str) -> u16 {
        let at = self.facets.iter().position(|known| known == facet).unwrap_or_else(|| {
            self.facets.push(facet.to_owned());
            self.ranks.push(u16::MAX);
            self.tallies.push(Tally::default());
            self.facets.len() - 1
        });
        u16::try_from(at).unwrap_or(u16::MAX)
    }

    /// The type is another now: what it says of the facet holds at once, all else with the records that are read from here on.
    pub(super) fn adopt(&mut self, schema: &'static Schema) {
        let fresh = Self::new(schema);
        let known = std::mem::replace(&mut self.facets, fresh.facets);
        (self.choices, self.ranks, self.tallies) = (fresh.choices, fresh.ranks, fresh.tallies);
        (self.schema, self.title_weight) = (schema, fresh.title_weight);
        let symbols: Vec<u16> = known.iter().map(|facet| self.symbol(facet)).collect();
        for entry in self.slots.iter_mut().flatten() {
            entry.facet = symbols.get(usize::from(entry.facet)).copied().unwrap_or_default();
            if let Some(tally) = self.tallies.get_mut(usize::from(entry.facet)) {
                tally.add(entry);
            }
        }
        self.orders.clear();
        self.forget_answers();
        // They may ask for fields that are there now, or no more; whoever needs one has it read again.
        self.sieves.clear();
        self.columns.clear();
    }

    /// All records are to be read again.
    pub(super) fn begin_reading(&mut self) {
        self.newer = Some(BTreeSet::new());
    }

    /// Whether a record is to be read again, and was not changed since.
    pub(super) fn lacks(&self, id: RecordId) -> bool {
        self.newer.as_ref().is_some_and(|newer| !newer.contains(&id))
    }

    /// A record changed.
    pub(super) fn note(&mut self, id: RecordId) {
        if let Some(newer) = &mut self.newer {
            newer.insert(id);
        }
    }

    /// All records were read again.
    pub(super) fn end_reading(&mut self) {
        self.newer = None;
        self.dirty.extend(0..self.chunk_count());
    }

    pub(super) const fn is_whole(&self) -> bool {
        self.newer.is_none()
    }

    /// Takes a record as it is.
    pub(super) fn take(&mut self, record: &Record) {
        let schema = self.schema;
        let facet = self.symbol(schema.facet_of(record));
        self.put(Entry::of(schema, record, facet), record);
    }

    /// Puts a record's entry into its place.
    fn put(&mut self, entry: Entry, record: &Record) {
        let id = entry.id;
        self.put_entry(entry);
        if let Some(slot) = self.slot_of.get(&id).copied() {
            self.taken_up(slot, Some(record));
        }
    }

    /// What was taken up takes a record as it is now; `None` if it is gone.
    fn taken_up(&mut self, slot: u32, record: Option<&Record>) {
        let schema = self.schema;
        self.sieves.iter_mut().for_each(|sieve| sieve.take(schema, slot, record));
        self.answers.retain(|answer| answer.filter.is_empty());
        self.groups = None;
        for column in &mut self.columns {
            if column.take(schema, slot, record) {
                let sort = Sort::Field(column.field.name);
                self.orders.entry(sort).and_modify(|order| order.touch(slot));
                self.answers.retain(|answer| answer.sort != sort);
            }
        }
    }

    fn forget_answers(&mut self) {
        self.answers.clear();
        self.groups = None;
    }

    fn put_entry(&mut self, entry: Entry) {
        let slot = match self.slot_of.get(&entry.id) {
            Some(slot) if self.slots.get(*slot as usize).is_some_and(|old| old.as_ref() == Some(&entry)) => return,
            Some(slot) => *slot,
            None => self.free_slot(),
        };
        self.slot_of.insert(entry.id, slot);
        self.fill(slot, Some(entry));
        self.touch(slot);
    }

    pub(super) fn remove(&mut self, id: RecordId) {
        let Some(slot) = self.slot_of.remove(&id) else { return };
        self.fill(slot, None);
        self.taken_up(slot, None);
        if self.free_known {
            self.free.push(slot);
        }
        self.touch(slot);
    }

    /// Puts an entry into a slot, or empties it.
    fn fill(&mut self, slot: u32, entry: Option<Entry>) {
        let Some(place) = self.slots.get_mut(slot as usize) else { return };
        if let Some((terms, done)) = &mut self.terms
            && (slot as usize) < *done
        {
            let title = self.title_weight;
            let (old, new) = (place.as_ref(), entry.as_ref());
            retake(terms, slot, old.map(|old| old.texts(title)), new.map(|new| new.texts(title)));
        }
        if let Some(entry) = &entry
            && let Some(tally) = self.tallies.get_mut(usize::from(entry.facet))
        {
            tally.add(entry);
        }
        if let Some(old) = std::mem::replace(place, entry)
            && let Some(tally) = self.tallies.get_mut(usize::from(old.facet))
        {
            tally.take(&old);
        }
    }

    fn free_slot(&mut self) -> u32 {
        if !self.free_known {
            let empty = self.slots.iter().enumerate().filter(|(_, entry)| entry.is_none());
            self.free = empty.filter_map(|(slot, _)| u32::try_from(slot).ok()).collect();
            self.free_known = true;
        }
        self.free.pop().unwrap_or_else(|| {
            if let Some((_, done)) = &mut self.terms
                && *done == self.slots.len()
            {
                // Nothing is in the new slot yet.
                *done += 1;
            }
            self.slots.push(None);
            u32::try_from(self.slots.len() - 1).unwrap_or(u32::MAX)
        })
    }

    fn touch(&mut self, slot: u32) {
        self.dirty.insert(slot / CHUNK_ROWS);
        self.forget_answers();
        for order in self.orders.values_mut() {
            order.touch(slot);
        }
    }

    pub(super) fn window(&mut self, query: &Query, start: usize, len: usize) -> (Vec<RecordId>, usize) {
        let (wanted, total) = self.places(query, start, len);
        (self.ids(&wanted), total)
    }

    fn ids(&self, slots: &[u32]) -> Vec<RecordId> {
        let entries = slots.iter().filter_map(|slot| self.slots.get(*slot as usize)?.as_ref());
        entries.map(|entry| entry.id).collect()
    }

    /// A part of the rows of a query in its order, and how many there are in all.
    fn places(&mut self, query: &Query, start: usize, len: usize) -> (Vec<u32>, usize) {
        let facet = match &query.facet {
            None => None,
            Some(facet) => match self.facets.iter().position(|known| known == facet) {
                Some(at) => u16::try_from(at).ok(),
                None => return (Vec::new(), 0),
            },
        };
        let (slots, present) = self.answer(query.sort, facet, &query.text, &query.filter);
        let total = slots.len();
        // Those without the value stay behind in either direction.
        let place = |at: usize| if query.descending && at < present { present - 1 - at } else { at };
        let wanted =
            (start.min(total)..start.saturating_add(len).min(total)).filter_map(|at| slots.get(place(at)).copied());
        (wanted.collect(), total)
    }

    /// See [`Index::grouped`](crate::index::Index::grouped). `others` are the rows of the type that the field leads to, if it leads to
    /// another one.
    pub(super) fn grouped(&mut self, others: Option<&Self>, query: &Query, start: usize, len: usize) -> Grouped {
        let groups = match self.groups.take() {
            Some(groups) if groups.answers(query) => groups,
            _ => self.make_groups(others, query),
        };
        let (slots, mut window) = groups.window(&query.closed, start, len);
        window.rows = self.ids(&slots);
        self.groups = Some(groups);
        window
    }

    fn make_groups(&mut self, others: Option<&Self>, query: &Query) -> Groups {
        let (rows, _) = self.places(query, 0, usize::MAX);
        if self.leads_to(query.group).is_some() {
            let named = others.unwrap_or(self);
            return Groups::related(query, self.column(query.group), &rows, |id| named.title(id));
        }
        let ordered = self.answer(Sort::Field(query.group), None, "", "").0.to_vec();
        let turned = query.descending && query.sort.field(&self.schema.list) == query.group;
        Groups::new(query, self.column(query.group), &ordered, &rows, turned)
    }

    fn column(&self, field: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.field.name == field)
    }

    /// The type that a field leads to, if it is a relation.
    pub(super) fn leads_to(&self, field: &str) -> Option<&'static str> {
        self.schema.field(field).and_then(Field::leads_to)
    }

    /// What a record is called, folded, if it is called anything.
    fn title(&self, id: RecordId) -> Option<&str> {
        let entry = self.slots.get(*self.slot_of.get(&id)? as usize)?.as_ref()?;
        Some(entry.title()).filter(|title| !title.is_empty())
    }

    /// A record of a type changed: groups that are in the order of what those are called are made anew.
    pub(super) fn renamed(&mut self, kind: &str) {
        if self.groups.as_ref().is_some_and(|groups| self.leads_to(groups.field()) == Some(kind)) {
            self.groups = None;
        }
    }

    /// The fields that a query is sorted and grouped by and that nobody has read yet.
    pub(super) fn lacking(&self, query: &Query) -> Vec<&'static Field> {
        let sort = if let Sort::Field(name) = query.sort { name } else { "" };
        let known = |field: &&Field| self.columns.iter().any(|each| each.field == *field && each.is_whole());
        let asked = [sort, query.group].into_iter().filter_map(|name| self.schema.field(name));
        asked.filter(|field| !known(field)).collect()
    }

    /// Takes up the fields that a query lacks; all records are to be read for them now.
    pub(super) fn begin_columns(&mut self, query: &Query) {
        for field in self.lacking(query) {
            self.columns.retain(|column| column.field.name != field.name);
            let is_idle = |column: &Column| {
                let name = column.field.name;
                query.group != name && query.sort != Sort::Field(name)
            };
            if self.columns.len() >= COLUMNS
                && let Some(at) = self.columns.iter().position(is_idle)
            {
                let old = self.columns.remove(at);
                self.orders.remove(&Sort::Field(old.field.name));
            }
            self.columns.push(Column::new(field));
        }
    }

    /// Takes a record that was read for them.
    pub(super) fn read_columns(&mut self, record: &Record) {
        let (Some(slot), schema) = (self.slot_of.get(&record.id), self.schema) else { return };
        self.columns.iter_mut().for_each(|column| column.read(schema, *slot, record));
    }

    /// All records were read for them.
    pub(super) fn end_columns(&mut self) {
        for column in self.columns.iter_mut().filter(|column| !column.is_whole()) {
            column.end();
            self.orders.remove(&Sort::Field(column.field.name));
        }
        self.forget_answers();
    }

    pub(super) fn drop_columns(&mut self) {
        if !self.columns.is_empty() {
            self.columns.clear();
            self.orders.retain(|sort, _| !matches!(sort, Sort::Field(_)));
            self.forget_answers();
        }
    }

    /// The first rows whose date lies in a range of days, and how many do.
    pub(super) fn between(&mut self, days: RangeInclusive<i32>, most: usize) -> (Vec<RecordId>, usize) {
        let dated = self.dated(days);
        (dated.iter().take(most).map(|entry| entry.id).collect(), dated.len())
    }

    /// Counts and sums of the rows that are counted on one of a range of days, by the first day of its month and the status or stage.
    pub(super) fn months(&self, days: &RangeInclusive<i32>, day: fn(u64) -> NaiveDate) -> Vec<(NaiveDate, FacetCount)> {
        let mut tallies: BTreeMap<(NaiveDate, u16), Tally> = BTreeMap::new();
        for entry in self.slots.iter().flatten() {
            let counted = entry.counted_on(days, day).and_then(NaiveDate::from_num_days_from_ce_opt);
            if let Some(month) = counted.and_then(|day| day.with_day(1)) {
                tallies.entry((month, entry.facet)).or_default().add(entry);
            }
        }
        let named = |facet: u16| self.facets.get(usize::from(facet)).map_or("", |facet| facet);
        tallies.iter().map(|((month, facet), tally)| (*month, tally.told(named(*facet)))).collect()
    }

    /// The rows whose date lies in a range of days, in its order.
    fn dated(&mut self, days: RangeInclusive<i32>) -> Vec<&Entry> {
        let compare = Compare { sort: Sort::Date, rows: &self.slots, ranks: &self.ranks, column: None };
        let order = self.orders.entry(Sort::Date).or_insert_with(|| Order::new(compare));
        order.freshen(compare);
        let (slots, present) = order.slots();
        let dated = &slots[..present];
        let entry = |slot: &u32| self.slots.get(*slot as usize).and_then(Option::as_ref);
        let before = |bound: &dyn Fn(i32) -> bool| {
            dated.partition_point(|slot| entry(slot).and_then(|entry| entry.date).is_some_and(bound))
        };
        let start = before(&|date| date < *days.start());
        let end = before(&|date| date <= *days.end()).max(start);
        dated[start..end].iter().filter_map(entry).collect()
    }

    /// The rows of a query, ascending, and how many of them have the value that is sorted by.
    fn answer(&mut self, sort: Sort, facet: Option<u16>, text: &str, filter: &str) -> (&[u32], usize) {
        let column = self.columns.iter().find(|column| sort == Sort::Field(column.field.name));
        let compare = Compare { sort, rows: &self.slots, ranks: &self.ranks, column };
        let order = self.orders.entry(sort).or_insert_with(|| Order::new(compare));
        order.freshen(compare);
        let text = fold(text);
        if facet.is_none() && text.is_empty() && filter.is_empty() {
            return order.slots();
        }
        let same = |answer: &&Answer| answer.sort == sort && answer.facet == facet && answer.filter == filter;
        if let Some(at) = self.answers.iter().position(|answer| same(&answer) && answer.text == text) {
            let answer = self.answers.remove(at);
            self.answers.push(answer);
        } else {
            // Typing on narrows what the shorter text has found.
            let shorter = self.answers.iter().filter(same).filter(|answer| text.starts_with(&answer.text));
            let from = shorter.max_by_key(|answer| answer.text.len());
            let (slots, present) = from.map_or_else(|| order.slots(), |answer| (&answer.slots, answer.present));
            let words: Vec<Finder<'_>> = text.split(' ').map(Finder::new).collect();
            let sieve = self.sieves.iter().find(|sieve| sieve.text == filter);
            let fits = |slot: u32| {
                if !filter.is_empty() && !sieve.is_some_and(|sieve| sieve.passes(slot)) {
                    return false;
                }
                let entry = self.slots.get(slot as usize).and_then(Option::as_ref);
                entry.is_some_and(|entry| {
                    let has = |word: &Finder<'_>| {
                        word.find(entry.hay.as_bytes()).is_some() || word.find(entry.words.as_bytes()).is_some()
                    };
                    facet.is_none_or(|facet| facet == entry.facet) && words.iter().all(has)
                })
            };
            let mut found: Vec<u32> = Vec::new();
            found.extend(slots[..present].iter().copied().filter(|slot| fits(*slot)));
            let present_found = found.len();
            found.extend(slots[present..].iter().copied().filter(|slot| fits(*slot)));
            if self.answers.len() >= ANSWERS {
                self.answers.remove(0);
            }
            self.answers.push(Answer {
                sort,
                facet,
                text,
                filter: filter.to_owned(),
                slots: found,
                present: present_found,
            });
        }
        self.answers.last().map_or((&[], 0), |answer| (&answer.slots, answer.present))
    }

    /// Whether a filter can be answered, as of today.
    pub(super) fn has_filter(&self, filter: &str, calendar: Calendar) -> bool {
        self.sieves.iter().any(|sieve| sieve.text == filter && sieve.is_whole(calendar))
    }

    /// Takes up a filter; all records are to be read for it now.
    pub(super) fn begin_filter(&mut self, text: &str, filter: Filter, calendar: Calendar) {
        self.sieves.retain(|sieve| sieve.text != text);
        self.answers.retain(|answer| answer.filter != text);
        self.groups = None;
        if self.sieves.len() >= SIEVES {
            self.sieves.remove(0);
        }
        self.sieves.push(Sieve::new(text, filter, calendar));
    }

    /// Takes a record that was read for a filter.
    pub(super) fn sift(&mut self, text: &str, record: &Record) {
        let (Some(slot), schema) = (self.slot_of.get(&record.id), self.schema) else { return };
        if let Some(sieve) = self.sieves.iter_mut().find(|sieve| sieve.text == text) {
            sieve.read(schema, *slot, record);
        }
    }

    /// All records were read for a filter.
    pub(super) fn end_filter(&mut self, text: &str) {
        self.sieves.iter_mut().filter(|sieve| sieve.text == text).for_each(Sieve::end);
    }

    pub(super) fn facet_counts(&mut self, text: &str, filter: &str) -> Vec<FacetCount> {
        if fold(text).is_empty() && filter.is_empty() {
            return self.told(&self.tallies);
        }
        let mut tallies = vec![Tally::default(); self.facets.len()];
        let matching = self.answer(Sort::Recent, None, text, filter).0.to_vec();
        for entry in matching.into_iter().filter_map(|slot| self.slots.get(slot as usize)?.as_ref()) {
            if let Some(tally) = tallies.get_mut(usize::from(entry.facet)) {
                tally.add(entry);
            }
        }
        self.told(&tallies)
    }

    /// Takes the words of at most so many more rows; returns how many it took, which is fewer only if there are no more.
    pub(super) fn prepare(&mut self, rows: usize) -> usize {
        let (terms, done) = self.terms.get_or_insert_default();
        let from = *done;
        *done = from.saturating_add(rows).min(self.slots.len());
        for (slot, entry) in self.slots.iter().enumerate().take(*done).skip(from) {
            if let (Some(entry), Ok(slot)) = (entry, u32::try_from(slot)) {
                terms.add(slot, entry.texts(self.title_weight));
            }
        }
        *done - from
    }

    /// The best of the rows that meet a question, best first, and how many do.
    pub(super) fn search(&mut self, question: &Question, loose: bool, most: usize) -> (Vec<Ranked>, usize) {
        while self.prepare(usize::MAX) > 0 {}
        let Some((terms, _)) = &self.terms else { return (Vec::new(), 0) };
        let scores = terms.scores(question, loose, self.slots.len());
        // Below this the title cannot be what was typed, and need not be looked at.
        let whole = question.parts().len() * usize::from(u16::from(self.title_weight) * quality::WHOLE);
        best(&scores, most, |slot, score| {
            let entry = self.slots.get(slot)?.as_ref()?;
            let title = if usize::from(score) >= whole { entry.title() } else { "" };
            let bonus = match title.strip_prefix(question.text.as_str()) {
                Some("") => ALL_OF_TITLE,
                Some(rest) if rest.starts_with(|c: char| !c.is_alphanumeric()) => WORDS_OF_TITLE,
                _ => 0,
            };
            Some(Ranked { score: u32::from(score) + bonus, updated: entry.updated, id: entry.id })
        })
    }

    /// Choices are told of even when nothing has them, foreign values only while something does.
    fn told(&self, tallies: &[Tally]) -> Vec<FacetCount> {
        let known = self.facets.iter().zip(tallies).enumerate();
        let shown = known.filter(|(at, (_, tally))| *at < self.choices || tally.count() > 0);
        shown.map(|(_, (facet, tally))| tally.told(facet)).collect()
    }

    pub(super) fn dirty(&self) -> impl Iterator<Item = u32> {
        self.dirty.iter().copied()
    }

    pub(super) fn soil(&mut self, chunk: u32) {
        self.dirty.insert(chunk);
    }

    pub(super) fn chunk_count(&self) -> u32 {
        u32::try_from(self.slots.len().div_ceil(CHUNK_ROWS as usize)).unwrap_or(u32::MAX)
    }

    pub(super) fn encode(&mut self, id: &ChunkId) -> Vec<u8> {
        self.dirty.remove(&id.number);
        let from = (id.number as usize).saturating_mul(CHUNK_ROWS as usize).min(self.slots.len());
        let to = from.saturating_add(CHUNK_ROWS as usize).min(self.slots.len());
        chunk::encode(id, &self.facets, &self.slots[from..to])
    }

    pub(super) fn load(&mut self, chunk: Chunk) -> Result<(), ChunkError> {
        let first = (chunk.id.number as usize).saturating_mul(CHUNK_ROWS as usize);
        let symbols: Vec<u16> = chunk.facets.iter().map(|facet| self.symbol(facet)).collect();
        if self.slots.len() < first + chunk.rows.len() {
            self.slots.resize(first + chunk.rows.len(), None);
        }
        self.free_known = false;
        for (slot, row) in (first..).zip(chunk.rows) {
            let Some(mut entry) = row else { continue };
            entry.facet = symbols.get(usize::from(entry.facet)).copied().ok_or(ChunkError::Damaged)?;
            let number = u32::try_from(slot).map_err(|_| ChunkError::Damaged)?;
            // A record that moved to another slot between two saves is in two chunks; what changed since is read
            // again anyway, so that either will do.
            if self.slot_of.contains_key(&entry.id) {
                self.dirty.insert(chunk.id.number);
                continue;
            }
            self.slot_of.insert(entry.id, number);
            self.fill(number, Some(entry));
        }
        self.orders.clear();
        self.forget_answers();
        Ok(())
    }
}

/// Replaces what `terms` have of a row.
fn retake(terms: &mut Terms, slot: u32, old: Option<Texts<'_>>, new: Option<Texts<'_>>) {
    if let (Some(old), Some(new)) = (old, new)
        && old == new
    {
        return;
    }
    if let Some(old) = old {
        terms.remove(slot, old);
    }
    if let Some(new) = new {
        terms.add(slot, new);
    }
}

/// The greatest of the scores above zero, and how many are. Only what is above or at the bound is looked at more closely.
fn best(scores: &[u16], most: usize, rank: impl Fn(usize, u16) -> Option<Ranked>) -> (Vec<Ranked>, usize) {
    let found: Vec<(usize, u16)> = scores.iter().copied().enumerate().filter(|(_, score)| *score > 0).collect();
    let greatest = found.iter().map(|(_, score)| usize::from(*score)).max().unwrap_or_default();
    let mut counts = vec![0; greatest + 1];
    for (_, score) in &found {
        counts[usize::from(*score)] += 1;
    }
    let mut above = 0;
    let bound = counts.iter().rposition(|count| {
        above += count;
        above >= most
    });
    // A title's bonus can lift what is a little below.
    let bound = bound.unwrap_or_default().saturating_sub(ALL_OF_TITLE as usize);
    let near = found.iter().filter(|(_, score)| usize::from(*score) >= bound);
    let mut ranked: Vec<Ranked> = near.filter_map(|(slot, score)| rank(*slot, *score)).collect();
    let total = found.len();
    if ranked.len() > most && most > 0 {
        ranked.select_nth_unstable_by(most - 1, |a, b| b.cmp(a));
    }
    ranked.truncate(most);
    ranked.sort_unstable_by(|a, b| b.cmp(a));
    (ranked, total)
}
