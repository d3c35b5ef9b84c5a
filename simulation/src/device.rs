//! One device: its disk, its wrong clock, and its two tabs.

use outpost_core::id::DeviceId;
use outpost_core::records::SCHEMA_VERSION;

use crate::disk::Disk;
use crate::disk::Writer;
use crate::random::Random;
use crate::tabs::Tab;

const HOUR: i64 = 3_600_000;
const YEAR: i64 = 365 * 24 * HOUR;

/// How many tabs a device has.
pub(crate) const TABS: usize = 2;

/// A device.
#[derive(Debug)]
pub(crate) struct Device {
    pub(crate) id: DeviceId,
    pub(crate) disk: Disk,
    pub(crate) tabs: [Tab; TABS],
    /// The tab that holds the lock.
    pub(crate) leader: Option<usize>,
    pub(crate) signed_in: bool,
    /// Whether it runs a version without the rules.
    pub(crate) careless: bool,
    /// Whether it runs a newer version, with types and fields that the others do not know.
    pub(crate) newer: bool,
    /// Whether it runs a version with which people make fields, types and stages of their own.
    pub(crate) own: bool,
    /// What its wall clock is off by, in milliseconds.
    pub(crate) off_ms: i64,
    /// Rows that it ever stored.
    pub(crate) rows: u64,
}

impl Device {
    pub(crate) fn new(random: &mut Random) -> Self {
        // Ids in any order, since they break ties.
        let id = DeviceId(random.next().max(1));
        Self {
            id,
            disk: Disk::new(id, Random::new(random.next())),
            tabs: Default::default(),
            leader: None,
            signed_in: true,
            careless: random.chance(150),
            newer: random.chance(300),
            own: random.chance(600),
            off_ms: any_error(random),
            rows: 0,
        }
    }

    /// Its browser's profile in another browser, whose clock may be another, with no tab open yet.
    pub(crate) fn copy(&self, random: &mut Random) -> Self {
        let disk = self.disk.copy(Random::new(random.next()));
        let off_ms = if random.chance(500) { self.off_ms } else { any_error(random) };
        let Self { id, signed_in, careless, newer, own, rows, .. } = *self;
        Self { id, disk, tabs: Default::default(), leader: None, signed_in, careless, newer, own, off_ms, rows }
    }

    /// What its wall clock shows.
    pub(crate) fn wall(&self, now: u64) -> u64 {
        now.saturating_add_signed(self.off_ms)
    }

    /// Who writes on it.
    pub(crate) fn writer(&self, now: u64) -> Writer {
        let schema = SCHEMA_VERSION + u32::from(self.newer) - u32::from(!self.own && !self.newer);
        Writer { wall_ms: self.wall(now), schema, careless: self.careless }
    }

    /// The tab that syncs, while it is awake.
    pub(crate) fn leading(&self) -> Option<&Tab> {
        self.leader.map(|tab| &self.tabs[tab]).filter(|tab| !tab.frozen)
    }

    /// Whether it has nothing more to do until its next poll.
    pub(crate) fn rests(&self) -> bool {
        self.disk.tables.outbox.is_empty()
            && self.disk.tables.state.wanted.is_empty()
            && self.disk.tables.state.scope.moving.is_none()
            && self.leading().is_some_and(|tab| tab.machine.is_some() && tab.under_way.is_none())
    }
}

/// What a wall clock may be off by: often by nothing, by just as much as the server lets pass, or by far too much.
pub(crate) fn any_error(random: &mut Random) -> i64 {
    match random.below(4) {
        0 => random.pick(&[0, 250, -250, -60_000]),
        1 => random.pick(&[30_000, 59_000, 59_500]),
        2 => random.pick(&[61_000, HOUR, 2 * YEAR]),
        _ => random.pick(&[0, -HOUR, -2 * YEAR]),
    }
}
