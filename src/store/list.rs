//! Lists: windows of records, sorted, filtered and searched, and what boards and chips count.

use chrono::NaiveDate;
use js_sys::Array;
use outpost_core::id::RecordId;
use outpost_core::index::{FacetCount, Group, Grouped, Query};
use outpost_core::money::Money;
use outpost_core::record::{Record, RecordKey};
use outpost_core::schema::Field;
use rexie::{Direction, KeyRange};
use wasm_bindgen::{JsCast, JsValue};

use super::Store;
use super::db::{BLOCKS, RECENT, RECORDS};
use super::error::StoreError;
use super::row::{self, Row};
use crate::platform;

/// How long the page has, in milliseconds, to show its first window before the index takes its share of the time.
const BREATH: u32 = 80;

/// A part of a list.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Window {
    /// The records.
    pub rows: Vec<Record>,
    /// The place of its first line in the list.
    pub start: usize,
    /// How many lines the list has; `None` for the short time after the start in which nobody has counted.
    pub total: Option<usize>,
    /// How many records it has, if it has other lines than those: the heads of groups.
    pub count: Option<usize>,
    /// The groups whose heads are in it, and before them that of its first record.
    pub groups: Vec<Group>,
    /// The records that those groups are named by, where a relation leads to such.
    pub related: Vec<Record>,
}

/// Where a window of the `recent` index has ended: at this time, after so many rows of it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Anchor {
    updated: f64,
    rows: u32,
}

impl Store {
    /// The records from the `start`-th of a list, at most `len`.
    ///
    /// The list of the last edited answers at once from the moment the page is opened; others wait for the index the
    /// first time, which takes a fraction of a second.
    ///
    /// # Errors
    /// [`StoreError`]: to be shown; never to be taken for an empty list.
    pub async fn window(&self, query: &Query, start: usize, len: usize) -> Result<Window, StoreError> {
        let memory = &self.0.memory;
        if let Some((kind, end, window)) = memory.ahead.take()
            && query.is_recent()
            && (kind, 0, end) == (query.kind.clone(), start, len)
        {
            self.load_after_paint();
            return Ok(window);
        }
        if query.is_recent()
            && memory.ask(|_| ()).is_none()
            && let Some(window) = self.recent(&query.kind, start, len).await?
        {
            self.load_after_paint();
            return Ok(window);
        }
        self.index_ready().await?;
        match self.0.indexer.get() {
            Some(indexer) => (indexer.window)(self.clone(), query.clone(), start, len).await,
            None => Ok(Window::default()),
        }
    }

    /// Reads what the list of the last edited of a type begins with, before there is a page to ask for it: so it is in the
    /// first frame that the page is seen in.
    pub async fn read_ahead(&self, kind: &str, len: usize) {
        // What is wrong, the page's own question says.
        if let Ok(Some(window)) = self.recent(kind, 0, len).await {
            *self.0.memory.ahead.borrow_mut() = Some((kind.to_owned(), len, window));
        }
    }

    /// A window as the index has it, which is loaded.
    pub(super) async fn indexed(&self, query: &Query, start: usize, len: usize) -> Result<Window, StoreError> {
        self.take_up(query).await?;
        let window = self.0.memory.work(|index| match query.group {
            "" => {
                let (rows, lines) = index.window(query, start, len);
                Grouped { rows, lines, count: lines, ..Grouped::default() }
            }
            _ => index.grouped(query, start, len),
        });
        let Grouped { rows, groups, lines, count } = window.unwrap_or_default();
        let keys: Vec<RecordKey> = rows.into_iter().map(|id| RecordKey::new(query.kind.clone(), id)).collect();
        let rows = self.get_many(&keys).await?;
        let related = self.related(query, &groups).await?;
        Ok(Window { rows, start, total: Some(lines), count: Some(count), groups, related })
    }

    /// The records that groups of a query are named by.
    async fn related(&self, query: &Query, groups: &[Group]) -> Result<Vec<Record>, StoreError> {
        let field = self.types().schema(&query.kind).and_then(|schema| schema.field(query.group));
        let Some(kind) = field.and_then(Field::leads_to) else { return Ok(Vec::new()) };
        let ids = groups.iter().filter_map(|group| group.value.parse::<RecordId>().ok());
        let keys: Vec<RecordKey> = ids.map(|id| RecordKey::new(kind, id)).collect();
        self.get_many(&keys).await
    }

    /// The records of a type whose date lies between two days, both included, in its order: at most `most` of them; `total` says
    /// how many there are. An instant counts as its day in UTC, so whoever asks for days of another zone asks for one more at
    /// either end.
    ///
    /// # Errors
    /// As [`Store::window`].
    pub async fn between(&self, kind: &str, from: NaiveDate, to: NaiveDate, most: usize) -> Result<Window, StoreError> {
        self.index_ready().await?;
        let (ids, total) = self.0.memory.work(|index| index.between(kind, from, to, most)).unwrap_or_default();
        let keys: Vec<RecordKey> = ids.into_iter().map(|id| RecordKey::new(kind, id)).collect();
        Ok(Window { rows: self.get_many(&keys).await?, start: 0, total: Some(total), ..Window::default() })
    }

