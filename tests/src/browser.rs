//! Real browsers: Chromium, and WebKitGTK, which stands in for the iPhone's and iPad's.

mod capabilities;
mod display;
mod driver;

use std::{
    fs,
    path::{Path, PathBuf},
};

use serde_json::{Value, json};
use tempfile::TempDir;
use thirtyfour::{By, Capabilities, WebDriver, WebElement, WindowHandle};
use tokio::time::timeout;

use crate::{
    server::Server,
    trouble::{Result, Trouble, trouble},
    wait::{SOON, until},
};
use driver::Driver;

/// Which browser.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    /// Chromium: Chrome, Edge, Android.
    Chromium,
    /// WebKitGTK: Safari's engine.
    WebKit,
}

/// A browser with a profile of its own: one device. It ends when this is dropped.
#[derive(Debug)]
pub struct Browser {
    engine: Engine,
    options: Options,
    profile: TempDir,
    session: Option<Session>,
}

/// How a browser is started.
#[derive(Debug, Clone)]
pub struct Options {
    /// Width and height of what a page has of the window, in CSS pixels.
    pub size: (u32, u32),
    /// Further arguments of Chromium.
    pub arguments: Vec<String>,
    /// Runs in every page before its own scripts; Chromium only.
    pub before_pages: Option<String>,
    /// The time zone in which its device is, such as `Europe/Berlin`; else that of this machine.
    pub zone: Option<&'static str>,
}

impl Default for Options {
    fn default() -> Self {
        Self { size: (1280, 900), arguments: Vec::new(), before_pages: None, zone: None }
    }
}

/// A running browser.
#[derive(Debug)]
struct Session {
    web: WebDriver,
    driver: Driver,
}

impl Session {
    /// Ends it at once, with all its processes.
    fn kill(self) {
        drop(self.driver);
        // Without this the client would ask the driver, which is gone, to end the session.
        if self.web.leak().is_err() {
            eprintln!("the session had ended already");
        }
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        self.session.take().into_iter().for_each(Session::kill);
    }
}

/// Starts a driver, and the browser through it.
///
/// The driver chooses a port for its talk with the browser, lets it go, and has the browser take it. If somebody else
/// takes it in between, the driver waits for an answer that never comes; so a browser that is not there in time is
/// ended with its driver, and both are started again.
async fn begin(engine: Engine, profile: &Path, zone: Option<&str>, capabilities: Capabilities) -> Result<Session> {
    let mut last = Trouble::Said("the browser was not tried".to_owned());
    for _ in 0..3 {
        let driver = Driver::start(engine, profile, zone).await?;
        match timeout(SOON, WebDriver::new(&driver.url, capabilities.clone())).await {
            Ok(Ok(web)) => return Ok(Session { web, driver }),
            Ok(Err(error)) => last = error.into(),
            Err(_) => last = Trouble::Said(format!("waited {} s in vain for the browser to start", SOON.as_secs())),
        }
        eprintln!("the browser is started again, for: {last}");
    }
    Err(last)
}

/// No window of WebKitGTK that has bars is narrower, in CSS pixels.
const WIDTH_OF_BARS: u32 = 480;

/// Collects what the content security policy stops. Before the page's scripts where that can be, at once where not.
const WATCH: &str = "if (!window.__stopped) { window.__stopped = []; document.addEventListener('securitypolicyviolation', \
                     (e) => window.__stopped.push(`${e.effectiveDirective} stopped ${e.blockedURI} at ${e.sourceFile}:${e.lineNumber}`)); }";

/// Copies what is in a folder; not the links by which a browser marks a profile as its own.
fn copy_folder(from: &Path, to: &Path) -> Result {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let (kind, to) = (entry.file_type()?, to.join(entry.file_name()));
        if kind.is_dir() {
            copy_folder(&entry.path(), &to)?;
        } else if kind.is_file() {
            fs::copy(entry.path(), to)?;
        }
    }
    Ok(())
}

impl Browser {
    /// Starts one with an empty profile.
    ///
    /// # Errors
    /// It does not start.
    pub async fn start(engine: Engine) -> Result<Self> {
        Self::with(engine, Options::default()).await
    }

    /// Starts one with an empty profile and options.
    ///
    /// # Errors
    /// It does not start.
    pub async fn with(engine: Engine, options: Options) -> Result<Self> {
        let profile = tempfile::Builder::new().prefix("outpost-browser-").tempdir()?;
        let mut browser = Self { engine, options, profile, session: None };
        browser.up().await?;
        Ok(browser)
    }

    /// Which browser it is.
    pub fn engine(&self) -> Engine {
        self.engine
    }

