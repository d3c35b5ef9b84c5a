//! A store in memory: what [`Store`] promises, but for the disk. The simulation runs it by the million requests, and next
//! to SQLite to see that the two say the same.
//!
//! It pauses where a database would wait, so that whoever polls it decides what comes in between: two requests under way
//! at once meet here as they do on a server, and yet the same way each time.

mod archive;
mod people;
mod rows;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use outpost_core::access::Role;
use outpost_core::hlc::Hlc;
use outpost_core::horizon;
use outpost_core::id::{DeviceId, RecordId};
use outpost_core::protocol::{Account, Receipt};
use outpost_core::record::{Record, RecordKey};
use outpost_core::scope::Age;
use tokio::sync::Mutex as Lock;

use super::{
    Aged, Archived, Buckets, Compacted, Forgotten, Login, NewAccount, NewPerson, NewSession, Newest, OwnRows, Past,
    PastKey, Person, PersonRefused, Place, Pull, Pulled, Pushed, Repaired, Snapshot, Store, StoreError, Summed,
    UPKEEP_ROWS,
};
use crate::accounts::email::Email;
use crate::accounts::free_series;
use crate::accounts::session::{HashedToken, Session};
use crate::live::{Live, Word};
use crate::sync::clash;
use crate::sync::history::{self, Change};
use crate::sync::plan;
use crate::sync::push::{self, Before, Known, Push, PushRefused, replay};
use crate::sync::stamps::Stamps;
use rows::Rows;

/// See the module's documentation.
#[derive(Default)]
pub(crate) struct MemoryStore {
    data: Mutex<Data>,
    /// Held by the push that is at work: the order of the sequence is the order of commit, and nobody plans with what
    /// another is about to change.
    turn: Lock<()>,
}

/// All that is kept.
#[derive(Clone, Default)]
pub(crate) struct Data {
    users: Vec<User>,
    sessions: HashMap<HashedToken, (Session, u64)>,
    workspaces: Vec<Workspace>,
}

#[derive(Clone)]
struct User {
    email: Email,
    password_hash: String,
    role: Role,
    workspace: i64,
}

#[derive(Clone)]
struct Workspace {
    id: String,
    name: String,
    epoch: String,
    devices: BTreeMap<DeviceId, Device>,
    rows: Rows,
    numbers: HashMap<String, RecordId>,
    /// The oldest first, and their segments by name and number.
    snapshots: Vec<Snapshot>,
    segments: HashMap<(String, u32), Vec<u8>>,
    /// What was done to each record, by stamp.
    history: BTreeMap<(RecordKey, Hlc), Change>,
    /// How far the sequence went, and when that was first noted.
    marks: BTreeMap<u64, u64>,
    /// Up to where rows were looked at, and the last of them that lost something.
    compacted: u64,
    horizon: u64,
}

#[derive(Clone)]
struct Device {
    name: String,
    series: String,
    next_n: u64,
    last: Hlc,
    receipts: BTreeMap<u64, Before>,
}

/// Lets others go first, once.
async fn pause() {
    let mut first = true;
    futures::future::poll_fn(|context| {
        if std::mem::take(&mut first) {
            context.waker().wake_by_ref();
            return std::task::Poll::Pending;
        }
        std::task::Poll::Ready(())
    })
    .await;
}

/// The place of the i-th thing in a list; they are numbered from 1, as a database does.
fn place_of(number: i64) -> usize {
    usize::try_from(number - 1).unwrap_or(usize::MAX)
}

impl Data {
    fn workspace(&mut self, number: i64) -> Result<&mut Workspace, StoreError> {
        self.workspaces.get_mut(place_of(number)).ok_or(StoreError::Missing("workspace"))
    }

    fn user(&self, number: i64) -> Result<&User, StoreError> {
        self.users.get(place_of(number)).ok_or(StoreError::Missing("account"))
    }

