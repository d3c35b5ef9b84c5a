//! The app: opens the store, and shows pages over it, or says why it cannot.

#![allow(unreachable_pub, reason = "the component macro writes pub before whatever it makes")]

mod focus;
mod frame;
mod keys;
mod rescue;

use leptos::prelude::*;
use leptos_router::components::{FlatRoutes, Redirect, Route, Router};
use leptos_router::path;

use crate::components::{ToastHost, provide_toasts};
use crate::pages::{
    AccountPage, DealBoard, DealEdit, DealList, DealNew, DealPage, InvoiceList, InvoiceNew, InvoicePage, LeadEdit,
    LeadList, LeadNew, LeadPage, NotFound, SettingsPage,
};
use crate::platform::{page, spawn};
use crate::state::{provide_desk, watch_compact};
use crate::store::{Store, StoreError};
use crate::sync::{self, SyncHandle};
use frame::Frame;
use rescue::Rescue;

/// The name of the store; one a browser profile.
const STORE: &str = "outpost";

/// Draws the app into the page, for as long as the page lives.
pub fn start() {
    let compact = watch_compact();
    // Not the framework's: its own begins with the first thing that is mounted.
    spawn(async move {
        match open().await {
            Ok((store, sync)) => mount_to_body(move || view! { <App store sync compact /> }),
            Err(error) => mount_to_body(move || view! { <Rescue error /> }),
        }
        page::remove_first_paint();
    });
}

async fn open() -> Result<(Store, SyncHandle), StoreError> {
    let store = Store::open(STORE).await?;
    let sync = sync::start(store.clone()).await;
    Ok((store, sync))
}

#[component]
fn App(store: Store, sync: SyncHandle, compact: Signal<bool>) -> impl IntoView {
    provide_toasts();
    sync.follow_writes();
    provide_desk(store, sync, compact);
    view! {
        <Router>
            <Frame>
                <FlatRoutes fallback=|| view! { <NotFound /> }>
                    <Route path=path!("/") view=|| view! { <Redirect path="/leads" /> } />
                    <Route path=path!("/leads") view=LeadList />
                    <Route path=path!("/leads/new") view=LeadNew />
                    <Route path=path!("/leads/:id") view=LeadPage />
                    <Route path=path!("/leads/:id/edit") view=LeadEdit />
                    <Route path=path!("/deals") view=DealBoard />
                    <Route path=path!("/deals/list") view=DealList />
                    <Route path=path!("/deals/new") view=DealNew />
                    <Route path=path!("/deals/:id") view=DealPage />
                    <Route path=path!("/deals/:id/edit") view=DealEdit />
                    <Route path=path!("/invoices") view=InvoiceList />
                    <Route path=path!("/invoices/new") view=InvoiceNew />
                    <Route path=path!("/invoices/:id") view=InvoicePage />
                    <Route path=path!("/settings") view=SettingsPage />
                    <Route path=path!("/account") view=AccountPage />
                </FlatRoutes>
            </Frame>
        </Router>
        <ToastHost />
    }
}
