//! Buttons, and links that look like them.

use super::icon::{Glyph, Icon};
use crate::markup::{Markup, view};
use leptos::prelude::*;

/// How much a button asks to be pressed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ButtonKind {
    /// With a border: the ordinary one.
    #[default]
    Plain,
    /// The one thing to do here; one a page.
    Primary,
    /// Nothing until it is pointed at: tools, second thoughts.
    Quiet,
    /// Deletes or gives up something.
    Danger,
    /// The same, where it is the answer to a question.
    DangerSolid,
}

impl ButtonKind {
    const fn class(self) -> &'static str {
        match self {
            Self::Plain => "btn",
            Self::Primary => "btn primary",
            Self::Quiet => "btn quiet",
            Self::Danger => "btn danger",
            Self::DangerSolid => "btn danger solid",
        }
    }
}

/// The classes of a button of this kind and size, for elements made by hand.
fn class_of(kind: ButtonKind, small: bool, square: bool) -> String {
    let small = if small { " small" } else { "" };
    let square = if square { " square" } else { "" };
    format!("{}{small}{square}", kind.class())
}

/// A button with words. Besides `on_click`, attributes and `on:` events can be spread onto it.
#[component]
pub fn Button(
    /// How much it asks to be pressed.
    #[prop(optional)]
    kind: ButtonKind,
    /// An icon before the words.
    #[prop(optional, into)]
    icon: Option<Glyph>,
    /// The lower of the two heights.
    #[prop(optional)]
    small: bool,
    /// Whether it submits the form around it.
    #[prop(optional)]
    submit: bool,
    /// Cannot be pressed now.
    #[prop(optional, into)]
    disabled: Signal<bool>,
    /// Something that was asked for is under way: a network is waited for. Cannot be pressed again.
    #[prop(optional, into)]
    busy: Signal<bool>,
    /// Called when it is pressed.
    #[prop(optional, into)]
    on_click: Option<Callback<()>>,
    /// The words.
    children: Children,
) -> Markup {
    view! {
        <button
            type=if submit { "submit" } else { "button" }
            class=class_of(kind, small, false)
            disabled=move || disabled.get() || busy.get()
            aria-busy=move || busy.get().then_some("true")
            on:click=move |_| {
                if let Some(callback) = on_click {
                    callback.run(());
                }
            }
        >
            {move || busy.get().then(|| view! { <span class="spin" aria-hidden="true"></span> })}
            {icon.map(|glyph| view! { <Icon glyph /> })}
            {children()}
        </button>
    }
}

/// A square button with an icon only. Its label is read aloud and shown as a tip.
#[component]
pub fn IconButton(
    /// What it does, in words.
    #[prop(into)]
    label: Signal<String>,
    /// Which icon.
    icon: Glyph,
    /// How much it asks to be pressed; quiet unless told.
    #[prop(default = ButtonKind::Quiet)]
    kind: ButtonKind,
    /// The lower of the two heights.
    #[prop(optional)]
    small: bool,
    /// Cannot be pressed now.
    #[prop(optional, into)]
    disabled: Signal<bool>,
    /// Called when it is pressed.
    #[prop(optional, into)]
    on_click: Option<Callback<()>>,
) -> Markup {
    view! {
        <button
            type="button"
            class=class_of(kind, small, true)
            aria-label=move || label.get()
            title=move || label.get()
            disabled=move || disabled.get()
            on:click=move |_| {
                if let Some(callback) = on_click {
                    callback.run(());
                }
            }
        >
            <Icon glyph=icon />
        </button>
    }
}

/// A link to another page that looks like a button.
#[component]
pub fn LinkButton(
    /// Where it leads.
    #[prop(into)]
    href: Signal<String>,
    /// How much it asks to be pressed.
    #[prop(optional)]
    kind: ButtonKind,
    /// An icon before the words.
    #[prop(optional, into)]
    icon: Option<Glyph>,
    /// The lower of the two heights.
    #[prop(optional)]
    small: bool,
    /// The words.
    children: Children,
) -> Markup {
    view! {
        <a class=class_of(kind, small, false) href=move || href.get()>
            {icon.map(|glyph| view! { <Icon glyph /> })}
            {children()}
        </a>
    }
}