    /// Closes the browser and starts it again on its profile.
    ///
    /// WebKitGTK under automation keeps no profile, so there only all pages are closed, and with them the processes that
    /// showed them and the service worker; the next page starts from the store and the worker's cache alone.
    ///
    /// # Errors
    /// It does not come back.
    pub async fn restart(&mut self) -> Result {
        match self.engine {
            Engine::Chromium => {
                if let Some(Session { web, driver }) = self.session.take() {
                    web.quit().await?;
                    drop(driver);
                }
                self.up().await
            }
            Engine::WebKit => self.close_tab().await,
        }
    }

    /// Kills the browser without warning (SIGKILL), as a crash would, and starts it again on its profile.
    ///
    /// # Errors
    /// It does not come back; WebKitGTK keeps no profile to come back to.
    pub async fn crash(&mut self) -> Result {
        if self.engine == Engine::WebKit {
            return self.restart().await;
        }
        self.session.take().into_iter().for_each(Session::kill);
        self.up().await
    }

    /// A second browser on a copy of this one's profile, as a copied disk has; Chromium only. This one is restarted.
    ///
    /// # Errors
    /// The profile cannot be copied, or one of them does not start.
    pub async fn copy(&mut self) -> Result<Self> {
        if let Some(Session { web, driver }) = self.session.take() {
            web.quit().await?;
            drop(driver);
        }
        let profile = tempfile::Builder::new().prefix("outpost-browser-").tempdir()?;
        copy_folder(self.profile.path(), profile.path())?;
        let mut copy = Self { engine: self.engine, options: self.options.clone(), profile, session: None };
        copy.up().await?;
        self.up().await?;
        Ok(copy)
    }

    async fn up(&mut self) -> Result {
        let capabilities = match self.engine {
            Engine::Chromium => capabilities::chromium(self.profile.path(), &self.downloads(), &self.options),
            Engine::WebKit => capabilities::webkit(),
        };
        let Value::Object(map) = capabilities else { return trouble("capabilities are an object") };
        self.session = Some(begin(self.engine, self.profile.path(), self.options.zone, Capabilities::from(map)).await?);
        match self.engine {
            Engine::Chromium => self.prepare_tab().await,
            Engine::WebKit => self.fit_window().await,
        }
    }

    /// Gives the window its size; WebKitGTK only. What its bars take of it comes on top. They are wider than a phone, so there it
    /// is a window without bars, which only a page opens, and only when it is clicked.
    async fn fit_window(&self) -> Result {
        let (width, height) = self.options.size;
        let web = self.web()?;
        if width < WIDTH_OF_BARS {
            let first = web.window().await?;
            let what = format!("width={width},height={height},toolbar=no,location=no,menubar=no");
            web.goto(format!("data:text/html,<button onclick=\"open('about:blank','_blank','{what}')\">Open</button>"))
                .await?;
            web.find(By::Tag("button")).await?.click().await?;
            let opened = until("the window without bars", SOON, || async {
                Ok(web.windows().await?.into_iter().find(|window| *window != first))
            })
            .await?;
            web.close_window().await?;
            self.turn_to(&opened).await?;
        }
        until("the window to have its size", SOON, || async {
            let inner = self.run("return [innerWidth, innerHeight]", vec![]).await?;
            let (wide, high): (i64, i64) = serde_json::from_value(inner)?;
            let (more, higher) = (i64::from(width) - wide, i64::from(height) - high);
            if (more, higher) == (0, 0) {
                return Ok(Some(()));
            }
            let now = web.get_window_rect().await?;
            if let (Ok(width), Ok(height)) = (u32::try_from(now.width + more), u32::try_from(now.height + higher)) {
                web.set_window_rect(0, 0, width, height).await?;
            }
            trouble(format!("the page has {wide} by {high}"))
        })
        .await
    }

    /// What a new tab needs: the scripts that run before those of its pages.
    async fn prepare_tab(&self) -> Result {
        if self.engine == Engine::Chromium {
            // No window of it is as narrow as a phone; what it shows can be.
            let (width, height) = self.options.size;
            let metrics = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
            self.cdp("Emulation.setDeviceMetricsOverride", metrics).await?;
            self.cdp("Page.addScriptToEvaluateOnNewDocument", json!({ "source": WATCH })).await?;
            if let Some(source) = &self.options.before_pages {
                self.cdp("Page.addScriptToEvaluateOnNewDocument", json!({ "source": source })).await?;
            }
            let folder = self.downloads();
            self.cdp("Browser.setDownloadBehavior", json!({ "behavior": "allow", "downloadPath": folder })).await?;
        }
        Ok(())
    }

