//! Outpost's commands: `cargo xtask start` builds and starts everything, `cargo xtask test` proves it.
//!
//! Everything is a program of the workspace, so that a fresh clone needs nothing but Rust: no scripts, no make.

mod app;
mod browsers;
mod bundle;
mod cli;
mod compress;
mod cut;
mod error;
#[cfg(test)]
mod gallery;
mod growth;
mod harness;
mod mutants;
mod names;
mod packages;
mod postbuild;
mod postgres;
mod precache;
mod process;
mod project;
mod say;
mod simulate;
mod size;
mod start;
mod tables;
mod test;
mod tidy;
mod tools;
mod words;

use std::process::ExitCode;

fn main() -> ExitCode {
    say::start();
    match cli::run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\nOutpost stopped: {error}.");
            ExitCode::FAILURE
        }
    }
}
