//! A few choices side by side, all of them seen: radio buttons underneath, so arrows and screen readers know them.

use super::choice::Choice;
use super::field::new_id;
use super::icon::Icon;
use crate::markup::{Markup, view};
use leptos::prelude::*;

/// One of two to five.
#[component]
pub fn Segmented(
    /// What is asked for.
    #[prop(into)]
    label: String,
    /// The value chosen.
    #[prop(into)]
    value: Signal<String>,
    /// What can be chosen.
    options: Vec<Choice>,
    /// Called with the new value.
    #[prop(into)]
    on_change: Callback<String>,
    /// The label is only read aloud.
    #[prop(optional)]
    hide_label: bool,
    /// Cannot be changed now.
    #[prop(optional, into)]
    disabled: Signal<bool>,
) -> Markup {
    let name = new_id();
    let segments = options
        .into_iter()
        .map(|choice| {
            let mine = choice.value.clone();
            let chosen = choice.value.clone();
            view! {
                <label>
                    <input
                        type="radio"
                        name=name.clone()
                        value=choice.value
                        disabled=move || disabled.get()
                        prop:checked=move || value.with(|value| *value == mine)
                        on:change=move |_| on_change.run(chosen.clone())
                    />
                    <span>{choice.icon.map(|glyph| view! { <Icon glyph /> })} {choice.label}</span>
                </label>
            }
        })
        .collect::<Vec<_>>();
    view! {
        <fieldset class="field">
            <legend class=if hide_label { "vh" } else { "field-label" }>{label}</legend>
            <div class="seg">{segments}</div>
        </fieldset>
    }
}
