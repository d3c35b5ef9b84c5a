//! One of many, all of them seen: radio buttons in a grid, as many beside one another as there is room for.

use leptos::prelude::*;

use crate::components::{Choice, Icon, new_id};
use crate::markup::{Markup, view};

/// The control.
#[component]
pub(in crate::pages::settings) fn Picks(
    /// What is asked for.
    label: &'static str,
    /// The value chosen.
    #[prop(into)]
    value: Signal<String>,
    /// What can be chosen.
    options: Vec<Choice>,
    /// Called with the new value.
    #[prop(into)]
    on_change: Callback<String>,
) -> Markup {
    let name = new_id();
    let picks = options.into_iter().map(|choice| {
        let (mine, chosen) = (choice.value.clone(), choice.value.clone());
        view! {
            <label class="pick">
                <input
                    type="radio"
                    name=name.clone()
                    value=choice.value
                    prop:checked=move || value.with(|value| *value == mine)
                    on:change=move |_| on_change.run(chosen.clone())
                />
                <span>{choice.icon.map(|glyph| view! { <Icon glyph /> })} {choice.label}</span>
            </label>
        }
    });
    view! {
        <fieldset class="field">
            <legend class="field-label">{label}</legend>
            <div class="picks">{picks.collect::<Vec<_>>()}</div>
        </fieldset>
    }
}
