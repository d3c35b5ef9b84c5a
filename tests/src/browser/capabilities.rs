//! How the browsers are told to start.

use std::path::Path;

use serde_json::{Value, json};

use super::Options;
use crate::env::env;

/// Chromium without a window, on a profile of its own, talking to nobody but the test's server.
pub(super) fn chromium(profile: &Path, downloads: &Path, given: &Options) -> Value {
    let (width, height) = given.size;
    let mut arguments: Vec<String> = [
        "--headless=new",
        "--disable-dev-shm-usage",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--disable-default-apps",
        "--disable-gpu",
        "--no-first-run",
        "--lang=en-US",
        "--hide-scrollbars",
        "--force-color-profile=srgb",
    ]
    .map(str::to_owned)
    .to_vec();
    arguments.push(format!("--user-data-dir={}", profile.join("profile").display()));
    arguments.push(format!("--window-size={width},{height}"));
    if rustix::process::geteuid().is_root() {
        arguments.push("--no-sandbox".to_owned());
    }
    arguments.extend(given.arguments.iter().cloned());
    let mut options = json!({
        "args": arguments,
        "prefs": {
            "download.default_directory": downloads,
            "download.prompt_for_download": false,
            "intl.accept_languages": "en-US",
        },
    });
    if let Some(binary) = &env().chromium {
        options["binary"] = json!(binary);
    }
    json!({
        "browserName": "chrome",
        "unhandledPromptBehavior": "ignore",
        "goog:chromeOptions": options,
        "goog:loggingPrefs": { "browser": "ALL" },
    })
}

/// WebKitGTK's small browser, under automation.
pub(super) fn webkit() -> Value {
    json!({
        "browserName": "MiniBrowser",
        "unhandledPromptBehavior": "ignore",
        "webkitgtk:browserOptions": { "binary": env().minibrowser, "args": ["--automation"] },
    })
}
