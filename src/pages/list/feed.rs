//! What a list shows now: the window of rows around what is on the glass, read anew when the glass or the data moves.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use futures::future::LocalBoxFuture;
use leptos::prelude::*;
use outpost_core::id::RecordId;
use outpost_core::index::Group;
use outpost_core::record::Record;
use outpost_core::schema::Field;

use super::ListSpec;
use super::context::{TOOLS, offered};
use super::window::{Span, first, height_of, spacers, span};
use crate::components::Tone;
use crate::pages::show;
use crate::platform::{mark, media, timeout};
use crate::state::{Desk, Live, live};
use crate::store::{Store, Window};
use outpost_core::list_view::ListView;

/// Words and colours for records whose standing is derived from others: an issued invoice may be paid or overdue.
#[derive(Clone, Copy)]
pub(crate) struct Standings {
    /// The type of those others: when one of them changes, all is derived anew.
    pub from: &'static str,
    /// Derives them for the records of a window.
    pub derive: fn(Store, Vec<Record>) -> LocalBoxFuture<'static, Result<Derived, String>>,
}

/// A word and a colour for each record.
pub(crate) type Derived = HashMap<RecordId, (String, Tone)>;

/// What others say of a record, by the names of its fields: what those are called that a relation leads to.
pub(crate) type Linked = Vec<(&'static str, String)>;

/// The same of each record of a window.
pub(crate) type LinkedRows = Result<Vec<Linked>, String>;

/// A row as it is shown.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Row {
    /// Its place in the whole list, counted from 0.
    pub index: usize,
    /// The record.
    pub record: Record,
    /// What to say instead of its status, where that is derived.
    pub standing: Option<(String, Tone)>,
    /// What the relations say that are shown.
    pub linked: Linked,
}

impl Row {
    /// Equal for rows that look the same.
    pub(super) fn key(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        let standing = self.standing.as_ref().map(|(label, _)| label);
        (self.index, self.record.id, self.record.latest(), standing, &self.linked).hash(&mut hasher);
        hasher.finish()
    }

    /// What it says of a field, in one line.
    pub(super) fn line(&self, field: &Field) -> String {
        match self.linked.iter().find(|(name, _)| *name == field.name) {
            Some((_, names)) => names.clone(),
            None => show::line(field, &self.record),
        }
    }
}

#[derive(Debug, Clone, PartialEq)]
struct Loaded {
    rows: Vec<Row>,
    /// All else that the store told of the window.
    window: Window,
}

impl Loaded {
    /// How many lines are in it: rows, and heads of groups.
    fn lines(&self) -> usize {
        let Window { groups, start, .. } = &self.window;
        self.rows.len() + groups.iter().filter(|group| group.line >= *start).count()
    }
}

/// The window of a list.
#[derive(Clone, Copy)]
pub(crate) struct Feed {
    loaded: Live<Loaded>,
    span: RwSignal<Span>,
    /// Height of a row in CSS pixels, as measured.
    row: RwSignal<f64>,
}

/// Sets the mark that says that rows are seen: after the frame that the rows, which are in the page now, are painted in.
pub(crate) fn mark_when_painted() {
    request_animation_frame(|| {
        timeout(0, || mark("outpost:list-ready")).forget();
    });
}

/// What a list asks for before anything was measured.
pub(super) fn first_span() -> Span {
    first(media::height(), media::is_compact())
}

impl Feed {
    /// A feed of the records of a type, as `state` says. While one is being edited in its row, no row leaves its place.
    pub(super) fn new(desk: Desk, spec: ListSpec, state: Memo<ListView>, editing: RwSignal<bool>) -> Self {
        let kind = spec.schema.kind;
        let span = RwSignal::new(first_span());
        // Another filter or order begins at its top again.
        Effect::new(move |before: Option<ListView>| {
            let now = ListView { closed: String::new(), ..state.get() };
            if before.is_some_and(|before| before != now) && span.get_untracked().start > 0 {
                media::scroll_to(0.0);
                span.set(first_span());
            }
            now
        });
        let loaded = live(
            move || {
                if !editing.get() {
                    desk.version(kind);
                    // What relations say is known to the second part; for the usual columns of the first lists it is not waited for.
                    // What drafts add up to is.
                    let is_usual = kind != "invoice" && state.with(|state| state.columns.is_empty());
                    let tools = if is_usual { TOOLS.get() } else { offered() };
                    if let Some(tools) = tools {
                        state.with(|state| (tools.watch)(desk, spec, state));
                    }
                    // A list by company is in the order of what the companies are called.
                    let field = state.with(|state| spec.schema.field(state.group));
                    field.and_then(Field::leads_to).map(|kind| desk.version(kind));
                    spec.standings.map(|standings| desk.version(standings.from));
                }
                (state.get(), span.get())
            },
            move |(state, span)| {
                let store = desk.store();
                async move {
                    let mut window =
                        store.window(&state.query(kind), span.start, span.len).await.map_err(crate::forms::say)?;
                    let standings = match spec.standings {
                        Some(standings) => (standings.derive)(store.clone(), window.rows.clone()).await?,
                        None => HashMap::new(),
                    };
                    let mut linked = match TOOLS.get() {
                        Some(tools) => (tools.linked)(store, spec, &state, &window.rows).await?,
                        None => Vec::new(),
                    }
                    .into_iter();
                    let mut line = window.start;
                    let mut rows = Vec::new();
                    for record in std::mem::take(&mut window.rows) {
                        while window.groups.iter().any(|group| group.line == line) {
                            line += 1;
                        }
                        // One may stand in two groups.
                        let standing = standings.get(&record.id).cloned();
                        let linked = linked.next().unwrap_or_default();
                        rows.push(Row { index: line, record, standing, linked });
                        line += 1;
                    }
                    Ok(Loaded { rows, window })
                }
            },
        );
        let feed = Self { loaded, span, row: RwSignal::new(0.0) };
        feed.mark_first();
        feed
    }

