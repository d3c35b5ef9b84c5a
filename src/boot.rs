//! The start: the panic hook first, then the store, then everything else; and the page for when there is no store.

mod no_store;

use leptos::mount::mount_to_body;
use leptos::prelude::*;

use crate::app::App;
use crate::platform::{page, panic, spawn, update};
use crate::store::Store;
use crate::sync;
use no_store::NoStore;

/// The name of the device's database.
const DATABASE: &str = "outpost";

/// Whether a newer version of the app is ready and waits for the person's word, because something unsaved is open.
/// In context; [`update::apply`] is the word.
#[derive(Debug, Clone, Copy)]
pub struct NewVersion(pub Signal<bool>);

/// Starts the app. Called once, by the browser.
pub fn start() {
    panic::install();
    spawn(async {
        match Store::open(DATABASE).await {
            Ok(store) => show_app(store).await,
            Err(error) => mount_to_body(move || view! { <NoStore error=error.clone() /> }),
        }
        page::remove_first_paint();
    });
}

async fn show_app(store: Store) {
    let sync = sync::start(store.clone()).await;
    mount_to_body(move || {
        sync.follow_writes();
        let offered = RwSignal::new(false);
        update::watch(move || offered.set(true));
        provide_context(NewVersion(offered.into()));
        view! { <App store=store.clone() sync=sync.clone() /> }
    });
}
