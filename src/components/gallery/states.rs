//! What is shown when there is nothing to show, or not yet, or something went wrong; and how far something has come.

use crate::components::{
    Art, Banner, BannerKind, Button, ButtonKind, EmptyState, Glyph, LookOnly, Panel, Progress, RescueScreen, Skeleton,
    SyncIndicator, SyncState, Toast, use_toasts,
};
use crate::markup::{Markup, view};
use leptos::prelude::*;

/// Sync, progress, toasts, what is empty, what is awaited.
#[component]
pub fn States() -> Markup {
    let waiting = [SyncState::Saved, SyncState::Fetching, SyncState::Waiting, SyncState::Offline, SyncState::Attention];
    let calm = [SyncState::Waiting, SyncState::Offline];
    view! {
        <Panel title="Sync">
            <div class="row">
                {waiting.into_iter().map(|state| view! { <SyncIndicator state count=3 /> }).collect::<Vec<_>>()}
                {calm.into_iter().map(|state| view! { <SyncIndicator state count=0 /> }).collect::<Vec<_>>()}
            </div>
        </Panel>
        <Panel title="Progress">
            <div class="stack">
                <Progress label="Getting your records" done=3120 total=10_000 />
                <Progress label="18 MB of 2 GB" done=18 total=2000 told=true />
                <Progress label="Done" done=10_000 total=10_000 />
                <Progress label="Getting ready" done=0 />
            </div>
        </Panel>
        <Toasts />
        <div class="two">
            <Panel>
                <EmptyState art=Art::People title="No leads yet" text="Everybody who may buy from you begins here.">
                    <Button kind=ButtonKind::Primary icon=Glyph::Plus>
                        "New lead"
                    </Button>
                    <Button>"Import a file"</Button>
                </EmptyState>
            </Panel>
            <Panel>
                <EmptyState art=Art::Search title="Nothing found" text="No lead has “kovárna brn” in its name.">
                    <Button>"Clear search"</Button>
                </EmptyState>
            </Panel>
            <Panel>
                <EmptyState art=Art::Board title="No deals yet" text="Turn a lead into a deal to see it move." />
            </Panel>
            <Panel>
                <EmptyState art=Art::Paper title="No invoices yet" text="Write one here, with or without a network." />
            </Panel>
            <Panel>
                <EmptyState art=Art::Camp title="Nothing waits" text="Everything is saved, here and on the server." />
            </Panel>
            <Panel>
                <EmptyState art=Art::Storm title="This page is not on this device yet" text="What you have written is safe." />
            </Panel>
            <Panel flush=true>
                <Skeleton rows=5 />
            </Panel>
            <Panel flush=true>
                <Skeleton rows=4 tall=true />
            </Panel>
        </div>
    }
}

/// Buttons that let toasts appear, of which there are three kinds.
#[component]
fn Toasts() -> Markup {
    let toasts = use_toasts();
    let show = move || {
        toasts.show(Toast::new("Saved"));
        toasts.show(Toast::bad("Not saved: this device is full. What you typed is still here."));
        toasts.show(Toast::new("A task follows from that").action("Open", || ()));
    };
    let undone = move || {
        toasts.show(Toast::new("It is back"));
    };
    view! {
        <Panel title="Toasts">
            <div class="row">
                <Button on_click=move |()| show()>"Show toasts"</Button>
                <Button on_click=move |()| {
                    toasts.show(Toast::new("Deleted Marie Dubois").undo(undone));
                }>"Delete"</Button>
            </div>
        </Panel>
    }
}

/// Every kind of banner.
#[component]
pub fn Banners() -> Markup {
    let (shown, set_shown) = signal(true);
    let info = move || {
        shown.get().then(|| {
            view! {
                <Banner kind=BannerKind::Info text="A new version of Outpost is ready." on_dismiss=move |()| set_shown.set(false)>
                    <Button small=true>"Reload"</Button>
                </Banner>
            }
        })
    };
    view! {
        {info}
        <LookOnly when=true />
        <Banner kind=BannerKind::Ok text="Everything was brought back." />
        <Banner
            kind=BannerKind::Warn
            text="This device is running out of storage: 96 % is used. What you change may not be kept."
        >
            <Button small=true>"See what is stored"</Button>
        </Banner>
        <Banner kind=BannerKind::Bad text="3 changes were not accepted by the server. They are kept on this device.">
            <Button small=true>"Look at them"</Button>
        </Banner>
    }
}

/// The whole page when storage is blocked.
#[component]
pub fn Rescue() -> Markup {
    view! {
        <RescueScreen
            title="This browser does not let Outpost keep anything"
            text="Nothing you entered before was deleted by Outpost. To open it, storage must be allowed again."
            details="SecurityError: access to the database was denied"
        >
            <ol>
                <li>"Leave private browsing, if this is a private window."</li>
                <li>"Allow cookies and site data for this address in the browser’s settings."</li>
                <li>"Load the page again."</li>
            </ol>
            <div class="row">
                <Button kind=ButtonKind::Primary icon=Glyph::Refresh>
                    "Try again"
                </Button>
            </div>
        </RescueScreen>
    }
}
