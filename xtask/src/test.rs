//! `cargo xtask test`: everything that proves that Outpost works.

use clap::ValueEnum;

use crate::{
    app, browsers,
    error::Result,
    harness::Harness,
    postgres::{self, Postgres},
    process,
    project::Project,
    say, size,
    tools::{self, Tools},
};

/// A part of the tests, from the quickest to the slowest, and the size, which needs the built app.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Part {
    /// Core, server and these commands, without a browser.
    Native,
    /// The server again, with its data in a PostgreSQL that is started for it, and several processes on one database.
    Postgres,
    /// Sync as a whole: a hundred thousand operations on both stores, with all that goes wrong.
    Simulation,
    /// The app's store in a headless Chromium.
    Wasm,
    /// The whole system: real browsers, a real server.
    E2e,
    /// The weight of the first load.
    Size,
}

/// Runs the chosen parts, or all of them if none was chosen.
///
/// # Errors
/// Something is missing, does not build, or a test failed.
pub(crate) fn run(project: &Project, only: &[Part]) -> Result<()> {
    let parts = if only.is_empty() { Part::value_variants() } else { only };
    let tools = tools::set_up(project)?;
    let wants = |part| parts.contains(&part);
    let postgres = if wants(Part::Postgres) { Some(postgres::set_up()?) } else { None };
    let browsers = if wants(Part::Wasm) || wants(Part::E2e) { Some(browsers::set_up()?) } else { None };

    if wants(Part::Native) {
        say::step("Testing core, server and commands");
        let packages = ["--package", "outpost-core", "--package", "outpost-server", "--package", "xtask"];
        process::run(project.cargo(&tools.path).args(["test", "--locked"]).args(packages))?;
    }
    if let Some(programs) = &postgres {
        let postgres = Postgres::start(programs)?;
        say::step("Testing the server with PostgreSQL");
        let mut command = project.cargo(&tools.path);
        command.args(["test", "--locked", "--package", "outpost-server", "--test", "server", "--test", "postgres"]);
        process::run(command.env("OUTPOST_TEST_POSTGRES", &postgres.url))?;
    }
    if wants(Part::Simulation) {
        say::step("Simulating sync as a whole");
        // Optimised: it is built once, and tells ten times as many stories.
        let package = ["--package", "outpost-simulation"];
        process::run(project.cargo(&tools.path).args(["test", "--locked", "--release"]).args(package))?;
    }
    if let Some(browsers) = &browsers {
        if wants(Part::Wasm) {
            say::step("Testing the app's store in Chromium");
            let mut command = project.cargo(&tools.path);
            command.args(["test", "--locked", "--package", "outpost", "--lib", "--tests"]);
            command.args(["--target", "wasm32-unknown-unknown"]);
            // The default of 20 s is for a machine that does nothing else.
            command.env("CHROMEDRIVER", &browsers.chromedriver).env("WASM_BINDGEN_TEST_TIMEOUT", "300");
            process::run(&mut command)?;
        }
        if wants(Part::E2e) {
            let harness = Harness::new(project, &tools, browsers)?;
            say::step("Testing the whole system in Chromium and WebKitGTK");
            process::run(harness.cargo().args(["test", "--locked", "--package", "outpost-tests"]))?;
        }
    }
    if wants(Part::Size) {
        weigh(project, &tools)?;
    }
    say::step("All passed");
    Ok(())
}

fn weigh(project: &Project, tools: &Tools) -> Result<()> {
    app::build_app(project, tools)?;
    say::step("Weighing the first load");
    size::check(&project.dist())
}