    /// Where downloads go; Chromium only.
    pub fn downloads(&self) -> PathBuf {
        self.profile.path().join("downloads")
    }

    /// Waits for a file whose name begins so to be downloaded; what is in it. Chromium only.
    ///
    /// # Errors
    /// None comes.
    pub async fn downloaded(&self, name: &str) -> Result<String> {
        until(&format!("{name}… to be downloaded"), SOON, || async {
            let mut files = fs::read_dir(self.downloads())?.flatten();
            let named = |file: &fs::DirEntry| {
                let file = file.file_name().to_string_lossy().into_owned();
                file.starts_with(name) && !file.ends_with(".crdownload")
            };
            Ok(files.find(named).map(|file| fs::read_to_string(file.path())).transpose()?)
        })
        .await
    }

    /// The folder of the profile.
    pub fn profile(&self) -> &Path {
        self.profile.path()
    }

    fn session(&self) -> Result<&Session> {
        self.session.as_ref().ok_or_else(|| Trouble::Said("the browser is closed".to_owned()))
    }

    /// The WebDriver session, for what is not here.
    ///
    /// # Errors
    /// The browser is closed.
    pub fn web(&self) -> Result<&WebDriver> {
        Ok(&self.session()?.web)
    }

    /// A command of Chromium's DevTools protocol, to the page.
    ///
    /// # Errors
    /// It is refused.
    pub async fn cdp(&self, method: &str, parameters: Value) -> Result<Value> {
        Ok(self.web()?.cdp().send_raw(method, parameters).await?)
    }

    /// Opens an address, as typed into the address bar, and waits until the page has loaded.
    ///
    /// # Errors
    /// The browser cannot show it.
    pub async fn open(&self, url: &str) -> Result {
        // WebKit's driver may answer while the page before is still there, if that has just moved on by itself.
        self.run("window.__left = true", vec![]).await?;
        self.web()?.goto(url).await?;
        until("the page before to be left", SOON, || async {
            Ok((self.run("return !window.__left", vec![]).await? == true).then_some(()))
        })
        .await?;
        if self.engine == Engine::WebKit {
            self.run(WATCH, vec![]).await?;
        }
        Ok(())
    }

    /// Loads the page again.
    ///
    /// # Errors
    /// The browser cannot show it.
    pub async fn reload(&self) -> Result {
        self.web()?.refresh().await?;
        if self.engine == Engine::WebKit {
            self.run(WATCH, vec![]).await?;
        }
        Ok(())
    }

    /// The page's path: `/leads`.
    ///
    /// # Errors
    /// The driver does not say.
    pub async fn path(&self) -> Result<String> {
        Ok(self.web()?.current_url().await?.path().to_owned())
    }

    /// Runs the body of a function in the page; returns what it returns.
    ///
    /// # Errors
    /// It throws.
    pub async fn run(&self, script: &str, arguments: Vec<Value>) -> Result<Value> {
        Ok(self.web()?.execute(script, arguments).await?.json().clone())
    }

    /// The same with a body that may `await`.
    ///
    /// # Errors
    /// It throws or takes longer than 30 s.
    pub async fn run_async(&self, script: &str, arguments: Vec<Value>) -> Result<Value> {
        let body = format!(
            "const done = arguments[arguments.length - 1]; const given = Array.from(arguments).slice(0, -1);
             (async (...arguments) => {{ {script} }})(...given).then((value) => done({{ value }}), (e) => done({{ error: String(e) }}));"
        );
        let answer = self.web()?.execute_async(body, arguments).await?.json().clone();
        match answer.get("error").and_then(Value::as_str) {
            Some(error) => trouble(format!("the script threw: {error}")),
            None => Ok(answer.get("value").cloned().unwrap_or(Value::Null)),
        }
    }

    /// Runs a script that returns an element or null.
    ///
    /// # Errors
    /// It throws.
    pub async fn element(&self, script: &str, arguments: Vec<Value>) -> Result<Option<WebElement>> {
        let found = self.web()?.execute(script, arguments).await?;
        Ok(if found.json().is_null() { None } else { Some(found.element()?) })
    }

    /// Opens another tab and turns to it; returns the one before and the new one.
    ///
    /// # Errors
    /// The browser does not.
    pub async fn new_tab(&self) -> Result<(WindowHandle, WindowHandle)> {
        let before = self.web()?.window().await?;
        // A tab of WebKitGTK that is not in front is not drawn, so there it is a window of its own.
        let fresh = match self.engine {
            Engine::Chromium => self.web()?.new_tab().await?,
            Engine::WebKit => self.web()?.new_window().await?,
        };
        self.turn_to(&fresh).await?;
        self.prepare_tab().await?;
        Ok((before, fresh))
    }

