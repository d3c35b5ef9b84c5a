//! A tag: the state of something in one word, coloured by what it means.

use super::icon::{Glyph, Icon};
use crate::markup::{Markup, view};
use leptos::prelude::*;

/// What a colour says. Never the only carrier: the word beside it says the same.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tone {
    /// Well: qualified, won, paid.
    Ok,
    /// New, or in somebody else's hands.
    Info,
    /// Wants a look.
    Warn,
    /// Lost, overdue, rejected.
    Bad,
    /// Nothing special.
    #[default]
    Plain,
}

impl Tone {
    /// The class that gives an element of class `tag`, `event-mark` or `banner` this colour.
    pub const fn class(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Info => "info",
            Self::Warn => "warn",
            Self::Bad => "bad",
            Self::Plain => "none",
        }
    }
}

/// A state in one word.
#[component]
pub fn Tag(
    /// What the colour says.
    #[prop(optional, into)]
    tone: Signal<Tone>,
    /// An icon before the word.
    #[prop(optional, into)]
    icon: Option<Glyph>,
    /// The word.
    children: Children,
) -> Markup {
    view! {
        <span class=move || format!("tag {}", tone.get().class())>
            {icon.map(|glyph| view! { <Icon glyph /> })}
            {children()}
        </span>
    }
}
