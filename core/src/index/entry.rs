//! What the index knows of one record.

use std::collections::BTreeSet;
use std::ops::RangeInclusive;

use chrono::{DateTime, Datelike, NaiveDate};
use serde::Deserialize;
use serde_json::Value;

use crate::date::civil;
use crate::id::RecordId;
use crate::index::fold;
use crate::money::Money;
use crate::record::{Record, Register};
use crate::schema::{Field, Kind, Schema};
use crate::search::{self, Texts, line_mark, texts};

/// The most bytes of folded text that are kept of a record: names, companies, addresses of people; no essays.
const MAX_HAY: usize = 400;
/// The most bytes of the words of its long texts.
const MAX_WORDS: usize = 6_000;
/// How much a hit in a title weighs at most if that is a long text: it names no one thing.
const LONG_TITLE: u8 = 2;

/// One record's row.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Entry {
    /// Which record.
    pub(super) id: RecordId,
    /// What searches look through, folded: the title first, then lines, each behind its [`line_mark`].
    pub(super) hay: Box<str>,
    /// The words of its notes and addresses that are not in `hay`, folded, each once, with blanks between them.
    pub(super) words: Box<str>,
    /// How many bytes of `hay` are the title.
    pub(super) title_len: u16,
    /// Status or stage, as a symbol of its type's.
    pub(super) facet: u16,
    /// When it was last edited, in milliseconds since 1970.
    pub(super) updated: u64,
    /// What it is worth.
    pub(super) amount: Option<Money>,
    /// Its date, in days since the year 1.
    pub(super) date: Option<i32>,
    /// When it was done with, in milliseconds since 1970: a deal won or lost. 0 if it is not, or nobody knows.
    pub(super) closed: u64,
}

/// All that [`Entry::of`] goes by of a type, as a text.
pub(super) fn read_of(schema: &Schema) -> String {
    let mut text = format!("{:?}", schema.list);
    schema.facets().iter().for_each(|choice| text.extend(["|", choice.value]));
    for field in schema.fields.iter().filter(|field| field.search > 0) {
        let kind = std::mem::discriminant(&field.kind);
        text.push_str(&format!("|{} {} {kind:?}", field.name, field.search));
    }
    text
}

impl Entry {
    /// Reads what the index needs; fields of another form than expected count as empty.
    pub(super) fn of(schema: &Schema, record: &Record, facet: u16) -> Self {
        let list = &schema.list;
        let mut hay = fold(record.text(list.title));
        let mut long = Vec::new();
        if hay.len() > MAX_HAY {
            long.push(hay.split_off(hay.floor_char_boundary(MAX_HAY)));
        }
        let title_len = hay.len();
        let subtitle = schema.field(list.subtitle).map_or(1, |field| field.search);
        add(&mut hay, line_mark(subtitle, false), &fold(record.text(list.subtitle)));
        let searched = |field: &&Field| field.search > 0 && field.name != list.title && field.name != list.subtitle;
        for field in schema.fields.iter().filter(searched) {
            let Some(value) = record.get(field.name) else { continue };
            let mark = line_mark(field.search, field.kind == Kind::Phones);
            if field.kind == Kind::Address {
                add(&mut hay, mark, &fold(value.get("city").and_then(Value::as_str).unwrap_or_default()));
            }
            texts(field.kind, value, &mut |text| match field.kind {
                Kind::LongText | Kind::Address => long.push(fold(text)),
                _ => {
                    let folded = fold(text);
                    add(&mut hay, mark, &folded);
                    // Whoever adds fifty fields finds the last of them, too.
                    if hay.len() >= MAX_HAY {
                        long.push(folded);
                    }
                }
            });
        }
        let words = words_of(&long, &hay);
        Self {
            id: record.id,
            title_len: u16::try_from(title_len).unwrap_or(u16::MAX),
            hay: hay.into_boxed_str(),
            words: words.into_boxed_str(),
            facet,
            updated: record.latest().ms,
            amount: record.get(list.amount).and_then(|value| Money::deserialize(value).ok()),
            date: record.get(list.date).and_then(day).or_else(|| record.get(list.date_or).and_then(day)),
            closed: closed(schema, record),
        }
    }

    /// The day by which months count it, as `day` has it where the device is: that on which it was done with, or else its date. Not
    /// asked of what lies outside of `days` anyhow.
    pub(super) fn counted_on(&self, days: &RangeInclusive<i32>, day: fn(u64) -> NaiveDate) -> Option<i32> {
        let counted = match self.closed {
            0 => self.date,
            ms => {
                let utc = utc_day(ms.cast_signed())?;
                let is_near = (days.start() - 1..=days.end() + 1).contains(&utc);
                is_near.then(|| day(ms).num_days_from_ce())
            }
        };
        counted.filter(|date| days.contains(date))
    }

    /// Its texts as a search takes them.
    pub(super) fn texts(&self, title: u8) -> Texts<'_> {
        Texts { hay: &self.hay, words: &self.words, title }
    }

    /// The folded title.
    pub(super) fn title(&self) -> &str {
        self.hay.get(..usize::from(self.title_len)).unwrap_or_default()
    }
}

/// The day of a date, or of an instant as UTC counts days.
fn day(value: &Value) -> Option<i32> {
    match value {
        Value::String(text) => Some(civil(text)?.num_days_from_ce()),
        value => utc_day(value.as_i64()?),
    }
}

fn utc_day(ms: i64) -> Option<i32> {
    Some(DateTime::from_timestamp_millis(ms)?.date_naive().num_days_from_ce())
}

/// When a record was done with, by the stamp of its status or stage. What was made like that, as imports do, was so before, and
/// nobody knows since when.
fn closed(schema: &Schema, record: &Record) -> u64 {
    if !schema.list.done.contains(&schema.facet_of(record)) {
        return 0;
    }
    let made = record.fields.values().map(Register::hlc).min();
    let moved = record.fields.get(schema.list.facet).map(Register::hlc).filter(|at| Some(*at) > made);
    moved.map_or(0, |at| at.ms)
}

/// A line of its own, so that no search finds a word that begins in one field and ends in the next.
fn add(hay: &mut String, mark: char, folded: &str) {
    let room = MAX_HAY.saturating_sub(hay.len() + 1);
    if !folded.is_empty() && room > 0 {
        hay.push(mark);
        let end = hay.len() + room;
        hay.push_str(folded);
        cut(hay, end);
    }
}

/// Each word of long texts once, but for those that stand in `hay` by themselves.
fn words_of(long: &[String], hay: &str) -> String {
    let mut known = BTreeSet::new();
    if long.iter().any(|text| !text.is_empty()) {
        search::words(hay, &mut |word| {
            known.insert(word.to_owned());
        });
    }
    let mut all = String::new();
    for word in long.iter().flat_map(|text| text.split(' ')) {
        // A word with its signs, as it was written: a list looks for it so.
        let word = word.trim_matches(|c: char| !c.is_alphanumeric());
        if !word.is_empty() && all.len() + word.len() < MAX_WORDS && known.insert(word.to_owned()) {
            if !all.is_empty() {
                all.push(' ');
            }
            all.push_str(word);
        }
    }
    all
}

fn cut(text: &mut String, max: usize) {
    if text.len() > max {
        text.truncate(text.floor_char_boundary(max));
    }
}

/// How much a hit in the title of a type weighs.
pub(super) fn title_weight(schema: &Schema) -> u8 {
    match schema.field(schema.list.title) {
        Some(field) if field.kind == Kind::LongText => field.search.min(LONG_TITLE),
        Some(field) => field.search,
        None => 0,
    }
}
