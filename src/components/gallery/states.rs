//! What is shown when there is nothing to show, or not yet, or something went wrong.

use super::leads::Bulk;
use crate::components::{
    Art, Button, ButtonKind, EmptyState, Glyph, PageHeader, Panel, Progress, RescueScreen, Skeleton, SyncIndicator,
    SyncState,
};
use crate::markup::{Markup, view};
use leptos::prelude::*;

/// Empty, loading, syncing.
#[component]
pub fn States() -> Markup {
    let states = [SyncState::Saved, SyncState::Waiting, SyncState::Offline, SyncState::Attention];
    view! {
        <PageHeader title="States" subtitle="What is shown when there is nothing to show" />
        <div class="stack">
            <Bulk />
            <Panel title="Sync">
                <div class="row">
                    {states.into_iter().map(|state| view! { <SyncIndicator state count=3 /> }).collect::<Vec<_>>()}
                    <SyncIndicator state=SyncState::Offline count=0 />
                </div>
                <div class="stack">
                    <Progress label="Getting your records" done=3120 total=10_000 />
                    <Progress label="Getting ready" done=0 />
                </div>
            </Panel>
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
                <Panel flush=true>
                    <Skeleton rows=6 />
                </Panel>
            </div>
        </div>
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
