//! Carries a card by pointer: it hangs on the pointer, the board scrolls near its edges, the column below is the target.

use leptos::prelude::{GetValue, SetValue, document};
use outpost_core::record::Record;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

use super::drag::{Board, By};
use super::elsewhere::{Over, place_at};
use crate::pages::hand::{Carried, Carrier, speed};
use crate::platform::media;

/// Id of the card that hangs on the pointer.
pub(super) const FLOAT: &str = "board-float";

impl Carrier for Board {
    fn is_free(&self) -> bool {
        self.in_hand().is_none()
    }

    fn touch(&self) {
        leptos::prelude::Set::set(&self.focus, None);
    }

    fn lift(&self, record: Record) {
        self.was_beside.set_value(false);
        Board::lift(*self, record, By::Pointer);
    }

    fn carry(&self, place: &Element, carried: Carried) {
        place_card(carried);
        let (x, y) = carried.at;
        match place_at(carried.at) {
            Over::Place(stage) if self.was_beside.get_value() => return self.over(&stage),
            Over::Place(_) | Over::Nothing => {}
            Over::Beside => self.was_beside.set_value(true),
        }
        let rect = place.get_bounding_client_rect();
        let sideways = speed(x, carried.from.0, rect.left().max(0.0), rect.right());
        if sideways != 0.0 {
            place.set_scroll_left(place.scroll_left() + sideways as i32);
        }
        let down = speed(y, carried.from.1, 0.0, media::height());
        if down != 0.0 {
            media::scroll_by(down);
        }
        if let Some(stage) = column_at(place, x) {
            self.over(&stage);
        }
    }

    fn drop_here(&self) {
        Board::drop_here(*self);
    }

    fn cancel(&self) {
        Board::cancel(*self);
    }
}

fn place_card(carried: Carried) {
    let card = document().get_element_by_id(FLOAT).and_then(|element| element.dyn_into::<HtmlElement>().ok());
    if let Some(card) = card {
        let (x, y) = (carried.at.0 - carried.offset.0, carried.at.1 - carried.offset.1);
        let style = card.style();
        for (name, value) in
            [("width", format!("{}px", carried.width)), ("transform", format!("translate({x}px, {y}px)"))]
        {
            // These are always values of these properties.
            style.set_property(name, &value).unwrap_or_default();
        }
    }
}

/// The column at a distance from the left; the nearest one beside a gap or beyond the ends.
fn column_at(board: &Element, x: f64) -> Option<String> {
    let columns = board.query_selector_all("[data-stage]").ok()?;
    let columns = (0..columns.length()).filter_map(|at| columns.item(at)?.dyn_into::<Element>().ok());
    let distance = |element: &Element| {
        let rect = element.get_bounding_client_rect();
        (rect.left() - x).max(x - rect.right()).max(0.0)
    };
    let nearest = columns.min_by(|a, b| distance(a).total_cmp(&distance(b)))?;
    nearest.get_attribute("data-stage")
}
