//! How far something long has come: a first sync, an import.

use crate::markup::{Markup, view};
use leptos::prelude::*;

/// A thin bar under its words.
#[component]
pub fn Progress(
    /// What is under way.
    #[prop(into)]
    label: Signal<String>,
    /// How much is done, in whatever is counted.
    #[prop(into)]
    done: Signal<u64>,
    /// How much there is in all; unknown unless told, and then the bar only shows that something happens.
    #[prop(optional, into)]
    total: MaybeProp<u64>,
    /// The label says the figures itself, in units that a person reads.
    #[prop(optional)]
    told: bool,
) -> Markup {
    let figures = move || total.get().filter(|_| !told).map(|total| format!("{} / {total}", done.get().min(total)));
    view! {
        <div class="meter">
            <div class="meter-line">
                <span>{move || label.get()}</span>
                <span>{figures}</span>
            </div>
            <progress
                aria-label=move || label.get()
                max=move || total.get().map(|total| total.max(1).to_string())
                value=move || total.get().map(|total| done.get().min(total).to_string())
            ></progress>
        </div>
    }
}
