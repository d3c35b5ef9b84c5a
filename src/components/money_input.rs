//! An amount of money: the currency before it, fixed or to be chosen, and the figures as they are typed.

use super::field::{Field, described_by, new_id};
use super::icon::{Glyph, Icon};
use super::words;
use crate::markup::{Markup, view};
use leptos::prelude::*;

/// An amount as text. What the text means in minor units is for the money of `outpost-core` to say.
#[component]
pub fn MoneyInput(
    /// What is asked for.
    #[prop(into)]
    label: Signal<String>,
    /// The figures shown, without a currency.
    #[prop(into)]
    value: Signal<String>,
    /// Code or sign of the currency.
    #[prop(into)]
    currency: Signal<String>,
    /// Codes that can be chosen; the currency is fixed without `on_currency`.
    #[prop(optional, into)]
    currencies: Signal<Vec<String>>,
    /// Called with the code that was chosen.
    #[prop(optional, into)]
    on_currency: Option<Callback<String>>,
    /// Called with the figures at every keystroke.
    #[prop(optional, into)]
    on_input: Option<Callback<String>>,
    /// Called with the figures when the field is left or Enter is pressed, if they changed.
    #[prop(optional, into)]
    on_change: Option<Callback<String>>,
    /// What helps to answer.
    #[prop(optional, into)]
    hint: MaybeProp<String>,
    /// What is wrong.
    #[prop(optional, into)]
    error: MaybeProp<String>,
    /// Says beside the label that it may stay empty.
    #[prop(optional)]
    optional: bool,
    /// Cannot be changed now.
    #[prop(optional, into)]
    disabled: Signal<bool>,
    /// The label is only read aloud.
    #[prop(optional)]
    hide_label: bool,
    /// Id of the input, if something else must find it.
    #[prop(optional, into)]
    id: Option<String>,
) -> Markup {
    let id = id.unwrap_or_else(new_id);
    let described = described_by(&id, hint, error);
    let invalid = move || error.with(Option::is_some).then_some("true");
    let codes = move || {
        let chosen = currency.get();
        let mut codes = currencies.get();
        if !codes.contains(&chosen) {
            codes.insert(0, chosen.clone());
        }
        codes
            .into_iter()
            .map(|code| {
                let selected = code == chosen;
                view! { <option value=code.clone() prop:selected=selected>{code.clone()}</option> }
            })
            .collect::<Vec<_>>()
    };
    let before = match on_currency {
        Some(callback) => view! {
            <span class="select">
            <select
                class="affix"
                aria-label=words::CURRENCY
                disabled=move || disabled.get()
                on:change=move |event| {
                    callback.try_run(event_target_value(&event));
                }
            >
                {codes}
            </select>
            <Icon glyph=Glyph::ChevronDown />
            </span>
        },
        None => view! { <span class="affix">{move || currency.get()}</span> },
    };
    let body = view! {
        <div class="input-box" data-invalid=invalid>
            {before}
            <input
                id=id.clone()
                class="input num"
                type="text"
                inputmode="decimal"
                autocomplete="off"
                spellcheck="false"
                aria-invalid=invalid
                aria-describedby=move || described.get()
                disabled=move || disabled.get()
                prop:value=move || value.get()
                on:input=move |event| {
                    if let Some(callback) = on_input {
                        callback.try_run(event_target_value(&event));
                    }
                }
                // It comes also when the input is taken away, and whoever would hear it with it.
                on:change=move |event| {
                    if let Some(callback) = on_change {
                        callback.try_run(event_target_value(&event));
                    }
                }
            />
        </div>
    };
    view! {
        <Field id label hint error optional hide_label>
            {body}
        </Field>
    }
}
