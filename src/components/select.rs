//! One of several, chosen with the browser's own list: it has the right keyboard, wheel and sheet everywhere.

use super::choice::Choice;
use super::field::{Field, described_by, new_id};
use super::icon::{Glyph, Icon};
use super::words;
use crate::markup::{Markup, view};
use crate::words::tr;
use leptos::prelude::*;

/// A field with a fixed set of answers.
///
/// A value that is none of the choices (one of a newer version, say) is shown as it is and kept, until another is chosen.
#[component]
pub fn Select(
    /// What is asked for.
    #[prop(into)]
    label: Signal<String>,
    /// The value chosen; empty for none.
    #[prop(into)]
    value: Signal<String>,
    /// What can be chosen.
    #[prop(into)]
    options: Signal<Vec<Choice>>,
    /// Called with the new value; the empty string if `empty` was chosen.
    #[prop(into)]
    on_change: Callback<String>,
    /// A first choice that means none, with this label. Without it the field asks to choose while it has no value.
    #[prop(optional, into)]
    empty: MaybeProp<String>,
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
    /// Id of the select, if something else must find it.
    #[prop(optional, into)]
    id: Option<String>,
) -> Markup {
    let id = id.unwrap_or_else(new_id);
    let described = described_by(&id, hint, error);
    let choices = move || {
        let chosen = value.get();
        let mut choices = options.get();
        if !chosen.is_empty() && !choices.iter().any(|choice| choice.value == chosen) {
            choices.push(Choice::new(chosen.clone(), chosen.clone()));
        }
        match empty.get() {
            Some(label) => choices.insert(0, Choice::new("", label)),
            None if chosen.is_empty() => choices.insert(0, Choice::new("", tr(words::CHOOSE))),
            None => {}
        }
        choices
            .into_iter()
            .map(|choice| {
                let selected = choice.value == chosen;
                view! { <option value=choice.value prop:selected=selected>{choice.label}</option> }
            })
            .collect::<Vec<_>>()
    };
    let select = view! {
        <select
            id=id.clone()
            class="input"
            aria-invalid=move || error.with(Option::is_some).then_some("true")
            aria-describedby=move || described.get()
            disabled=move || disabled.get()
            on:change=move |event| {
                on_change.try_run(event_target_value(&event));
            }
        >
            {choices}
        </select>
    };
    view! {
        <Field id label hint error optional hide_label>
            <span class="select">{select} <Icon glyph=Glyph::ChevronDown /></span>
        </Field>
    }
}
