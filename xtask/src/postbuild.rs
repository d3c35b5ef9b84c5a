//! What Trunk's hook does after each build, in the staging folder: the source tree is never written to.
//!
//! A release gets the app in two parts, one stylesheet, the pictures of the manifest, the service worker's list with the hash of every
//! file's final content (Trunk's own names are hashes from before wasm-opt), and the compressed files. A development
//! build stays as Trunk made it: without a version in its page it has no service worker either.

use std::{env, fs, path::Path, path::PathBuf};

use crate::{
    bundle, compress, cut,
    error::{Context, Error, Result, advice, read_text, write},
    precache,
    project::Project,
    say, tidy, words,
};

/// Runs the hook.
///
/// # Errors
/// Not called by Trunk, or the staged app is not what it should be.
pub(crate) fn run(project: &Project) -> Result<()> {
    let Some(staging) = env::var_os("TRUNK_STAGING_DIR").map(PathBuf::from) else {
        return advice("`postbuild` is called by Trunk; use `cargo xtask build`");
    };
    if env::var_os("TRUNK_PROFILE").is_none_or(|profile| profile != "release") {
        return Ok(());
    }
    pictures(&project.root, &staging)?;
    words::compile(&project.root, &staging)?;
    cut::app(project, &staging)?;
    let version = stamp(&staging)?;
    let files: Vec<_> =
        precache::files_below(&staging)?.into_iter().filter(|path| compress::worthwhile(path)).collect();
    say::step(format!("Version {version}: compressing {} files", files.len()));
    files.iter().try_for_each(|path| compress::beside(path))
}

/// Copies the screenshots that the manifest names.
fn pictures(root: &Path, staging: &Path) -> Result<()> {
    let manifest: serde_json::Value = serde_json::from_str(&read_text(&staging.join("manifest.json"))?)
        .map_err(|error| Error::Advice(format!("manifest.json is not JSON: {error}")))?;
    let shots = manifest["screenshots"].as_array().into_iter().flatten().filter_map(|shot| shot["src"].as_str());
    for url in shots {
        let source = root.join("docs").join(url);
        let target = staging.join(url);
        if !source.is_file() {
            say::note(format!("{} is missing: `cargo xtask screenshots` makes it", source.display()));
            continue;
        }
        if let Some(folder) = target.parent() {
            fs::create_dir_all(folder).context(|| format!("cannot create {}", folder.display()))?;
        }
        fs::copy(&source, &target).context(|| format!("cannot copy {}", source.display()))?;
    }
    Ok(())
}

/// The scripts that are written by hand and served as they are, but for what only people read.
const OWN_SCRIPTS: [&str; 6] = ["background.js", "boot.js", "notify.js", "page-cache.js", "rescue.js", "share.js"];

/// Joins the styles and writes version and list; returns the version.
fn stamp(staging: &Path) -> Result<String> {
    let page = staging.join("index.html");
    let html = without_blank_lines(&bundle::stylesheets(&read_text(&page)?, staging)?);
    write(&page, &html)?;
    for name in OWN_SCRIPTS {
        let script = staging.join(name);
        if script.is_file() {
            write(&script, tidy::script(&read_text(&script)?))?;
        }
    }
    // The page holds the version, so the version is that of the page without it, and the list that of the page with it.
    let version = precache::version(&precache::list(staging)?);
    write(&page, precache::stamp_page(&html, &version)?)?;
    let files = precache::list(staging)?;
    let worker = staging.join("sw.js");
    write(&worker, tidy::script(&precache::stamp_worker(&read_text(&worker)?, &version, &files)?))?;
    Ok(version)
}

/// Trunk leaves one for each of its own tags.
fn without_blank_lines(html: &str) -> String {
    html.lines().filter(|line| !line.trim().is_empty()).map(|line| format!("{line}\n")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_staged_app_is_stamped_consistently() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::write(at("index.html"), "<html><head><link rel=\"stylesheet\" href=\"/a-1.css\"></head></html>").unwrap();
        fs::write(at("a-1.css"), "a{}").unwrap();
        fs::write(at("sw.js"), "\nconst VERSION = 'unbuilt';\nconst FILES = {};\n").unwrap();
        let version = stamp(folder.path()).unwrap();
        let page = fs::read_to_string(at("index.html")).unwrap();
        let worker = fs::read_to_string(at("sw.js")).unwrap();
        assert!(page.contains(&format!("content=\"{version}\"")), "{page}");
        assert!(worker.contains(&format!("VERSION = '{version}'")), "{worker}");
        assert!(
            worker.contains(&precache::sha256(page.as_bytes())),
            "the hash is not that of the final page: {worker}"
        );
        assert!(!worker.contains("a-1.css") && worker.contains("\"outpost-"), "{worker}");
    }

    #[test]
    fn pictures_come_from_docs_and_may_be_missing() {
        let root = tempfile::tempdir().unwrap();
        let staging = tempfile::tempdir().unwrap();
        let manifest = r#"{"screenshots":[{"src":"screenshots/a.png"},{"src":"screenshots/b.png"}]}"#;
        fs::write(staging.path().join("manifest.json"), manifest).unwrap();
        fs::create_dir_all(root.path().join("docs/screenshots")).unwrap();
        fs::write(root.path().join("docs/screenshots/a.png"), "picture").unwrap();
        pictures(root.path(), staging.path()).unwrap();
        assert_eq!(fs::read(staging.path().join("screenshots/a.png")).unwrap(), b"picture");
        assert!(!staging.path().join("screenshots/b.png").exists());
    }
}
