//! What the commands tell the person who started them: each step before it is done, with the seconds so far.

use std::{sync::OnceLock, time::Instant};

static STARTED: OnceLock<Instant> = OnceLock::new();

/// Starts the clock that the steps are labelled with.
pub(crate) fn start() {
    STARTED.get_or_init(Instant::now);
}

/// Announces the step that comes now.
pub(crate) fn step(text: impl AsRef<str>) {
    let seconds = STARTED.get_or_init(Instant::now).elapsed().as_secs();
    eprintln!("[{seconds:>4} s] {}", text.as_ref());
}

/// Adds a line to the step before.
pub(crate) fn note(text: impl AsRef<str>) {
    eprintln!("         {}", text.as_ref());
}
