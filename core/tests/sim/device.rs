//! One device: its disk, its wrong clock, and the machine that runs while it is switched on.

use std::collections::{BTreeMap, BTreeSet};

use outpost_core::hlc::Hlc;
use outpost_core::id::DeviceId;
use outpost_core::mutation::Mutation;
use outpost_core::sync::{Machine, Status};

use super::disk::Disk;
use super::random::Random;

const HOUR: i64 = 3_600_000;
const YEAR: i64 = 365 * 24 * HOUR;

/// A device.
#[derive(Debug)]
pub struct Device {
    pub id: DeviceId,
    pub disk: Disk,
    /// There is one while it is switched on and its tab holds the lock.
    pub machine: Option<Machine>,
    /// Counts starts: what an earlier one asked for is never reported to a later one.
    pub turn: u64,
    /// Work under way in this turn: loading, sending or committing. Never more than one.
    pub under_way: Option<&'static str>,
    /// Counts requests: after an answer or a time-out, what else comes for it is not heard.
    pub request: u64,
    /// The latest timer that was set, and whether it is still to come.
    pub timer: (u64, bool),
    pub status: Status,
    pub signed_in: bool,
    /// Whether the server tells it of news: it may still think so when it no longer does.
    pub live: bool,
    /// Whether it runs a version without the rules.
    pub careless: bool,
    /// What its wall clock is off by, in milliseconds.
    pub off_ms: i64,
    /// The series of its invoice numbers.
    pub series: &'static str,
    /// Everything ever written on it, by number: nothing of it may get lost.
    pub written: BTreeMap<u64, Mutation>,
    /// Those of them that a person has discarded before they were sent.
    pub discarded: BTreeSet<Hlc>,
}

impl Device {
    pub fn new(index: usize, random: &mut Random, one_series: bool) -> Self {
        const SERIES: [&str; 8] = ["A1", "B2", "C3", "D4", "E5", "F6", "G7", "H8"];
        // Ids in any order, since they break ties.
        let id = DeviceId(random.next());
        Self {
            id,
            disk: Disk::new(id),
            machine: None,
            turn: 0,
            under_way: None,
            request: 0,
            timer: (0, false),
            status: Status::Local,
            signed_in: true,
            live: false,
            careless: random.chance(150),
            off_ms: any_error(random),
            series: if one_series { "K7" } else { SERIES[index % SERIES.len()] },
            written: BTreeMap::new(),
            discarded: BTreeSet::new(),
        }
    }

    /// What its wall clock shows.
    pub fn wall(&self, now: u64) -> u64 {
        now.saturating_add_signed(self.off_ms)
    }

    /// Whether it waits for the answer to this request.
    pub fn awaits(&self, request: u64) -> bool {
        self.request == request && self.under_way == Some("sending")
    }

    /// Whether it has nothing more to do until its next poll.
    pub fn rests(&self) -> bool {
        self.machine.is_some() && self.under_way.is_none() && self.disk.outbox.is_empty() && self.disk.wanted.is_empty()
    }
}

/// What a wall clock may be off by.
pub fn any_error(random: &mut Random) -> i64 {
    random.pick(&[0, 0, 0, 250, -250, 30_000, 59_000, 61_000, -60_000, HOUR, HOUR, -HOUR, 2 * YEAR, -2 * YEAR])
}
