//! What can go wrong between the app and IndexedDB, each as a sentence that says what to do.

use outpost_core::records::IssueError;
use outpost_core::rules::Refusal;
use thiserror::Error;

/// Why the store did not do something. Nothing was written then.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum StoreError {
    /// Another tab with an older version does not let go of the data.
    #[error("another tab holds on to Outpost's data: close the other Outpost tabs, then reload this one")]
    Blocked,
    /// There is no IndexedDB: a private window, or site data is blocked.
    #[error(
        "this browser does not let Outpost keep data on this device: open it in a normal window instead of a private one, \
         or allow this site to store data, then reload"
    )]
    Unavailable,
    /// A newer version has upgraded the data while this one was open.
    #[error("a newer version of Outpost has been started on this device: reload this page to use it")]
    NewerVersion,
    /// The device or the browser's quota is full.
    #[error("this device has no room left, and nothing was saved: free some space, then try again")]
    Quota,
    /// The connection broke, and three new ones too.
    #[error(
        "the browser lost its hold on the data on this device: reload the page, and if that does not help restart the \
         browser; what was saved is safe"
    )]
    ConnectionLost,
    /// Something in the store is not what was written there. It is kept as it is, and exported.
    #[error(
        "{0} is damaged in this device's storage: export your data under Settings, then sign in again to fetch it anew"
    )]
    Corrupt(String),
    /// A value has no JSON form, or the clock is at its end.
    #[error("this cannot be stored: {0}")]
    Unstorable(String),
    /// A list's filter is not understood.
    #[error("{0}")]
    Filter(String),
    /// Anything else the browser says.
    #[error("the browser's storage failed ({0}): reload the page and try again")]
    Failed(String),
}

/// The names of the exceptions that mean something to us; see the IndexedDB specification.
const NAMES: [&str; 6] =
    ["QuotaExceededError", "VersionError", "SecurityError", "InvalidStateError", "UnknownError", "AbortError"];

impl StoreError {
    /// From the name and text of an exception, `QuotaExceededError: …`.
    pub(super) fn of(text: &str) -> Self {
        match NAMES.into_iter().find(|name| text.contains(name)) {
            Some("QuotaExceededError") => Self::Quota,
            Some("VersionError") => Self::NewerVersion,
            Some("SecurityError") => Self::Unavailable,
            // Safari says these of a connection that died in the background; a new one works.
            Some("InvalidStateError" | "UnknownError" | "AbortError") => Self::ConnectionLost,
            _ => Self::Failed(text.to_owned()),
        }
    }
}

impl From<idb::Error> for StoreError {
    fn from(error: idb::Error) -> Self {
        match error {
            idb::Error::IndexedDbNotFound(_) => Self::Unavailable,
            other => Self::of(&other.to_string()),
        }
    }
}

impl From<rexie::Error> for StoreError {
    fn from(error: rexie::Error) -> Self {
        match error {
            rexie::Error::IdbError(error) => error.into(),
            other => Self::Failed(other.to_string()),
        }
    }
}

impl From<serde_json::Error> for StoreError {
    fn from(error: serde_json::Error) -> Self {
        Self::Unstorable(error.to_string())
    }
}

impl From<outpost_core::hlc::HlcError> for StoreError {
    fn from(error: outpost_core::hlc::HlcError) -> Self {
        Self::Unstorable(error.to_string())
    }
}

/// Why a change was not written. Nothing of it was.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum WriteError {
    /// A rule forbids it.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// More ops than one mutation may have.
    #[error("this changes {0} records at once, and at most {max} can be: do it in parts", max = outpost_core::protocol::MAX_OPS)]
    TooMany(usize),
    /// The refused change to try again is not there any more: it was discarded, or another tab was quicker.
    #[error("this change was already dealt with, perhaps in another tab")]
    Gone,
    /// The change to discard has been given out to be sent.
    #[error("this change is on its way already, and perhaps at the server: change the record instead")]
    Underway,
    /// There is no room.
    #[error("{}", StoreError::Quota)]
    Quota,
    /// The store failed.
    #[error(transparent)]
    Storage(StoreError),
}

impl From<StoreError> for WriteError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Quota => Self::Quota,
            other => Self::Storage(other),
        }
    }
}

/// Why an invoice was not issued. It is a draft still, and no number was used up.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum IssueFailure {
    /// It is not on this device.
    #[error("this invoice is not on this device any more")]
    Missing,
    /// A field holds what this version cannot read.
    #[error("{0}")]
    Unreadable(String),
    /// Something is missing in it.
    #[error(transparent)]
    Issue(#[from] IssueError),
    /// It could not be written.
    #[error(transparent)]
    Write(#[from] WriteError),
}

impl From<outpost_core::schema::ReadError> for IssueFailure {
    fn from(error: outpost_core::schema::ReadError) -> Self {
        Self::Unreadable(error.to_string())
    }
}
