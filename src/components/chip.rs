//! A chip: a filter or a view that is on or off.

use crate::markup::{Markup, view};
use leptos::prelude::*;

/// A button that stays pressed. Put several into an element of class `chips`.
#[component]
pub fn Chip(
    /// Whether it is on.
    #[prop(into)]
    pressed: Signal<bool>,
    /// Called when it is pressed; whoever owns `pressed` decides what that means.
    #[prop(into)]
    on_click: Callback<()>,
    /// How many records it would show, as text.
    #[prop(optional, into)]
    count: MaybeProp<String>,
    /// Its name.
    children: Children,
) -> Markup {
    view! {
        <button
            type="button"
            class="chip"
            aria-pressed=move || if pressed.get() { "true" } else { "false" }
            on:click=move |_| on_click.run(())
        >
            {children()}
            {move || count.get().map(|count| view! { <span class="num">{count}</span> })}
        </button>
    }
}
