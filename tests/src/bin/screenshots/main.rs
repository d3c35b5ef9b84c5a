//! `cargo xtask screenshots`: the pictures of `docs/screenshots`, which the README shows, and of every other page and of the
//! gallery in `docs/pictures`, taken of the running product with the demo's data. Words behind it take only those with one of them
//! in their names.

mod camera;
mod pages;

use std::{fs, path::PathBuf, process::ExitCode};

use camera::{Form, Size, height, light, stand, take};
use outpost_tests::{
    app::PASSWORD,
    browser::{Browser, Engine},
    server::Server,
    trouble::{Result, Trouble},
    wait::{LATER, SOON, until},
    workspace::{EMAIL, fill},
};
use pages::{Shot, Then};
use serde_json::json;

const SIZES: [Size; 2] = [(390, 844, true), (1440, 900, false)];
const THEMES: [&str; 2] = ["light", "dark"];

#[tokio::main]
async fn main() -> ExitCode {
    match Session::new(std::env::args().skip(1).collect()).take().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("The pictures were not taken: {error}");
            ExitCode::FAILURE
        }
    }
}

/// What is asked for, and where it goes.
struct Session {
    only: Vec<String>,
    docs: PathBuf,
}

/// How a page is reached.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// In the workspace, which is all there.
    Full,
    /// On a device that has nothing yet.
    Empty,
    /// In the gallery, as high as it is.
    Gallery,
}

impl Session {
    fn new(only: Vec<String>) -> Self {
        Self { only, docs: PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../docs") }
    }

    async fn take(&self) -> Result {
        for folder in ["screenshots", "pictures"] {
            fs::create_dir_all(self.docs.join(folder))?;
        }
        self.product().await?;
        self.gallery().await
    }

    /// Every page of the app as it is released.
    async fn product(&self) -> Result {
        let server = Server::start().await?;
        let url = server.url();
        let workspace = fill(&url).await?;
        let browser = Browser::start(Engine::Chromium).await?;
        self.all(&browser, &url, pages::first(), Kind::Empty, Form::WebP).await?;
        browser.enter(&url, "/account").await?;
        browser.sign_in(EMAIL, PASSWORD).await?;
        workspace.comes_to(&browser).await?;
        self.all(&browser, &url, pages::shown(&workspace), Kind::Full, Form::Png).await?;
        self.all(&browser, &url, pages::others(&workspace), Kind::Full, Form::WebP).await
    }

    /// The parts, of a build for development, which alone has the gallery.
    async fn gallery(&self) -> Result {
        let Some(built) = std::env::var_os("OUTPOST_GALLERY") else {
            return Err(Trouble::Said("OUTPOST_GALLERY is not set: run `cargo xtask screenshots`".to_owned()));
        };
        let server = Server::with(Some(built.into()), &[]).await?;
        let browser = Browser::start(Engine::Chromium).await?;
        self.all(&browser, &server.url(), pages::gallery(), Kind::Gallery, Form::WebP).await
    }

    async fn all(&self, browser: &Browser, url: &str, shots: Vec<Shot>, kind: Kind, form: Form) -> Result {
        let is_asked = |shot: &&Shot| self.only.is_empty() || self.only.iter().any(|word| shot.name.contains(word));
        let folder = self.docs.join(if form == Form::Png { "screenshots" } else { "pictures" });
        let shots: Vec<&Shot> = shots.iter().filter(is_asked).collect();
        for size in SIZES {
            for shot in &shots {
                stand(browser, size).await?;
                light(browser, THEMES[0]).await?;
                let size = reach(browser, url, shot, kind, size).await?;
                for theme in THEMES {
                    light(browser, theme).await?;
                    browser.calm().await?;
                    let name = format!("{}-{}-{theme}", shot.name, size.0);
                    let weight = take(browser, size, form, &folder, &name).await?;
                    println!("{name} ({} kB)", weight / 1_000);
                }
            }
        }
        Ok(())
    }
}

/// Opens a page and does there what is to be done; returns how large the glass is now.
async fn reach(browser: &Browser, url: &str, shot: &Shot, kind: Kind, size: Size) -> Result<Size> {
    if kind == Kind::Gallery {
        browser.open(&format!("{url}{}", shot.path)).await?;
        browser.shown("main h1").await?;
    } else {
        browser.enter(url, &shot.path).await?;
        browser.settled().await?;
    }
    let (width, least, phone) = size;
    if kind == Kind::Full && !phone {
        counted(browser).await?;
    }
    match shot.then {
        Then::Nothing if kind == Kind::Gallery => {
            let mut size = size;
            // What is as high as the glass allows grows with it, a few times.
            for _ in 0..4 {
                size = (width, height(browser).await?.max(least), phone);
                stand(browser, size).await?;
                browser.calm().await?;
            }
            return Ok(size);
        }
        Then::Nothing => {}
        Then::Press(words) => browser.press(words).await?,
        Then::Search(words) => {
            let press = async || keys(browser, "/").await;
            browser.opens_search(press).await?;
            keys(browser, words).await?;
            browser.shown(".palette:popover-open [role=option]").await?;
        }
        Then::Keys => {
            until("the sheet of all keys", SOON, || async {
                let is_open = browser.run("return document.querySelector('dialog[open]') !== null", vec![]).await?;
                if is_open == true {
                    return Ok(Some(()));
                }
                keys(browser, "?").await?;
                Ok(None)
            })
            .await?;
        }
    }
    Ok(size)
}

/// Presses keys, wherever the focus is.
async fn keys(browser: &Browser, keys: &str) -> Result {
    Ok(browser.web()?.action_chain().send_keys(keys).perform().await?)
}

/// Waits for what stands beside the page: how many there are of each.
async fn counted(browser: &Browser) -> Result {
    until("the counts in the navigation", LATER, || async {
        let script = "return document.querySelectorAll('.side .count').length >= arguments[0]";
        Ok((browser.run(script, vec![json!(4)]).await? == true).then_some(()))
    })
    .await
}
