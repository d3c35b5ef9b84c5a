//! What the programs of the tests package are given: the built app and server, and the browsers.

use std::process::Command;

use crate::{
    app,
    browsers::{self, Browsers},
    error::Result,
    process,
    project::Project,
    say,
    tools::{self, Tools},
};

/// Everything whole-system tests run with.
#[derive(Debug)]
pub(crate) struct Harness<'a> {
    project: &'a Project,
    tools: &'a Tools,
    browsers: &'a Browsers,
}

impl<'a> Harness<'a> {
    /// Builds app and server.
    ///
    /// # Errors
    /// Something does not build.
    pub(crate) fn new(project: &'a Project, tools: &'a Tools, browsers: &'a Browsers) -> Result<Self> {
        app::build_app(project, tools)?;
        app::build_server(project, tools)?;
        Ok(Self { project, tools, browsers })
    }

    /// A cargo command with all of it in its environment. `tests/src` documents the names.
    pub(crate) fn cargo(&self) -> Command {
        let mut command = self.project.cargo(&self.tools.path);
        command
            .env("OUTPOST_DIST", self.project.dist())
            .env("OUTPOST_SERVER", self.project.server())
            .env("CHROMIUM", &self.browsers.chromium)
            .env("CHROMEDRIVER", &self.browsers.chromedriver)
            .env("WEBKIT_DRIVER", &self.browsers.webkit_driver)
            .env("MINIBROWSER", &self.browsers.minibrowser)
            .env("XVFB", &self.browsers.xvfb);
        command
    }
}

/// Runs one of the programs of the tests package, built for release, with one more variable in its environment.
///
/// # Errors
/// Something is missing or does not build, or the program failed.
pub(crate) fn run_binary(
    project: &Project,
    name: &str,
    arguments: &[String],
    variable: Option<(&str, &str)>,
) -> Result<()> {
    let tools = tools::set_up(project)?;
    let browsers = browsers::set_up()?;
    let harness = Harness::new(project, &tools, &browsers)?;
    say::step(format!("Running {name}"));
    let mut command = harness.cargo();
    command.args(["run", "--locked", "--release", "--package", "outpost-tests", "--bin", name, "--"]).args(arguments);
    command.envs(variable);
    process::run(&mut command)
}
