//! When the store cannot be opened: what happened and what to do. Never an empty list.

use crate::markup::{Markup, view};
use leptos::prelude::*;

use crate::components::{Button, ButtonKind, Glyph, RescueScreen};
use crate::forms::say;
use crate::platform::page;
use crate::store::StoreError;
use crate::words::tr;

/// What each failure is called, and the steps out of it.
fn advice(error: &StoreError) -> (&'static str, &'static [&'static str]) {
    match error {
        StoreError::Unavailable => (
            "Outpost cannot keep data here",
            &[
                "If this is a private window, open Outpost in a normal one.",
                "Allow this site to store data, in the browser’s settings for sites.",
                "Then try again.",
            ],
        ),
        StoreError::Blocked => ("Another tab is in the way", &["Close the other Outpost tabs.", "Then try again."]),
        StoreError::NewerVersion => {
            ("A newer Outpost is on this device", &["Try again: that fetches the newer version."])
        }
        StoreError::Quota => (
            "This device is full",
            &["Free some space on the device: photos and downloads are the largest.", "Then try again."],
        ),
        StoreError::ConnectionLost
        | StoreError::Corrupt(_)
        | StoreError::Unstorable(_)
        | StoreError::Filter(_)
        | StoreError::Failed(_) => (
            "The browser’s storage does not answer",
            &[
                "Try again.",
                "If that does not help, close the browser and open it again.",
                "If that does not help either, restart the device.",
            ],
        ),
    }
}

/// The page in place of the app.
#[component]
pub(super) fn Rescue(error: StoreError) -> Markup {
    let (title, steps) = advice(&error);
    let said = say(&error);
    // Where nothing can be kept there is nothing to export.
    let readable = error != StoreError::Unavailable;
    let steps = steps.iter().map(|step| view! { <li>{*step}</li> }).collect::<Vec<_>>();
    view! {
        <RescueScreen
            title=tr(title)
            text="Nothing was deleted: what you have written is where it was, and shows again once this is put right."
            details=said
        >
            <ol>{steps}</ol>
            <div class="row">
                <Button kind=ButtonKind::Primary on_click=|()| page::reload()>
                    "Try again"
                </Button>
                {readable
                    .then(|| {
                        view! {
                            <Button icon=Glyph::Export on_click=|()| page::export_without_store()>
                                "Export my data"
                            </Button>
                        }
                    })}
            </div>
        </RescueScreen>
    }
}
