//! The frame around every page: navigation with counts, the sync indicator, banners, keys, and where the focus goes.

use crate::markup::{Markup, view};
use leptos::prelude::*;
use leptos_router::hooks::use_location;
use outpost_core::sync::Status;

use super::{focus, keys};
use crate::components::{
    Banner, BannerKind, Button, ButtonKind, Glyph, LinkButton, NavItem, NavPlace, Progress, Shell, SyncIndicator,
    SyncState,
};
use crate::forms::say;
use crate::platform::{intl, update};
use crate::state::{Desk, count_of, use_desk};

/// The frame.
#[component]
pub(super) fn Frame(children: Children) -> Markup {
    let desk = use_desk();
    keys::listen();
    focus::follow();
    let nav = vec![
        NavItem::new("/today", "Today", Glyph::Today),
        NavItem::new("/leads", "Leads", Glyph::Leads).count(count(desk, "lead")),
        NavItem::new("/deals", "Deals", Glyph::Deals).count(count(desk, "deal")),
        NavItem::new("/invoices", "Invoices", Glyph::Invoices).count(count(desk, "invoice")),
        NavItem::new("/tasks", "Tasks", Glyph::Check).count(count(desk, "task")).place(NavPlace::Desk),
        NavItem::new("/calendar", "Calendar", Glyph::Calendar).place(NavPlace::Desk),
        NavItem::new("/companies", "Companies", Glyph::Building).count(count(desk, "company")).place(NavPlace::Desk),
        NavItem::new("/contacts", "Contacts", Glyph::User).count(count(desk, "contact")).place(NavPlace::Desk),
        NavItem::new("/menu", "Menu", Glyph::More),
        NavItem::new("/settings", "Settings", Glyph::Settings).place(NavPlace::Apart),
    ];
    let status = desk.sync().status();
    let waiting = desk.store().waiting();
    let state = sync_state(desk);
    let sync = move || view! { <SyncIndicator state count=waiting href="/sync" /> };
    let path = use_location().pathname;
    let fetching = Memo::new(move |_| matches!(status.get(), Status::Fetching(..)));
    let newer = RwSignal::new(false);
    update::watch(move || newer.set(true));
    let banners = move || {
        view! {
            {move || newer.get().then(|| view! { <UpdateBanner newer /> })}
            {move || fetching.get().then(|| view! { <FirstSync status /> })}
            {move || match status.get() {
                // The page itself says it at length.
                Status::NeedsYou(_) if path.get() == "/sync" => None,
                Status::NeedsYou(why) => Some(view! { <NeedsBanner why=say(why) href="/sync" label="Open Sync" /> }),
                Status::SignIn(why) => Some(view! { <NeedsBanner why=say(why) href="/account?sign-in=again" label="Sign in" /> }),
                _ => None,
            }}
        }
    };
    view! {
        <Shell nav sync banners>
            {children()}
        </Shell>
    }
}

/// How this device and its server stand.
pub(super) fn sync_state(desk: Desk) -> Signal<SyncState> {
    let (status, rejected) = (desk.sync().status(), desk.store().rejected_count());
    Signal::derive(move || match (status.get(), rejected.get()) {
        (Status::NeedsYou(_) | Status::SignIn(_), _) | (_, 1..) => SyncState::Attention,
        // Without an account all that there is to save is saved: on this device.
        (Status::Local | Status::Saved, _) => SyncState::Saved,
        (Status::Fetching(..), _) => SyncState::Fetching,
        (Status::Waiting(_), _) => SyncState::Waiting,
        (Status::Offline(_), _) => SyncState::Offline,
    })
}

/// A new device is fetching everything; what is here can be worked with meanwhile.
#[component]
fn FirstSync(status: Signal<Status>) -> Markup {
    let figures = move || match status.get() {
        Status::Fetching(done, total) => (done, total),
        _ => (0, 0),
    };
    view! {
        <Progress
            label="Fetching your records; you can start"
            done=Signal::derive(move || figures().0)
            total=MaybeProp::derive(move || Some(figures().1))
        />
    }
}

/// A new version is ready and does not take over by itself, because something is unsaved.
#[component]
fn UpdateBanner(newer: RwSignal<bool>) -> Markup {
    view! {
        <Banner
            text="A new version of Outpost is ready. It starts by itself once your work here is saved."
            on_dismiss=move |()| newer.set(false)
        >
            <Button small=true kind=ButtonKind::Plain on_click=|()| update::apply()>
                "Start it now"
            </Button>
        </Banner>
    }
}

/// Only a person can go on.
#[component]
fn NeedsBanner(why: String, href: &'static str, label: &'static str) -> Markup {
    view! {
        <Banner kind=BannerKind::Warn text=why>
            <LinkButton small=true href>
                {label}
            </LinkButton>
        </Banner>
    }
}

/// The number beside a place; none where there is nothing.
fn count(desk: Desk, kind: &'static str) -> MaybeProp<String> {
    let counted = count_of(desk, kind);
    MaybeProp::derive(move || counted.value().flatten().filter(|count| *count > 0).map(intl::count))
}
