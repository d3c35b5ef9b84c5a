//! `cargo xtask mutants`: breaks our own code in ways that would cost somebody's data, one at a time and in a copy, and
//! demands that each is noticed: by the simulation, or by a test of what the simulation does not reach.

mod list;
mod notice;

use std::{collections::BTreeSet, fs, path::Path, process::Command};

use crate::{
    error::{Context, Result, advice, read_text, write},
    precache::files_below,
    process,
    project::Project,
    say,
};
use list::{MUTANTS, Mutant};
use notice::{Fate, Lookout, Noticed};

/// Tries all mutants, or those whose name contains one of `only`; prints a table.
///
/// # Errors
/// A mutant does not fit the code any more, does not build, or escaped.
pub(crate) fn run(project: &Project, only: &[String]) -> Result<()> {
    let chosen: Vec<&Mutant> =
        MUTANTS.iter().filter(|mutant| only.is_empty() || only.iter().any(|only| mutant.name.contains(only))).collect();
    if chosen.is_empty() {
        return advice(format!(
            "no mutant has “{}” in its name; xtask/src/mutants/list.rs has them",
            only.join("” or “")
        ));
    }
    for mutant in &chosen {
        mutate(&read_text(&project.root.join(mutant.file))?, mutant)?;
    }
    let folder = project.target.join("mutants");
    let copy = Project { root: folder.join("tree"), target: folder.join("target"), tools: project.tools.clone() };
    let tree = copy.root.clone();
    say::step(format!("Copying the project to {}", tree.display()));
    copy_files(&project.root, &tree)?;
    let wanted: BTreeSet<Noticed> = chosen.iter().map(|mutant| mutant.by).collect();
    let lookout = Lookout::set_up(copy, &wanted)?;
    say::step("Making sure that the copy goes well as it is");
    lookout.rehearse(&wanted)?;
    let mut rows = Vec::new();
    for mutant in chosen {
        let path = tree.join(mutant.file);
        let original = read_text(&path)?;
        write(&path, mutate(&original, mutant)?)?;
        say::step(format!("{}: {}", mutant.name, mutant.what));
        let fate = lookout.ask(mutant.by);
        write(&path, &original)?;
        let fate = fate?;
        say::note(fate.to_string());
        rows.push((mutant, fate));
    }
    println!();
    let width = rows.iter().map(|(mutant, _)| mutant.name.len()).max().unwrap_or_default();
    for (mutant, fate) in &rows {
        println!("{:<width$} {:<8} {fate}", mutant.name, mutant.by);
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

/// Copies all files that git knows or would take. What has not changed is left as it is, so that it is not built again; what is no more
/// goes from the copy too.
fn copy_files(from: &Path, to: &Path) -> Result<()> {
    let mut command = Command::new("git");
    command.current_dir(from).args(["ls-files", "--cached", "--others", "--exclude-standard"]);
    let mut copied = BTreeSet::new();
    for name in process::output(&mut command)?.lines() {
        let (source, target) = (from.join(name), to.join(name));
        let Ok(bytes) = fs::read(&source) else { continue };
        if !fs::read(&target).is_ok_and(|before| before == bytes) {
            if let Some(parent) = target.parent() {
                fs::create_dir_all(parent).context(|| format!("cannot create {}", parent.display()))?;
            }
            write(&target, bytes)?;
        }
        copied.insert(target);
    }
    for path in files_below(to)?.into_iter().filter(|path| !copied.contains(path)) {
        fs::remove_file(&path).context(|| format!("cannot remove {}", path.display()))?;
    }
    Ok(())
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
    fn every_mutant_has_a_test_that_is_to_notice_it() {
        let project = Project::find().unwrap();
        for mutant in MUTANTS {
            let (folder, filter) = match mutant.by {
                Noticed::Simulation { .. } => continue,
                Noticed::Native { package, filter } => (format!("{}/src", package.replace("outpost-", "")), filter),
                Noticed::Postgres(filter) => ("server/tests/postgres".to_owned(), filter),
                Noticed::Wasm(filter) => ("src/store/tests".to_owned(), filter),
            };
            let files = fs::read_dir(project.root.join(&folder)).unwrap().map(|file| file.unwrap().path());
            let mut files = files.filter(|path| path.extension().is_some_and(|it| it == "rs"));
            let has = |path: &Path| read_text(path).unwrap().contains(&format!("fn {filter}"));
            assert!(files.any(|path| has(&path)), "{}: no test of {folder} begins with {filter}", mutant.name);
        }
    }

    #[test]
    fn a_mutant_that_does_not_fit_is_named() {
        let error = mutate("some other text", &MUTANTS[0]).unwrap_err();
        assert!(error.to_string().contains(MUTANTS[0].name), "{error}");
    }
}
