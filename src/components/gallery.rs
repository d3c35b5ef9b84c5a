//! Every part in every state, on one page: to look at, and to see which classes make what.
//!
//! Debug builds only, at `/gallery`, without a store and without the app's own frame. `/gallery/fields` shows one section of it.

pub mod buttons;
pub mod data;
pub mod days;
pub mod dialogs;
pub mod fields;
pub mod icons;
pub mod states;

use super::{Fab, Glyph, NavItem, NavPlace, PageHeader, Shell, SyncIndicator, SyncState, ToastHost, provide_toasts};
use crate::markup::{Markup, view};
use leptos::prelude::*;
use leptos_router::hooks::use_location;

/// A section: the last part of its address, and what is in it.
pub type Section = (&'static str, fn() -> Markup);

/// All sections, in the order of the page.
pub const SECTIONS: [Section; 8] = [
    ("buttons", || view! { <buttons::Buttons /> }),
    ("icons", || view! { <icons::Icons /> }),
    ("fields", || view! { <fields::Fields /> }),
    ("data", || view! { <data::Data /> }),
    ("days", || view! { <days::Days /> }),
    ("month", || view! { <days::Month /> }),
    ("states", || view! { <states::States /> }),
    ("dialogs", || view! { <dialogs::Dialogs /> }),
];

/// The gallery, in a shell of its own.
#[component]
pub fn Gallery() -> Markup {
    provide_toasts();
    let path = use_location().pathname;
    let page = Memo::new(move |_| path.with(|path| path.rsplit('/').next().unwrap_or_default().to_owned()));
    // At most five of them are for a phone too.
    let nav = vec![
        NavItem::new("/gallery/buttons", "Buttons", Glyph::Plus).count("1,284"),
        NavItem::new("/gallery/fields", "Fields", Glyph::Edit).count("64"),
        NavItem::new("/gallery/data", "Data", Glyph::Leads),
        NavItem::new("/gallery/days", "Days", Glyph::Calendar),
        NavItem::new("/gallery/month", "Month", Glyph::Calendar).place(NavPlace::Desk),
        NavItem::new("/gallery/icons", "Icons", Glyph::Eye).place(NavPlace::Desk),
        NavItem::new("/gallery/dialogs", "Dialogs", Glyph::Info).place(NavPlace::Desk),
        NavItem::new("/gallery/states", "States", Glyph::Cloud).place(NavPlace::Everywhere),
        NavItem::new("/gallery/rescue", "Rescue", Glyph::Warning).place(NavPlace::Apart),
    ];
    let banners = move || page.with(|page| page == "states").then(|| view! { <states::Banners /> });
    let sync = || view! { <SyncIndicator state=SyncState::Waiting count=3 href="/gallery/states" /> };
    let shown = move || {
        page.with(|page| {
            let is_one = SECTIONS.iter().any(|(name, _)| name == page);
            let shown = SECTIONS.iter().filter(|(name, _)| !is_one || name == page);
            shown.map(|(_, section)| section()).collect::<Vec<_>>()
        })
    };
    let whole = move || {
        if page.with(|page| page == "rescue") {
            return view! { <states::Rescue /> };
        }
        view! {
            <Shell nav=nav.clone() sync banners>
                <PageHeader title="Gallery" subtitle="Every part in every state" />
                <div class="stack">{shown}</div>
                <Fab label="Add" href="/gallery/buttons" icon=Glyph::Plus />
            </Shell>
        }
    };
    view! {
        {whole}
        <ToastHost />
    }
}
