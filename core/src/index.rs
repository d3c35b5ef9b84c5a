//! The memory index: what lists sort, filter and search by, held in memory, so that a list of 100,000 records answers
//! between two frames.
//!
//! Records are the truth and live in the store; the index holds a few dozen bytes of each and is made anew from them
//! whenever it is missing or damaged. It is saved as packed chunks of [`CHUNK_ROWS`] rows ([`Index::encode`]): a
//! record keeps its place (its slot) while it lives, so that a change makes one chunk dirty.
//!
//! Which records are in it follows from the schema: types with a title that are not a part of another record, unless
//! deleted.

mod chunk;
mod column;
mod entry;
mod fold;
mod grouped;
mod order;
mod rows;
mod sieve;
mod tally;

use std::collections::BTreeMap;

use chrono::{Datelike, Months, NaiveDate};

use crate::catalogue::Catalogue;
use crate::filter::{Calendar, Filter};
use crate::id::RecordId;
use crate::money::Money;
use crate::record::{Record, RecordKey};
use crate::records::is_own;
use crate::schema::{ListFields, Schema};
use crate::search::{FEW, Found, Hit, Question};

pub use chunk::{CHUNK_ROWS, ChunkError, ChunkId};
pub use fold::{decompose_by, fold};
pub use grouped::{Group, Grouped};

use rows::{Ranked, Rows};

/// What a list is sorted by. Records without the value (no title, amount or date) come last in either direction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub enum Sort {
    /// When it was last edited.
    #[default]
    Recent,
    /// Its title, without regard to accents and capitals.
    Title,
    /// Its amount, in units of its own currency: no exchange rate is known.
    Amount,
    /// Its date.
    Date,
    /// Its status or stage in the order of the choices, then by title.
    Facet,
    /// A field of this name, of which the index holds nothing until it is [taken up](Index::begin_columns): texts without regard
    /// to accents and capitals, choices in their order.
    Field(&'static str),
}

impl Sort {
    /// The name of the field that is sorted by, of a type with these; empty for when it was edited.
    pub const fn field(self, list: &ListFields) -> &'static str {
        match self {
            Self::Recent => "",
            Self::Title => list.title,
            Self::Amount => list.amount,
            Self::Date => list.date,
            Self::Facet => list.facet,
            Self::Field(name) => name,
        }
    }

    /// What sorts by a field of a type: what the index holds, or else the field itself; `None` if nothing does.
    pub fn by(schema: &Schema, name: &str) -> Option<Self> {
        let field = schema.field(name).filter(|field| field.has_line())?;
        let roles = [Self::Title, Self::Facet, Self::Amount, Self::Date];
        let role = roles.into_iter().find(|role| role.field(&schema.list) == field.name);
        Some(role.unwrap_or(Self::Field(field.name)))
    }
}

/// Which records of a type, in which order.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Query {
    /// The record type, such as `lead`.
    pub kind: String,
    /// Only those with this status or stage.
    pub facet: Option<String>,
    /// Only those that contain each of these words, in any field that is searched; accents and capitals do not matter.
    pub text: String,
    /// Only those that this [`Filter`], as JSON, lets through; empty for none. It must have been
    /// [taken up](Index::begin_filter) before.
    pub filter: String,
    /// What they are sorted by.
    pub sort: Sort,
    /// Greatest first.
    pub descending: bool,
    /// The field by whose values they are [grouped](Index::grouped); empty for none.
    pub group: &'static str,
    /// The values of groups whose records are not shown, each with a line feed behind it.
    pub closed: String,
}

impl Query {
    /// All records of a type, the last edited first.
    pub fn recent(kind: impl Into<String>) -> Self {
        Self { kind: kind.into(), descending: true, ..Self::default() }
    }

    /// Whether this is just [`Query::recent`]: the one order that the store can answer without the index.
    pub fn is_recent(&self) -> bool {
        let whole = self.facet.is_none() && self.text.trim().is_empty() && self.filter.is_empty();
        whole && self.group.is_empty() && self.sort == Sort::Recent && self.descending
    }
}

/// How many records have a status or stage, and what they are worth.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FacetCount {
    /// The value, such as `new`; the declared choices come first, in their order, then what this version does not know.
    pub facet: String,
    /// How many.
    pub count: usize,
    /// The sum of their amounts, one for each currency, by code. A sum beyond all bounds is held at the bound.
    pub sums: Vec<Money>,
}

/// The index of all types. See the module's documentation.
#[derive(Debug)]
pub struct Index {
    types: &'static Catalogue,
    kinds: BTreeMap<String, Rows>,
}

