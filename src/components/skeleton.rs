//! What stands in the place of rows that have not come yet.

use super::words;
use crate::markup::{Markup, view};
use leptos::prelude::*;

/// Grey rows, seen only after 300 ms of waiting (the style sheet's doing): most of the time nobody ever sees them.
#[component]
pub fn Skeleton(
    /// How many rows.
    #[prop(default = 8)]
    rows: usize,
    /// 64 px rows of a phone's list instead of a table's 48 px.
    #[prop(optional)]
    tall: bool,
) -> Markup {
    view! {
        <div class=if tall { "skeleton tall" } else { "skeleton" } role="status" aria-label=words::LOADING>
            {(0..rows)
                .map(|_| {
                    view! {
                        <div class="skeleton-row" aria-hidden="true">
                            <i></i>
                            <i></i>
                            <i></i>
                        </div>
                    }
                })
                .collect::<Vec<_>>()}
        </div>
    }
}
