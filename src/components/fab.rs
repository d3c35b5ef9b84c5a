//! The round button of a phone: the one thing that is made on this page, under the thumb.

use super::icon::{Glyph, Icon};
use crate::markup::{Markup, view};
use leptos::prelude::*;

/// A link that floats over the bottom bar; on a desktop it is not there, the page's header has the same button.
#[component]
pub fn Fab(
    /// What it does, in words.
    #[prop(into)]
    label: String,
    /// Where it leads.
    #[prop(into)]
    href: Signal<String>,
    /// Which icon.
    #[prop(default = Glyph::Plus)]
    icon: Glyph,
) -> Markup {
    view! {
        <a class="fab" href=move || href.get() aria-label=label.clone() title=label>
            <Icon glyph=icon />
        </a>
    }
}
