//! The build's tools: what is on PATH in the right version is used, what is missing is installed beside the project.

use std::{
    ffi::OsString,
    path::{Path, PathBuf},
    process::Command,
};

use crate::{
    error::{Context, Error, Result, advice},
    packages,
    process::{self, find, find_any},
    project::Project,
    say,
};

const WASM_TARGET: &str = "wasm32-unknown-unknown";
/// The Trunk that this toolchain can build; 0.22 wants a newer one.
const TRUNK: &str = "0.21.14";
/// The oldest wasm-opt that knows every feature that index.html enables.
const OLDEST_BINARYEN: u32 = 105;
/// The `binaryen` of npm, for systems without apt.
const NPM_BINARYEN: &str = "binaryen@132.0.0";

/// Tools that are ready to be used.
#[derive(Debug)]
pub(crate) struct Tools {
    /// PATH for every command of the build: the tools that were installed for it come first.
    pub(crate) path: OsString,
    /// The versions in use: a change of any of them is a reason to build the app anew.
    pub(crate) versions: String,
}

/// Sees to it that everything is there that builds the app and the server.
///
/// # Errors
/// Something is missing and cannot be installed from here; the text says what to run.
pub(crate) fn set_up(project: &Project) -> Result<Tools> {
    let mut setup = Setup { project, path: std::env::var_os("PATH").unwrap_or_default() };
    let wasm_bindgen = project.locked_version("wasm-bindgen")?;
    say::step(format!(
        "Checking the tools: C compiler, {WASM_TARGET}, wasm-opt, wasm-bindgen {wasm_bindgen}, Trunk {TRUNK}"
    ));
    // What may need a person comes first: nobody should wait ten minutes to be told.
    c_compiler()?;
    setup.wasm_opt()?;
    setup.rust_target()?;
    setup.crate_binary("wasm-bindgen-cli", "wasm-bindgen", &wasm_bindgen)?;
    setup.crate_binary("trunk", "trunk", TRUNK)?;
    setup.tidy()?;
    let versions = ["wasm-opt", "wasm-bindgen", "trunk"].map(|name| setup.version(name)).join(", ");
    Ok(Tools { path: setup.path, versions })
}

/// SQLite is compiled from its C source.
fn c_compiler() -> Result<()> {
    if find_any(&["cc", "gcc", "clang"]).is_some() {
        return Ok(());
    }
    packages::install("The server's SQLite needs a C compiler", &["build-essential"])
}

struct Setup<'a> {
    project: &'a Project,
    path: OsString,
}

