//! A page whose clock is ahead: for what comes about with time, which no test waits for.

use serde_json::json;

use crate::{browser::Browser, trouble::Result};

/// A minute, in milliseconds.
pub const MINUTE: u64 = 60_000;
/// A day, in milliseconds.
pub const DAY: u64 = 24 * 60 * MINUTE;

/// Whoever asks what time it is is told a later one; what says a time of its own is not touched.
const AHEAD: &str = "const Real = window.__Date ??= Date;
    const now = () => Real.now() + ahead;
    window.Date = class extends Real {
        constructor(...given) { super(...(given.length ? given : [now()])); }
        static now() { return now(); }
    };";

impl Browser {
    /// It is so many milliseconds later on the page that is open, until another is loaded.
    ///
    /// # Errors
    /// There is no page.
    pub async fn is_later(&self, ms: u64) -> Result {
        self.run(&format!("const ahead = arguments[0]; {AHEAD}"), vec![json!(ms)]).await.map(drop)
    }

    /// It is so many milliseconds later on every page that is opened from now on; Chromium only, since no other driver runs
    /// anything before the scripts of a page.
    ///
    /// # Errors
    /// The browser cannot do it.
    pub async fn opens_later(&self, ms: u64) -> Result {
        let source = format!("{{ const ahead = {ms}; {AHEAD} }}");
        self.cdp("Page.addScriptToEvaluateOnNewDocument", json!({ "source": source })).await.map(drop)
    }
}