    fn account(&mut self, session: &Session) -> Result<Account, StoreError> {
        let user = self.user(session.user)?;
        let (email, role) = (user.email.as_str().to_owned(), user.role);
        let workspace = self.workspace(session.workspace)?;
        let device = workspace.devices.get(&session.device).ok_or(StoreError::Missing("account"))?;
        Ok(Account {
            email,
            workspace: workspace.name.clone(),
            workspace_id: workspace.id.clone(),
            series: device.series.clone(),
            role,
        })
    }
}

impl MemoryStore {
    fn data(&self) -> MutexGuard<'_, Data> {
        self.data.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A copy of all there is, to be restored later.
    pub(crate) fn backup(&self) -> Data {
        self.data().clone()
    }

    /// Goes back to a copy.
    pub(crate) fn restore(&self, backup: &Data) {
        *self.data() = backup.clone();
    }

    /// Gives all workspaces another epoch, as after a restore from a backup.
    pub(crate) fn set_epoch(&self, epoch: &str) {
        self.data().workspaces.iter_mut().for_each(|workspace| epoch.clone_into(&mut workspace.epoch));
    }
}

impl Workspace {
    /// The receipts of what came before.
    fn replayed(device: &Device, push: &Push, split: usize) -> Result<Vec<Receipt>, PushRefused> {
        let replayed = &push.mutations[..split];
        let before =
            replayed.iter().filter_map(|mutation| Some((mutation.n, device.receipts.get(&mutation.n)?.clone())));
        replay(replayed, &mut Known::from_iter(before))
    }

    fn names(&self) -> HashMap<DeviceId, String> {
        self.devices.iter().map(|(id, device)| (*id, device.name.clone())).collect()
    }

    /// What the plan may look at.
    fn seen(&self, mutations: &[outpost_core::mutation::Mutation], cursor: u64) -> plan::Workspace {
        let mut seen = plan::Workspace::default();
        seen.records.extend(self.rows.current(plan::wanted(mutations)));
        let beyond = plan::also_wanted(mutations, &seen);
        seen.records.extend(self.rows.current(beyond));
        for key in seen.records.keys() {
            seen.unseen.insert(key.clone(), self.rows.fields_since(key, cursor));
        }
        let numbers = plan::wanted_numbers(mutations).into_iter();
        seen.numbers.extend(numbers.filter_map(|number| Some((number.clone(), *self.numbers.get(&number)?))));
        seen
    }
}

impl Store for MemoryStore {
    async fn check(&self) -> Result<(), StoreError> {
        Ok(())
    }

    async fn create_account(&self, account: NewAccount, _now_ms: u64) -> Result<Option<i64>, StoreError> {
        let mut data = self.data();
        if data.users.iter().any(|user| user.email == account.email) {
            return Ok(None);
        }
        data.workspaces.push(Workspace {
            id: account.workspace_id,
            name: account.workspace,
            epoch: account.epoch,
            devices: BTreeMap::new(),
            rows: Rows::default(),
            numbers: HashMap::new(),
            snapshots: Vec::new(),
            segments: HashMap::new(),
            history: BTreeMap::new(),
            marks: BTreeMap::new(),
            compacted: 0,
            horizon: 0,
        });
        let workspace = i64::try_from(data.workspaces.len()).unwrap_or(i64::MAX);
        let (email, password_hash) = (account.email, account.password_hash);
        data.users.push(User { email, password_hash, role: Role::Member, workspace });
        Ok(Some(i64::try_from(data.users.len()).unwrap_or(i64::MAX)))
    }

    async fn find_login(&self, email: &Email) -> Result<Option<Login>, StoreError> {
        let data = self.data();
        let found = (1..).zip(&data.users).find(|(_, user)| user.email == *email);
        let login =
            |(user, found): (i64, &User)| Login { user, password_hash: found.password_hash.clone(), role: found.role };
        Ok(found.map(login))
    }

    async fn add_person(
        &self,
        beside: &Email,
        person: NewPerson,
        _now_ms: u64,
    ) -> Result<Result<(), PersonRefused>, StoreError> {
        Ok(self.data().add_person(beside, person))
    }

    async fn set_role(&self, email: &Email, role: Role) -> Result<Result<(), PersonRefused>, StoreError> {
        Ok(self.data().set_role(email, role))
    }

