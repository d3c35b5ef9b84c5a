//! Every part in every state, and whole pages made of them with made-up data: to look at, and to see which classes make what.
//!
//! Debug builds only. To be mounted at `/gallery/*any`, outside the app's own shell.

pub mod controls;
pub mod days;
pub mod deals;
pub mod invoice;
pub mod leads;
pub mod record;
pub mod settings;
pub mod states;

use super::{
    Banner, BannerKind, Button, Glyph, NavItem, NavPlace, Shell, SyncIndicator, SyncState, ToastHost, provide_toasts,
};
use crate::markup::{Markup, view};
use leptos::prelude::*;
use leptos_router::hooks::use_location;

/// The gallery, in a shell of its own. The last part of the address says what is shown.
#[component]
pub fn Gallery() -> Markup {
    provide_toasts();
    let path = use_location().pathname;
    let page = Memo::new(move |_| path.with(|path| path.rsplit('/').next().unwrap_or_default().to_owned()));
    let nav = vec![
        NavItem::new("/gallery/leads", "Leads", Glyph::Leads).count("1,284"),
        NavItem::new("/gallery/deals", "Deals", Glyph::Deals).count("64"),
        NavItem::new("/gallery/invoice", "Invoices", Glyph::Invoices).count("251"),
        NavItem::new("/gallery/record", "Record", Glyph::User).place(NavPlace::Desk),
        NavItem::new("/gallery/controls", "Controls", Glyph::Filter).place(NavPlace::Desk),
        NavItem::new("/gallery/days", "Days", Glyph::Calendar).place(NavPlace::Desk),
        NavItem::new("/gallery/states", "States", Glyph::Today),
        NavItem::new("/gallery/settings", "Settings", Glyph::Settings).place(NavPlace::Apart),
    ];
    let (banner, set_banner) = signal(true);
    let banners = move || {
        (banner.get() && page.with(|page| page == "states")).then(|| {
            view! {
                <Banner text="A new version of Outpost is ready." on_dismiss=move |()| set_banner.set(false)>
                    <Button small=true>"Reload"</Button>
                </Banner>
                <Banner
                    kind=BannerKind::Warn
                    text="This device is running out of storage: 96 % is used. New photos are not kept."
                >
                    <Button small=true>"See what is stored"</Button>
                </Banner>
                <Banner kind=BannerKind::Bad text="3 changes were not accepted by the server. They are kept on this device.">
                    <Button small=true>"Look at them"</Button>
                </Banner>
            }
        })
    };
    let state = move || match page.get().as_str() {
        "leads" => SyncState::Offline,
        "invoice" => SyncState::Waiting,
        "states" => SyncState::Attention,
        _ => SyncState::Saved,
    };
    let state = Signal::derive(state);
    let sync = move || view! { <SyncIndicator state count=3 href="/gallery/settings" /> };
    if page.get_untracked() == "rescue" {
        return view! { <states::Rescue /> };
    }
    view! {
        <Shell nav sync banners>
            {move || match page.get().as_str() {
                "leads" => view! { <leads::Leads /> },
                "days" => view! { <days::Days /> },
                "deals" => view! { <deals::Deals /> },
                "invoice" => view! { <invoice::Editor /> },
                "paper" => view! { <invoice::Paper /> },
                "record" => view! { <record::Lead /> },
                "edit" => view! { <record::Form /> },
                "settings" => view! { <settings::Settings /> },
                "states" => view! { <states::States /> },
                _ => view! { <controls::Controls /> },
            }}
        </Shell>
        <ToastHost />
    }
}
