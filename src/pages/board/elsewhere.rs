//! The way to another pipeline: while a card is in the hand, each of the others is a place below the board where it can be let go.

use leptos::prelude::*;
use outpost_core::pipelines::{SalesPipeline, SalesStage};
use wasm_bindgen::JsCast;
use web_sys::Element;

use super::drag::Board;
use crate::components::{Glyph, Icon};
use crate::markup::{IntoMarkup, Markup, view};
use crate::state::pipelines;
use crate::words::tr;

/// The other pipelines, each with the stage in which deals begin there.
pub(super) fn others(board: Board) -> Vec<(&'static SalesPipeline, &'static SalesStage)> {
    let Some(shown) = board.pipeline() else { return Vec::new() };
    let all = pipelines().all().iter().filter(|one| one.id != shown);
    all.filter_map(|one| Some((one, one.start()?))).collect()
}

/// The places.
#[component]
pub(super) fn Elsewhere(board: Board) -> Markup {
    let places = move || {
        let others = if board.is_held() { untrack(|| others(board)) } else { Vec::new() };
        (!others.is_empty()).then(|| {
            let places = others.into_iter().map(|(one, start)| {
                view! {
                    <div
                        class="elsewhere-place"
                        class:target=move || board.is_target(start.key)
                        data-elsewhere=start.key
                    >
                        <Icon glyph=Glyph::ArrowRight />
                        <span>{tr(one.name)}</span>
                    </div>
                }
            });
            // By ear one is led there by the arrows.
            view! {
                <div class="elsewhere" aria-hidden="true">
                    <span class="elsewhere-says">"Move to another pipeline"</span>
                    {places.collect::<Vec<_>>()}
                </div>
            }
        })
    };
    places.into_markup()
}

/// What of it lies at a point of the glass.
pub(super) enum Over {
    /// It is not drawn.
    Nothing,
    /// No place.
    Beside,
    /// A place: the stage in which a deal begins that is let go there.
    Place(String),
}

/// What lies at this point of the glass.
pub(super) fn place_at((x, y): (f64, f64)) -> Over {
    let Ok(places) = document().query_selector_all("[data-elsewhere]") else { return Over::Nothing };
    if places.length() == 0 {
        return Over::Nothing;
    }
    let mut places = (0..places.length()).filter_map(|at| places.item(at)?.dyn_into::<Element>().ok());
    let place = places.find(|place| {
        let rect = place.get_bounding_client_rect();
        (rect.left()..rect.right()).contains(&x) && (rect.top()..rect.bottom()).contains(&y)
    });
    place.and_then(|place| place.get_attribute("data-elsewhere")).map_or(Over::Beside, Over::Place)
}
