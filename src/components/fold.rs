//! What is rarely needed while something is written: closed it is one line that says what is in it.

use super::field::new_id;
use super::icon::{Glyph, Icon};
use crate::markup::{Markup, view};
use leptos::{ev, html, prelude::*};
use wasm_bindgen::JsCast;

/// A group of fields that opens below its label. Closed it looks like one field and tells its content.
#[component]
pub fn Fold(
    /// What the fields are about.
    #[prop(into)]
    label: String,
    /// Their content in one line; empty if there is none.
    #[prop(into)]
    content: Signal<String>,
    /// What stands in place of an empty content: what a press begins.
    #[prop(into)]
    begin: String,
    /// The fields.
    children: Children,
) -> Markup {
    let id = new_id();
    let fields = NodeRef::<html::Div>::new();
    let node = NodeRef::<html::Details>::new();
    // Whoever opens it wants to write.
    let on_toggle = move |_: ev::Event| {
        let open = node.try_get_untracked().flatten().is_some_and(|details| details.open());
        let first = fields
            .try_get_untracked()
            .flatten()
            .and_then(|fields| fields.query_selector("input, textarea, select").ok()?);
        if let (true, Some(first)) = (open, first.and_then(|first| first.dyn_into::<web_sys::HtmlElement>().ok())) {
            first.focus().unwrap_or_default();
        }
    };
    view! {
        <details class="fold" node_ref=node on:toggle=on_toggle>
            <summary>
                <span class="field-label" id=id.clone()>
                    {label}
                </span>
                <span class="fold-content input">
                    <span class="ellipsis" class:faint=move || content.with(String::is_empty)>
                        {move || if content.with(String::is_empty) { begin.clone() } else { content.get() }}
                    </span>
                </span>
                <Icon glyph=Glyph::ChevronDown />
            </summary>
            <div class="group" role="group" aria-labelledby=id node_ref=fields>
                {children()}
            </div>
        </details>
    }
}
