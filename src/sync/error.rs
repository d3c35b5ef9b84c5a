//! What can go wrong with an account.

use thiserror::Error;

/// Why an account could not be made, used or left. Each is a sentence for the person.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum AccountError {
    /// Nothing that is surely from the server came back.
    #[error("The server does not answer. Your work is safe on this device; try again when there is a connection.")]
    Unreachable,
    /// The server said no, with its own sentence.
    #[error("{message}")]
    Refused {
        /// For programs, such as `wrong_credentials`.
        code: String,
        /// For people.
        message: String,
    },
    /// There is an account on this device already.
    #[error("This device belongs to {email} already. Sign out first to use another account.")]
    AlreadySignedIn {
        /// The account's address.
        email: String,
    },
    /// What is on this device belongs to another workspace than the one signed in to.
    #[error(
        "What is on this device belongs to the workspace of {email}. Sign out first; then sign in with the other account."
    )]
    OtherWorkspace {
        /// The address of the account that this device's data belongs to.
        email: String,
    },
    /// The device's store failed.
    #[error("{0}")]
    Store(String),
}
