//! Yes or no: with its sentence in a form, or bare in a row of a table.

use crate::markup::{Markup, view};
use leptos::prelude::*;

/// A tick box with its sentence.
#[component]
pub fn Checkbox(
    /// The sentence that is agreed to.
    #[prop(into)]
    label: Signal<String>,
    /// Whether it is ticked.
    #[prop(into)]
    checked: Signal<bool>,
    /// Called with the new answer.
    #[prop(into)]
    on_change: Callback<bool>,
    /// What helps to answer.
    #[prop(optional, into)]
    hint: MaybeProp<String>,
    /// Cannot be changed now.
    #[prop(optional, into)]
    disabled: Signal<bool>,
) -> Markup {
    view! {
        <label class="check">
            <input
                type="checkbox"
                prop:checked=move || checked.get()
                disabled=move || disabled.get()
                on:change=move |event| on_change.run(event_target_checked(&event))
            />
            <span>
                {move || label.get()}
                {move || hint.get().map(|hint| view! { <span class="field-hint block">{hint}</span> })}
            </span>
        </label>
    }
}

/// A tick box whose name is only read aloud: selects a row of a table, or all of them.
#[component]
pub fn Tick(
    /// What is selected by it.
    #[prop(into)]
    label: Signal<String>,
    /// Whether it is ticked.
    #[prop(into)]
    checked: Signal<bool>,
    /// Neither: some of what it stands for is ticked.
    #[prop(optional, into)]
    mixed: Signal<bool>,
    /// Called with the new answer.
    #[prop(into)]
    on_change: Callback<bool>,
) -> Markup {
    view! {
        <input
            type="checkbox"
            class="tick above"
            aria-label=move || label.get()
            prop:checked=move || checked.get()
            prop:indeterminate=move || mixed.get()
            on:change=move |event| on_change.run(event_target_checked(&event))
        />
    }
}
