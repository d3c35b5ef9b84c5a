//! The service worker's list of files: which, and with which content.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use sha2::{Digest, Sha256};

use crate::{
    error::{Context, Result, advice, read},
    project::url_path,
};

/// What the app needs to open and work; the key is the path in the URL, the value the SHA-256 of the content in hex.
pub(crate) type Files = BTreeMap<String, String>;

/// SHA-256 as 64 hex digits.
pub(crate) fn sha256(content: &[u8]) -> String {
    hex::encode(Sha256::digest(content))
}

/// Whether the app needs this file without a network. Icons and pictures are for installing, which needs one anyway;
/// the worker itself is kept by the browser.
pub(crate) fn wanted(path: &str) -> bool {
    let kind = path.rsplit('.').next().unwrap_or_default();
    matches!(kind, "html" | "js" | "wasm" | "css" | "json" | "svg" | "txt" | "woff2")
        && path != "sw.js"
        && !path.starts_with("icons/")
        && !path.starts_with("screenshots/")
}

/// Every file below a folder, sorted.
///
/// # Errors
/// The folder or one below it cannot be read.
pub(crate) fn files_below(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(&folder).context(|| format!("cannot list {}", folder.display()))? {
            let path = entry.context(|| format!("cannot list {}", folder.display()))?.path();
            if path.is_dir() { open.push(path) } else { found.push(path) }
        }
    }
    found.sort();
    Ok(found)
}

/// The list for a staged app.
///
/// # Errors
/// A file cannot be read.
pub(crate) fn list(staging: &Path) -> Result<Files> {
    let mut files = Files::new();
    for path in files_below(staging)? {
        let url = url_path(&path, staging);
        if wanted(&url) {
            files.insert(url, sha256(&read(&path)?));
        }
    }
    Ok(files)
}

/// The version: 16 hex digits over every path and content.
pub(crate) fn version(files: &Files) -> String {
    let lines: Vec<String> = files.iter().map(|(path, hash)| format!("{path} {hash}\n")).collect();
    sha256(lines.concat().as_bytes())[..16].to_owned()
}

/// Writes version and list into the text of the service worker.
///
/// # Errors
/// sw.js no longer has the two lines that are to be replaced.
pub(crate) fn stamp_worker(worker: &str, version: &str, files: &Files) -> Result<String> {
    let list = serde_json::to_string_pretty(files).unwrap_or_default();
    let mut stamped = worker.to_owned();
    for (line, filled) in [
        ("\nconst VERSION = 'unbuilt';\n", format!("\nconst VERSION = '{version}';\n")),
        ("\nconst FILES = {};\n", format!("\nconst FILES = {list};\n")),
    ] {
        if stamped.matches(line).count() != 1 {
            return advice(format!(
                "sw.js must hold the line `{}` exactly once, for the build to fill in",
                line.trim()
            ));
        }
        stamped = stamped.replace(line, &filled);
    }
    Ok(stamped)
}

/// Writes the version into the head of the page.
///
/// # Errors
/// The page has no end of head.
pub(crate) fn stamp_page(html: &str, version: &str) -> Result<String> {
    match html.split_once("</head>") {
        Some((head, rest)) => Ok(format!("{head}<meta name=\"outpost-version\" content=\"{version}\"></head>{rest}")),
        None => advice("index.html has no </head>"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WORKER: &str = "// top\nconst VERSION = 'unbuilt';\nconst FILES = {};\nrest();\n";

    fn staged(files: &[(&str, &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (path, content) in files {
            let path = folder.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, content).unwrap();
        }
        folder
    }

    #[test]
    fn the_list_has_what_the_app_needs_and_nothing_else() {
        let folder = staged(&[
            ("index.html", "page"),
            ("app-1.js", "js"),
            ("app-1_bg.wasm", "wasm"),
            ("snippets/x/inline0.js", "snippet"),
            ("manifest.json", "{}"),
            ("favicon.svg", "svg"),
            ("sw.js", "worker"),
            ("app-1.js.br", "compressed"),
            ("app-1.js.gz", "compressed"),
            ("icons/icon-192.png", "png"),
            ("icons/icon.svg", "svg"),
            ("screenshots/leads.png", "png"),
        ]);
        let files = list(folder.path()).unwrap();
        let names: Vec<_> = files.keys().map(String::as_str).collect();
        let expected =
            ["app-1.js", "app-1_bg.wasm", "favicon.svg", "index.html", "manifest.json", "snippets/x/inline0.js"];
        assert_eq!(names, expected);
        assert_eq!(files["index.html"], sha256(b"page"));
    }

    #[test]
    fn the_version_follows_content_and_names() {
        let one = list(staged(&[("index.html", "a"), ("x.js", "b")]).path()).unwrap();
        let same = list(staged(&[("x.js", "b"), ("index.html", "a")]).path()).unwrap();
        let other_content = list(staged(&[("index.html", "a"), ("x.js", "c")]).path()).unwrap();
        let other_name = list(staged(&[("index.html", "a"), ("y.js", "b")]).path()).unwrap();
        assert_eq!(version(&one), version(&same));
        assert_ne!(version(&one), version(&other_content));
        assert_ne!(version(&one), version(&other_name));
        assert_eq!(version(&one).len(), 16);
    }

    #[test]
    fn the_worker_gets_both_lines() {
        let files = Files::from([("index.html".to_owned(), "00ff".to_owned())]);
        let stamped = stamp_worker(WORKER, "abc", &files).unwrap();
        assert_eq!(
            stamped,
            "// top\nconst VERSION = 'abc';\nconst FILES = {\n  \"index.html\": \"00ff\"\n};\nrest();\n"
        );
        let error = stamp_worker(&stamped, "abc", &files).unwrap_err();
        assert!(error.to_string().contains("const VERSION"), "{error}");
    }

    #[test]
    fn the_projects_own_worker_and_page_can_be_stamped() {
        let root = crate::project::Project::find().unwrap().root;
        let worker = fs::read_to_string(root.join("sw.js")).unwrap();
        assert!(stamp_worker(&worker, "abc", &Files::new()).unwrap().contains("const VERSION = 'abc';"));
        let page = fs::read_to_string(root.join("index.html")).unwrap();
        assert!(stamp_page(&page, "abc").unwrap().contains("<meta name=\"outpost-version\" content=\"abc\"></head>"));
        assert!(stamp_page("no head", "abc").is_err());
    }
}
