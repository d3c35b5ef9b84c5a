//! What is done with a data folder from the command line: backup, restore, and the word that it was restored.

use std::path::Path;

use crate::cli::Command;
pub use crate::store::sqlite::backup::BackupError;
use crate::store::sqlite::backup::{backup, new_epochs, restore};

/// Does it; a sentence says what was done.
///
/// # Errors
/// [`BackupError`]; the data folder is as it was then.
pub async fn run(command: &Command, data: &Path) -> Result<String, BackupError> {
    match command {
        Command::Backup { file } => {
            backup(data, file).await?;
            Ok(format!("The database is copied to {}.", file.display()))
        }
        Command::Restore { file, replace } => {
            let aside = restore(data, file, *replace).await?;
            let before = aside.map(|aside| format!(" What was there before is in {}.", aside.display()));
            Ok(format!(
                "The database is that of {} now; devices send again what it lacks, as they come.{}",
                file.display(),
                before.unwrap_or_default()
            ))
        }
        Command::NewEpoch => {
            let workspaces = new_epochs(data).await?;
            Ok(format!("{workspaces} workspaces have a new epoch; devices send again what they lack, as they come."))
        }
    }
}