    /// Sets the mark that says how soon the first window is seen.
    fn mark_first(self) {
        Effect::new(move |done: Option<bool>| {
            if done == Some(true) {
                return true;
            }
            let ready = self.loaded.with(|loaded| loaded.is_some());
            if ready {
                mark_when_painted();
            }
            ready
        });
    }

    /// The rows. Tracked.
    pub(super) fn rows(self) -> Vec<Row> {
        self.loaded.with(|loaded| loaded.map(|loaded| loaded.rows.clone()).unwrap_or_default())
    }

    /// How many lines there are in all, once that is known. Tracked.
    pub(super) fn total(self) -> Option<usize> {
        self.loaded.with(|loaded| loaded.and_then(|loaded| loaded.window.total))
    }

    /// How many records there are in all, once that is known. Tracked.
    pub(super) fn count(self) -> Option<usize> {
        self.loaded.with(|loaded| loaded.and_then(|loaded| loaded.window.count))
    }

    /// The groups whose heads are in the window, and before them that of its first row; and the window's first line. Tracked.
    pub(super) fn groups(self) -> (Vec<Group>, usize) {
        let told = |loaded: &Loaded| (loaded.window.groups.clone(), loaded.window.start);
        self.loaded.with(|loaded| loaded.map(told).unwrap_or_default())
    }

    /// The record of this id, if a group in the window is named by it. Tracked.
    pub(super) fn related(self, id: &str) -> Option<Record> {
        let find = |loaded: &Loaded| loaded.window.related.iter().find(|record| record.id.to_string() == id).cloned();
        self.loaded.with(|loaded| loaded.and_then(find))
    }

    /// Puts a record as it is now into the places where it is shown.
    pub(super) fn put(self, record: &Record) {
        let Some(mut loaded) = self.loaded.with_untracked(|loaded| loaded.cloned()) else { return };
        for row in loaded.rows.iter_mut().filter(|row| row.record.id == record.id) {
            row.record = record.clone();
        }
        self.loaded.set(loaded);
    }

    /// Whether the list is empty; `None` before anything has come. Tracked.
    pub(super) fn shape(self) -> Option<bool> {
        self.loaded.with(|loaded| loaded.map(|loaded| loaded.lines() == 0 && loaded.window.start == 0))
    }

    /// Why nothing came. Tracked.
    pub(super) fn error(self) -> Option<String> {
        self.loaded.error()
    }

    /// The heights, in pixels, of what is not in the page above and below the window. Tracked.
    pub(super) fn spacers(self) -> (f64, f64) {
        let row = self.row.get();
        let of = |loaded: &Loaded| spacers(loaded.window.start, loaded.lines(), loaded.window.total, row);
        self.loaded.with(|loaded| loaded.map(of).unwrap_or_default())
    }

    /// Height of a row.
    pub(super) fn row_height(self) -> f64 {
        height_of(self.row.get_untracked())
    }

    /// Takes the height of a row, measured in the page.
    pub(super) fn measured(self, height: f64) {
        if height >= 1.0 && (self.row.get_untracked() - height).abs() > 0.1 {
            self.row.set(height);
        }
    }

    /// Takes where the list stands: its first row begins `above` pixels above the glass.
    pub(super) fn scrolled(self, above: f64) {
        let row = self.row.get_untracked();
        if row >= 1.0 {
            let total = self.loaded.with_untracked(|loaded| loaded.and_then(|loaded| loaded.window.total));
            let next = span(above, media::height(), row, total);
            if self.span.get_untracked() != next {
                self.span.set(next);
            }
        }
    }
}
