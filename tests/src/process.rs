//! Children that do not outlive the test, with all that they started.

use std::{
    collections::BTreeMap,
    fs,
    process::{Child, Command},
    time::{Duration, Instant},
};

use rustix::process::{Pid, Signal, kill_process};

use crate::trouble::Result;

/// A child process; it and all its descendants are killed when this is dropped.
#[derive(Debug)]
pub struct Tree {
    child: Child,
}

impl Tree {
    /// Starts a command.
    ///
    /// # Errors
    /// It cannot be run.
    pub fn spawn(command: &mut Command) -> Result<Self> {
        Ok(Self { child: command.spawn()? })
    }

    /// Its process id.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Whether it still runs.
    pub fn runs(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(None))
    }

    /// Processes below it whose command line contains `name`.
    pub fn below(&self, name: &str) -> Vec<i32> {
        let named = |pid: &i32| {
            let line = fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
            String::from_utf8_lossy(&line).contains(name)
        };
        descendants(self.child.id().cast_signed()).into_iter().filter(named).collect()
    }

    /// Kills it and everything below it, as a crash would (SIGKILL), and waits until it is gone.
    pub fn kill(&mut self) {
        let below = descendants(self.child.id().cast_signed());
        // What is gone already needs no killing.
        self.child.kill().unwrap_or_default();
        below.iter().copied().for_each(kill);
        if let Err(error) = self.child.wait() {
            eprintln!("a child could not be waited for: {error}");
        }
        // Their files are free only once they are gone; who adopted them takes a moment.
        let begun = Instant::now();
        while below.iter().any(|&pid| alive(pid)) && begun.elapsed() < Duration::from_secs(10) {
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}

/// Whether a process is there and more than a name.
fn alive(pid: i32) -> bool {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    stat.rsplit_once(") ").is_some_and(|(_, state)| !state.starts_with(['Z', 'X']))
}

impl Drop for Tree {
    fn drop(&mut self) {
        self.kill();
    }
}

/// Kills one process that a test started (SIGKILL).
pub fn kill(pid: i32) {
    if let Some(pid) = Pid::from_raw(pid) {
        // It may be gone already.
        kill_process(pid, Signal::KILL).unwrap_or_default();
    }
}

/// All processes below one, nearest first.
fn descendants(root: i32) -> Vec<i32> {
    let mut children: BTreeMap<i32, Vec<i32>> = BTreeMap::new();
    for entry in fs::read_dir("/proc").into_iter().flatten().flatten() {
        let Some(pid) = entry.file_name().to_str().and_then(|name| name.parse::<i32>().ok()) else { continue };
        let stat = fs::read_to_string(entry.path().join("stat")).unwrap_or_default();
        // `pid (name, which may hold anything) state parent …`
        let parent = stat.rsplit_once(')').and_then(|(_, rest)| rest.split_whitespace().nth(1)?.parse().ok());
        if let Some(parent) = parent {
            children.entry(parent).or_default().push(pid);
        }
    }
    let mut found = Vec::new();
    let mut open = vec![root];
    while let Some(pid) = open.pop() {
        let below = children.remove(&pid).unwrap_or_default();
        found.extend(&below);
        open.extend(below);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tree_ends_as_a_whole() {
        let mut tree = Tree::spawn(Command::new("sh").args(["-c", "sleep 1000 & sleep 1000"])).unwrap();
        let two = (0..500).find_map(|_| {
            std::thread::yield_now();
            let below = tree.below("sleep");
            (below.len() == 2).then_some(below)
        });
        let two = two.unwrap_or_default();
        tree.kill();
        assert!(!tree.runs());
        assert!(!two.iter().any(|&pid| alive(pid)), "{two:?}");
    }
}
