//! Builds the app and the server for release; the app only if something it is made of has changed.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    process::Command,
};

use sha2::{Digest, Sha256};

use crate::{
    error::{Context, Result, read, write},
    precache::files_below,
    process,
    project::{Project, url_path},
    say,
    tools::Tools,
};

/// Everything the built app is made of.
const INPUTS: &[&str] = &[
    ".cargo/config.toml",
    "build.rs",
    "Cargo.lock",
    "Cargo.toml",
    "Trunk.toml",
    "core",
    "docs/screenshots",
    "index.html",
    "manifest.json",
    "markup",
    "public",
    "rust-toolchain.toml",
    "src",
    "style",
    "sw.js",
    "xtask/src",
];

/// Builds the app into `dist`, unless what is there was made of the same files by the same tools.
///
/// # Errors
/// A tool failed; it has said why.
pub(crate) fn build_app(project: &Project, tools: &Tools) -> Result<()> {
    let folder = project.target.join("outpost");
    fs::create_dir_all(&folder).context(|| format!("cannot create {}", folder.display()))?;
    // Two builds at once would clear away each other's half.
    let alone = folder.join("app.lock");
    let alone = File::create(&alone).context(|| format!("cannot create {}", alone.display()))?;
    alone.lock().context(|| "cannot wait for another build of the app".to_owned())?;
    let stamp = folder.join("app.stamp");
    let made_of = inputs(project, tools)?;
    let current = |dist: &Path| -> Result<String> { Ok(format!("{made_of}\n{}\n", digest(dist, &files_in(dist)?)?)) };
    // A development build, or half a build, does not match either: the stamp holds what was built, too.
    if fs::read_to_string(&stamp).is_ok_and(|text| current(&project.dist()).is_ok_and(|now| now == text)) {
        say::step("The app is built already");
        return Ok(());
    }
    say::step("Building the app for release (3 to 6 minutes the first time on 2 cores)");
    trunk(project, tools, Command::new("trunk").args(["build", "--release"]))?;
    write(&stamp, current(&project.dist())?)
}

/// Builds the app for development, which has the gallery of its parts; returns the folder. Cargo knows by itself what has changed.
///
/// # Errors
/// A tool failed; it has said why.
pub(crate) fn build_gallery(project: &Project, tools: &Tools) -> Result<PathBuf> {
    let folder = project.target.join("outpost").join("gallery");
    fs::create_dir_all(&folder).context(|| format!("cannot create {}", folder.display()))?;
    say::step("Building the app for development (2 minutes the first time on 2 cores)");
    trunk(project, tools, Command::new("trunk").args(["build", "--dist"]).arg(&folder))?;
    Ok(folder)
}

/// Runs Trunk.
fn trunk(project: &Project, tools: &Tools, trunk: &mut Command) -> Result<()> {
    // Trunk itself is kept from the network, and so is the cargo it calls.
    process::run(project.cargo(&tools.path).args(["fetch", "--locked"]))?;
    trunk.current_dir(&project.root).env("PATH", &tools.path).env("CARGO_TARGET_DIR", &project.target);
    // This Trunk reads NO_COLOR as its own flag and takes only "true" and "false" for it; and where something does not
    // compile, its own stack would hide what the compiler said.
    process::run(trunk.env_remove("NO_COLOR").env_remove("RUST_BACKTRACE"))
}

/// Builds the server; cargo knows by itself what has changed.
///
/// # Errors
/// The server does not compile.
pub(crate) fn build_server(project: &Project, tools: &Tools) -> Result<()> {
    say::step("Building the server for release (2 to 4 minutes the first time on 2 cores)");
    process::run(project.cargo(&tools.path).args(["build", "--locked", "--release", "--package", "outpost-server"]))
}

fn inputs(project: &Project, tools: &Tools) -> Result<String> {
    let mut files = Vec::new();
    for input in INPUTS {
        files.extend(files_in(&project.root.join(input))?);
    }
    Ok(format!("{} of {}", digest(&project.root, &files)?, tools.versions))
}

/// A file is itself, a folder all files below it, and what is not there nothing.
fn files_in(path: &Path) -> Result<Vec<PathBuf>> {
    if path.is_file() {
        Ok(vec![path.to_owned()])
    } else if path.is_dir() {
        files_below(path)
    } else {
        Ok(Vec::new())
    }
}

/// One hash over names and contents.
fn digest(root: &Path, files: &[PathBuf]) -> Result<String> {
    let mut hasher = Sha256::new();
    for path in files {
        let content = read(path)?;
        hasher.update(format!("{} {}\n", url_path(path, root), content.len()));
        hasher.update(content);
    }
    Ok(hex::encode(hasher.finalize()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_digest_follows_names_and_contents() {
        let folder = tempfile::tempdir().unwrap();
        let file = |name: &str, content: &str| {
            fs::write(folder.path().join(name), content).unwrap();
            digest(folder.path(), &files_in(folder.path()).unwrap()).unwrap()
        };
        let one = file("a", "1");
        let two = file("b", "2");
        assert_ne!(one, two);
        assert_ne!(two, file("b", "3"));
        assert_eq!(two, file("b", "2"));
        assert!(files_in(&folder.path().join("missing")).unwrap().is_empty());
    }

    #[test]
    fn all_inputs_are_named_right() {
        let root = Project::find().unwrap().root;
        // Pictures are made from the running product, so a project may have none yet.
        for input in INPUTS.iter().filter(|input| **input != "docs/screenshots") {
            assert!(root.join(input).exists(), "{input} is gone: the app would not be rebuilt when it should");
        }
    }
}
