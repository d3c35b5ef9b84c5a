//! The options of a choice: their names, colours and order.

use leptos::prelude::*;
use outpost_core::records::{FieldOptions, OptionTone};

use crate::components::{Button, Choice, Glyph, IconButton, Select, TextInput};
use crate::markup::{For, Markup, view};
use crate::words::t;

/// Makes an option of what is typed for a new one, if anything is.
pub(super) fn add(options: RwSignal<FieldOptions>, new: RwSignal<String>) {
    let label = new.get_untracked();
    if !label.trim().is_empty() {
        options.update(|options| options.add(&label, OptionTone::Neutral));
        new.set(String::new());
    }
}

/// The control.
#[component]
pub(super) fn Options(
    /// Those that there are.
    options: RwSignal<FieldOptions>,
    /// What is typed for a new one.
    new: RwSignal<String>,
    /// What is wrong with them.
    error: RwSignal<Option<String>>,
) -> Markup {
    let add = move || {
        add(options, new);
        error.set(None);
    };
    let values = move || options.with(|all| all.0.iter().map(|option| option.value.clone()).collect::<Vec<_>>());
    let on_key = move |event: leptos::ev::KeyboardEvent| {
        // Not the whole form: the next one is typed at once.
        if event.key() == "Enter" && !event.ctrl_key() && !event.meta_key() && !new.get_untracked().trim().is_empty() {
            event.prevent_default();
            add();
        }
    };
    view! {
        <fieldset class="field options">
            <legend class="field-label">"Options"</legend>
            <ul class="column-choices">
                <For each=values key=String::clone children=move |value| view! { <Line options value /> } />
            </ul>
            <div class="option-new" on:keydown=on_key>
                <TextInput
                    label="New option"
                    hide_label=true
                    placeholder="New option"
                    value=new
                    on_input=move |text| new.set(text)
                    error
                />
                <Button icon=Glyph::Plus on_click=move |()| add()>
                    "Add"
                </Button>
            </div>
        </fieldset>
    }
}

#[component]
fn Line(options: RwSignal<FieldOptions>, value: String) -> Markup {
    let value = StoredValue::new(value);
    let at = move || options.with(|all| value.with_value(|value| all.0.iter().position(|one| one.value == *value)));
    let option =
        Signal::derive(move || at().and_then(|at| options.with(|all| all.0.get(at).cloned())).unwrap_or_default());
    let change = move |change: &dyn Fn(&mut FieldOptions, usize)| {
        if let Some(at) = untrack(at) {
            options.update(|all| change(all, at));
        }
    };
    let label = Signal::derive(move || option.get().label);
    let tones = OptionTone::CHOICES.iter().map(|tone| Choice::new(tone.value, tone.label)).collect::<Vec<_>>();
    view! {
        <li class="option-line">
            <TextInput
                label=Signal::derive(move || t!("Name of {}", label.get()))
                hide_label=true
                value=label
                on_change=move |text: String| {
                    if !text.trim().is_empty() {
                        change(&|all, at| text.trim().clone_into(&mut all.0[at].label));
                    }
                }
            />
            <Select
                label=Signal::derive(move || t!("Colour of {}", label.get()))
                hide_label=true
                value=Signal::derive(move || option.get().tone.value().to_owned())
                options=Signal::stored(tones)
                on_change=move |tone: String| change(&|all, at| all.0[at].tone = OptionTone::parse(&tone))
            />
            <IconButton
                label=Signal::derive(move || t!("Move {} up", label.get()))
                icon=Glyph::ArrowUp
                small=true
                disabled=Signal::derive(move || at().is_none_or(|at| at == 0))
                on_click=move |()| change(&|all, at| {
                    if at > 0 {
                        all.0.swap(at, at - 1);
                    }
                })
            />
            <IconButton
                label=Signal::derive(move || t!("Remove {}", label.get()))
                icon=Glyph::Close
                small=true
                on_click=move |()| change(&|all, at| drop(all.0.remove(at)))
            />
        </li>
    }
}
