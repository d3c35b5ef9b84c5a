//! Which story is told: a seed and what is left out of it. Its text form is a line of `regressions.txt`.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use clap::ValueEnum;
use thiserror::Error;

use crate::fault::Fault;
use crate::random::Random;

/// Which of the server's stores.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum StoreKind {
    /// In memory; requests meet in the middle of their work.
    Memory,
    /// SQLite, on a disk.
    Sqlite,
    /// Both, held against each other after each request.
    Both,
}

/// See the module's documentation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Story {
    /// Says everything that is not said below.
    pub seed: u64,
    /// The server's store.
    pub store: StoreKind,
    /// Work goes on until so many operations are done: mutations written, and requests that arrived.
    pub ops: u64,
    /// How many devices; by the seed if it is not said.
    pub devices: Option<usize>,
    /// What does not go wrong.
    pub without: BTreeSet<Fault>,
    /// What goes wrong often.
    pub with: BTreeSet<Fault>,
}

impl Story {
    /// The story of a seed: a few hundred operations, or a few thousand.
    pub fn of(seed: u64, store: StoreKind) -> Self {
        let ops = Random::new(!seed).pick(&[300, 1_000, 2_000, 4_000]);
        Self { seed, store, ops, devices: None, without: BTreeSet::new(), with: BTreeSet::new() }
    }

    /// How many devices: usually a few, sometimes a crowd.
    pub(crate) fn crowd(&self, random: &mut Random) -> usize {
        let by_seed = match random.below(10) {
            0 => 20 + random.below(31),
            1 | 2 => 8 + random.below(12),
            _ => 2 + random.below(6),
        };
        self.devices.unwrap_or(by_seed)
    }
}

fn name(value: &impl ValueEnum) -> String {
    value.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default()
}

impl fmt::Display for Story {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "seed={} store={} ops={}", self.seed, name(&self.store), self.ops)?;
        if let Some(devices) = self.devices {
            write!(f, " devices={devices}")?;
        }
        for (what, faults) in [("without", &self.without), ("with", &self.with)] {
            if !faults.is_empty() {
                let names: Vec<String> = faults.iter().map(name).collect();
                write!(f, " {what}={}", names.join(","))?;
            }
        }
        Ok(())
    }
}

/// A line that tells no story.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("“{0}” is no story; one such as `seed=17 store=memory ops=300 without=crash,clock` is wanted")]
pub struct UnreadableStory(String);

impl FromStr for Story {
    type Err = UnreadableStory;

    /// What stands behind a `#` is for people.
    fn from_str(line: &str) -> Result<Self, UnreadableStory> {
        let fail = || UnreadableStory(line.to_owned());
        let mut story = Self::of(0, StoreKind::Memory);
        let mut is_named = false;
        for word in line.split('#').next().unwrap_or_default().split_whitespace() {
            let (key, value) = word.split_once('=').ok_or_else(fail)?;
            let faults =
                || value.split(',').map(|name| Fault::from_str(name, true)).collect::<Result<BTreeSet<_>, _>>();
            match key {
                "seed" => (story.seed, is_named) = (value.parse().map_err(|_| fail())?, true),
                "store" => story.store = StoreKind::from_str(value, true).map_err(|_| fail())?,
                "ops" => story.ops = value.parse().map_err(|_| fail())?,
                "devices" => story.devices = Some(value.parse().map_err(|_| fail())?),
                "without" => story.without = faults().map_err(|_| fail())?,
                "with" => story.with = faults().map_err(|_| fail())?,
                _ => return Err(fail()),
            }
        }
        if is_named { Ok(story) } else { Err(fail()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_the_story_that_it_was_written_from() {
        let mut story = Story::of(17, StoreKind::Both);
        assert_eq!(story.to_string().parse(), Ok(story.clone()));
        story.devices = Some(3);
        story.without = BTreeSet::from([Fault::CrashInStore, Fault::Clock]);
        story.with = BTreeSet::from([Fault::Rollback]);
        let line = format!("{story} # (1) device 2 lacks a lead");
        assert!(line.contains("without=crash-in-store,clock with=rollback"), "{line}");
        assert_eq!(line.parse(), Ok(story));
        for wrong in ["", "ops=5", "seed=x", "seed=1 without=luck", "seed"] {
            assert!(wrong.parse::<Story>().is_err(), "{wrong}");
        }
    }
}