    /// Closes the tab, whatever it is at, and turns to a new one.
    async fn close_tab(&self) -> Result {
        let before = self.web()?.window().await?;
        let fresh = self.web()?.new_tab().await?;
        self.turn_to(&before).await?;
        self.web()?.close_window().await?;
        self.turn_to(&fresh).await
    }

    /// Lets the tab's process crash, and turns to a new tab. WebKitGTK's driver ends the session when a tab crashes: there it is
    /// closed in the middle of what it does, and the process that shows it ends.
    ///
    /// # Errors
    /// It does not crash.
    pub async fn crash_tab(&self) -> Result {
        if self.engine == Engine::WebKit {
            return self.close_tab().await;
        }
        let spare = self.web()?.new_tab().await;
        // The command itself has no answer but that.
        let crashed = self.cdp("Page.crash", json!({})).await;
        let crashed = crashed.err().map(|error| error.to_string()).unwrap_or_default();
        if !crashed.contains("crash") {
            return trouble(format!("the tab did not crash: {crashed}"));
        }
        self.web()?.close_window().await?;
        self.turn_to(&spare?).await?;
        self.prepare_tab().await
    }

    /// Turns to a tab.
    ///
    /// # Errors
    /// It is not there.
    pub async fn turn_to(&self, tab: &WindowHandle) -> Result {
        Ok(self.web()?.switch_to_window(tab.clone()).await?)
    }

    /// A browser in which the app was opened once, and the server that it came from, which is dead.
    ///
    /// # Errors
    /// One of them does not start.
    pub async fn out_of_reach(engine: Engine) -> Result<(Server, Self)> {
        let mut server = Server::start().await?;
        let browser = Self::start(engine).await?;
        browser.enter(&server.url(), "/leads").await?;
        browser.works_offline().await?;
        server.kill();
        Ok((server, browser))
    }

    /// Answers for the person whether a site may do something, such as `notifications`: `granted`, `denied` or `prompt`; Chromium
    /// only.
    ///
    /// # Errors
    /// The browser does not know of it.
    pub async fn permits(&self, url: &str, what: &str, answer: &str) -> Result {
        let permission = json!({ "permission": { "name": what }, "setting": answer, "origin": url });
        self.cdp("Browser.setPermission", permission).await.map(drop)
    }

    /// Waits until a service worker controls the page, so that it will open without a network.
    ///
    /// # Errors
    /// None does.
    pub async fn works_offline(&self) -> Result {
        until("a service worker in charge of the page", SOON * 2, || async {
            let ready = self.run("return !!navigator.serviceWorker?.controller", vec![]).await?;
            Ok((ready == true).then_some(()))
        })
        .await
    }

    /// The whole text of the page, as seen.
    ///
    /// # Errors
    /// There is no page.
    pub async fn text(&self) -> Result<String> {
        let text = self.run("return document.body?.innerText ?? ''", vec![]).await?;
        Ok(text.as_str().unwrap_or_default().trim().to_owned())
    }

    /// What the page wrote to its console since this was last asked; only Chromium tells.
    ///
    /// # Errors
    /// The driver does not say.
    pub async fn console(&self) -> Result<Vec<String>> {
        match self.engine {
            Engine::Chromium => Ok(self.web()?.browser_log().await?.into_iter().map(|entry| entry.message).collect()),
            Engine::WebKit => Ok(Vec::new()),
        }
    }

    /// Fails if the content security policy had to stop anything on the page, or the app panicked.
    ///
    /// # Errors
    /// What was stopped.
    pub async fn is_clean(&self) -> Result {
        let mut problems: Vec<String> =
            serde_json::from_value(self.run("return window.__stopped ?? []", vec![]).await?)?;
        let bad = |text: &String| text.contains("Content Security Policy") || text.contains("panicked at");
        problems.extend(self.console().await?.into_iter().filter(bad));
        if problems.is_empty() {
            Ok(())
        } else {
            trouble(format!("in {}: {}", self.path().await?, problems.join("\n")))
        }
    }
}

/// Runs a scenario, and once more from its beginning if the browser itself died: WebKitGTK's test browser does now and
/// then, and that says nothing about Outpost. Whatever else fails, fails.
///
/// # Errors
/// Those of the scenario.
pub async fn despite_crashes<F: Future<Output = Result>>(engine: Engine, scenario: impl Fn(Engine) -> F) -> Result {
    match scenario(engine).await {
        Err(error) if error.to_string().contains("invalid session id") => {
            eprintln!("{engine:?} died, so this is tried again: {error}");
            scenario(engine).await
        }
        ended => ended,
    }
}