    /// Counts and sums by status or stage for each month from that of one day to that of another; each month by its first day. See
    /// [`Index::months`](outpost_core::index::Index::months).
    ///
    /// # Errors
    /// As [`Store::window`].
    pub async fn months(
        &self,
        kind: &str,
        from: NaiveDate,
        to: NaiveDate,
    ) -> Result<Vec<(NaiveDate, FacetCount)>, StoreError> {
        self.index_ready().await?;
        Ok(self.0.memory.work(|index| index.months(kind, from, to, platform::time::day_of)).unwrap_or_default())
    }

    /// Waits until the page has shown its first window, though not for long: what is less urgent begins then.
    pub async fn first_window(&self) {
        self.0.memory.first_window().await;
    }

    /// Lets the index be loaded once this first window is on the screen; whoever cannot wait for it says so.
    fn load_after_paint(&self) {
        let store = self.clone();
        platform::spawn(async move {
            platform::sleep(BREATH).await;
            store.0.memory.painted();
        });
    }

    /// A column of a board: the records with one status or stage, the last edited first.
    ///
    /// # Errors
    /// As [`Store::window`].
    pub async fn board_column(&self, kind: &str, facet: &str, start: usize, len: usize) -> Result<Window, StoreError> {
        let query = Query { facet: Some(facet.to_owned()), ..Query::recent(kind) };
        self.window(&query, start, len).await
    }

    /// For each status or stage of a type: how many records contain the words of `text` and pass a filter that a list is shown
    /// by, and the sums of their amounts by currency. `None` while nobody has counted yet; the version of the type changes
    /// when somebody has.
    pub async fn facet_counts(&self, kind: &str, text: &str, filter: &str) -> Option<Vec<(String, usize, Vec<Money>)>> {
        if !filter.is_empty() {
            // Until its records have been read, nothing would pass it. What is wrong with it, the list says.
            let filtered = Query { filter: filter.to_owned(), ..Query::recent(kind) };
            self.window(&filtered, 0, 0).await.ok()?;
        }
        let counts = self.0.memory.ask(|index| index.facet_counts(kind, text, filter))?;
        Some(counts.into_iter().map(|count| (count.facet, count.count, count.sums)).collect())
    }

    /// A window of the last edited from IndexedDB, if it is the first or goes on where one before has ended.
    pub(super) async fn recent(&self, kind: &str, start: usize, len: usize) -> Result<Option<Window>, StoreError> {
        let anchor = match start {
            0 => None,
            _ => match self.0.memory.anchors.borrow().get(kind).and_then(|anchors| anchors.get(&start)).copied() {
                None => return Ok(None),
                anchor => anchor,
            },
        };
        // Rows of the very millisecond at which the window before has ended are read again and passed over.
        let again = anchor.map_or(0, |anchor| anchor.rows);
        let limit = u32::try_from(len).unwrap_or(u32::MAX).saturating_add(again);
        let first = Array::of1(&kind.into());
        // An array is greater than every number.
        let end = anchor.map_or_else(|| Array::new().into(), |anchor| JsValue::from(anchor.updated));
        let range = KeyRange::bound(&first, &Array::of2(&kind.into(), &end), None, None)?;
        let updated = |key: &JsValue| key.dyn_ref::<Array>().and_then(|key| key.get(1).as_f64());
        let found = self.reading(&[RECORDS, BLOCKS], async |tx| {
            let index = tx.store(RECORDS)?.index(RECENT)?;
            let found = index.scan(Some(range.clone()), Some(limit), None, Some(Direction::Prev)).await?;
            // What lies beyond the rows has no such index.
            let packed = self.0.packed.borrow().get(kind).map_or(0.0, |ms| *ms as f64);
            let is_latest = found.last().and_then(|(key, _)| updated(key)).is_none_or(|last| last >= packed);
            let is_all = (found.len() == limit as usize && is_latest)
                || !self.0.has_blocks.get()
                || tx.store(BLOCKS)?.get_all_keys(Some(row::under(kind, None)?), Some(1)).await?.is_empty();
            Ok((found, is_all))
        });
        let (found, is_all) = found.await?;
        if let Some(last) = found.last().and_then(|(key, _)| updated(key)) {
            let same = found.iter().rev().take_while(|(key, _)| updated(key) == Some(last)).count();
            let next = Anchor { updated: last, rows: u32::try_from(same).unwrap_or(u32::MAX) };
            let end = start + found.len().saturating_sub(again as usize);
            self.0.memory.anchors.borrow_mut().entry(kind.to_owned()).or_default().insert(end, next);
        }
        if !is_all {
            return Ok(None);
        }
        let rows: Vec<Row> = found.iter().skip(again as usize).map(|(_, row)| Row::read(row)).collect();
        let mut rows = self.readable(&rows);
        rows.retain(|record| !record.fields.is_empty());
        Ok(Some(Window { rows, start, ..Window::default() }))
    }
}
