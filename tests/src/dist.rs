//! Another version of the built app: the same, but for a mark that can be seen, with the service worker's list made anew
//! as the build makes it.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use sha2::{Digest, Sha256};
use tempfile::TempDir;

use crate::trouble::{Result, Trouble, trouble};

/// A built app in a folder of its own.
#[derive(Debug)]
pub struct Dist {
    folder: TempDir,
    version: String,
}

impl Dist {
    /// A copy of a built app as it is.
    ///
    /// # Errors
    /// It cannot be copied or was not built for release.
    pub fn copy(from: &Path) -> Result<Self> {
        let folder = tempfile::Builder::new().prefix("outpost-dist-").tempdir()?;
        copy(from, folder.path())?;
        let version = version_of(&fs::read_to_string(folder.path().join("sw.js"))?)?;
        Ok(Self { folder, version })
    }

    /// A copy with a change: `mark` in the page's head, so another version.
    ///
    /// # Errors
    /// It cannot be copied or was not built for release.
    pub fn next(from: &Path, mark: &str) -> Result<Self> {
        let Self { folder, version: before } = Self::copy(from)?;
        let version = hex::encode(Sha256::digest(format!("{before} {mark}")))[..16].to_owned();
        let page = folder.path().join("index.html");
        let html = fs::read_to_string(&page)?;
        let head = format!("<meta name=\"outpost-mark\" content=\"{mark}\"></head>");
        let changed = html.replace(&before, &version).replacen("</head>", &head, 1);
        if changed == html {
            return trouble("the built page has no head to mark");
        }
        fs::write(&page, &changed)?;
        // The compressed copies beside it are those of the page before.
        for packed in ["index.html.br", "index.html.gz"] {
            let packed = folder.path().join(packed);
            if packed.exists() {
                fs::remove_file(packed)?;
            }
        }
        let worker = folder.path().join("sw.js");
        let text = fs::read_to_string(&worker)?;
        let (start, end) = list(&text)?;
        let mut files: BTreeMap<String, String> = serde_json::from_str(&text[start..end])?;
        files.insert("index.html".to_owned(), hex::encode(Sha256::digest(&changed)));
        let text = format!("{}{}{}", &text[..start], serde_json::to_string_pretty(&files)?, &text[end..]);
        fs::write(&worker, text.replace(&format!("'{before}'"), &format!("'{version}'")))?;
        for packed in ["sw.js.br", "sw.js.gz"] {
            let packed = folder.path().join(packed);
            if packed.exists() {
                fs::remove_file(packed)?;
            }
        }
        Ok(Self { folder, version })
    }

    /// Its folder.
    pub fn path(&self) -> PathBuf {
        self.folder.path().to_owned()
    }

    /// Its version.
    pub fn version(&self) -> &str {
        &self.version
    }
}

/// Where the list of files is in the worker's text.
fn list(worker: &str) -> Result<(usize, usize)> {
    let wrong = || Trouble::Said("the built sw.js has no list of files".to_owned());
    let start = worker.find("const FILES = {").ok_or_else(wrong)? + "const FILES = ".len();
    let end = start + worker[start..].find("};").ok_or_else(wrong)? + 1;
    Ok((start, end))
}

fn version_of(worker: &str) -> Result<String> {
    let after = worker.split_once("const VERSION = '").and_then(|(_, rest)| rest.split_once('\''));
    match after {
        Some((version, _)) if version != "unbuilt" => Ok(version.to_owned()),
        _ => trouble("the built sw.js has no version: build the app with `cargo xtask build`"),
    }
}

fn copy(from: &Path, to: &Path) -> Result {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_version_is_consistent() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        let page = "<html><head><meta name=\"outpost-version\" content=\"0123456789abcdef\"></head></html>";
        fs::write(at("index.html"), page).unwrap();
        fs::write(at("index.html.br"), "old").unwrap();
        fs::write(at("sw.js"), "const VERSION = '0123456789abcdef';\nconst FILES = {\n \"index.html\": \"00\"\n};\n")
            .unwrap();
        let next = Dist::next(folder.path(), "N+1").unwrap();
        let page = fs::read_to_string(next.path().join("index.html")).unwrap();
        let worker = fs::read_to_string(next.path().join("sw.js")).unwrap();
        assert_ne!(next.version(), "0123456789abcdef");
        assert!(page.contains(next.version()) && page.contains("N+1"), "{page}");
        assert!(worker.contains(&format!("'{}'", next.version())), "{worker}");
        assert!(worker.contains(&hex::encode(Sha256::digest(&page))), "{worker}");
        assert!(!next.path().join("index.html.br").exists());
        assert!(Dist::copy(folder.path()).unwrap().path().join("index.html.br").exists());
    }
}
