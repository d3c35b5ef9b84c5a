//! The header of a page: the way back, its title, what can be done here.

use super::icon::{Glyph, Icon};
use super::words;
use crate::markup::{Markup, view};
use crate::words::tr;
use leptos::prelude::*;

/// A page's only `h1`, with its surroundings.
#[component]
pub fn PageHeader(
    /// The title.
    #[prop(into)]
    title: Signal<String>,
    /// A quieter line below it.
    #[prop(optional, into)]
    subtitle: MaybeProp<String>,
    /// Where the arrow before the title leads; no arrow without it.
    #[prop(optional, into)]
    back: Option<String>,
    /// Where the arrow leads, in words.
    #[prop(into, default = tr(words::BACK).to_owned())]
    back_label: String,
    /// Beside the title: a tag with the state of the record.
    #[prop(optional, into)]
    beside: ViewFn,
    /// Before the title: the avatar of the record.
    #[prop(optional, into)]
    before: ViewFn,
    /// Buttons, the primary one last.
    #[prop(optional)]
    children: Option<Children>,
) -> Markup {
    view! {
        <header class="head">
            {back
                .map(|href| {
                    view! {
                        <a class="back" href=href aria-label=back_label.clone() title=back_label>
                            <Icon glyph=Glyph::ArrowLeft />
                        </a>
                    }
                })}
            {move || before.run()}
            <div class="head-title">
                <div class="head-line">
                    <h1 dir="auto">{move || title.get()}</h1>
                    {move || beside.run()}
                </div>
                {move || subtitle.get().map(|text| view! { <p class="head-sub">{text}</p> })}
            </div>
            {children.map(|children| view! { <div class="head-actions">{children()}</div> })}
        </header>
    }
}
