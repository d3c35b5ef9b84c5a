//! The commands and their arguments.

use std::{net::SocketAddr, path::PathBuf};

use clap::{Parser, Subcommand};

use crate::{
    app,
    error::Result,
    growth, harness, mutants, postbuild,
    postgres::{self, Postgres},
    project::Project,
    say, simulate, start, test, tools, words,
};

#[derive(Debug, Parser)]
#[command(name = "cargo xtask", about = "Builds, starts and tests Outpost", max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Sets up what is missing, builds the app and the server, and starts them on one port.
    Start(Start),
    /// Runs every test, in real browsers too, and checks the app's size.
    Test {
        /// Only these parts, in the order of this list.
        #[arg(long, value_enum, value_delimiter = ',')]
        only: Vec<test::Part>,
    },
    /// Simulates devices, networks, disks and the server, from a seed, for as long as is wanted.
    Simulate {
        /// Passed on to the simulation: `--ops N`, `--seed S`, `--store memory|sqlite|both`, `--help` for more.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<String>,
    },
    /// Breaks our own code in a copy, in ways that would cost data, and demands that the simulation or a test notices.
    Mutants {
        /// Only those whose name contains one of these.
        only: Vec<String>,
    },
    /// Measures start, save, import, push, pull and sizes, and prints a table.
    Bench {
        /// Measures a server on PostgreSQL too, which is installed if it is missing.
        #[arg(long)]
        postgres: bool,
        /// Passed on to the benchmark: `--wire` for the way of a change, `--load` for what a server bears, `--lists` for what grows with a list,
        /// `--felt` for how long presses wait, `--rows N`.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<String>,
    },
    /// Takes the pictures in docs/screenshots and docs/pictures anew.
    Screenshots {
        /// Takes only those with one of these words in their names.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<String>,
    },
    /// Writes what the app says anew into the catalogues of other languages, `lang/*.po`, for translators.
    Words,
    /// Builds the app and the server for release, without starting them.
    Build,
    /// Installs what building needs, and nothing else.
    Setup,
    /// Called by Trunk after each build: the service worker's list of files, and the compressed files.
    #[command(hide = true)]
    Postbuild,
}

/// How `start` serves.
#[derive(Debug, clap::Args)]
pub(crate) struct Start {
    /// Address and port to answer on.
    #[arg(long, value_name = "ADDR:PORT", default_value = "127.0.0.1:8080")]
    pub(crate) listen: SocketAddr,
    /// Folder of the server's data; it is created.
    #[arg(long, value_name = "DIR", default_value = "data")]
    pub(crate) data: PathBuf,
    /// Fills a new workspace with this many leads, with deals and invoices.
    #[arg(long, value_name = "N")]
    pub(crate) demo: Option<u32>,
    /// Anything else for the server, such as its `--public-url` behind a TLS proxy.
    #[arg(last = true, value_name = "SERVER ARGUMENTS")]
    pub(crate) server: Vec<String>,
}

/// Reads the arguments and runs the command.
///
/// # Errors
/// What the command could not do, as one sentence.
pub(crate) fn run() -> Result<()> {
    let command = Cli::parse().command;
    let project = Project::find()?;
    match command {
        Command::Start(options) => start::run(&project, &options),
        Command::Test { only } => test::run(&project, &only),
        Command::Simulate { arguments } => simulate::run(&project, &arguments),
        Command::Mutants { only } => mutants::run(&project, &only),
        Command::Bench { postgres, arguments } => {
            let postgres = if postgres { Some(Postgres::durable(&postgres::set_up()?)?) } else { None };
            let url = postgres.as_ref().map(|postgres| ("OUTPOST_BENCH_POSTGRES", postgres.url.as_str()));
            harness::run_binary(&project, "bench", &arguments, url)?;
            growth::count(&project, &arguments)
        }
        Command::Screenshots { arguments } => {
            let tools = tools::set_up(&project)?;
            let gallery = app::build_gallery(&project, &tools)?.display().to_string();
            harness::run_binary(&project, "screenshots", &arguments, Some(("OUTPOST_GALLERY", &gallery)))
        }
        Command::Build => {
            let tools = tools::set_up(&project)?;
            app::build_app(&project, &tools)?;
            app::build_server(&project, &tools)?;
            say::step(format!("Done: {} and {}", project.dist().display(), project.server().display()));
            Ok(())
        }
        Command::Words => words::update(&project),
        Command::Setup => {
            let tools = tools::set_up(&project)?;
            say::step(format!("Ready: {}", tools.versions));
            Ok(())
        }
        Command::Postbuild => postbuild::run(&project),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_are_consistent() {
        use clap::CommandFactory;
        Cli::command().debug_assert();
    }

    #[test]
    fn start_has_the_promised_defaults() {
        let Command::Start(start) = Cli::parse_from(["xtask", "start"]).command else { panic!("not start") };
        assert_eq!(start.listen.to_string(), "127.0.0.1:8080");
        assert_eq!(start.data, PathBuf::from("data"));
        assert_eq!(start.demo, None);
    }

    #[test]
    fn the_server_gets_what_stands_behind_the_dashes() {
        let line = ["xtask", "start", "--demo", "3", "--", "--public-url", "https://crm.example.com"];
        let Command::Start(start) = Cli::parse_from(line).command else { panic!("not start") };
        assert_eq!((start.demo, start.server.len()), (Some(3), 2));
    }

    #[test]
    fn tests_can_be_chosen() {
        let chosen = Cli::parse_from(["xtask", "test", "--only", "native,postgres,size"]).command;
        let Command::Test { only } = chosen else { panic!("not test") };
        assert_eq!(only, [test::Part::Native, test::Part::Postgres, test::Part::Size]);
        assert!(Cli::try_parse_from(["xtask", "test", "--only", "some"]).is_err());
    }
}
