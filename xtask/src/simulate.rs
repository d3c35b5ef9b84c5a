//! `cargo xtask simulate`: the simulation, for as long as one likes.

use std::ffi::OsString;

use crate::{error::Result, process, project::Project, say};

/// Builds and runs it; a story that goes wrong is kept among those of CI.
///
/// # Errors
/// It does not build, or a story went wrong.
pub(crate) fn run(project: &Project, arguments: &[String]) -> Result<()> {
    say::step("Simulating devices, networks, disks and the server");
    let mut command = project.cargo(&path());
    command.args(["run", "--locked", "--release", "--package", "outpost-simulation", "--bin", "simulate", "--"]);
    command.arg("--keep").arg(project.root.join("simulation/regressions.txt")).args(arguments);
    process::run(&mut command)
}

/// It needs no tools but cargo.
pub(crate) fn path() -> OsString {
    std::env::var_os("PATH").unwrap_or_default()
}