    async fn people(&self, email: &Email) -> Result<Vec<Person>, StoreError> {
        Ok(self.data().people(email))
    }

    async fn open_session(&self, new: NewSession, now_ms: u64) -> Result<Account, StoreError> {
        let mut data = self.data();
        let User { workspace, role, .. } = *data.user(new.user)?;
        let devices = &mut data.workspace(workspace)?.devices;
        let used: HashSet<String> = devices.values().map(|device| device.series.clone()).collect();
        let device = devices.entry(new.device).or_insert_with(|| Device {
            name: String::new(),
            series: free_series(&used, new.device.0),
            next_n: 1,
            last: Hlc::ZERO,
            receipts: BTreeMap::new(),
        });
        device.name = new.device_name;
        data.sessions.retain(|token, (_, expires_ms)| Some(*token) != new.replaces && *expires_ms >= now_ms);
        let session = Session { user: new.user, workspace, device: new.device, role };
        data.sessions.insert(new.token, (session, new.expires_ms));
        data.account(&session)
    }

    async fn session(&self, token: HashedToken, now_ms: u64, time_ms: u64) -> Result<Option<Session>, StoreError> {
        let mut data = self.data();
        let Some((session, expires_ms)) = data.sessions.get_mut(&token).filter(|(_, ends)| *ends >= now_ms) else {
            return Ok(None);
        };
        *expires_ms = now_ms.saturating_add(time_ms);
        let session = *session;
        let role = data.user(session.user)?.role;
        Ok(Some(Session { role, ..session }))
    }

    async fn close_session(&self, token: HashedToken) -> Result<(), StoreError> {
        self.data().sessions.remove(&token);
        Ok(())
    }

    async fn account(&self, session: &Session) -> Result<Account, StoreError> {
        self.data().account(session)
    }

    async fn place(&self, session: &Session) -> Result<Place, StoreError> {
        pause().await;
        let mut data = self.data();
        let workspace = data.workspace(session.workspace)?;
        let device = workspace.devices.get(&session.device).ok_or(StoreError::Missing("device"))?;
        let (head, horizon) = (workspace.rows.head(), workspace.horizon);
        Ok(Place { epoch: workspace.epoch.clone(), head, next_n: device.next_n, horizon })
    }

    async fn push(&self, push: Push) -> Result<Result<Pushed, PushRefused>, StoreError> {
        let _turn = self.turn.lock().await;
        let (device, head, mut seen, split) = {
            let mut data = self.data();
            let workspace = data.workspace(push.workspace)?;
            let device = workspace.devices.get(&push.device).ok_or(StoreError::Missing("device"))?.clone();
            let split = push.mutations.partition_point(|mutation| mutation.n < device.next_n);
            (device, workspace.rows.head(), workspace.seen(&push.mutations[split..], push.cursor), split)
        };
        let own = OwnRows { after: head, up_to: head, unseen: Vec::new() };
        let first = push.mutations.first().map_or(device.next_n, |mutation| mutation.n);
        if first > device.next_n {
            return Ok(Ok(Pushed { next_n: device.next_n, receipts: Vec::new(), own, head }));
        }
        let mut receipts = match Workspace::replayed(&device, &push, split) {
            Ok(receipts) => receipts,
            Err(refused) => return Ok(Err(refused)),
        };
        let fresh = &push.mutations[split..];
        let Some(last) = fresh.last() else {
            return Ok(Ok(Pushed { next_n: device.next_n, receipts, own, head }));
        };
        let mut stamps = Stamps::new(push.now_ms, device.last);
        let plan = plan::apply(&mut seen, fresh, push.role, &mut stamps);
        pause().await;

        // All of it under one lock, and nothing in between can fail: this is the transaction.
        let mut data = self.data();
        let workspace = data.workspace(push.workspace)?;
        let mut kept = clash::kept(&plan.clashes, &workspace.names());
        kept.retain(|key, _| !plan.changed.contains_key(key) && workspace.rows.current([key.clone()]).is_empty());
        let lost: Vec<Record> = kept.into_values().collect();
        let (own, head) = workspace.rows.write(head, push.cursor, &plan, &seen, &lost)?;
        for (change, what) in history::of(fresh, &plan.receipts) {
            workspace.history.entry(change).or_insert(what);
        }
        for (number, invoice) in &plan.numbers {
            workspace.numbers.entry(number.clone()).or_insert(*invoice);
        }
        let device = workspace.devices.get_mut(&push.device).ok_or(StoreError::Missing("device"))?;
        let kept = fresh.iter().zip(&plan.receipts).map(|(mutation, receipt)| {
            let (stamp, ops, receipt) = (mutation.hlc, Some(push::digest(mutation)), receipt.clone());
            (mutation.n, Before { stamp, ops, receipt })
        });
        device.receipts.extend(kept);
        (device.next_n, device.last) = (last.n + 1, stamps.last());
        receipts.extend(plan.receipts);
        Ok(Ok(Pushed { next_n: last.n + 1, receipts, own, head }))
    }

