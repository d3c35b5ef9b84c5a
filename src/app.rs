//! The app: opens the store, and shows pages over it, or says why it cannot.

#![allow(unreachable_pub, reason = "the component macro writes pub before whatever it makes")]

mod badge;
mod focus;
mod frame;
#[cfg(debug_assertions)]
mod gallery;
mod keys;
mod place;
mod pull;
mod reminders;
mod rescue;
#[cfg(test)]
mod tests;

use leptos::prelude::*;
use leptos_router::components::{FlatRoutes, Route, Router};
use leptos_router::path;

use crate::components::{ToastHost, provide_toasts};
use crate::pages::{NotFound, list};
use crate::platform::{page, spawn};
use crate::state::{provide_desk, watch_compact};
use crate::store::{Store, StoreError};
use crate::sync::{self, SyncHandle};
use frame::Frame;
use place::Place;
use rescue::Rescue;

/// The name of the store; one a browser profile.
const STORE: &str = "outpost";

/// Draws the app into the page, for as long as the page lives.
pub fn start() {
    let compact = watch_compact();
    #[cfg(debug_assertions)]
    if gallery::is_here() {
        mount_to_body(|| view! { <gallery::Room /> });
        return page::remove_first_paint();
    }
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
    let ahead = async {
        // The list that the app opens with.
        if matches!(page::path().as_str(), "/" | "/leads") {
            store.read_ahead("lead", list::first_rows()).await;
        }
    };
    let (sync, ()) = futures::join!(sync::open(store.clone()), ahead);
    Ok((store, sync))
}

#[component]
fn App(store: Store, sync: SyncHandle, compact: Signal<bool>) -> impl IntoView {
    provide_toasts();
    sync.follow_writes();
    place::fetch(provide_desk(store, sync, compact));
    view! {
        <Router>
            <Frame>
                <FlatRoutes fallback=|| view! { <NotFound /> }>
                    // One route for all: pages read the query from `use_location`, since `use_query_map` is the route's.
                    <Route path=path!("/:list?/:id?/:act?") view=Place />
                </FlatRoutes>
            </Frame>
        </Router>
        <ToastHost />
    }
}
