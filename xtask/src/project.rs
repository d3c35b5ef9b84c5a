//! Where things are: the project's folder, cargo's output, the tools that were installed for it.

use std::{
    ffi::OsString,
    path::{Path, PathBuf},
    process::Command,
};

use serde_json::Value;

use crate::{
    error::{Error, Result, advice, read_text},
    process,
};

/// The project and what its commands use.
#[derive(Debug)]
pub(crate) struct Project {
    /// The folder of the workspace's Cargo.toml.
    pub(crate) root: PathBuf,
    /// Cargo's output folder, wherever `CARGO_TARGET_DIR` or the configuration put it.
    pub(crate) target: PathBuf,
    /// Tools that were installed for the project: outside of it, so that they outlive `cargo clean` and serve all clones.
    pub(crate) tools: PathBuf,
}

impl Project {
    /// Asks cargo where the project is.
    ///
    /// # Errors
    /// The current folder is not in a cargo workspace.
    pub(crate) fn find() -> Result<Self> {
        let metadata =
            process::output(cargo().args(["metadata", "--no-deps", "--format-version", "1"]).current_dir(here()?))?;
        let metadata: Value = serde_json::from_str(&metadata)
            .map_err(|error| Error::Advice(format!("cargo metadata printed something else than JSON: {error}")))?;
        let folder = |name: &str| metadata[name].as_str().map(PathBuf::from);
        match (folder("workspace_root"), folder("target_directory")) {
            (Some(root), Some(target)) => Ok(Self { root, target, tools: tools_folder()? }),
            _ => advice("cargo metadata names no workspace_root or target_directory: is cargo older than 1.95?"),
        }
    }

    /// The built app.
    pub(crate) fn dist(&self) -> PathBuf {
        self.root.join("dist")
    }

    /// The server's release binary.
    pub(crate) fn server(&self) -> PathBuf {
        self.target.join("release").join(format!("outpost-server{}", std::env::consts::EXE_SUFFIX))
    }

    /// A cargo command in the project's folder.
    pub(crate) fn cargo(&self, path: &OsString) -> Command {
        let mut command = cargo();
        command.current_dir(&self.root).env("PATH", path).env("CARGO_TARGET_DIR", &self.target);
        command
    }

    /// The version of a package that Cargo.lock names.
    ///
    /// # Errors
    /// Cargo.lock cannot be read or does not hold the package.
    pub(crate) fn locked_version(&self, package: &str) -> Result<String> {
        let path = self.root.join("Cargo.lock");
        match locked_version(&read_text(&path)?, package) {
            Some(version) => Ok(version),
            None => advice(format!("{} names no package {package}", path.display())),
        }
    }
}

/// The folder this was started in: cargo names the package's own, which may be elsewhere if xtask was called directly.
fn here() -> Result<PathBuf> {
    match std::env::var_os("CARGO_MANIFEST_DIR") {
        Some(folder) => Ok(PathBuf::from(folder)),
        None => std::env::current_dir().map_err(|source| Error::Io { what: "cannot find this folder".into(), source }),
    }
}

fn cargo() -> Command {
    Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

fn tools_folder() -> Result<PathBuf> {
    let absolute = |name: &str| std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let cache = absolute("XDG_CACHE_HOME").or_else(|| absolute("HOME").map(|home| home.join(".cache")));
    match cache {
        Some(cache) => Ok(cache.join("outpost").join("tools")),
        None => advice("set HOME or XDG_CACHE_HOME to a folder in which tools can be kept"),
    }
}

/// Reads one version out of the text of a Cargo.lock. With several versions of one package, the first.
fn locked_version(lock: &str, package: &str) -> Option<String> {
    let wanted = format!("name = \"{package}\"");
    let mut lines = lock.lines().skip_while(|line| line.trim() != wanted).skip(1);
    let version = lines.next()?.trim().strip_prefix("version = \"")?.strip_suffix('"')?;
    Some(version.to_owned())
}

/// The path relative to a folder, with forward slashes, as it stands in a URL.
pub(crate) fn url_path(path: &Path, folder: &Path) -> String {
    let relative = path.strip_prefix(folder).unwrap_or(path);
    relative.components().map(|part| part.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOCK: &str = r#"
[[package]]
name = "wasm-bindgen"
version = "0.2.130"
source = "registry+https://example.org/index"
dependencies = [
 "wasm-bindgen-macro",
]

[[package]]
name = "wasm-bindgen-macro"
version = "0.2.131"
"#;

    #[test]
    fn a_locked_version_is_that_of_the_exact_name() {
        assert_eq!(locked_version(LOCK, "wasm-bindgen").as_deref(), Some("0.2.130"));
        assert_eq!(locked_version(LOCK, "wasm-bindgen-macro").as_deref(), Some("0.2.131"));
        assert_eq!(locked_version(LOCK, "wasm"), None);
        assert_eq!(locked_version("name = \"half", "half"), None);
    }

    #[test]
    fn this_project_finds_itself() {
        let project = Project::find().unwrap();
        assert!(project.root.join("Trunk.toml").is_file());
        let version = project.locked_version("wasm-bindgen").unwrap();
        assert!(version.split('.').count() == 3, "{version}");
        assert!(project.locked_version("no-such-package").is_err());
    }

    #[test]
    fn url_paths_are_relative_with_forward_slashes() {
        assert_eq!(url_path(Path::new("/a/dist/icons/one.png"), Path::new("/a/dist")), "icons/one.png");
    }
}
