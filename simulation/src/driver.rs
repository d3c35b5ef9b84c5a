//! Does what the machine of a tab says, and tells it what came of it. As `src/sync/driver.rs` of the app does it.

use std::collections::BTreeMap;

use outpost_core::id::DeviceId;
use outpost_core::protocol::{
    CheckRequest, PROTOCOL, RepairRequest, RepairResponse, ScopeRequest, ScopeResponse, SyncRequest,
};
use outpost_core::record::{Record, RecordKey};
use outpost_core::scope::Scope;
use outpost_core::sums::digest;
use outpost_core::sync::{Commit, Effect, Event, Failure, Finding, compare};
use outpost_server::engine::Door;

use crate::classify;
use crate::disk::Lost;
use crate::fault::Fault;
use crate::fetching::Keep;
use crate::network::{Answer, Ask};
use crate::tell::{Broken, Told};
use crate::world::{Happening, World};

/// How long it takes to notice that the tab which syncs is frozen, in milliseconds.
const NOTICED: u64 = 9_000;

/// How often the server repeats how far it is, in milliseconds.
const BEAT: usize = 10_000;
/// How long a device hears the server at most.
const LASTING: u64 = 15 * 60_000;

/// What a tab hears.
#[derive(Debug)]
pub(crate) enum News {
    /// The store can be read now.
    Load(usize),
    /// The store can say what it holds.
    Summary,
    /// The store can say what of this is still to be sent.
    Seal(Box<SyncRequest>),
    /// What came of the request of this number.
    Answer(u64, Result<Answer, Failure>),
    /// The store can be written now: an answer,
    Store(Box<Commit>),
    /// a mutation that no server takes,
    Aside(u64, (&'static str, String)),
    /// the records of some buckets, from beyond one of them,
    Mend(Box<(RepairResponse, Vec<u8>, Option<RecordKey>)>),
    /// what lies between two scopes, of which this is the one that is meant,
    Rescope(Box<(ScopeResponse, Scope)>),
    /// an outbox for a server that has lost something,
    Rebase(String, u64),
    /// another identity,
    Become(DeviceId, String),
    /// nothing of what is not its own any more.
    Purge,
    /// A new device may begin to fetch what it is sent first,
    Fetch,
    /// and store it.
    Keep(Box<Keep>),
    /// It is written.
    Done(Event),
    Timer(u64),
    Live(bool),
    /// The server repeats how far it is.
    Beat,
    Head(u64),
    /// Another tab has written something.
    Wake,
    /// Another tab has taken the lock.
    LockLost,
}

impl News {
    /// Whether it is the turn to write.
    pub(crate) const fn is_written(&self) -> bool {
        let mends = matches!(self, Self::Mend(_) | Self::Rescope(_) | Self::Rebase(..) | Self::Become(..));
        mends || matches!(self, Self::Store(_) | Self::Aside(..) | Self::Purge)
    }
}

impl World {
    /// Something reaches a tab; if it is frozen, it will.
    pub(crate) fn hear(&mut self, device: usize, tab: usize, turn: u64, news: News) -> Told {
        let hears = &mut self.devices[device].tabs[tab];
        if hears.frozen {
            hears.inbox.push((turn, news));
            return Ok(());
        }
        if matches!(news, News::LockLost) {
            self.end(device, tab);
            return Ok(());
        }
        if hears.turn != turn || hears.machine.is_none() {
            return Ok(());
        }
        if news.is_written() {
            return self.write(device, tab, news);
        }
        let fence = hears.fence;
        match news {
            News::Load(max) => {
                let pending = self.devices[device].disk.load(max);
                self.report(device, tab, pending.map_or(Event::StoreFailed, Event::Loaded))
            }
            News::Summary => match self.devices[device].disk.summary() {
                Ok(summary) if summary.unsent => self.report(device, tab, Event::Checked(Finding::Moved)),
                Ok(summary) => {
                    let (device_id, total, scope) = (self.devices[device].id, summary.sums.total(), summary.scope);
                    let request = CheckRequest { protocol: PROTOCOL, device: device_id, total, scope };
                    self.send(device, tab, Ask::Check(request, Box::new(summary)));
                    Ok(())
                }
                Err(lost) => self.lost(device, tab, lost),
            },
            News::Seal(mut request) => match self.devices[device].disk.seal(fence, &request.mutations) {
                // All of it was discarded just now.
                Ok(sealed) if sealed.is_empty() => self.report(device, tab, Event::Failed(Failure::Offline)),
                Ok(sealed) => {
                    request.mutations = sealed;
                    self.send(device, tab, Ask::Sync(*request));
                    Ok(())
                }
                Err(Lost::Crashed) => self.lost(device, tab, Lost::Crashed),
                Err(Lost::Aborted | Lost::Fenced) => self.report(device, tab, Event::Failed(Failure::Offline)),
            },
            News::Answer(request, result) if hears.request == request && hears.under_way.is_some() => {
                // What comes for it later is not heard.
                hears.request += 1;
                self.answered(device, tab, result)
            }
            News::Fetch => self.fetch(device, tab),
            News::Keep(keep) => self.keep(device, tab, *keep),
            News::Done(event) => self.report(device, tab, event),
            News::Timer(number) if hears.timer == (number, true) => {
                hears.timer.1 = false;
                self.event(device, tab, Event::Timer)
            }
            News::Live(live) => {
                hears.live = live;
                if live {
                    // One in four lasts so long that nothing but what is said makes up for what was not heard.
                    let most = if self.random.chance(250) { LASTING } else { 60_000 };
                    let lost = self.random.between(100, most);
                    (0..lost).step_by(BEAT).for_each(|at| self.soon(at, device, tab, News::Beat));
                    self.soon(lost, device, tab, News::Live(false));
                }
                self.event(device, tab, Event::Live(live))
            }
            // Nobody tells anything to those who were removed.
            News::Beat if self.roles.is_removed(self.devices[device].id) => Ok(()),
            News::Beat => {
                self.head = self.servers.head(self.devices[device].id)?;
                self.tell(device);
                Ok(())
            }
            News::Head(head) => self.event(device, tab, Event::Head(head)),
            News::Wake => self.event(device, tab, Event::Wake),
            _ => Ok(()),
        }
    }

    /// The server's answer to whatever was asked.
    fn answered(&mut self, device: usize, tab: usize, result: Result<Answer, Failure>) -> Told {
        let soon = self.random.between(1, 12);
        match result {
            Err(failure) => self.report(device, tab, Event::Failed(failure)),
            Ok(Answer::Sync(answer)) => self.report(device, tab, Event::Answered(answer)),
            Ok(Answer::Check(answer, summary)) => {
                let finding = compare(&answer, &summary.position, &summary.sums);
                self.tally.count(match finding {
                    Finding::Same => "same sums",
                    Finding::Moved => "sums moved",
                    Finding::Differs(_) => "sums differ",
                    Finding::Unknown => "sums unknown",
                });
                self.found(device, &finding, answer.head)?;
                self.report(device, tab, Event::Checked(finding))
            }
            Ok(Answer::Repair(answer, buckets, after)) => {
                self.soon(soon, device, tab, News::Mend(Box::new((answer, buckets, after))));
                Ok(())
            }
            Ok(Answer::Scope(answer, meant)) => {
                self.soon(soon, device, tab, News::Rescope(Box::new((answer, meant))));
                Ok(())
            }
            Ok(Answer::Fetch(got)) => self.fetched(device, tab, got),
            Ok(Answer::Enrol(id, series)) => {
                self.soon(soon, device, tab, News::Become(id, series));
                Ok(())
            }
        }
    }

    /// As long as no server lost anything, nothing ever differs, but for what somebody restored of whose rest the server
    /// may have dropped something before. `head` is how far the sequence went when they were compared.
    fn found(&self, device: usize, finding: &Finding, head: u64) -> Told {
        let Finding::Differs(buckets) = finding else { return Ok(()) };
        if self.journal.was_rewound() {
            return Ok(());
        }
        let mut differing = self.differing(device, buckets)?;
        if self.journal.has_gone() {
            let at = &self.devices[device];
            let has_moved = self.servers.head(at.id)? != head || !at.disk.tables.outbox.is_empty();
            if has_moved {
                // What differs now is not what differed when it was asked.
                return Ok(());
            }
            differing.retain(|key, _| !self.journal.is_gone(&format!("{}/{}", key.kind, key.id)));
            if differing.is_empty() {
                return Ok(());
            }
        }
        let differing: String = differing.into_values().collect();
        let what = format!("device {device} differs, with nothing to be sent or fetched:{differing}");
        Err(Broken::new("without a loss nothing has to be mended", what))
    }

    /// What a device and the server hold differently of some buckets.
    fn differing(&self, device: usize, buckets: &[u8]) -> Result<BTreeMap<RecordKey, String>, Broken> {
        let at = &self.devices[device];
        let (buckets, scope) = (buckets.to_vec(), at.disk.tables.state.scope.keep);
        let request = RepairRequest { protocol: PROTOCOL, device: at.id, buckets, after: None, scope };
        let body = serde_json::to_vec(&request).unwrap_or_default();
        let reply = self.servers.ask_now(Door::Repair, at.id, self.now, &body)?;
        let theirs = classify::read::<RepairResponse>(&reply).map(|answer| answer.rows).unwrap_or_default();
        let ours = |their: &Record| at.disk.tables.records.get(&their.key());
        // Of what is deleted, what lies beneath is not compared.
        let differs = |their: &&Record| ours(their).map(digest) != Some(digest(their));
        let told = |their: &Record| (their.key(), format!("\n  {:?}\nand\n  {their:?}", ours(their)));
        Ok(theirs.iter().filter(differs).map(told).collect())
    }

    /// What was begun has come to its end.
    pub(crate) fn report(&mut self, device: usize, tab: usize, event: Event) -> Told {
        self.devices[device].tabs[tab].under_way = None;
        self.event(device, tab, event)
    }

    /// A transaction that writes.
    fn write(&mut self, device: usize, tab: usize, news: News) -> Told {
        let (now, at) = (self.now, &mut self.devices[device]);
        let (wall, fence) = (at.wall(now), at.tabs[tab].fence);
        let shown = match &news {
            News::Store(commit) => at.disk.worked_on(&commit.forget, commit.last()),
            _ => Vec::new(),
        };
        let written = match news {
            News::Store(commit) => at.disk.commit(fence, &commit, wall).map(|(waiting, rejected)| {
                at.rows += commit.rows.len() as u64;
                Event::Committed { waiting, rejected }
            }),
            News::Aside(n, why) => {
                let aside = at.disk.set_aside(fence, n, &why);
                aside.map(|(waiting, rejected)| Event::Committed { waiting, rejected })
            }
            News::Mend(mend) => {
                let (answer, buckets, after) = &*mend;
                let mended = at.disk.repair(fence, buckets, after.as_ref(), answer, wall);
                mended.map(|()| Event::Repaired(answer.next.clone()))
            }
            News::Rescope(step) => {
                let (answer, meant) = &*step;
                let rescoped = at.disk.rescope(fence, meant, answer, wall);
                rescoped.map(|()| Event::Rescoped(answer.next.clone()))
            }
            News::Rebase(epoch, next_n) => at.disk.rebase(fence, epoch, next_n, wall).map(|()| Event::Rebased),
            News::Become(id, series) => at.disk.become_device(fence, id, series).map(|()| Event::Enrolled),
            News::Purge => at.disk.purge(fence).map(|()| Event::Purged),
            _ => return Ok(()),
        };
        if let Some(key) = shown.iter().find(|key| !at.disk.tables.records.contains_key(key)) {
            let what = format!("device {device} has dropped {key:?}, of which something is unsent");
            return Err(Broken::new("what waits is shown", what));
        }
        self.learns_who_it_is(device);
        match written {
            Ok(event) => {
                let soon = self.random.between(1, 12);
                self.soon(soon, device, tab, News::Done(event));
                Ok(())
            }
            Err(lost) => self.lost(device, tab, lost),
        }
    }

    /// A transaction did not end well.
    pub(crate) fn lost(&mut self, device: usize, tab: usize, lost: Lost) -> Told {
        self.tally.count(match lost {
            Lost::Aborted => "not stored: quota",
            Lost::Fenced => "not stored: fenced",
            Lost::Crashed => "not heard: crashed",
        });
        match lost {
            Lost::Crashed => {
                self.learns_who_it_is(device);
                self.crash(device)
            }
            Lost::Aborted | Lost::Fenced => self.report(device, tab, Event::StoreFailed),
        }
    }

    /// Something reaches a tab in a while, if it is the same machine still.
    pub(crate) fn soon(&mut self, ms: u64, device: usize, tab: usize, news: News) {
        let turn = self.devices[device].tabs[tab].turn;
        self.after(ms, Happening::News { device, tab, turn, news });
    }

    /// Tells the machine, and does what it says.
    pub(crate) fn event(&mut self, device: usize, tab: usize, event: Event) -> Told {
        let Some(machine) = &mut self.devices[device].tabs[tab].machine else { return Ok(()) };
        for effect in machine.handle(event) {
            self.perform(device, tab, effect)?;
        }
        let runs = &self.devices[device].tabs[tab];
        if runs.under_way.is_none() && !runs.timer.1 {
            return Err(Broken::new("a machine never waits for nothing", format!("device {device}: {runs:?}")));
        }
        if self.happens(Fault::Crash) {
            return self.crash(device);
        }
        if self.happens(Fault::TakeOver) {
            let stopped = self.devices[device].tabs[tab].machine.as_mut().map(|machine| machine.handle(Event::Stop));
            let is_quiet = |effects: Vec<Effect>| effects.iter().all(|effect| matches!(effect, Effect::Status(_)));
            if !stopped.is_none_or(is_quiet) {
                return Err(Broken::new("a machine that is stopped asks for nothing", format!("device {device}")));
            }
            return self.close(device, tab);
        }
        if self.happens(Fault::Freeze) {
            self.devices[device].tabs[tab].frozen = true;
            let wakes = self.random.between(500, 60_000);
            self.after(NOTICED, Happening::Steal(device));
            self.after(wakes, Happening::Thaw(device, tab));
        }
        Ok(())
    }

    fn perform(&mut self, device: usize, tab: usize, effect: Effect) -> Told {
        let soon = self.random.between(1, 12);
        let id = self.devices[device].id;
        let runs = &mut self.devices[device].tabs[tab];
        let (what, news) = match effect {
            Effect::Status(status) => {
                runs.status = status;
                return Ok(());
            }
            Effect::Timer(ms) => {
                runs.timer = (runs.timer.0 + 1, true);
                let news = News::Timer(runs.timer.0);
                self.soon(ms, device, tab, news);
                return Ok(());
            }
            Effect::Listen => {
                if self.random.chance(500) {
                    self.soon(soon, device, tab, News::Live(true));
                }
                return Ok(());
            }
            Effect::Load { max } => {
                runs.timer.1 = false;
                ("loading", Ok(News::Load(max)))
            }
            Effect::Commit(commit) => ("committing", Ok(News::Store(commit))),
            Effect::SetAside { n, code, message } => ("committing", Ok(News::Aside(n, (code, message)))),
            Effect::Send(request) if request.mutations.is_empty() => ("sending", Err(Ask::Sync(request))),
            Effect::Send(request) => ("sending", Ok(News::Seal(Box::new(request)))),
            Effect::Fetch => ("fetching", Ok(News::Fetch)),
            Effect::Check => ("checking", Ok(News::Summary)),
            Effect::Repair { buckets, after } => {
                let (of, from) = (buckets.clone(), after.clone());
                let scope = self.devices[device].disk.tables.state.scope.keep;
                let request = RepairRequest { protocol: PROTOCOL, device: id, buckets, after, scope };
                ("repairing", Err(Ask::Repair(request, of, from)))
            }
            Effect::Rescope { to, moving } => {
                let (from, after) = (moving.from, moving.after.clone());
                let request = ScopeRequest { protocol: PROTOCOL, device: id, from, to, after };
                ("rescoping", Err(Ask::Scope(request, Scope { keep: to, moving: Some(moving) })))
            }
            Effect::Rebase { epoch, next_n } => ("rebasing", Ok(News::Rebase(epoch, next_n))),
            Effect::Purge => ("purging", Ok(News::Purge)),
            Effect::Enrol => ("enrolling", Err(Ask::Enrol(DeviceId(self.random.next().max(1))))),
        };
        if let Some(before) = self.devices[device].tabs[tab].under_way.replace(what) {
            let what = format!("device {device}: {what} during {before}");
            return Err(Broken::new("a machine does one thing at a time", what));
        }
        match news {
            Ok(news) => self.soon(soon, device, tab, news),
            Err(ask) => self.send(device, tab, ask),
        }
        Ok(())
    }
}