    async fn history(&self, workspace: i64, key: &RecordKey) -> Result<Past, StoreError> {
        let mut data = self.data();
        let workspace = data.workspace(workspace)?;
        let all = workspace.history.iter().filter(|((of, _), _)| of == key);
        let changes = all.map(|((_, stamp), change)| (*stamp, change.clone())).collect();
        Ok(Past { changes, names: workspace.names() })
    }

    async fn records(&self, workspace: i64, keys: Vec<RecordKey>) -> Result<Vec<Record>, StoreError> {
        pause().await;
        let mut data = self.data();
        let rows = &data.workspace(workspace)?.rows;
        let whole = |key: RecordKey| match rows.current([key.clone()]).pop() {
            Some((_, current)) => current.record,
            None => Record::empty(key),
        };
        Ok(keys.into_iter().map(whole).collect())
    }

    async fn pull(&self, workspace: i64, pull: Pull) -> Result<Pulled, StoreError> {
        pause().await;
        Ok(self.data().workspace(workspace)?.rows.read(&pull))
    }

    async fn sums(&self, workspace: i64, scope: Age) -> Result<Summed, StoreError> {
        pause().await;
        let mut data = self.data();
        let workspace = data.workspace(workspace)?;
        let (head, sums) = (workspace.rows.head(), workspace.rows.sums(scope));
        Ok(Summed { epoch: workspace.epoch.clone(), head, sums })
    }

    async fn repair(&self, workspace: i64, asked: Buckets) -> Result<Repaired, StoreError> {
        pause().await;
        Ok(self.data().workspace(workspace)?.rows.of_buckets(&asked))
    }

    async fn age(&self, workspace: i64, after: Option<RecordKey>, now_ms: u64) -> Result<Aged, StoreError> {
        let _turn = self.turn.lock().await;
        Ok(self.data().workspace(workspace)?.rows.age(after.as_ref(), now_ms))
    }

    async fn recall(&self, workspace: i64, heads: Vec<RecordKey>, now_ms: u64) -> Result<Option<u64>, StoreError> {
        let _turn = self.turn.lock().await;
        Ok(self.data().workspace(workspace)?.rows.recall(&heads, now_ms))
    }

    async fn archived(&self, workspace: i64, asked: Archived) -> Result<Vec<Record>, StoreError> {
        Ok(self.data().workspace(workspace)?.rows.archived(&asked))
    }

    async fn group(&self, workspace: i64, head: RecordKey) -> Result<Vec<Record>, StoreError> {
        Ok(self.data().workspace(workspace)?.rows.group(&head))
    }

    async fn newest(&self, workspace: i64, scope: Age, limit: u32) -> Result<Newest, StoreError> {
        pause().await;
        let mut data = self.data();
        let workspace = data.workspace(workspace)?;
        let (count, rows) = workspace.rows.newest(scope, limit);
        Ok(Newest { epoch: workspace.epoch.clone(), head: workspace.rows.head(), count, rows })
    }

