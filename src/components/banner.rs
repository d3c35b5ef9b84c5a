//! A banner: something about the whole app that stays until it is dealt with. An update is ready, storage is short.

use super::button::IconButton;
use super::icon::{Glyph, Icon};
use super::words;
use crate::markup::{Markup, view};
use crate::words::tr;
use leptos::prelude::*;

/// How much it matters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum BannerKind {
    /// Good to know.
    #[default]
    Info,
    /// Went well.
    Ok,
    /// Will go wrong if nothing is done.
    Warn,
    /// Went wrong. Interrupts a screen reader.
    Bad,
}

/// A sentence across the page.
#[component]
pub fn Banner(
    /// How much it matters.
    #[prop(optional)]
    kind: BannerKind,
    /// What is the matter.
    #[prop(into)]
    text: Signal<String>,
    /// Called when it is dismissed; without it, it stays.
    #[prop(optional, into)]
    on_dismiss: Option<Callback<()>>,
    /// Small buttons with what can be done about it.
    #[prop(optional)]
    children: Option<Children>,
) -> Markup {
    let (class, glyph, role) = match kind {
        BannerKind::Info => ("banner", Glyph::Info, "status"),
        BannerKind::Ok => ("banner ok", Glyph::Check, "status"),
        BannerKind::Warn => ("banner warn", Glyph::Warning, "status"),
        BannerKind::Bad => ("banner bad", Glyph::Error, "alert"),
    };
    view! {
        <div class=class role=role>
            <Icon glyph />
            <p class="banner-text">{move || text.get()}</p>
            <div class="banner-actions">
                {children.map(|children| children())}
                {on_dismiss
                    .map(|callback| {
                        view! {
                            <IconButton
                                label=tr(words::DISMISS)
                                icon=Glyph::Close
                                small=true
                                on_click=move |()| callback.run(())
                            />
                        }
                    })}
            </div>
        </div>
    }
}
