//! Boxes that group: a panel on a record's page, a setting on the settings page.

use crate::markup::{Markup, view};
use leptos::prelude::*;

/// A box with a title.
#[component]
pub fn Panel(
    /// What it holds; no header without it.
    #[prop(optional, into)]
    title: MaybeProp<String>,
    /// Small buttons at the end of the header.
    #[prop(optional, into)]
    actions: ViewFn,
    /// No padding: it holds a list that reaches its edges.
    #[prop(optional)]
    flush: bool,
    /// What it holds.
    children: Children,
) -> Markup {
    let header = move || {
        title.get().map(|title| {
            view! {
                <div class="panel-head">
                    <h2>{title}</h2>
                    {actions.run()}
                </div>
            }
        })
    };
    view! {
        <section class=if flush { "panel flush" } else { "panel" }>
            {header}
            {children()}
        </section>
    }
}

/// One subject of the settings page: what it is about, below it its controls. Put several into an element of class `settings`.
#[component]
pub fn Setting(
    /// What it is about.
    #[prop(into)]
    title: String,
    /// What a person should know about it.
    #[prop(optional, into)]
    text: MaybeProp<String>,
    /// Id, to lead somebody here.
    #[prop(optional, into)]
    id: Option<String>,
    /// It is much longer than the others, and stands beside them where there is room.
    #[prop(optional)]
    long: bool,
    /// Its controls.
    children: Children,
) -> Markup {
    view! {
        <section class="setting" class:long=long id=id>
            <div class="setting-about">
                <h2>{title}</h2>
                {move || text.get().map(|text| view! { <p>{text}</p> })}
            </div>
            <div class="setting-body">{children()}</div>
        </section>
    }
}
