//! The field that narrows a list.

use super::button::IconButton;
use super::icon::{Glyph, Icon};
use super::words;
use crate::markup::{Markup, view};
use crate::words::tr;
use leptos::{ev, html, prelude::*};

/// A search field with its clearing button. Escape empties it, a second Escape leaves it.
#[component]
pub fn SearchField(
    /// What is searched, read aloud and shown while it is empty.
    #[prop(into)]
    label: Signal<String>,
    /// The words searched for.
    #[prop(into)]
    value: Signal<String>,
    /// Called with the words at every keystroke.
    #[prop(into)]
    on_input: Callback<String>,
    /// The key that leads here, shown as a hint on a desktop: `F`.
    #[prop(optional, into)]
    key: Option<String>,
    /// The input itself, to put the focus into it.
    #[prop(optional)]
    node_ref: NodeRef<html::Input>,
) -> Markup {
    let empty = Memo::new(move |_| value.with(String::is_empty));
    let on_key = move |event: ev::KeyboardEvent| {
        if event.key() != "Escape" {
            return;
        }
        if !empty.get_untracked() {
            event.prevent_default();
            on_input.run(String::new());
        } else if let Some(input) = node_ref.get_untracked() {
            input.blur().unwrap_or_default();
        }
    };
    let clear = move |()| {
        on_input.run(String::new());
        if let Some(input) = node_ref.get_untracked() {
            input.focus().unwrap_or_default();
        }
    };
    view! {
        <div class="search" role="search">
            <Icon glyph=Glyph::Search />
            <input
                node_ref=node_ref
                class="input"
                type="search"
                inputmode="search"
                enterkeyhint="search"
                autocomplete="off"
                autocapitalize="none"
                spellcheck="false"
                aria-label=move || label.get()
                placeholder=move || label.get()
                prop:value=move || value.get()
                on:input=move |event| on_input.run(event_target_value(&event))
                on:keydown=on_key
            />
            {move || {
                if empty.get() {
                    key.clone().map(|key| view! { <kbd aria-hidden="true">{key}</kbd> })
                } else {
                    Some(
                        view! {
                            <span class="clear">
                                <IconButton label=tr(words::CLEAR_SEARCH) icon=Glyph::Close small=true on_click=clear />
                            </span>
                        },
                    )
                }
            }}
        </div>
    }
}
