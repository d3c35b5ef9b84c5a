//! `outpost-server person`: who is in a workspace, and what they may do there.

use outpost_core::access::Role;
use thiserror::Error;

use super::password;
use crate::accounts::email::Email;
use crate::accounts::password::{HashError, Hasher};
use crate::cli::Person as Command;
use crate::config::Config;
use crate::error::ApiError;
use crate::store::{
    Backend, BackendError, ConnectError, NewPerson, OpenError, Person, PersonRefused, Store, StoreError,
};

/// Why nothing was done about somebody.
#[derive(Debug, Error)]
pub enum PersonError {
    /// The data folder.
    #[error(transparent)]
    Folder(#[from] OpenError),
    /// The PostgreSQL database.
    #[error(transparent)]
    Database(#[from] ConnectError),
    /// No address.
    #[error("“{0}” is not an e-mail address; one such as ana@example.org is wanted.")]
    NoAddress(String),
    /// Nobody has it.
    #[error("There is no account with the address {0}. Check how it is spelt.")]
    Unknown(String),
    /// Somebody has it.
    #[error(
        "{0} has an account already, and can have no other. If it is in this workspace, `person role` says what it may do."
    )]
    Taken(String),
    /// Somebody must be left.
    #[error("{0} is the only one in the workspace who may change anything. Make somebody else a member first.")]
    LastMember(String),
    /// This machine makes no password.
    #[error("There is no password to be had: {0}")]
    Password(String),
    /// The database refused.
    #[error("Nothing was done: {0}.")]
    Store(String),
}

impl From<BackendError> for PersonError {
    fn from(error: BackendError) -> Self {
        match error {
            BackendError::Folder(error) => Self::Folder(error),
            BackendError::Connect(error) => Self::Database(error),
        }
    }
}

impl From<StoreError> for PersonError {
    fn from(error: StoreError) -> Self {
        Self::Store(error.to_string())
    }
}

impl From<HashError> for PersonError {
    fn from(error: HashError) -> Self {
        Self::Password(error.to_string())
    }
}

impl From<ApiError> for PersonError {
    fn from(error: ApiError) -> Self {
        Self::Password(error.to_string())
    }
}

/// Does it; what is to be said of it.
pub(super) async fn run(command: &Command, config: &Config) -> Result<String, PersonError> {
    let store = Backend::beside(config).await?;
    let done = obey(command, &store, config.clock.now_ms()).await;
    store.close().await;
    done
}

async fn obey(command: &Command, store: &impl Store, now_ms: u64) -> Result<String, PersonError> {
    match command {
        Command::Add { email, beside, role } => {
            let (email, beside) = (address(email)?, address(beside)?);
            let password = password::fresh()?;
            let password_hash = Hasher::new().await?.hash(password.clone()).await?;
            let new = NewPerson { email: email.clone(), password_hash, role: *role };
            store.add_person(&beside, new, now_ms).await?.map_err(|refused| match refused {
                PersonRefused::Unknown => refusal(refused, &beside),
                PersonRefused::Taken | PersonRefused::LastMember => refusal(refused, &email),
            })?;
            let (email, beside, may) = (email.as_str(), beside.as_str(), may(*role));
            Ok(format!(
                "{email} is in the workspace of {beside} now, and {may}.\nThe password, which is shown this once: {password}"
            ))
        }
        Command::Role { email, role } => {
            let email = address(email)?;
            store.set_role(&email, *role).await?.map_err(|refused| refusal(refused, &email))?;
            Ok(format!("{} {} from now on.", email.as_str(), may(*role)))
        }
        Command::List { email } => {
            let email = address(email)?;
            let people = store.people(&email).await?;
            if people.is_empty() {
                return Err(refusal(PersonRefused::Unknown, &email));
            }
            let line = |Person { email, role }: &Person| format!("{:<8}{email}", role.value());
            Ok(people.iter().map(line).collect::<Vec<_>>().join("\n"))
        }
    }
}

fn address(typed: &str) -> Result<Email, PersonError> {
    Email::parse(typed).map_err(|_| PersonError::NoAddress(typed.to_owned()))
}

fn refusal(refused: PersonRefused, email: &Email) -> PersonError {
    let email = email.as_str().to_owned();
    match refused {
        PersonRefused::Unknown => PersonError::Unknown(email),
        PersonRefused::Taken => PersonError::Taken(email),
        PersonRefused::LastMember => PersonError::LastMember(email),
    }
}

fn may(role: Role) -> &'static str {
    match role {
        Role::Member => "may look and change",
        Role::Viewer => "may look, but not change anything",
        Role::Removed | Role::Unknown => "is let in no more",
    }
}
