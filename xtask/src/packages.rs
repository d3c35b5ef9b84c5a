//! The system's packages: installed when that is allowed, otherwise named with the command that installs them.

use std::{path::Path, process::Command};

use crate::{
    error::{Result, advice},
    process::{self, find_any},
    say,
};

/// Whether this process may install packages: root, on a system with apt.
pub(crate) fn can_install() -> bool {
    is_root() && find_any(&["apt-get"]).is_some()
}

/// Installs packages with apt when root; otherwise says what to run.
///
/// # Errors
/// Not root, no apt, or apt failed.
pub(crate) fn install(why: &str, packages: &[&str]) -> Result<()> {
    let list = packages.join(" ");
    if !can_install() {
        return advice(match find_any(&["apt-get"]) {
            Some(_) => format!("{why}. Run: sudo apt-get install -y {list}"),
            None => format!("{why}. Install what your system calls {list} (these are Debian's names)"),
        });
    }
    say::step(format!("{why}: installing {list} with apt"));
    let apt = |arguments: &[&str]| {
        let mut command = Command::new("apt-get");
        process::run(command.env("DEBIAN_FRONTEND", "noninteractive").arg("-qq").args(arguments))
    };
    let install = [&["install", "-y", "--no-install-recommends"], packages].concat();
    // A machine that has never asked its mirror, or not for long, knows no or only old packages.
    apt(&install).or_else(|_| apt(&["update"]).and_then(|()| apt(&install)))
}

/// The distribution's short name: `debian`, `ubuntu`, or empty where there is none.
pub(crate) fn distribution() -> String {
    std::fs::read_to_string(Path::new("/etc/os-release")).map(|text| os_id(&text)).unwrap_or_default()
}

fn os_id(os_release: &str) -> String {
    let id = os_release.lines().find_map(|line| line.strip_prefix("ID="));
    id.unwrap_or_default().trim_matches('"').to_owned()
}

/// Whether this process may do anything.
#[cfg(unix)]
pub(crate) fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

/// Whether this process may do anything.
#[cfg(not(unix))]
pub(crate) fn is_root() -> bool {
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_distribution_is_read_from_os_release() {
        assert_eq!(os_id("PRETTY_NAME=\"Debian GNU/Linux 12\"\nID=debian\nVERSION_ID=\"12\"\n"), "debian");
        assert_eq!(os_id("VERSION_ID=\"24.04\"\nID=\"ubuntu\"\nID_LIKE=debian\n"), "ubuntu");
        assert_eq!(os_id("NAME=Something\n"), "");
    }
}
