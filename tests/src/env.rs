//! What `cargo xtask test` hands to the tests: where the built product and the browsers are.

use std::{path::PathBuf, sync::OnceLock};

/// Programs and folders.
#[derive(Debug)]
pub struct Env {
    /// `OUTPOST_DIST`: the folder of the built app.
    pub dist: PathBuf,
    /// `OUTPOST_SERVER`: the server program.
    pub server: PathBuf,
    /// `CHROMIUM`: the browser; without it ChromeDriver looks for one.
    pub chromium: Option<PathBuf>,
    /// `CHROMEDRIVER`.
    pub chromedriver: PathBuf,
    /// `WEBKIT_DRIVER`: WebKitGTK's driver.
    pub webkit_driver: PathBuf,
    /// `MINIBROWSER`: the browser that it starts.
    pub minibrowser: PathBuf,
    /// `XVFB`: makes the displays on which WebKitGTK draws.
    pub xvfb: PathBuf,
}

/// The environment of this run.
///
/// # Panics
/// If it is not set: these tests need a built product and are run by `cargo xtask test`.
pub fn env() -> &'static Env {
    static ENV: OnceLock<Env> = OnceLock::new();
    ENV.get_or_init(|| {
        let get = |name: &str| {
            std::env::var_os(name).filter(|value| !value.is_empty()).unwrap_or_else(|| {
                panic!("{name} is not set: these tests need the built product and browsers, so run `cargo xtask test`")
            })
        };
        Env {
            dist: get("OUTPOST_DIST").into(),
            server: get("OUTPOST_SERVER").into(),
            chromium: std::env::var_os("CHROMIUM").filter(|value| !value.is_empty()).map(PathBuf::from),
            chromedriver: get("CHROMEDRIVER").into(),
            webkit_driver: get("WEBKIT_DRIVER").into(),
            minibrowser: get("MINIBROWSER").into(),
            xvfb: get("XVFB").into(),
        }
    })
}
