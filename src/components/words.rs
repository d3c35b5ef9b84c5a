//! The words that the parts say by themselves, in English.

use crate::words::t;

/// Jumps over the navigation.
pub const SKIP: &str = "Skip to content";
/// Name of the navigation, for those who listen.
pub const NAVIGATION: &str = "Main";
/// Opens the search over everything.
pub const SEARCH: &str = "Search";
/// Name of the product.
pub const PRODUCT: &str = "Outpost";
/// Closes a dialog.
pub const CLOSE: &str = "Close";
/// Gives up what a dialog asks for.
pub const CANCEL: &str = "Cancel";
/// Takes a banner or a toast away.
pub const DISMISS: &str = "Dismiss";
/// Takes back what was just done.
pub const UNDO: &str = "Undo";
/// Empties a search field.
pub const CLEAR_SEARCH: &str = "Clear search";
/// Marks a field that may stay empty.
pub const OPTIONAL: &str = "optional";
/// Leads one level up.
pub const BACK: &str = "Back";
/// Name of the place where toasts appear.
pub const NOTIFICATIONS: &str = "Notifications";
/// Stands where rows will be.
pub const LOADING: &str = "Loading";
/// First choice of a field that has none yet.
pub const CHOOSE: &str = "Choose…";
/// The select before an amount.
pub const CURRENCY: &str = "Currency";
/// The sync indicator when nothing waits.
pub const ALL_SAVED: &str = "All saved";
/// The sync indicator while a new device fetches everything.
pub const FETCHING: &str = "Fetching";
/// The sync indicator without a network.
pub const OFFLINE: &str = "Offline";
/// The sync indicator when only a person can go on.
pub const NEEDS_YOU: &str = "Needs you";

/// What the sync indicator says while `count` changes wait to be sent.
pub fn waiting(count: usize) -> String {
    t!("{count} waiting")
}

/// Label of the button that takes one of several values away.
pub fn remove(what: &str, number: usize) -> String {
    t!("Remove {what} {number}")
}

/// Label of one of several values.
pub fn numbered(what: &str, number: usize) -> String {
    format!("{what} {number}")
}