impl Setup<'_> {
    /// Where the tools are compiled: one folder, since they share many of their dependencies.
    fn build_folder(&self) -> PathBuf {
        self.project.tools.join("build")
    }

    /// What was left over from compiling is of no more use, and large.
    fn tidy(&self) -> Result<()> {
        let folder = self.build_folder();
        if !folder.is_dir() {
            return Ok(());
        }
        std::fs::remove_dir_all(&folder).context(|| format!("cannot remove {}", folder.display()))
    }

    fn version(&self, name: &str) -> String {
        find(name, &self.path).and_then(|path| process::version(&path)).unwrap_or_default()
    }

    fn prefer(&mut self, folder: PathBuf) -> Result<()> {
        let folders = std::iter::once(folder).chain(std::env::split_paths(&self.path));
        self.path = std::env::join_paths(folders)
            .map_err(|error| Error::Advice(format!("PATH cannot take the folder of the tools: {error}")))?;
        Ok(())
    }

    fn rust_target(&self) -> Result<()> {
        let sysroot =
            process::output(Command::new("rustc").args(["--print", "sysroot"]).current_dir(&self.project.root))?;
        if Path::new(&sysroot).join("lib/rustlib").join(WASM_TARGET).join("lib").is_dir() {
            return Ok(());
        }
        say::step(format!("Adding Rust's {WASM_TARGET}"));
        if find("rustup", &self.path).is_none() {
            return advice(format!(
                "this Rust cannot build for {WASM_TARGET}: install Rust with rustup (https://rustup.rs)"
            ));
        }
        process::run(Command::new("rustup").args(["target", "add", WASM_TARGET]).current_dir(&self.project.root))
    }

    /// A program from a crate, in exactly this version: from PATH, from an earlier installation, or installed now.
    fn crate_binary(&mut self, package: &str, program: &str, wanted: &str) -> Result<()> {
        if is_version(&self.version(program), wanted) {
            return Ok(());
        }
        let root = self.project.tools.join(format!("{package}-{wanted}"));
        let installed = root.join("bin").join(program);
        let ready = |path: &Path| process::version(path).is_some_and(|version| is_version(&version, wanted));
        if !ready(&installed) {
            say::step(format!("Installing {package} {wanted} from its source, once (2 to 5 minutes on 2 cores)"));
            let attempt = |locked: &[&str]| {
                let mut command = self.project.cargo(&self.path);
                // The tool's own speed matters little, and without optimisation it is built in half the time.
                command.args(["install", "--debug", "--force"]).args(locked).arg("--root").arg(&root);
                command.arg("--target-dir").arg(self.build_folder());
                command.env("CARGO_PROFILE_DEV_DEBUG", "0").env("CARGO_INCREMENTAL", "0");
                process::run(command.arg(format!("{package}@{wanted}")))
            };
            attempt(&["--locked"]).or_else(|_| {
                say::step(format!(
                    "Its locked dependencies cannot be had here: installing {package} with current ones"
                ));
                attempt(&[])
            })?;
            if !ready(&installed) {
                return advice(format!("{} does not answer with version {wanted}", installed.display()));
            }
        }
        self.prefer(root.join("bin"))
    }

    fn wasm_opt(&mut self) -> Result<()> {
        let ready = |path: &OsString| find("wasm-opt", path).and_then(|path| process::version(&path));
        let recent =
            |version: Option<String>| version.and_then(|text| binaryen_version(&text)) >= Some(OLDEST_BINARYEN);
        if recent(ready(&self.path)) {
            return Ok(());
        }
        let root = self.project.tools.join("binaryen");
        let bin = root.join("node_modules").join(".bin");
        if !recent(ready(&bin.clone().into())) {
            if packages::can_install() {
                return packages::install("The app is made small by wasm-opt", &["binaryen"]);
            }
            if find("npm", &self.path).is_none() {
                return packages::install("The app is made small by wasm-opt", &["binaryen"]);
            }
            say::step(format!("Installing wasm-opt with npm ({NPM_BINARYEN})"));
            std::fs::create_dir_all(&root).context(|| format!("cannot create {}", root.display()))?;
            let mut npm = Command::new("npm");
            npm.args(["install", "--no-audit", "--no-fund", "--no-save", "--prefix"]).arg(&root).arg(NPM_BINARYEN);
            process::run(npm.env("PATH", &self.path))?;
        }
        self.prefer(bin)
    }
}

/// Whether a program's `--version` names exactly this version: "trunk 0.21.14", "wasm-bindgen 0.2.130 (abc)".
fn is_version(printed: &str, wanted: &str) -> bool {
    printed.split_whitespace().nth(1) == Some(wanted)
}

/// The number in "wasm-opt version 108" or "wasm-opt version 120 (version_120-12-g…)".
fn binaryen_version(printed: &str) -> Option<u32> {
    printed.strip_prefix("wasm-opt version ")?.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_match_exactly() {
        assert!(is_version("trunk 0.21.14", "0.21.14"));
        assert!(is_version("wasm-bindgen 0.2.130 (0123abcd)", "0.2.130"));
        assert!(!is_version("wasm-bindgen 0.2.13", "0.2.130"));
        assert!(!is_version("wasm-bindgen 0.2.1301", "0.2.130"));
        assert!(!is_version("", "0.2.130"));
    }

    #[test]
    fn wasm_opts_number_is_found_in_both_forms() {
        assert_eq!(binaryen_version("wasm-opt version 108"), Some(108));
        assert_eq!(binaryen_version("wasm-opt version 120 (version_120-12-gabc)"), Some(120));
        assert_eq!(binaryen_version("wasm-opt version one"), None);
        assert_eq!(binaryen_version("something else"), None);
        assert!(binaryen_version("something else") < Some(OLDEST_BINARYEN));
    }
}
