//! The one quiet sync indicator: all saved, so many waiting, offline, needs you.

use super::words;
use crate::markup::{Markup, view};
use crate::words::tr;
use leptos::prelude::*;

/// How this device and its server stand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SyncState {
    /// Everything is here, and there too if there is a server.
    #[default]
    Saved,
    /// A new device is fetching everything.
    Fetching,
    /// Changes are on their way.
    Waiting,
    /// No answer from the server; changes wait on the device.
    Offline,
    /// Only a person can go on: sign in again, look at what was rejected.
    Attention,
}

impl SyncState {
    /// The `data-state` attribute, for style sheets and tests.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Saved => "saved",
            Self::Fetching => "fetching",
            Self::Waiting => "waiting",
            Self::Offline => "offline",
            Self::Attention => "attention",
        }
    }

    /// What the indicator says while `count` changes wait: "Offline · 3 waiting".
    pub fn words(self, count: usize) -> String {
        match (self, count) {
            (Self::Saved, _) | (Self::Waiting, 0) => tr(words::ALL_SAVED).to_owned(),
            (Self::Fetching, _) => tr(words::FETCHING).to_owned(),
            (Self::Waiting, _) => words::waiting(count),
            (Self::Offline, 0) => tr(words::OFFLINE).to_owned(),
            (Self::Offline, _) => format!("{} · {}", tr(words::OFFLINE), words::waiting(count)),
            (Self::Attention, _) => tr(words::NEEDS_YOU).to_owned(),
        }
    }
}

/// A dot and a few words that lead to where sync is explained. Only what a person should know is spoken unasked:
/// that the network went, that something needs them. Not every save.
#[component]
pub fn SyncIndicator(
    /// How device and server stand.
    #[prop(into)]
    state: Signal<SyncState>,
    /// How many changes wait to be sent.
    #[prop(into)]
    count: Signal<usize>,
    /// Where it leads.
    #[prop(into, default = "/sync".to_owned())]
    href: String,
) -> Markup {
    // A memo, so that a count that changes below an unspoken state is not spoken.
    let spoken = Memo::new(move |_| match state.get() {
        SyncState::Saved | SyncState::Fetching | SyncState::Waiting => "",
        SyncState::Offline => words::OFFLINE,
        SyncState::Attention => words::NEEDS_YOU,
    });
    let said = move || state.get().words(count.get());
    view! {
        <a class="sync" href=href data-state=move || state.get().name() title=said>
            <span class="dot" aria-hidden="true"></span>
            <span class="sync-label">{said}</span>
            <span class="vh" role="status">
                {move || spoken.get()}
            </span>
        </a>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_bindgen_test::wasm_bindgen_test;

    #[wasm_bindgen_test]
    fn says_what_it_should() {
        assert_eq!(SyncState::Saved.words(0), "All saved");
        assert_eq!(SyncState::Waiting.words(3), "3 waiting");
        assert_eq!(SyncState::Waiting.words(0), "All saved");
        assert_eq!(SyncState::Offline.words(0), "Offline");
        assert_eq!(SyncState::Offline.words(3), "Offline · 3 waiting");
        assert_eq!(SyncState::Attention.words(9), "Needs you");
    }
}
