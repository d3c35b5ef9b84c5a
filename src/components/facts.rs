//! Facts about one record: names and values, and figures that matter most.

use crate::markup::{Markup, view};
use leptos::prelude::*;

/// The list around several [`Fact`]s.
#[component]
pub fn Facts(
    /// Names only as wide as they must be.
    #[prop(optional)]
    compact: bool,
    /// The facts.
    children: Children,
) -> Markup {
    view! { <dl class=if compact { "facts compact" } else { "facts" }>{children()}</dl> }
}

/// A name and its value. An empty value is shown as a dash.
#[component]
pub fn Fact(
    /// The name.
    #[prop(into)]
    label: Signal<String>,
    /// The value.
    children: Children,
) -> Markup {
    view! {
        <div>
            <dt>{move || label.get()}</dt>
            <dd>{children()}</dd>
        </div>
    }
}

/// One figure, large, with its name below. Put several into an element of class `figures`.
#[component]
pub fn Figure(
    /// What it counts.
    #[prop(into)]
    label: Signal<String>,
    /// The figure, as it is read.
    #[prop(into)]
    value: Signal<String>,
) -> Markup {
    view! {
        <div class="figure">
            <b>{move || value.get()}</b>
            <span class="muted small">{move || label.get()}</span>
        </div>
    }
}
