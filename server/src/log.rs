//! Structured logs, on standard error. No personal data goes in: no names, no addresses of people, no bodies.

use std::io::{IsTerminal, stderr};

use tracing_subscriber::EnvFilter;

/// Sets logging up for the process.
///
/// `OUTPOST_LOG` filters, in the usual form (`info`, `outpost_server=debug`); `OUTPOST_LOG_FORMAT` is `json` or
/// `text`, by default text on a terminal and JSON elsewhere.
pub fn init() {
    let filter = EnvFilter::try_from_env("OUTPOST_LOG").unwrap_or_else(|_| EnvFilter::new("info,sqlx=warn"));
    let format = std::env::var("OUTPOST_LOG_FORMAT").unwrap_or_default();
    let json = match format.as_str() {
        "json" => true,
        "text" => false,
        _ => !stderr().is_terminal(),
    };
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(stderr).with_target(false);
    let set = if json {
        builder.json().flatten_event(true).try_init()
    } else {
        builder.with_ansi(stderr().is_terminal()).try_init()
    };
    if let Err(error) = set {
        eprintln!("Logging was set up already: {error}");
    }
}
