//! `cargo xtask mutants`: breaks our own code in ways that would cost somebody's data, one at a time and in a copy, and
//! demands that the simulation notices each.

mod list;

use std::{
    collections::BTreeSet,
    fmt, fs,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use crate::{
    error::{Context, Result, advice, read_text, write},
    process,
    project::Project,
    say, simulate,
};
use list::{MUTANTS, Mutant};

/// How many operations a mutant has to survive to get away.
const OPS: &str = "400000";
/// How long it is given, in seconds. One that makes everything hang was not noticed by a check.
const SECONDS: u64 = 180;

/// What became of a mutant.
enum Fate {
    /// A check failed, after so many seconds; its name.
    Caught(u64, String),
    /// Nothing was noticed.
    Escaped,
    /// It ran out of time.
    Hung,
    /// It does not compile; what the compiler said stands above.
    Unbuilt,
}

impl fmt::Display for Fate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Caught(seconds, promise) => write!(f, "caught in {seconds} s: {promise}"),
            Self::Escaped => f.write_str("ESCAPED"),
            Self::Unbuilt => f.write_str("DOES NOT BUILD"),
            Self::Hung => write!(f, "HUNG for {SECONDS} s"),
        }
    }
}

/// Tries all mutants, or those whose name contains one of `only`; prints a table.
///
/// # Errors
/// A mutant does not fit the code any more, does not build, or escaped.
pub(crate) fn run(project: &Project, only: &[String]) -> Result<()> {
    let chosen: Vec<&Mutant> =
        MUTANTS.iter().filter(|mutant| only.is_empty() || only.iter().any(|only| mutant.name.contains(only))).collect();
    for mutant in &chosen {
        mutate(&read_text(&project.root.join(mutant.file))?, mutant)?;
    }
    let folder = project.target.join("mutants");
    let tree = folder.join("tree");
    say::step(format!("Copying the project to {}", tree.display()));
    copy(&project.root, &tree)?;
    say::step("Making sure that the copy goes well as it is");
    let simulate = build(&tree, &folder)?;
    for often in chosen.iter().map(|mutant| mutant.often).collect::<BTreeSet<_>>() {
        if let Fate::Caught(_, promise) = simulation(&simulate, "memory", often)? {
            return advice(format!("the simulation fails without any mutant: {promise}"));
        }
    }
    let mut rows = Vec::new();
    for mutant in chosen {
        let path = tree.join(mutant.file);
        let original = read_text(&path)?;
        write(&path, mutate(&original, mutant)?)?;
        say::step(format!("{}: {}", mutant.name, mutant.what));
        let fate = build(&tree, &folder)
            .map_or(Ok(Fate::Unbuilt), |simulate| simulation(&simulate, mutant.store, mutant.often));
        write(&path, &original)?;
        let fate = fate?;
        say::note(fate.to_string());
        rows.push((mutant, fate));
    }
    println!();
    for (mutant, fate) in &rows {
        println!("{:<26} {:<7} {fate}", mutant.name, mutant.store);
    }
    let escaped = rows.iter().filter(|(_, fate)| !matches!(fate, Fate::Caught(..))).count();
    println!();
    if escaped > 0 {
        return advice(format!("{escaped} of {} mutants were not noticed", rows.len()));
    }
    say::step(format!("All {} mutants were caught", rows.len()));
    Ok(())
}

/// The text with the mutation in it.
///
/// # Errors
/// The code that it replaces is not there just once.
fn mutate(text: &str, mutant: &Mutant) -> Result<String> {
    match text.matches(mutant.from).count() {
        1 => Ok(text.replace(mutant.from, mutant.to)),
        times => advice(format!(
            "the mutant “{}” does not fit any more: what it replaces is {times} times in {}; bring \
             xtask/src/mutants/list.rs up to date",
            mutant.name, mutant.file
        )),
    }
}

/// Copies all files that git knows or would take. What has not changed is left as it is, so that it is not built again.
fn copy(from: &Path, to: &Path) -> Result<()> {
    let mut command = Command::new("git");
    command.current_dir(from).args(["ls-files", "--cached", "--others", "--exclude-standard"]);
    for name in process::output(&mut command)?.lines() {
        let (source, target) = (from.join(name), to.join(name));
        let Ok(bytes) = fs::read(&source) else { continue };
        if fs::read(&target).is_ok_and(|before| before == bytes) {
            continue;
        }
        if let Some(parent) = target.parent() {
            fs::create_dir_all(parent).context(|| format!("cannot create {}", parent.display()))?;
        }
        write(&target, bytes)?;
    }
    Ok(())
}

/// Builds the simulation of the copy.
fn build(tree: &Path, folder: &Path) -> Result<PathBuf> {
    let target = folder.join("target");
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(tree).env("PATH", simulate::path()).env("CARGO_TARGET_DIR", &target);
    // Only the mutated crate and what stands on it is built anew, and that in a part only.
    command.env("CARGO_INCREMENTAL", "1").env_remove("CARGO_MANIFEST_DIR");
    // And it is built often and runs for seconds, so it need not be as quick as can be.
    for package in ["outpost-core", "outpost-server", "outpost-simulation"] {
        command.arg("--config").arg(format!("profile.release.package.{package}.opt-level=1"));
    }
    command.args(["build", "--quiet", "--locked", "--release", "--package", "outpost-simulation", "--bin", "simulate"]);
    process::run(&mut command)?;
    Ok(target.join("release").join(format!("simulate{}", std::env::consts::EXE_SUFFIX)))
}

/// Runs it until something is noticed.
fn simulation(program: &Path, store: &str, often: &str) -> Result<Fate> {
    let started = Instant::now();
    let mut command = Command::new(program);
    command.args(["--seed", "1", "--ops", OPS, "--shrink", "0", "--store", store, "--with", often]);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = command.spawn().context(|| format!("cannot run {}", program.display()))?;
    let output = child.stdout.take().map(|output| thread::spawn(move || std::io::read_to_string(output)));
    if !ends(&mut child, started)? {
        return Ok(Fate::Hung);
    }
    let status = child.wait().context(|| "cannot wait for the simulation".to_owned())?;
    let said = output.and_then(|output| output.join().ok()).and_then(std::result::Result::ok).unwrap_or_default();
    let promise = said.lines().find_map(|line| line.strip_prefix("not true: "));
    match (status.success(), promise) {
        (true, _) => Ok(Fate::Escaped),
        (false, Some(promise)) => Ok(Fate::Caught(started.elapsed().as_secs(), promise.to_owned())),
        (false, None) => advice(format!("the simulation stopped without a word: {status}")),
    }
}

/// Whether it ends in time; if not, it is killed.
fn ends(child: &mut Child, started: Instant) -> Result<bool> {
    let failed = || "cannot wait for the simulation".to_owned();
    while started.elapsed() < Duration::from_secs(SECONDS) {
        if child.try_wait().context(failed)?.is_some() {
            return Ok(true);
        }
        thread::sleep(Duration::from_millis(100));
    }
    child.kill().context(failed)?;
    child.wait().context(failed)?;
    Ok(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_mutant_fits_the_code() {
        let project = Project::find().unwrap();
        for mutant in MUTANTS {
            let text = read_text(&project.root.join(mutant.file)).unwrap();
            let mutated = mutate(&text, mutant).unwrap();
            assert_ne!(mutated, text, "{}", mutant.name);
        }
    }

    #[test]
    fn a_mutant_that_does_not_fit_is_named() {
        let error = mutate("some other text", &MUTANTS[0]).unwrap_err();
        assert!(error.to_string().contains(MUTANTS[0].name), "{error}");
    }
}
