//! Running other programs.

use std::{
    ffi::OsStr,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use crate::error::{Context, Error, Result};

/// The command line as a person would type it.
pub(crate) fn shown(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(|word| word.to_string_lossy().into_owned()).collect::<Vec<_>>().join(" ")
}

/// Runs a program to its end, its output shown, nothing to read on its input.
///
/// # Errors
/// The program is not there, or it did not end with success.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let status = command.stdin(Stdio::null()).status().context(|| format!("cannot run `{}`", shown(command)))?;
    if status.success() { Ok(()) } else { Err(Error::Failed { command: shown(command), status }) }
}

/// Runs a program and returns what it printed, without the end of the last line. Its complaints are shown.
///
/// # Errors
/// The program is not there, or it did not end with success.
pub(crate) fn output(command: &mut Command) -> Result<String> {
    let output = command
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .context(|| format!("cannot run `{}`", shown(command)))?;
    if !output.status.success() {
        return Err(Error::Failed { command: shown(command), status: output.status });
    }
    Ok(String::from_utf8_lossy(&output.stdout).trim_end().to_owned())
}

/// What `program --version` prints, or nothing if it cannot be run.
pub(crate) fn version(program: &Path) -> Option<String> {
    let output = Command::new(program).arg("--version").stdin(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// The first program of this name in a list of folders written like PATH.
pub(crate) fn find(name: &str, path: &OsStr) -> Option<PathBuf> {
    std::env::split_paths(path).map(|folder| folder.join(name)).find(|candidate| executable(candidate))
}

/// The first of several programs on the process's own PATH.
pub(crate) fn find_any(names: &[&str]) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    names.iter().find_map(|name| find(name, &path))
}

#[cfg(unix)]
fn executable(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    path.metadata().is_ok_and(|data| data.is_file() && data.permissions().mode() & 0o111 != 0)
}

#[cfg(not(unix))]
fn executable(path: &Path) -> bool {
    path.is_file()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failing_program_is_named() {
        let error = run(&mut Command::new("false")).unwrap_err();
        assert!(error.to_string().starts_with("`false` failed"), "{error}");
        let error = run(Command::new("no-such-program-here").arg("--now")).unwrap_err();
        assert!(error.to_string().starts_with("cannot run `no-such-program-here --now`"), "{error}");
    }

    #[test]
    fn output_drops_the_last_line_end() {
        assert_eq!(output(Command::new("echo").arg("two words")).unwrap(), "two words");
    }

    #[test]
    fn programs_are_found_in_order_of_the_path() {
        let one = tempfile::tempdir().unwrap();
        let two = tempfile::tempdir().unwrap();
        let path = std::env::join_paths([one.path(), two.path()]).unwrap();
        assert_eq!(find("tool", &path), None);
        std::fs::write(one.path().join("tool"), "not executable").unwrap();
        assert_eq!(find("tool", &path), None);
        std::fs::copy(find_any(&["true"]).unwrap(), two.path().join("tool")).unwrap();
        assert_eq!(find("tool", &path), Some(two.path().join("tool")));
    }
}
