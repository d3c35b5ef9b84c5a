//! What the database itself does for one change in a workspace of ten thousand records and in one of a million.

use crate::{
    error::{self, Result},
    process,
    project::Project,
    say, tools,
};

/// Parts of the benchmark that are about something else.
const OTHERS: [&str; 5] = ["--lists", "--felt", "--load", "--imports", "--fields"];

/// Counts SQLite's steps and fails if they grow. That is a test of the server, which sees its own connections; elsewhere it is
/// told with fewer records. Here it is built with optimisation, so that a million are written in a minute.
///
/// # Errors
/// It does not build, or they grow.
pub(crate) fn count(project: &Project, arguments: &[String]) -> Result<()> {
    if arguments.iter().any(|argument| OTHERS.contains(&argument.as_str())) {
        return Ok(());
    }
    let tools = tools::set_up(project)?;
    say::step("Counting what SQLite does for a change among 10,000 and among 1,000,000 records");
    let mut command = project.cargo(&tools.path);
    command.args(["test", "--locked", "--release", "--package", "outpost-server", "--lib"]);
    command.args(["a_change_costs_the_same_among_many_times_as_many_records", "--", "--nocapture"]);
    let said = process::output(&mut command)?;
    println!("{said}");
    match said.contains("test result: ok. 1 passed") {
        true => Ok(()),
        false => error::advice(
            "Nothing was counted: there is no such test any more. Name the one that counts in xtask/src/growth.rs.",
        ),
    }
}
