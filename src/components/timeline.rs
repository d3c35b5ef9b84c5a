//! The history of a record.

use super::icon::{Glyph, Icon};
use super::tag::Tone;
use crate::markup::{Markup, view};
use leptos::prelude::*;

/// The list around several [`TimelineItem`]s, newest first.
#[component]
pub fn Timeline(
    /// The events.
    children: Children,
) -> Markup {
    view! { <ol class="timeline">{children()}</ol> }
}

/// Something that happened.
#[component]
pub fn TimelineItem(
    /// What kind of thing, as an icon.
    glyph: Glyph,
    /// What its colour says.
    #[prop(optional)]
    tone: Tone,
    /// When, as it is read.
    #[prop(into)]
    when: Signal<String>,
    /// What happened, and in an element of class `event-note` what was said.
    children: Children,
) -> Markup {
    view! {
        <li class="event">
            <span class=format!("event-mark {}", tone.class()) aria-hidden="true">
                <Icon glyph />
            </span>
            <div class="event-body">
                {children()}
                <div class="event-when">{move || when.get()}</div>
            </div>
        </li>
    }
}
