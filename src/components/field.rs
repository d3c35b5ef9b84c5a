//! What every field has around its control: a label, a hint or an error, and the wires between them.

use super::icon::{Glyph, Icon};
use super::words;
use crate::markup::{Markup, view};
use leptos::prelude::*;
use std::sync::atomic::{AtomicUsize, Ordering};
use wasm_bindgen::JsCast;

/// A new element id, unique in this document: `"f12"`.
pub fn new_id() -> String {
    static NEXT: AtomicUsize = AtomicUsize::new(1);
    format!("f{}", NEXT.fetch_add(1, Ordering::Relaxed))
}

/// The `aria-describedby` of the control with this id: its error if there is one, else its hint, else nothing.
pub fn described_by(id: &str, hint: MaybeProp<String>, error: MaybeProp<String>) -> Signal<Option<String>> {
    let id = id.to_owned();
    Signal::derive(move || {
        if error.with(Option::is_some) {
            Some(format!("{id}-error"))
        } else {
            hint.with(Option::is_some).then(|| format!("{id}-hint"))
        }
    })
}

/// Puts the focus into the first control below `root` that says it is invalid, so that a form that was refused says why.
/// True if there was one.
pub fn focus_first_invalid(root: &web_sys::Element) -> bool {
    let found = root.query_selector("[aria-invalid=true]").ok().flatten();
    match found.and_then(|element| element.dyn_into::<web_sys::HtmlElement>().ok()) {
        Some(element) => element.focus().is_ok(),
        None => false,
    }
}

/// Label, control, and below it the hint or what is wrong.
///
/// The control inside must have the id `id`, `aria-invalid` while there is an error, and `aria-describedby` of
/// [`described_by`]. The inputs of this module do all that; use `Field` only for a control of your own.
#[component]
pub fn Field(
    /// Id of the control inside; [`new_id`] makes one.
    #[prop(into)]
    id: String,
    /// What is asked for.
    #[prop(into)]
    label: Signal<String>,
    /// What helps to answer.
    #[prop(optional, into)]
    hint: MaybeProp<String>,
    /// What is wrong, as a sentence that says how to put it right.
    #[prop(optional, into)]
    error: MaybeProp<String>,
    /// Says beside the label that it may stay empty.
    #[prop(optional)]
    optional: bool,
    /// The label is only read aloud: something visible says the same.
    #[prop(optional)]
    hide_label: bool,
    /// The control.
    children: Children,
) -> Markup {
    let hint_id = format!("{id}-hint");
    let error_id = format!("{id}-error");
    view! {
        <div class="field">
            <label for=id class=if hide_label { "vh" } else { "field-label" }>
                {move || label.get()}
                {optional.then(|| view! { <span class="field-optional">{words::OPTIONAL}</span> })}
            </label>
            {children()}
            {move || match (error.get(), hint.get()) {
                (Some(error), _) => view! {
                    <p class="field-error" id=error_id.clone()>
                        <Icon glyph=Glyph::Error />
                        <span>{error}</span>
                    </p>
                },
                (None, Some(hint)) => view! { <p class="field-hint" id=hint_id.clone()>{hint}</p> },
                (None, None) => Markup::Empty,
            }}
        </div>
    }
}
