//! What can go wrong in a fixture.

use thiserror::Error;

/// The result of everything here.
pub type Result<T = ()> = std::result::Result<T, Trouble>;

/// What went wrong, so that the reader of a failed test need not guess.
#[derive(Error)]
pub enum Trouble {
    /// Something did not come about in time, or was not as it should be.
    #[error("{0}")]
    Said(String),
    /// The browser's driver refused a command.
    #[error("the browser's driver: {0}")]
    Driver(#[from] thirtyfour::error::WebDriverError),
    /// A file or a process.
    #[error("{0}")]
    Io(#[from] std::io::Error),
    /// A request got no answer.
    #[error("{}", with_sources(.0))]
    Http(#[from] reqwest::Error),
    /// Something that should be JSON is not.
    #[error("not the JSON that was expected: {0}")]
    Json(#[from] serde_json::Error),
}

/// Tests print the debug form: the sentence.
impl std::fmt::Debug for Trouble {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{self}")
    }
}

/// An error and, behind it, what it came of: the sentence alone often says only that something failed.
fn with_sources(error: &dyn std::error::Error) -> String {
    let sources = std::iter::successors(error.source(), |error| error.source());
    sources.fold(error.to_string(), |said, source| format!("{said}: {source}"))
}

/// An error of one's own words.
pub fn trouble<T>(text: impl Into<String>) -> Result<T> {
    Err(Trouble::Said(text.into()))
}

/// Fails with a sentence unless it holds.
///
/// # Errors
/// The sentence.
pub fn check(holds: bool, sentence: impl Into<String>) -> Result {
    if holds { Ok(()) } else { trouble(sentence) }
}
