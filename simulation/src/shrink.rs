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
    shrink_by(story, broken, time, |story| tell(story).err())
}

fn shrink_by(
    story: Story,
    broken: Broken,
    time: Duration,
    goes_wrong: impl Fn(&Story) -> Option<Broken>,
) -> (Story, Broken) {
    let started = Instant::now();
    let mut shortest = (story, broken);
    loop {
        let shorter = candidates(&shortest.0).into_iter().find_map(|candidate| {
            if started.elapsed() > time {
                return None;
            }
            goes_wrong(&candidate).map(|broken| (candidate, broken))
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
    let left = Fault::value_variants().iter().filter(|fault| !story.without.contains(fault));
    candidates.extend(left.map(|fault| {
        with(&|story| {
            story.with.remove(fault);
            story.without.insert(*fault);
        })
    }));
    candidates
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::story::StoreKind;

    #[test]
    fn a_story_keeps_only_what_it_goes_wrong_with() {
        let wrong = |story: &Story| {
            let is_wrong = story.ops >= 90 && story.devices.unwrap_or(9) >= 3 && !story.without.contains(&Fault::Clock);
            is_wrong.then(|| Broken::new("some promise", String::new()))
        };
        let story = Story { ops: 4_000, ..Story::of(5, StoreKind::Memory) };
        let broken = wrong(&story).expect("it goes wrong");
        let (shortest, _) = shrink_by(story, broken, Duration::from_secs(60), wrong);
        assert!((90..=100).contains(&shortest.ops) && shortest.devices == Some(3), "{shortest}");
        let left: Vec<&Fault> = Fault::value_variants().iter().filter(|f| !shortest.without.contains(f)).collect();
        assert_eq!(left, [&Fault::Clock]);
    }
}
