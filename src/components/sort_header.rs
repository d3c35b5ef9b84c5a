//! The head of a column that sorts its table.

use super::icon::{Glyph, Icon};
use crate::markup::{Markup, view};
use leptos::prelude::*;

/// Which way a column is sorted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SortDirection {
    /// Smallest first.
    Ascending,
    /// Largest first.
    Descending,
}

impl SortDirection {
    /// The `aria-sort` attribute.
    const fn aria(self) -> &'static str {
        match self {
            Self::Ascending => "ascending",
            Self::Descending => "descending",
        }
    }
}

/// A `th` with a button in it.
#[component]
pub fn SortHeader(
    /// Name of the column.
    #[prop(into)]
    label: String,
    /// How the table is sorted by this column; `None` while it is sorted by another.
    #[prop(into)]
    direction: Signal<Option<SortDirection>>,
    /// Called when it is pressed.
    #[prop(into)]
    on_click: Callback<()>,
    /// A column of figures, which line up at the end.
    #[prop(optional)]
    num: bool,
    /// Further classes: `roomy` for a column that goes when there is little room.
    #[prop(optional, into)]
    class: String,
) -> Markup {
    let class = if num { format!("num {class}") } else { class };
    view! {
        <th scope="col" class=class aria-sort=move || direction.get().map(SortDirection::aria)>
            <button type="button" class="th-sort" on:click=move |_| on_click.run(())>
                {label}
                <Icon glyph=Glyph::ArrowDown />
            </button>
        </th>
    }
}
