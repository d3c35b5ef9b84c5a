//! The cells of a list's table: which one a point or the focus is in, and how the focus moves from cell to cell.

use leptos::ev;
use leptos::prelude::*;
use outpost_core::schema::Field;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

use crate::pages::list::context::ListContext;
use crate::pages::list::feed::Row;
use crate::pages::list::table::columns;
use crate::pages::swipe::is_left_to_right;

const ROW: &str = ".table[class*=\"list-\"] tr[data-index]";

/// A cell that shows a field.
#[derive(Clone)]
pub(super) struct Cell {
    pub(super) element: HtmlElement,
    pub(super) row: Row,
    pub(super) field: &'static Field,
}

/// The cells of a row that show a field, in their order; those for which a narrow window has no room are left out.
pub(super) fn cells(list: ListContext, row: &Element) -> Vec<Cell> {
    let index = row.get_attribute("data-index").and_then(|index| index.parse::<usize>().ok());
    let Some(of) = untrack(|| list.feed.rows()).into_iter().find(|row| Some(row.index) == index) else {
        return Vec::new();
    };
    let fields = columns(list.spec, &list.state.with_untracked(|state| state.columns.clone()));
    // The first is for the tick.
    let mut next = row.first_element_child().and_then(|tick| tick.next_element_sibling());
    let cells = fields.into_iter().map_while(|field| {
        let element = next.take()?;
        next = element.next_element_sibling();
        Some(Cell { element: element.dyn_into().ok()?, row: of.clone(), field })
    });
    cells.filter(|cell| cell.element.get_bounding_client_rect().width() > 1.0).collect()
}

/// The cell that an element is in.
pub(super) fn cell_of(list: ListContext, element: &Element) -> Option<Cell> {
    let (row, cell) = (element.closest(ROW).ok()??, element.closest("td").ok()??);
    cells(list, &row).into_iter().find(|each| each.element.is_same_node(Some(&cell)))
}

/// The cell of a row that lies below a point of the glass. A row's link lies over all of them.
pub(super) fn cell_below(list: ListContext, link: &Element, x: f64) -> Option<Cell> {
    let row = link.closest(ROW).ok()??;
    cells(list, &row).into_iter().find(|cell| {
        let there = cell.element.get_bounding_client_rect();
        there.left() <= x && x < there.right()
    })
}

/// The row at a place of the list, if it is in the page.
pub(super) fn row_at(index: usize) -> Option<Element> {
    document().query_selector(&[ROW, "[data-index=\"", &index.to_string(), "\"]"].concat()).ok().flatten()
}

/// The row of a record, wherever in the list it stands by now, if it is in the page. Where it stands in several groups, the one that is
/// nearest to where it was.
pub(super) fn row_of(list: ListContext, was: &Row) -> Option<Element> {
    let own = untrack(|| list.feed.rows()).into_iter().filter(|row| row.record.id == was.record.id);
    own.min_by_key(|row| row.index.abs_diff(was.index)).and_then(|row| row_at(row.index))
}

/// Gives a cell the focus, or the link in it.
pub(super) fn focus(cell: &HtmlElement) {
    let link = cell.query_selector("a.cover").ok().flatten();
    match link.and_then(|link| link.dyn_into::<HtmlElement>().ok()) {
        Some(link) => link.focus().unwrap_or_default(),
        None => {
            cell.set_tab_index(-1);
            cell.focus().unwrap_or_default();
        }
    }
}

/// Arrows move the focus from cell to cell: sideways from a row's link on, and up and down once it is in another cell; from the
/// link the list itself moves on. Returns whether it moved.
pub(super) fn on_arrow(list: ListContext, event: &ev::KeyboardEvent) -> bool {
    let Some(active) = document().active_element() else { return false };
    let Some(now) = cell_of(list, &active) else { return false };
    let is_own = now.element.is_same_node(Some(&active));
    let by = match event.key().as_str() {
        "ArrowRight" => (0, if is_left_to_right() { 1 } else { -1 }),
        "ArrowLeft" => (0, if is_left_to_right() { -1 } else { 1 }),
        "ArrowDown" | "j" if is_own => (1, 0),
        "ArrowUp" | "k" if is_own => (-1, 0),
        _ => return false,
    };
    let there = now.row.index.checked_add_signed(by.0).and_then(row_at).and_then(|row| {
        let cells = cells(list, &row);
        let at = cells.iter().position(|cell| cell.field.name == now.field.name)?;
        cells.get(at.checked_add_signed(by.1)?).cloned()
    });
    there.map(|cell| focus(&cell.element)).is_some()
}
