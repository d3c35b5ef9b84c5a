//! What a new device is sent first: the newest records, then a snapshot, segment by segment. As `src/sync/fetch.rs` of the app
//! does it, with a server that makes snapshots of what here is a large workspace.

use outpost_core::id::DeviceId;
use outpost_core::protocol::{Newest, Segment, Snapshot};
use outpost_core::record::Record;
use outpost_core::scope::Age;
use outpost_core::sync::{Commit, Event, Failure, Position};
use outpost_server::engine::Sizes;

use crate::classify::{self, Reply};
use crate::disk::{Begun, Lost};
use crate::driver::News;
use crate::fault::Fault;
use crate::network::Ask;
use crate::servers::{Servers, Work};
use crate::tell::{Broken, Told};
use crate::world::World;

/// A snapshot is made of some records, and soon again, so that devices meet more than one.
const SIZES: Sizes = Sizes { worth_it: 10, behind: 6, segment: 4, page: 3, aside: false };
/// How many of the newest records are sent at first.
const FIRST_ROWS: u32 = 5;
/// A device with more records than this is not new: it has lost its place, not its data.
const NEW: usize = 15;

/// What is asked.
#[derive(Debug, Clone)]
pub(crate) enum Want {
    Newest(Age),
    /// The one that was begun, or any, of what a device keeps.
    Snapshot(Option<String>, Age),
    Segment(Box<Snapshot>, Segment),
}

/// What is answered.
#[derive(Debug)]
pub(crate) enum Got {
    Newest(Newest),
    /// And whether one had been begun.
    Snapshot(Option<Snapshot>, bool),
    Segment(Box<Snapshot>, Segment, Vec<Record>),
    /// It is not there any more.
    Gone,
}

/// What is to be stored.
#[derive(Debug)]
pub(crate) enum Keep {
    Newest(Commit),
    Begin(Snapshot),
    Segment(Box<Snapshot>, Segment, Vec<Record>),
    /// All is here.
    End(Snapshot),
    /// It cannot be had.
    GiveUp,
}

impl Want {
    /// What an answer to it means.
    pub(crate) fn answer(self, reply: &Reply) -> Result<Got, Failure> {
        if matches!(reply, Err(refusal) if refusal.status == 404) {
            return Ok(Got::Gone);
        }
        match self {
            Self::Newest(_) => classify::read(reply).map(Got::Newest),
            Self::Snapshot(begun, _) => classify::read(reply).map(|found| Got::Snapshot(found, begun.is_some())),
            Self::Segment(snapshot, segment) => match reply {
                Ok(body) => {
                    let lines = body.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
                    let records: Result<Vec<Record>, _> = lines.map(serde_json::from_slice).collect();
                    match records {
                        Ok(records) if records.len() == segment.rows as usize => {
                            Ok(Got::Segment(snapshot, segment, records))
                        }
                        _ => Err(Failure::Offline),
                    }
                }
                Err(_) => classify::read::<Vec<Record>>(reply).map(|_| Got::Gone),
            },
        }
    }
}

impl Servers {
    /// A request arrives; others may meet it half-way, in the making of a snapshot too. No other has its `number`.
    pub(crate) fn fetch(&self, device: DeviceId, want: Want, number: u64, now_ms: u64) -> Result<Work, Broken> {
        self.begin(async move |engine| match &want {
            Want::Newest(scope) => engine.newest(device, *scope, FIRST_ROWS, now_ms).await,
            Want::Snapshot(begun, scope) => {
                let name = format!("s{number}-{}", u8::from(*scope));
                engine.snapshot(device, begun.clone(), *scope, SIZES, name, now_ms).await
            }
            Want::Segment(snapshot, segment) => engine.segment(device, &snapshot.name, segment.number).await,
        })
    }
}

impl World {
    /// Begins to fetch, or goes on.
    pub(crate) fn fetch(&mut self, device: usize, tab: usize) -> Told {
        let tables = &self.devices[device].disk.tables;
        let scope = tables.state.scope.keep;
        let want = match &tables.state.fetch {
            Some(fetch) => Want::Snapshot(Some(fetch.name.clone()), scope),
            None if tables.records.len() > NEW => return self.report(device, tab, Event::Fetched),
            None => Want::Newest(scope),
        };
        self.send(device, tab, Ask::Fetch(want));
        Ok(())
    }

