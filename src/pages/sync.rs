//! The sync centre: how this device and its server stand, what waits, what was refused, and what the last rounds did.

mod changes;
mod log;
mod refused;
mod standing;
mod waiting;

use leptos::prelude::*;

use crate::components::PageHeader;
use crate::markup::{Markup, view};

/// The page.
#[component]
pub(crate) fn SyncPage() -> Markup {
    view! {
        <PageHeader title="Sync" subtitle="What is on this device only, and what the server has" />
        <div class="record sync-page">
            <div class="stack">
                <standing::Standing />
                <refused::RefusedChanges />
                <waiting::WaitingChanges />
            </div>
            <div class="record-side">
                <log::Log />
            </div>
        </div>
    }
}
