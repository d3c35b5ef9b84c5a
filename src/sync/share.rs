//! What the tabs tell each other about syncing.

/// To the tab that syncs: look now.
pub(super) const WAKE: &str = "sync/wake";
/// To the tab that syncs: are you there? It answers with its status.
pub(super) const PING: &str = "sync/ping";
/// To the tab that syncs: stop, the account is about to change.
pub(super) const PAUSE: &str = "sync/pause";
/// From the tab that syncs: [`outpost_core::sync::Status`].
pub(super) const STATUS: &str = "sync/status";
/// To all: something was added to the log.
pub(super) const LOGGED: &str = "sync/logged";
/// To all: the account is this from now on.
pub(super) const ACCOUNT: &str = "account";
/// To all: what is the workspace's has been taken off this device.
pub(super) const PURGED: &str = "purged";
/// To all: the data has been taken off this device.
pub(super) const SIGNED_OUT: &str = "signed-out";