    /// An answer came.
    pub(crate) fn fetched(&mut self, device: usize, tab: usize, got: Got) -> Told {
        if self.happens(Fault::Crash) {
            return self.crash(device);
        }
        let scope = self.devices[device].disk.tables.state.scope.keep;
        let keep = match got {
            Got::Newest(newest) if newest.rows.is_empty() => {
                self.send(device, tab, Ask::Fetch(Want::Snapshot(None, scope)));
                return Ok(());
            }
            Got::Newest(newest) => {
                let position = Position { epoch: Some(newest.epoch), cursor: 0, since: 0 };
                let (receipts, records, forget) = (Vec::new(), Vec::new(), Vec::new());
                let (rows, server_ms) = (newest.rows, newest.server_ms);
                Keep::Newest(Commit { receipts, rows, records, forget, position, server_ms })
            }
            Got::Snapshot(Some(snapshot), _) => Keep::Begin(snapshot),
            Got::Snapshot(None, true) | Got::Gone => Keep::GiveUp,
            Got::Snapshot(None, false) => return self.report(device, tab, Event::Fetched),
            Got::Segment(snapshot, segment, records) => Keep::Segment(snapshot, segment, records),
        };
        let soon = self.random.between(1, 12);
        self.soon(soon, device, tab, News::Keep(Box::new(keep)));
        Ok(())
    }

    /// Stores what came, and asks for what is next.
    pub(crate) fn keep(&mut self, device: usize, tab: usize, keep: Keep) -> Told {
        let (now, at) = (self.now, &mut self.devices[device]);
        let (wall, fence, disk) = (at.wall(now), at.tabs[tab].fence, &mut at.disk);
        let scope = disk.tables.state.scope.keep;
        let kept: Result<Option<Snapshot>, Lost> = match keep {
            Keep::Newest(commit) => disk.commit(fence, &commit, wall).map(|_| {
                at.rows += commit.rows.len() as u64;
                None
            }),
            Keep::Begin(snapshot) => disk.begin_fetch(fence, &snapshot).map(|begun| {
                self.tally.count(match begun {
                    Begun::Anew => "snapshot begun",
                    Begun::Resumed => "snapshot gone on with",
                    Begun::Replaced => "snapshot replaced",
                });
                Some(snapshot)
            }),
            Keep::Segment(snapshot, segment, records) => {
                disk.take_segment(fence, &snapshot.name, &segment, &records).map(|()| Some(*snapshot))
            }
            Keep::End(snapshot) => match disk.end_fetch(fence, &snapshot) {
                Ok(()) => {
                    self.tally.count("snapshot fetched");
                    self.meets(device, &snapshot)?;
                    return self.report(device, tab, Event::Fetched);
                }
                Err(lost) => Err(lost),
            },
            Keep::GiveUp => match disk.give_up_fetch(fence) {
                Ok(()) => {
                    self.tally.count("snapshot given up");
                    return self.report(device, tab, Event::Fetched);
                }
                Err(lost) => Err(lost),
            },
        };
        match kept {
            Ok(None) => self.send(device, tab, Ask::Fetch(Want::Snapshot(None, scope))),
            Ok(Some(snapshot)) => {
                let fetch = self.devices[device].disk.tables.state.fetch.as_ref();
                let is_lacking = |segment: &&Segment| fetch.is_none_or(|fetch| !fetch.done.contains(&segment.number));
                match snapshot.segments.iter().find(is_lacking).cloned() {
                    Some(segment) => self.send(device, tab, Ask::Fetch(Want::Segment(Box::new(snapshot), segment))),
                    None => self.soon(1, device, tab, News::Keep(Box::new(Keep::End(snapshot)))),
                }
            }
            Err(lost) => return self.lost(device, tab, lost),
        }
        Ok(())
    }
}
