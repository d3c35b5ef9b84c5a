//! The page that stands where the app cannot: storage is blocked, the database is gone.

use super::empty_state::{Art, Picture};
use crate::markup::{Markup, view};
use leptos::prelude::*;

/// Fills the window: what happened, that nothing was thrown away, what to do. Never an empty list instead.
#[component]
pub fn RescueScreen(
    /// What happened, in a few words.
    #[prop(into)]
    title: Signal<String>,
    /// What it means for what was entered.
    #[prop(into)]
    text: Signal<String>,
    /// The browser's own words, for whoever is asked for help; folded away.
    #[prop(optional, into)]
    details: MaybeProp<String>,
    /// Steps to take as an `ol`, and buttons in an element of class `row`.
    children: Children,
) -> Markup {
    view! {
        <main class="rescue" id="main">
            <div class="rescue-card" role="alert">
                <Picture art=Art::Storm />
                <h1>{move || title.get()}</h1>
                <p class="muted">{move || text.get()}</p>
                {children()}
                {move || {
                    details.get().map(|details| {
                        view! {
                            <details>
                                <summary>"Details"</summary>
                                <code>{details}</code>
                            </details>
                        }
                    })
                }}
            </div>
        </main>
    }
}
