//! Several values of one kind: the e-mail addresses or phone numbers of somebody.

use super::button::{Button, ButtonKind, IconButton};
use super::field::new_id;
use super::icon::{Glyph, Icon};
use super::text_input::InputKind;
use super::words;
use crate::markup::{For, Markup, view};
use leptos::prelude::*;
use wasm_bindgen::JsCast;

/// A list of text fields with a button to add one and one each to take it away. At least one field is shown.
///
/// The list goes out as it stands, empty texts included; whoever saves it leaves those out.
#[component]
pub fn MultiInput(
    /// What is asked for, in the singular: "E-mail".
    #[prop(into)]
    label: String,
    /// The texts shown.
    #[prop(into)]
    values: Signal<Vec<String>>,
    /// Called with all texts when one was changed, added or taken away.
    #[prop(into)]
    on_change: Callback<Vec<String>>,
    /// Label of the button that adds one: "Add e-mail".
    #[prop(into)]
    add_label: String,
    /// What is typed.
    #[prop(optional)]
    kind: InputKind,
    /// What is wrong, and with which of the texts (counted from 0).
    #[prop(optional, into)]
    error: MaybeProp<(usize, String)>,
) -> Markup {
    let id = new_id();
    let shown = Memo::new(move |_| values.with(Vec::len).max(1));
    let set = move |index: usize, text: String| {
        let mut all = values.get_untracked();
        all.resize(all.len().max(index + 1), String::new());
        all[index] = text;
        on_change.run(all);
    };
    let group = NodeRef::<leptos::html::Div>::new();
    let add = move |()| {
        let mut all = values.get_untracked();
        all.resize(all.len().max(1) + 1, String::new());
        on_change.run(all);
        // The new field exists once the list has been shown again.
        request_animation_frame(move || focus_last(group));
    };
    let remove = move |index: usize| {
        let mut all = values.get_untracked();
        if index < all.len() {
            all.remove(index);
        }
        on_change.run(all);
    };
    let (type_, mode) = match kind {
        InputKind::Email => ("email", "email"),
        InputKind::Phone => ("tel", "tel"),
        InputKind::Url => ("url", "url"),
        _ => ("text", "text"),
    };
    let error_id = format!("{id}-error");
    let error_ref = error_id.clone();
    let legend = label.clone();
    let row = move |index: usize| {
        // Only another text is written into the field: a browser leaves out the blank that was just typed into an address,
        // and writing back what it says would move the caret to the front.
        let text = Memo::new(move |_| values.with(|all| all.get(index).cloned().unwrap_or_default()));
        let here = move || error.with(|error| error.as_ref().is_some_and(|(at, _)| *at == index));
        let error_ref = error_ref.clone();
        view! {
            <div class="multi-row">
                <input
                    class="input"
                    type=type_
                    inputmode=mode
                    autocapitalize="none"
                    autocomplete=kind.token()
                    spellcheck="false"
                    aria-label=words::numbered(&label, index + 1)
                    aria-invalid=move || here().then_some("true")
                    aria-describedby=move || here().then(|| error_ref.clone())
                    prop:value=move || text.get()
                    on:input=move |event| set(index, event_target_value(&event))
                />
                <IconButton
                    label=words::remove(&label, index + 1)
                    icon=Glyph::Close
                    disabled=Signal::derive(move || {
                        shown.get() == 1 && values.with(|all| all.first().is_none_or(String::is_empty))
                    })
                    on_click=move |()| remove(index)
                />
            </div>
        }
    };
    view! {
        <fieldset class="field">
            <legend class="field-label">{legend}</legend>
            <div class="multi" node_ref=group>
                <For each=move || 0..shown.get() key=|index| *index children=row />
                {move || {
                    error.get().map(|(_, text)| {
                        view! {
                            <p class="field-error" id=error_id.clone()>
                                <Icon glyph=Glyph::Error />
                                <span>{text}</span>
                            </p>
                        }
                    })
                }}
                <div class="multi-add">
                    <Button kind=ButtonKind::Quiet small=true icon=Glyph::Plus on_click=add>
                        {add_label}
                    </Button>
                </div>
            </div>
        </fieldset>
    }
}

/// Puts the focus into the last input of the group.
fn focus_last(group: NodeRef<leptos::html::Div>) {
    // The form may be gone by the time the new row is drawn.
    let Some(group) = group.try_get_untracked().flatten() else { return };
    let Ok(inputs) = group.query_selector_all("input") else { return };
    let last = inputs.item(inputs.length().saturating_sub(1));
    if let Some(input) = last.and_then(|node| node.dyn_into::<web_sys::HtmlElement>().ok()) {
        // A field that cannot take the focus is still there to be tapped.
        input.focus().unwrap_or_default();
    }
}
