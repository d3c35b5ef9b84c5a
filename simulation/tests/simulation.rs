//! The stories that CI tells: always the same, so that a failure is a change's and not chance's.

use std::collections::BTreeSet;

use clap::ValueEnum;
use outpost_simulation::{Fault, StoreKind, Story, by_turns, tell, tell_many};

/// How many operations there are. Without optimisation a story takes ten times as long, and a tenth will do.
const OPS: u64 = if cfg!(debug_assertions) { 12_000 } else { 240_000 };

/// What must have happened in so many operations: a simulation in which nothing goes wrong proves nothing.
const SEEN: [&str; 64] = [
    "already_issued",
    "answer cut",
    "answer lost",
    "applied",
    "archived",
    "brought back",
    "came twice",
    "captive portal",
    "clock went back",
    "compacted",
    "counter overflowed",
    "crashed",
    "device copied",
    "discarded",
    "enrolled",
    "epoch changed",
    "forked",
    "immutable",
    "invalid_value",
    "issued_twice",
    "let in again",
    "lock stolen",
    "may only look",
    "missing_field",
    "months go by",
    "more pages",
    "new device",
    "newer types met",
    "not stored: fenced",
    "not stored: quota",
    "not written: quota",
    "not_allowed",
    "number_taken",
    "outdated",
    "overtaken",
    "own names kept in a clash",
    "own names taken",
    "removed",
    "replayed",
    "request cut",
    "request lost",
    "restamped",
    "role changed mid-page",
    "rolled back",
    "same sums",
    "scope changed",
    "server killed",
    "server restarted",
    "snapshot fetched",
    "snapshot given up",
    "snapshot gone on with",
    "snapshot overtaken",
    "snapshot replaced",
    "stored too late",
    "sums differ",
    "sums moved",
    "superseded",
    "worked on what goes",
    "400",
    "401",
    "403",
    "413",
    "500",
    "503",
];

#[test]
fn whatever_goes_wrong_all_devices_end_equal_and_nothing_is_lost() {
    match tell_many(1, OPS, by_turns, |_| {}) {
        Ok(summary) => {
            assert!(summary.ops >= OPS);
            let missing: Vec<_> = SEEN.iter().filter(|what| summary.tally.of(what) == 0).collect();
            assert!(cfg!(debug_assertions) || missing.is_empty(), "never {missing:?}: {}", summary.tally);
        }
        Err(wrong) => panic!("{} ({})\nlook into it with `cargo xtask simulate --story \"{0}\"`", wrong.0, wrong.1),
    }
}

#[test]
fn stories_that_once_went_wrong_go_well() {
    let lines = include_str!("../regressions.txt").lines();
    for line in lines.filter(|line| !line.trim_start().starts_with('#') && !line.trim().is_empty()) {
        let story: Story = line.parse().expect("a story");
        if let Err(broken) = tell(&story) {
            panic!("{line}: {broken}");
        }
    }
}

#[test]
fn the_same_seed_tells_the_same_story() {
    for store in [StoreKind::Memory, StoreKind::Both] {
        let story = Story { ops: 600, ..Story::of(7, store) };
        assert_eq!(tell(&story), tell(&story), "{story}");
    }
}

#[test]
fn sqlite_alone_tells_the_same_story_as_both() {
    let ends = |store| tell(&Story { ops: 600, ..Story::of(12, store) });
    assert_eq!(ends(StoreKind::Sqlite), ends(StoreKind::Both));
}

#[test]
fn where_nothing_goes_wrong_nothing_is_sent_twice() {
    let without: BTreeSet<Fault> = Fault::value_variants().iter().copied().collect();
    for seed in 0..8 {
        let story = Story { without: without.clone(), ops: 400, ..Story::of(seed, StoreKind::Memory) };
        let summary = tell(&story).unwrap_or_else(|broken| panic!("{story}: {broken}"));
        for what in ["replayed", "crashed", "401", "500", "503", "epoch changed", "not stored: quota"] {
            assert_eq!(summary.tally.of(what), 0, "{what} in {story}");
        }
    }
}
