//! A question in the way of everything else, in the browser's own dialog: it keeps the focus inside, closes on Escape and
//! gives the focus back.

use super::button::IconButton;
use super::icon::Glyph;
use super::words;
use crate::markup::{Markup, effect, view};
use crate::platform::media::is_compact;
use crate::words::tr;
use leptos::{html, prelude::*};
use wasm_bindgen::JsCast;

/// Where the focus goes on a phone: to the first answer, which is the harmless one.
const ANSWERS: &str = ".dialog-actions button";
/// Where it goes elsewhere: to the first thing that is asked for.
const FIELDS: &str = ".dialog-body :is(input, select, textarea), .dialog-actions button";

/// Puts the focus into the first of these elements of an open dialog.
fn focus_first(node: NodeRef<html::Dialog>, what: &str) {
    let Some(dialog) = node.try_get_untracked().flatten().filter(|dialog| dialog.open()) else { return };
    let first = dialog.query_selector(what).ok().flatten();
    if let Some(element) = first.and_then(|element| element.dyn_into::<web_sys::HtmlElement>().ok()) {
        element.focus().unwrap_or_default();
    }
}

/// A dialog with a title. Undo is better wherever undo is possible.
///
/// Its content exists only while it is open. The harmless answer is the first of its `dialog-actions`.
#[component]
pub fn Dialog(
    /// Whether it is shown.
    #[prop(into)]
    open: Signal<bool>,
    /// Called when it was closed by Escape, its button or a click beside it: set `open` to false.
    #[prop(into)]
    on_close: Callback<()>,
    /// What it asks.
    #[prop(into)]
    title: Signal<String>,
    /// What it says, and its buttons in an element of class `dialog-actions`.
    children: ChildrenFn,
) -> Markup {
    let node = NodeRef::<html::Dialog>::new();
    let children = StoredValue::new(children);
    effect(move || {
        let Some(dialog) = node.get() else { return };
        if open.get() && !dialog.open() {
            // It can only fail for a dialog that is not in the page, and then there is nobody to see it.
            dialog.show_modal().unwrap_or_default();
            // What it asks for has the focus, and not the button that closes it. On a phone no keyboard jumps up unasked.
            let first = if is_compact() { ANSWERS } else { FIELDS };
            request_animation_frame(move || focus_first(node, first));
        } else if !open.get() && dialog.open() {
            dialog.close();
        }
    });
    let on_backdrop = move |event: leptos::ev::MouseEvent| {
        let itself = node.get_untracked().map(JsCast::unchecked_into::<web_sys::EventTarget>);
        if itself.is_some() && event.target() == itself {
            on_close.run(());
        }
    };
    let shown = Memo::new(move |_| open.get());
    view! {
        <dialog
            node_ref=node
            class="dialog"
            aria-label=move || title.get()
            on:close=move |_| {
                if open.get_untracked() {
                    on_close.run(());
                }
            }
            on:mousedown=on_backdrop
        >
            {move || shown.get().then(|| view! {
                <div class="dialog-head">
                    <h2>{move || title.get()}</h2>
                    <IconButton label=tr(words::CLOSE) icon=Glyph::Close on_click=move |()| on_close.run(()) />
                </div>
                <div class="dialog-body">{children.with_value(|children| children())}</div>
            })}
        </dialog>
    }
}
