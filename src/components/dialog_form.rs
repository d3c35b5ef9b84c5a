//! What a dialog asks for, and the two answers below it: one that keeps, and before it the harmless one.

use super::button::{Button, ButtonKind};
use super::words;
use crate::markup::{Markup, view};
use crate::words::tr;
use leptos::prelude::*;

/// The form in a [`Dialog`](super::Dialog).
#[component]
pub fn DialogForm(
    /// What the button says that keeps.
    #[prop(into)]
    save: String,
    /// How much that asks to be pressed.
    #[prop(default = ButtonKind::Primary)]
    kind: ButtonKind,
    /// What the button says that gives up.
    #[prop(into, default = tr(words::CANCEL).to_owned())]
    cancel: String,
    /// It is being kept; meanwhile nobody can do so again.
    #[prop(optional, into)]
    busy: Signal<bool>,
    /// It cannot be kept yet.
    #[prop(optional, into)]
    disabled: Signal<bool>,
    /// Keeps it; says at the fields what is wrong with it.
    #[prop(into)]
    on_save: Callback<()>,
    /// Gives it up.
    #[prop(into)]
    on_cancel: Callback<()>,
    /// What is asked for.
    children: Children,
) -> Markup {
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if !busy.get_untracked() && !disabled.get_untracked() {
            on_save.run(());
        }
    };
    view! {
        <form class="stack" novalidate=true on:submit=submit>
            {children()}
            <div class="dialog-actions">
                <Button on_click=on_cancel>{cancel}</Button>
                <Button kind submit=true busy disabled>{save}</Button>
            </div>
        </form>
    }
}
