//! What the programs of the tests package are given: the built app and server, the browsers, a display.

use std::process::Command;

use crate::{
    app,
    browsers::{self, Browsers},
    error::Result,
    process,
    project::Project,
    say,
    tools::{self, Tools},
    xvfb::Xvfb,
};

/// Everything whole-system tests run with; the display stops with this value.
#[derive(Debug)]
pub(crate) struct Harness<'a> {
    project: &'a Project,
    tools: &'a Tools,
    browsers: &'a Browsers,
    display: Xvfb,
}

impl<'a> Harness<'a> {
    /// Builds app and server and starts the display.
    ///
    /// # Errors
    /// Something does not build or start.
    pub(crate) fn new(project: &'a Project, tools: &'a Tools, browsers: &'a Browsers) -> Result<Self> {
        app::build_app(project, tools)?;
        app::build_server(project, tools)?;
        let display = Xvfb::start(&browsers.xvfb)?;
        Ok(Self { project, tools, browsers, display })
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
            .env("DISPLAY", &self.display.display);
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
