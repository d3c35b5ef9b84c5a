//! A list that is shown, as its parts see it, and what the app's second part adds to it once it is there.

use std::cell::Cell;

use futures::future::LocalBoxFuture;
use leptos::html;
use leptos::prelude::*;
use outpost_core::id::RecordId;
use outpost_core::list_view::ListView;
use outpost_core::record::Record;

use super::ListSpec;
use super::feed::{Feed, LinkedRows};
use super::table::Columns;
use crate::components::MenuItem;
use crate::markup::Markup;
use crate::state::Desk;
use crate::store::Store;

/// A list that is shown.
#[derive(Clone, Copy)]
pub(crate) struct ListContext {
    pub spec: ListSpec,
    /// What it shows.
    pub state: Memo<ListView>,
    /// Shows something else.
    pub set: Callback<ListView>,
    /// What of it is in the page.
    pub feed: Feed,
    /// Whether rows are picked and not opened.
    pub picking: RwSignal<bool>,
    /// Whether a cell is being edited.
    pub editing: RwSignal<bool>,
}

/// What the second part adds to a list.
#[derive(Clone, Copy)]
pub(crate) struct Tools {
    /// Further chips: the views that are one press away.
    pub pinned: fn(ListContext) -> Markup,
    /// What stands behind the chips and opens the panels.
    pub chips_end: fn(ListContext) -> Markup,
    /// Further things to do, for the list's menu.
    pub items: fn(ListContext) -> Vec<MenuItem>,
    /// By what it can be ordered, for the menu that a phone has in place of heads.
    pub orders: fn(ListContext) -> Vec<MenuItem>,
    /// The rows of a table below the heads of their groups. The element is where they begin.
    pub table_groups: fn(ListContext, Columns, NodeRef<html::Tbody>) -> Markup,
    /// The same of the items of a list in a hand.
    pub item_groups: fn(ListContext) -> Markup,
    /// Has the list read anew when what others say of its records changes. Tracked.
    pub watch: fn(Desk, ListSpec, &ListView),
    /// What others say in the columns that a list shows, for each of these records.
    pub linked: fn(Store, ListSpec, &ListView, &[Record]) -> LocalBoxFuture<'static, LinkedRows>,
    /// What a row is picked by: one of this id and name.
    pub pick: fn(ListContext, RecordId, String) -> Markup,
    /// What stands above the list: a welcome on an empty device, and what is said of samples.
    pub notice: fn(ListContext) -> Markup,
    /// Panels, and what can be done with the rows that are picked.
    pub panels: fn(ListContext) -> Markup,
}

thread_local! {
    pub(super) static TOOLS: Cell<Option<Tools>> = const { Cell::new(None) };
    static OFFERED: ArcRwSignal<bool> = ArcRwSignal::new(false);
}

/// Adds them to all lists.
pub(crate) fn offer(tools: Tools) {
    TOOLS.set(Some(tools));
    OFFERED.with(|offered| offered.set(true));
}

/// What was added so far. Tracked.
pub(super) fn offered() -> Option<Tools> {
    OFFERED.with(|offered| offered.track());
    TOOLS.get()
}

/// The same, if the list is grouped. Not tracked.
pub(super) fn grouping(list: ListContext) -> Option<Tools> {
    TOOLS.get().filter(|_| list.state.with_untracked(|state| !state.group.is_empty()))
}

/// What a row is picked by, once that is there. Tracked.
pub(super) fn pick_box(list: ListContext, id: RecordId, name: &str) -> Option<Markup> {
    offered().map(|tools| (tools.pick)(list, id, name.to_owned()))
}