    async fn snapshot(&self, workspace: i64, name: Option<String>, scope: Age) -> Result<Option<Snapshot>, StoreError> {
        let mut data = self.data();
        let kept = &data.workspace(workspace)?.snapshots;
        Ok(kept
            .iter()
            .rev()
            .find(|kept| kept.scope == scope && name.as_ref().is_none_or(|name| *name == kept.name))
            .cloned())
    }

    async fn keep_segment(
        &self,
        workspace: i64,
        snapshot: String,
        number: u32,
        body: Vec<u8>,
    ) -> Result<(), StoreError> {
        self.data().workspace(workspace)?.segments.insert((snapshot, number), body);
        Ok(())
    }

    async fn keep_snapshot(&self, workspace: i64, made: Snapshot, _now_ms: u64) -> Result<(), StoreError> {
        let mut data = self.data();
        let workspace = data.workspace(workspace)?;
        let scope = made.scope;
        workspace.snapshots.push(made);
        let mut old = workspace.snapshots.iter().filter(|kept| kept.scope == scope).count().saturating_sub(2);
        workspace.snapshots.retain(|kept| {
            let goes = kept.scope == scope && old > 0;
            old -= usize::from(goes);
            !goes
        });
        let names: HashSet<String> = workspace.snapshots.iter().map(|kept| kept.name.clone()).collect();
        workspace.segments.retain(|(name, _), _| names.contains(name));
        Ok(())
    }

    async fn segment(&self, workspace: i64, snapshot: String, number: u32) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(self.data().workspace(workspace)?.segments.get(&(snapshot, number)).cloned())
    }

    async fn workspaces(&self, after: i64) -> Result<Vec<i64>, StoreError> {
        let last = i64::try_from(self.data().workspaces.len()).unwrap_or(i64::MAX);
        Ok((after + 1..=last).collect())
    }

    async fn compact(&self, workspace: i64, now_ms: u64) -> Result<Compacted, StoreError> {
        let _turn = self.turn.lock().await;
        let mut data = self.data();
        let workspace = data.workspace(workspace)?;
        workspace.marks.entry(workspace.rows.head()).or_insert(now_ms);
        let before_ms = horizon::taken_before(now_ms);
        let noted = workspace.marks.iter().filter(|(_, noted_ms)| **noted_ms <= before_ms);
        let last = noted.map(|(head, _)| *head).max().unwrap_or_default();
        if last <= workspace.compacted {
            return Ok(Compacted::default());
        }
        let (up_to, dropped) = workspace.rows.compact(workspace.compacted, last, now_ms);
        workspace.compacted = up_to;
        workspace.marks.retain(|head, _| *head >= up_to);
        if let Some(last) = dropped.last() {
            workspace.horizon = workspace.horizon.max(*last);
            let names: HashSet<String> = workspace.snapshots.drain(..).map(|snapshot| snapshot.name).collect();
            workspace.segments.retain(|(name, _), _| !names.contains(name));
        }
        Ok(Compacted { dropped: dropped.len() as u64, has_more: up_to < last })
    }

    async fn forget(&self, workspace: i64, before_ms: u64, after: Option<PastKey>) -> Result<Forgotten, StoreError> {
        let mut data = self.data();
        let workspace = data.workspace(workspace)?;
        let by_stamp = |(key, stamp): &(RecordKey, Hlc)| (*stamp, key.clone());
        let mut old: Vec<PastKey> = workspace.history.keys().map(by_stamp).collect();
        old.retain(|change| change.0.ms < before_ms && after.as_ref().is_none_or(|after| change > after));
        old.sort();
        let is_full = old.len() >= UPKEEP_ROWS as usize;
        old.truncate(UPKEEP_ROWS as usize);
        let next = old.last().cloned().filter(|_| is_full);
        old.retain(|(stamp, key)| !workspace.rows.has_stamp(key, *stamp));
        for (stamp, key) in &old {
            workspace.history.remove(&(key.clone(), *stamp));
        }
        Ok(Forgotten { dropped: old.len() as u64, next })
    }

    /// There are none.
    fn tell_others(&self, _workspace: i64, _word: Word) {}

    fn hear_others(&self, _live: &Arc<Live>, _again: Duration) {}

    async fn close(&self) {}
}
