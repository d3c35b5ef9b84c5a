//! What is done with a database from the command line: backup, restore, the word that it was restored, and who may do what.

mod password;
mod person;

use thiserror::Error;

use crate::cli::Command;
use crate::config::Config;
use crate::error::ApiError;
use crate::random;
pub use crate::store::postgres::EpochError;
use crate::store::postgres::new_epochs as on_postgres;
pub use crate::store::sqlite::backup::BackupError;
use crate::store::sqlite::backup::{backup, new_epochs, restore};
pub use person::PersonError;

/// Why it was not done; the database is as it was then.
#[derive(Debug, Error)]
pub enum AdminError {
    /// The data folder, or a backup of it.
    #[error(transparent)]
    Folder(#[from] BackupError),
    /// The PostgreSQL database.
    #[error(transparent)]
    Postgres(#[from] EpochError),
    /// The people of a workspace.
    #[error(transparent)]
    Person(#[from] PersonError),
    /// It is for a data folder alone.
    #[error(
        "PostgreSQL makes and restores its backups itself, see docs/postgresql.md. \
         For the database of a data folder leave out --database-url, and OUTPOST_DATABASE_URL."
    )]
    NotOnPostgres,
    /// The system has no random numbers.
    #[error("There are no random numbers to be had.")]
    Random,
}

/// Does it, with the database that a server of this configuration would use; a sentence says what was done.
///
/// # Errors
/// [`AdminError`]; the database is as it was then.
pub async fn run(command: &Command, config: &Config) -> Result<String, AdminError> {
    let data = &config.data;
    match (command, &config.database_url) {
        (Command::Backup { .. } | Command::Restore { .. }, Some(_)) => Err(AdminError::NotOnPostgres),
        (Command::Backup { file }, None) => {
            backup(data, file).await?;
            Ok(format!("The database is copied to {}.", file.display()))
        }
        (Command::Restore { file, replace }, None) => {
            let aside = restore(data, file, *replace, &seed()?).await?;
            let before = aside.map(|aside| format!(" What was there before is in {}.", aside.display()));
            Ok(format!(
                "The database is that of {} now; devices send again what it lacks, as they come.{}",
                file.display(),
                before.unwrap_or_default()
            ))
        }
        (Command::Person { what }, _) => Ok(person::run(what, config).await?),
        (Command::NewEpoch, database) => {
            let workspaces = match database {
                Some(url) => on_postgres(url, &seed()?).await?,
                None => new_epochs(data, &seed()?).await?,
            };
            Ok(format!("{workspaces} workspaces have a new epoch; devices send again what they lack, as they come."))
        }
    }
}

/// What new epochs begin with: never the same twice, whatever the database makes of chance.
fn seed() -> Result<String, AdminError> {
    random::bytes::<16>().map(hex::encode).map_err(|_: ApiError| AdminError::Random)
}
