//! What can go wrong in a command, said so that a person can act on it.

use std::{io, path::Path, process::ExitStatus};

/// Every failure ends as one sentence on the terminal.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// A file or a process could not be used.
    #[error("{what}: {source}")]
    Io {
        /// What was tried, and with what.
        what: String,
        /// What the system said.
        source: io::Error,
    },
    /// A program ran and failed; it has said why itself.
    #[error("`{command}` failed ({status}); what it said stands above")]
    Failed {
        /// The command line.
        command: String,
        /// How it ended.
        status: ExitStatus,
    },
    /// Something that a person has to do or to mend: the text says what.
    #[error("{0}")]
    Advice(String),
}

/// The result of everything in this crate.
pub(crate) type Result<T> = std::result::Result<T, Error>;

/// Says what was tried when the system refuses.
pub(crate) trait Context<T> {
    /// `what` reads like "cannot read index.html".
    fn context(self, what: impl FnOnce() -> String) -> Result<T>;
}

impl<T> Context<T> for io::Result<T> {
    fn context(self, what: impl FnOnce() -> String) -> Result<T> {
        self.map_err(|source| Error::Io { what: what(), source })
    }
}

/// An error that a person has to act on.
pub(crate) fn advice<T>(text: impl Into<String>) -> Result<T> {
    Err(Error::Advice(text.into()))
}

/// Reads a file, naming it when that fails.
pub(crate) fn read(path: &Path) -> Result<Vec<u8>> {
    std::fs::read(path).context(|| format!("cannot read {}", path.display()))
}

/// Reads a text file, naming it when that fails.
pub(crate) fn read_text(path: &Path) -> Result<String> {
    std::fs::read_to_string(path).context(|| format!("cannot read {}", path.display()))
}

/// Writes a file, naming it when that fails.
pub(crate) fn write(path: &Path, content: impl AsRef<[u8]>) -> Result<()> {
    std::fs::write(path, content).context(|| format!("cannot write {}", path.display()))
}
