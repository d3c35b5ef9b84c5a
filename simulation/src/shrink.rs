//! The shortest story that still goes wrong: fewer operations, fewer devices, fewer faults.

use std::time::{Duration, Instant};

use clap::ValueEnum;

use crate::fault::Fault;
use crate::story::Story;
use crate::tell::{Broken, tell};

/// Makes a story that goes wrong shorter, for as long as there is time; returns how the shortest goes wrong.
///
/// A shorter one may go wrong in another way. That is as good.
pub fn shrink(story: Story, broken: Broken, time: Duration) -> (Story, Broken) {
    let started = Instant::now();
    let mut shortest = (story, broken);
    loop {
        let shorter = candidates(&shortest.0).into_iter().find_map(|candidate| {
            if started.elapsed() > time {
                return None;
            }
            tell(&candidate).err().map(|broken| (candidate, broken))
        });
        match shorter {
            Some(shorter) => shortest = shorter,
            None => return shortest,
        }
    }
}

/// What might do, the greatest step first.
fn candidates(story: &Story) -> Vec<Story> {
    let mut candidates = Vec::new();
    let with = |change: &dyn Fn(&mut Story)| {
        let mut candidate = story.clone();
        change(&mut candidate);
        candidate
    };
    for (times, of) in [(1, 8), (1, 3), (2, 3), (9, 10)] {
        let ops = story.ops * times / of;
        if ops > 0 && ops < story.ops {
            candidates.push(with(&|story| story.ops = ops));
        }
    }
    for devices in [2, 3, 5, 10, 20] {
        if story.devices.is_none_or(|before| devices < before) {
            candidates.push(with(&|story| story.devices = Some(devices)));
        }
    }
    let left = Fault::value_variants()
        .iter()
        .filter(|fault| !story.without.contains(fault) && (!fault.on_demand() || story.with.contains(fault)));
    candidates.extend(left.map(|fault| {
        with(&|story| {
            story.with.remove(fault);
            if !fault.on_demand() {
                story.without.insert(*fault);
            }
        })
    }));
    candidates
}
