//! The browsers that the tests drive: Chromium, and WebKitGTK, which stands in for the iPhone's and iPad's.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use crate::{
    error::{Result, advice},
    packages,
    process::{self, find_any},
    say,
};

/// Programs that were found and answer.
#[derive(Debug)]
pub(crate) struct Browsers {
    /// Chromium, or Chrome.
    pub(crate) chromium: PathBuf,
    /// Its driver.
    pub(crate) chromedriver: PathBuf,
    /// WebKitGTK's driver.
    pub(crate) webkit_driver: PathBuf,
    /// WebKitGTK's small browser, which its driver starts.
    pub(crate) minibrowser: PathBuf,
    /// The display for browsers that have no headless mode.
    pub(crate) xvfb: PathBuf,
}

const CHROMIUM: &[&str] = &["chromium", "google-chrome", "google-chrome-stable", "chromium-browser"];
const CHROMEDRIVER: &[&str] = &["chromedriver", "chromium.chromedriver"];

/// Finds the browsers, and installs what is missing where that is allowed.
///
/// # Errors
/// Something is missing and cannot be installed from here; the text says what to run.
pub(crate) fn set_up() -> Result<Browsers> {
    say::step("Checking the browsers: Chromium, ChromeDriver, WebKitGTK's driver, Xvfb");
    if let Some(browsers) = find() {
        return Ok(browsers);
    }
    let ubuntu = packages::distribution() == "ubuntu";
    let mut missing = Vec::new();
    if webkit_driver().is_none() || minibrowser().is_none() {
        missing.push("webkit2gtk-driver");
    }
    if find_any(&["Xvfb"]).is_none() {
        missing.push("xvfb");
    }
    if chromium().is_none() || find_any(CHROMEDRIVER).is_none() {
        if ubuntu {
            snap()?;
        } else {
            missing.extend(["chromium", "chromium-driver"]);
        }
    }
    if !missing.is_empty() {
        // Names in several scripts are part of the tests and of the pictures.
        missing.extend(["fonts-noto-core", "fonts-noto-cjk"]);
        packages::install("The tests need browsers", &missing)?;
    }
    match find() {
        Some(browsers) => Ok(browsers),
        None => advice(
            "the tests need these programs, and at least one of them is missing or does not run: chromium, chromedriver, \
             WebKitWebDriver, webkit2gtk's MiniBrowser, Xvfb",
        ),
    }
}

/// On Ubuntu the package only points to the snap, which installs nothing where snaps do not run.
fn snap() -> Result<()> {
    let hint = "on Ubuntu Chromium is a snap. Run: sudo snap install chromium. Where snaps do not run, put Google Chrome \
                and the ChromeDriver of the same version on PATH";
    if !packages::can_install() || find_any(&["snap"]).is_none() {
        return advice(hint);
    }
    say::step("Installing the snap chromium");
    process::run(Command::new("snap").args(["install", "chromium"])).or_else(|_| advice(hint))
}

fn find() -> Option<Browsers> {
    Some(Browsers {
        chromium: chromium()?,
        chromedriver: find_any(CHROMEDRIVER)?,
        webkit_driver: webkit_driver()?,
        minibrowser: minibrowser()?,
        xvfb: find_any(&["Xvfb"])?,
    })
}

/// Ubuntu's `chromium-browser` is there without being one: only what answers counts.
fn chromium() -> Option<PathBuf> {
    CHROMIUM.iter().filter_map(|name| find_any(&[name])).find(|path| process::version(path).is_some())
}

fn webkit_driver() -> Option<PathBuf> {
    find_any(&["WebKitWebDriver"])
}

fn minibrowser() -> Option<PathBuf> {
    minibrowser_below(Path::new("/usr/lib")).or_else(|| minibrowser_below(Path::new("/usr/libexec")))
}

/// It lies in a folder of its library, below that of the machine: `x86_64-linux-gnu/webkit2gtk-4.1/MiniBrowser`.
fn minibrowser_below(library: &Path) -> Option<PathBuf> {
    let folders = |parent: &Path| -> Vec<PathBuf> {
        let mut paths: Vec<_> =
            fs::read_dir(parent).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
        paths.sort();
        paths
    };
    let named = |path: &PathBuf| {
        path.file_name()
            .is_some_and(|name| name.to_string_lossy().starts_with("webkit"))
            .then(|| path.join("MiniBrowser"))
    };
    let nearest = folders(library);
    let candidates: Vec<_> = nearest
        .iter()
        .chain(&nearest.iter().flat_map(|path| folders(path)).collect::<Vec<_>>())
        .filter_map(named)
        .filter(|path| path.is_file())
        .collect();
    // With several libraries installed, the one that most distributions' driver belongs to.
    candidates.iter().find(|path| path.to_string_lossy().contains("webkit2gtk-4.1")).or(candidates.first()).cloned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_minibrowser_is_found_in_either_depth() {
        let library = tempfile::tempdir().unwrap();
        let put = |path: &str| {
            let path = library.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(&path, "").unwrap();
            path
        };
        assert_eq!(minibrowser_below(library.path()), None);
        put("machine/other/MiniBrowser");
        assert_eq!(minibrowser_below(library.path()), None);
        let newer = put("machine/webkitgtk-6.0/MiniBrowser");
        assert_eq!(minibrowser_below(library.path()), Some(newer));
        let usual = put("machine/webkit2gtk-4.1/MiniBrowser");
        assert_eq!(minibrowser_below(library.path()), Some(usual));
    }
}
