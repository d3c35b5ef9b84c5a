//! What the tabs tell each other about syncing.

use outpost_core::sync::Status;
use serde::{Deserialize, Serialize};

/// To the tab that syncs: look now.
pub(super) const WAKE: &str = "sync/wake";
/// To the tab that syncs: are you there? It answers with its status.
pub(super) const PING: &str = "sync/ping";
/// To the tab that syncs: stop, the account is about to change.
pub(super) const PAUSE: &str = "sync/pause";
/// From the tab that syncs: [`SharedStatus`].
pub(super) const STATUS: &str = "sync/status";
/// To all: the account is this from now on.
pub(super) const ACCOUNT: &str = "account";
/// To all: the data has been taken off this device.
pub(super) const SIGNED_OUT: &str = "signed-out";

/// A [`Status`] as it is told to other tabs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum SharedStatus {
    Local,
    Saved,
    Waiting(usize),
    Offline(usize),
    NeedsYou(String),
    SignIn(String),
}

impl From<Status> for SharedStatus {
    fn from(status: Status) -> Self {
        match status {
            Status::Local => Self::Local,
            Status::Saved => Self::Saved,
            Status::Waiting(waiting) => Self::Waiting(waiting),
            Status::Offline(waiting) => Self::Offline(waiting),
            Status::NeedsYou(sentence) => Self::NeedsYou(sentence),
            Status::SignIn(sentence) => Self::SignIn(sentence),
        }
    }
}

impl From<SharedStatus> for Status {
    fn from(status: SharedStatus) -> Self {
        match status {
            SharedStatus::Local => Self::Local,
            SharedStatus::Saved => Self::Saved,
            SharedStatus::Waiting(waiting) => Self::Waiting(waiting),
            SharedStatus::Offline(waiting) => Self::Offline(waiting),
            SharedStatus::NeedsYou(sentence) => Self::NeedsYou(sentence),
            SharedStatus::SignIn(sentence) => Self::SignIn(sentence),
        }
    }
}
