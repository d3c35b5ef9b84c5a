//! The driver programs between the tests and the browsers.

use std::{
    fs::File,
    net::TcpListener,
    path::Path,
    process::{Command, Stdio},
};

use super::{Engine, display::Display};
use crate::{
    env::env,
    process::Tree,
    trouble::{Result, Trouble, trouble},
    wait::{SOON, until},
};

/// A running driver; it ends with all it started when this is dropped.
#[derive(Debug)]
pub(super) struct Driver {
    /// Where it listens.
    pub(super) url: String,
    tree: Tree,
    /// Where the browser draws; it goes after the browser.
    _display: Option<Display>,
}

impl Driver {
    /// Starts one, in a time zone; its log is kept in `folder`.
    pub(super) async fn start(engine: Engine, folder: &Path, zone: Option<&str>) -> Result<Self> {
        let mut last = Trouble::Said("the driver was not tried".to_owned());
        // Between the choice of a port and its use somebody else may have taken it.
        for _ in 0..3 {
            match Self::attempt(engine, folder, zone).await {
                Ok(driver) => return Ok(driver),
                Err(error) => last = error,
            }
        }
        Err(last)
    }

    async fn attempt(engine: Engine, folder: &Path, zone: Option<&str>) -> Result<Self> {
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let log = File::options().create(true).append(true).open(folder.join("driver.log"))?;
        let display = match engine {
            Engine::Chromium => None,
            Engine::WebKit => Some(Display::start(&env().xvfb)?),
        };
        let mut command = match engine {
            Engine::Chromium => {
                let mut command = Command::new(&env().chromedriver);
                command.arg(format!("--port={port}"));
                command
            }
            Engine::WebKit => {
                let mut command = Command::new(&env().webkit_driver);
                command.arg(format!("--port={port}"));
                command.env("LANG", "en_US.UTF-8").env("NO_AT_BRIDGE", "1");
                // No graphics card and, in containers, no sandbox.
                command.env("WEBKIT_DISABLE_DMABUF_RENDERER", "1").env("LIBGL_ALWAYS_SOFTWARE", "1");
                command.env_remove("WAYLAND_DISPLAY").env("GDK_BACKEND", "x11");
                if rustix::process::geteuid().is_root() {
                    command.env("WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS", "1");
                }
                for (name, place) in
                    [("XDG_DATA_HOME", "data"), ("XDG_CACHE_HOME", "cache"), ("XDG_CONFIG_HOME", "config")]
                {
                    command.env(name, folder.join(place));
                }
                command
            }
        };
        if let Some(display) = &display {
            command.env("DISPLAY", &display.name);
        }
        // The browser is in the zone of the driver that starts it.
        if let Some(zone) = zone {
            command.env("TZ", zone);
        }
        command.stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log);
        let mut driver =
            Self { url: format!("http://127.0.0.1:{port}"), tree: Tree::spawn(&mut command)?, _display: display };
        let status = format!("{}/status", driver.url);
        let ready = until("the browser's driver", SOON, || {
            let runs = driver.tree.runs();
            let status = status.clone();
            async move {
                if !runs {
                    return Ok(Some(false));
                }
                Ok(reqwest::get(status).await?.status().is_success().then_some(true))
            }
        });
        match ready.await {
            Ok(true) => Ok(driver),
            Ok(false) => trouble("the browser's driver ended at once"),
            Err(error) => Err(error),
        }
    }
}
