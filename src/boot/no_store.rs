//! The page that stands where the app would be when this device's data cannot be opened. An empty list in its place
//! would look like a loss.

use leptos::prelude::*;

use crate::components::{Button, ButtonKind, Glyph, RescueScreen};
use crate::platform::page;
use crate::store::StoreError;

const SAFE: &str = "Nothing was deleted by Outpost: what you entered before is still on this device. It just cannot be reached at the moment.";

/// Says why the store did not open, and what a person can do about it.
#[component]
pub(super) fn NoStore(
    /// What happened.
    error: StoreError,
) -> impl IntoView {
    let Advice { title, text, steps } = Advice::on(&error);
    // Where there is no database at all there is nothing to export.
    let readable = error != StoreError::Unavailable;
    view! {
        <RescueScreen title=title text=text details=error.to_string()>
            <ol>{steps.iter().map(|step| view! { <li>{*step}</li> }).collect_view()}</ol>
            <div class="row">
                <Button kind=ButtonKind::Primary icon=Glyph::Refresh on_click=move |_| page::reload()>
                    "Try again"
                </Button>
                {readable
                    .then(|| {
                        view! {
                            <Button icon=Glyph::Export on_click=move |_| page::export_without_store()>
                                "Export my data"
                            </Button>
                        }
                    })}
            </div>
        </RescueScreen>
    }
}

/// What is said of one kind of failure.
struct Advice {
    title: &'static str,
    text: &'static str,
    steps: &'static [&'static str],
}

impl Advice {
    const fn on(error: &StoreError) -> Self {
        match error {
            StoreError::Unavailable => Self {
                title: "This browser does not let Outpost keep anything",
                text: "Outpost works on your device, so it needs a place there. It has none in a private window or where site data is blocked.",
                steps: &[
                    "If this is a private window, open Outpost in a normal one.",
                    "Otherwise allow cookies and site data for this address in the browser’s settings.",
                    "Then try again.",
                ],
            },
            StoreError::Blocked => Self {
                title: "Another tab holds your data",
                text: "An older Outpost is open in another tab or window, and only one version can work on the data at a time.",
                steps: &["Finish and save what is open in the other Outpost tabs.", "Close them.", "Then try again."],
            },
            StoreError::NewerVersion => Self {
                title: "A newer Outpost has been here",
                text: "The data on this device was brought up to date by a newer version than this page. Nothing is lost.",
                steps: &[
                    "Try again: that loads the newer version.",
                    "If this page comes back, connect to the network once and try again.",
                ],
            },
            StoreError::Quota => Self {
                title: "This device is full",
                text: SAFE,
                steps: &["Free some space: remove downloads, films or apps that you do not need.", "Then try again."],
            },
            StoreError::ConnectionLost | StoreError::Corrupt(_) | StoreError::Unstorable(_) | StoreError::Failed(_) => {
                Self {
                    title: "Your data cannot be opened",
                    text: SAFE,
                    steps: &[
                        "Try again; that helps most of the time.",
                        "If it does not, close the browser, all windows of it, and open it anew.",
                        "Make sure that the device has some free space.",
                        "Do not clear the browser’s data for this site: changes that are not synced yet are there only.",
                    ],
                }
            }
        }
    }
}
