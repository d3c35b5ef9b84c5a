//! The demo account.

use std::fmt;

use thiserror::Error;

use crate::state::AppState;

/// What to sign in to the demo with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DemoAccount {
    /// The address.
    pub email: String,
    /// The password; `None` if the account was there already.
    pub password: Option<String>,
}

impl fmt::Display for DemoAccount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.password {
            Some(password) => write!(f, "{} with the password {password}", self.email),
            None => write!(f, "{} (it was there already; nothing was added)", self.email),
        }
    }
}

/// Why there is no demo.
#[derive(Debug, Error)]
pub enum DemoError {
    /// The server refused its own data.
    #[error("The demo could not be made: {0}")]
    Refused(String),
}

/// Makes the account and fills its workspace.
pub(crate) async fn fill(_state: &AppState, _leads: u32) -> Result<DemoAccount, DemoError> {
    Err(DemoError::Refused("this build has no demo data.".into()))
}