impl Default for Index {
    /// An empty index of the program's own types.
    fn default() -> Self {
        Self::new(Catalogue::built_in())
    }
}

/// What the rows of a type depend on: two types of the same fingerprint read the same of a record.
pub fn fingerprint(schema: &Schema) -> u64 {
    chunk::checksum(entry::read_of(schema).as_bytes())
}

impl Index {
    /// An empty index of these types.
    pub fn new(types: &'static Catalogue) -> Self {
        Self { types, kinds: BTreeMap::new() }
    }

    /// Whether records of this type can be in the index at all. Of types that people made all can: the definition of one may
    /// come after its records.
    pub fn covers(kind: &str) -> bool {
        is_own(kind) || crate::records::schema(kind).is_some_and(Schema::is_listed)
    }

    /// The types that it knows.
    pub const fn types(&self) -> &'static Catalogue {
        self.types
    }

    fn listed(&self, kind: &str) -> Option<&'static Schema> {
        self.types.schema(kind).filter(|schema| schema.is_listed())
    }

    /// The types are others now. Returns those of which the index lacks something by that: all their records must be
    /// [read again](Self::reread), and then the reading [ends](Self::end_reading). Until then they are found as they were, and the
    /// index [is not whole](Self::is_whole).
    pub fn adopt(&mut self, types: &'static Catalogue) -> Vec<&'static str> {
        let before = std::mem::replace(&mut self.types, types);
        self.kinds.retain(|kind, _| types.schema(kind).is_some_and(Schema::is_listed));
        let mut lacking = Vec::new();
        for schema in types.all().filter(|schema| schema.is_listed()) {
            let was = before.schema(schema.kind).filter(|schema| schema.is_listed());
            if was.is_some_and(|was| std::ptr::eq(was, schema)) {
                continue;
            }
            let rows = self.kinds.entry(schema.kind.to_owned()).or_insert_with(|| Rows::new(schema));
            rows.adopt(schema);
            if was.is_none_or(|was| fingerprint(was) != fingerprint(schema)) {
                rows.begin_reading();
                lacking.push(schema.kind);
            }
        }
        lacking
    }

    /// Takes a record that is read again after its type [has changed](Self::adopt). What changed since is not set back by this.
    pub fn reread(&mut self, record: &Record) {
        let Some(rows) = self.kinds.get_mut(&record.kind).filter(|rows| rows.lacks(record.id)) else { return };
        if !record.is_deleted() && !record.fields.is_empty() {
            rows.take(record);
            self.renamed(&record.kind);
        }
    }

    /// A record of a type came, changed or went: what stands below it may have to stand elsewhere.
    fn renamed(&mut self, kind: &str) {
        self.kinds.values_mut().for_each(|rows| rows.renamed(kind));
    }

    /// All records of a type were read again.
    pub fn end_reading(&mut self, kind: &str) {
        if let Some(rows) = self.kinds.get_mut(kind) {
            rows.end_reading();
        }
    }

    /// Whether no type is being read again: only then it may be saved.
    pub fn is_whole(&self) -> bool {
        self.kinds.values().all(Rows::is_whole)
    }

    /// Takes a record as it stands now: adds it, replaces what was known of it, or takes it out if it is deleted.
    pub fn upsert(&mut self, record: &Record) {
        let Some(schema) = self.listed(&record.kind) else { return };
        if record.is_deleted() || record.fields.is_empty() {
            return self.remove(&record.key());
        }
        let rows = self.kinds.entry(record.kind.clone()).or_insert_with(|| Rows::new(schema));
        rows.note(record.id);
        rows.take(record);
        self.renamed(&record.kind);
    }

    /// Takes a record out.
    pub fn remove(&mut self, key: &RecordKey) {
        if let Some(rows) = self.kinds.get_mut(&key.kind) {
            rows.note(key.id);
            rows.remove(key.id);
            self.renamed(&key.kind);
        }
    }

    /// How many records of a type there are.
    pub fn len(&self, kind: &str) -> usize {
        self.kinds.get(kind).map_or(0, Rows::len)
    }

    /// Whether there is no record of any type.
    pub fn is_empty(&self) -> bool {
        self.kinds.values().all(|rows| rows.len() == 0)
    }

    /// The records from the `start`-th, at most `len` of them, and how many match in all.
    pub fn window(&mut self, query: &Query, start: usize, len: usize) -> (Vec<RecordId>, usize) {
        match self.kinds.get_mut(&query.kind) {
            Some(rows) => rows.window(query, start, len),
            None => (Vec::new(), 0),
        }
    }

    /// Of these records of a type those that were edited last, at most `most` of them, and how many of them there are.
    pub fn latest(&self, kind: &str, ids: impl IntoIterator<Item = RecordId>, most: usize) -> (Vec<RecordId>, usize) {
        self.kinds.get(kind).map_or_else(|| (Vec::new(), 0), |rows| rows.latest(ids, most))
    }

    /// Whether a filter of a type can be answered, as of today. Of a type without records every one can.
    pub fn has_filter(&self, kind: &str, filter: &str, calendar: Calendar) -> bool {
        filter.is_empty() || self.kinds.get(kind).is_none_or(|rows| rows.has_filter(filter, calendar))
    }

    /// Takes up a filter, by its JSON and as it was read from that. From here on changes are held against it; what there is
    /// already must be [read](Self::sift), all of it, and then the filter [answers](Self::end_filter).
    pub fn begin_filter(&mut self, kind: &str, text: &str, filter: Filter, calendar: Calendar) {
        if let Some(schema) = self.listed(kind) {
            let rows = self.kinds.entry(kind.to_owned()).or_insert_with(|| Rows::new(schema));
            rows.begin_filter(text, filter, calendar);
        }
    }

    /// Takes a record that was read for a filter. What changed since it was taken up is not set back by this.
    pub fn sift(&mut self, text: &str, record: &Record) {
        if let Some(rows) = self.kinds.get_mut(&record.kind) {
            rows.sift(text, record);
        }
    }

    /// All records were read for a filter.
    pub fn end_filter(&mut self, kind: &str, text: &str) {
        if let Some(rows) = self.kinds.get_mut(kind) {
            rows.end_filter(text);
        }
    }

    /// A part of a list that is grouped, from its `start`-th line and at most `len` lines: the head of each group is a line, and
    /// below it are its records in the list's order, unless it is closed. By a relation, a record is below each that it leads to.
    pub fn grouped(&mut self, query: &Query, start: usize, len: usize) -> Grouped {
        let Some((kind, mut rows)) = self.kinds.remove_entry(&query.kind) else { return Grouped::default() };
        let others = rows.leads_to(query.group).and_then(|kind| self.kinds.get(kind));
        let window = rows.grouped(others, query, start, len);
        self.kinds.insert(kind, rows);
        window
    }

    /// Whether a query can be sorted and grouped as it says. Of a type without records each can.
    pub fn has_columns(&self, query: &Query) -> bool {
        self.kinds.get(&query.kind).is_none_or(|rows| rows.lacking(query).is_empty())
    }

    /// Takes up the fields by which a query is sorted and grouped. From here on changes keep them; what there is already must be
    /// [read](Self::read_columns), all of it, and then they [answer](Self::end_columns). Those of other types are dropped: one
    /// list is looked at at a time, and memory is short on a phone.
    pub fn begin_columns(&mut self, query: &Query) {
        if self.has_columns(query) {
            return;
        }
        for (kind, rows) in &mut self.kinds {
            if *kind == query.kind {
                rows.begin_columns(query);
            } else {
                rows.drop_columns();
            }
        }
    }

    /// Takes a record that was read for what was [taken up](Self::begin_columns). What changed since is not set back by this.
    pub fn read_columns(&mut self, record: &Record) {
        if let Some(rows) = self.kinds.get_mut(&record.kind) {
            rows.read_columns(record);
        }
    }

    /// All records were read for what was [taken up](Self::begin_columns).
    pub fn end_columns(&mut self, kind: &str) {
        if let Some(rows) = self.kinds.get_mut(kind) {
            rows.end_columns();
        }
    }

    /// The records of a type whose date lies between two days, both included, in its order: at most `most` of them, and how many
    /// there are. An instant counts as its day in UTC.
    pub fn between(&mut self, kind: &str, from: NaiveDate, to: NaiveDate, most: usize) -> (Vec<RecordId>, usize) {
        let days = from.num_days_from_ce()..=to.num_days_from_ce();
        self.kinds.get_mut(kind).map_or_else(|| (Vec::new(), 0), |rows| rows.between(days, most))
    }

    /// Counts and sums by status or stage of the records of a type, for each month from that of one day to that of another in which
    /// there are any; each month by its first day. What is done with counts in the month in which it was, if that is known, all
    /// else in that of its date. `day` says on which day an instant falls where the device is.
    pub fn months(
        &self,
        kind: &str,
        from: NaiveDate,
        to: NaiveDate,
        day: fn(u64) -> NaiveDate,
    ) -> Vec<(NaiveDate, FacetCount)> {
        let first = from.with_day(1).unwrap_or(from);
        let last = to.with_day(1).and_then(|day| day.checked_add_months(Months::new(1))).and_then(|day| day.pred_opt());
        let days = first.num_days_from_ce()..=last.unwrap_or(to).num_days_from_ce();
        self.kinds.get(kind).map(|rows| rows.months(&days, day)).unwrap_or_default()
    }

    /// Counts and sums by status or stage of the records that contain the words of `text` and pass a filter.
    pub fn facet_counts(&mut self, kind: &str, text: &str, filter: &str) -> Vec<FacetCount> {
        let listed = self.listed(kind);
        match (self.kinds.get_mut(kind), listed) {
            (Some(rows), _) => rows.facet_counts(text, filter),
            (None, Some(schema)) => Rows::new(schema).facet_counts(text, filter),
            (None, None) => Vec::new(),
        }
    }

    /// Takes the words of at most so many more records for [`Index::search`]; returns whether there are no more to take. From then on
    /// every change keeps them as they are.
    pub fn prepare_search(&mut self, records: usize) -> bool {
        let mut left = records;
        for rows in self.kinds.values_mut() {
            left -= rows.prepare(left).min(left);
        }
        left > 0
    }

    /// What is meant by a question, of all types that `among` says yes to: at most `most`, best first. What was not prepared
    /// for ([`Index::prepare_search`]) is now. Slips of the keyboard are forgiven, if `forgiving`, where little is found without.
    pub fn search(&mut self, question: &Question, most: usize, forgiving: bool, among: impl Fn(&str) -> bool) -> Found {
        let strict = self.search_once(question, most, &among, false);
        if strict.total >= FEW || !forgiving || !question.may_slip() {
            return strict;
        }
        // What is as it was typed comes first, however little it weighs.
        let loose = self.search_once(question, most, &among, true);
        let more = loose.hits.into_iter().filter(|hit| strict.hits.iter().all(|own| own.key != hit.key));
        let more: Vec<Hit> = more.collect();
        Found { hits: strict.hits.into_iter().chain(more).take(most).collect(), total: loose.total }
    }

    fn search_once(&mut self, question: &Question, most: usize, among: impl Fn(&str) -> bool, loose: bool) -> Found {
        let mut total = 0;
        let mut all = Vec::new();
        for (kind, rows) in self.kinds.iter_mut().filter(|(kind, _)| among(kind)) {
            let (found, count) = rows.search(question, loose, most);
            total += count;
            all.extend(found.into_iter().map(|row| (row, kind)));
        }
        all.sort_by(|(a, _), (b, _)| b.cmp(a));
        let hit = |(row, kind): (Ranked, &String)| Hit { key: RecordKey::new(kind.as_str(), row.id), score: row.score };
        Found { hits: all.into_iter().take(most).map(hit).collect(), total }
    }

    /// The chunks that have changed since they were last encoded or loaded.
    pub fn dirty(&self) -> Vec<ChunkId> {
        let ids = |(kind, rows): (&String, &Rows)| {
            rows.dirty().map(|number| ChunkId { kind: kind.clone(), number }).collect::<Vec<_>>()
        };
        self.kinds.iter().flat_map(ids).collect()
    }

    /// All chunks.
    pub fn chunks(&self) -> Vec<ChunkId> {
        let ids = |(kind, rows): (&String, &Rows)| {
            (0..rows.chunk_count()).map(|number| ChunkId { kind: kind.clone(), number }).collect::<Vec<_>>()
        };
        self.kinds.iter().flat_map(ids).collect()
    }

    /// Packs one chunk, and counts it as saved: it is dirty again with the next change in it ([`Index::soil`] if saving
    /// it failed).
    pub fn encode(&mut self, id: &ChunkId) -> Vec<u8> {
        match self.kinds.get_mut(&id.kind) {
            Some(rows) => rows.encode(id),
            None => chunk::encode(id, &[], &[]),
        }
    }

    /// Counts a chunk as not saved.
    pub fn soil(&mut self, id: &ChunkId) {
        if let Some(rows) = self.kinds.get_mut(&id.kind) {
            rows.soil(id.number);
        }
    }

    /// Unpacks a chunk into this index. To be called on a new index, with each chunk once, before any other change.
    ///
    /// # Errors
    /// [`ChunkError`] if the chunk is damaged or was written by another version: the index must then be rebuilt.
    pub fn load(&mut self, bytes: &[u8]) -> Result<ChunkId, ChunkError> {
        let chunk = chunk::decode(bytes)?;
        let schema = self.listed(&chunk.id.kind).ok_or(ChunkError::OtherVersion)?;
        let rows = self.kinds.entry(chunk.id.kind.clone()).or_insert_with(|| Rows::new(schema));
        let id = chunk.id.clone();
        rows.load(chunk)?;
        Ok(id)
    }
}

#[cfg(test)]
mod tests;
