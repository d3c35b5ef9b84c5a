//! People whose role in the workspace changes, at any time: in the middle of a device's pages, between a push and its answer.
//! Who may only look is refused what they write; from who is removed all goes that is not theirs alone, until they are let in
//! again.

use std::collections::{BTreeMap, BTreeSet};

use outpost_core::access::{NOT_ALLOWED, Role};
use outpost_core::hlc::Hlc;
use outpost_core::id::DeviceId;
use outpost_core::mutation::Action;
use outpost_core::protocol::{SyncRequest, Verdict};
use outpost_core::record::{Record, RecordKey};
use outpost_core::sync::{Position, Status};

use crate::device::Device;
use crate::fault::Fault;
use crate::oracle::of_record;
use crate::tell::{Broken, Told};
use crate::world::World;

/// The roles of those whose role was ever another than a member's, and since when they have it, in milliseconds since 1970.
#[derive(Debug, Default)]
pub(crate) struct Roles(BTreeMap<DeviceId, (Role, u64)>);

impl Roles {
    pub(crate) fn of(&self, device: DeviceId) -> Role {
        self.0.get(&device).map(|(role, _)| *role).unwrap_or_default()
    }

    /// The role that a device has had since before a time.
    fn since_before(&self, device: DeviceId, ms: u64) -> Option<Role> {
        match self.0.get(&device) {
            None => Some(Role::Member),
            Some((role, since_ms)) => (*since_ms < ms).then_some(*role),
        }
    }

    /// Whether anybody's was ever another.
    pub(crate) fn is_any(&self) -> bool {
        !self.0.is_empty()
    }

    pub(crate) fn is_removed(&self, device: DeviceId) -> bool {
        self.of(device) == Role::Removed
    }
}

impl World {
    /// Now and then somebody's role changes.
    pub(crate) fn roles_change(&mut self) -> Told {
        if !self.is_possible(Fault::Role) || !self.happens(Fault::Role) {
            return Ok(());
        }
        let device = self.random.below(self.devices.len());
        let role = self.random.pick(&[Role::Member, Role::Viewer, Role::Removed]);
        let id = self.devices[device].id;
        let before = self.roles.of(id);
        self.gets_role(id, role);
        if role == Role::Removed {
            self.hang_up(device);
        }
        self.tally.count(match (before, role) {
            (Role::Removed, Role::Member | Role::Viewer) => "let in again",
            (_, Role::Removed) => "removed",
            (_, Role::Viewer) => "may only look",
            _ => "may write",
        });
        if self.devices[device].tabs.iter().any(|tab| tab.under_way.is_some()) && before != role {
            self.tally.count("role changed mid-page");
        }
        Ok(())
    }

    fn gets_role(&mut self, id: DeviceId, role: Role) {
        self.servers.set_role(id, role);
        self.roles.0.insert(id, (role, self.now));
    }

    /// Changes are taken from those who may write, and from nobody else. `noted` is how many were noted before this answer.
    pub(crate) fn role_is_heeded(&self, request: &SyncRequest, noted: u64) -> Told {
        let entries =
            request.mutations.iter().filter_map(|mutation| self.journal.entries.get(&(request.device, mutation.n)));
        for entry in entries.filter(|entry| entry.order > noted && !entry.mutation.ops.is_empty()) {
            let Some(role) = self.roles.since_before(request.device, entry.arrived.ms) else { continue };
            let is_refused = matches!(&entry.receipt.verdict, Verdict::Rejected { code, .. } if code == NOT_ALLOWED);
            if is_refused == role.may_write() {
                let what = format!("device {} is a {role:?}, and was answered {:?}", request.device, entry.receipt);
                return Err(Broken::new("changes are taken from those who may write", what));
            }
        }
        Ok(())
    }

    /// A device that becomes another one is the same person's.
    pub(crate) fn keeps_role(&mut self, was: DeviceId, is: DeviceId) {
        let role = self.roles.of(was);
        if role != Role::Member {
            self.gets_role(is, role);
        }
    }

    /// Looks at what those hold who are removed, when nobody works any more, and lets everybody in again.
    pub(crate) fn let_in_again(&mut self) -> Told {
        let out = self.devices.iter().filter(|device| device.signed_in && self.roles.is_removed(device.id));
        out.into_iter().try_for_each(holds_its_own)?;
        let all: Vec<DeviceId> = self.roles.0.keys().copied().collect();
        all.into_iter().for_each(|id| self.gets_role(id, Role::Member));
        Ok(())
    }

    /// Whether a device that was removed knows it by now, if it can: where the session was over before, nobody tells it.
    pub(crate) fn knows_it_is_out(&self, device: &Device) -> bool {
        if !device.signed_in {
            return true;
        }
        let says_so =
            device.leading().is_some_and(|tab| matches!(tab.status, Status::NeedsYou(_)) && tab.under_way.is_none());
        says_so && device.disk.tables.state.position == Position::default()
    }
}

/// (7) What was revoked is gone: nothing is left but what this device wrote and never sent.
fn holds_its_own(device: &Device) -> Told {
    let tables = &device.disk.tables;
    let unsent = tables.outbox.values().flat_map(|mutation| mutation.ops.iter().map(|op| (mutation.hlc, op)));
    let mut own: BTreeSet<RecordKey> = BTreeSet::new();
    // What was taken back since is stood in for by what was there before, which is this device's own as well.
    let mut stamps = BTreeSet::from([Hlc::ZERO.to_string()]);
    for (hlc, op) in unsent {
        if matches!(op.action, Action::Merge(_)) {
            return fail(device, &format!("it would still send {op:?}, in which others had a part"));
        }
        own.insert(op.key());
        stamps.insert(hlc.to_string());
    }
    let mut refused = tables.rejected.values().flat_map(|rejected| &rejected.mutation.ops);
    if let Some(op) = refused.find(|op| matches!(op.action, Action::Merge(_))) {
        return fail(device, &format!("among what was refused there is still {op:?}, in which others had a part"));
    }
    let is_foreign = |record: &&Record| {
        let (_, registers) = of_record(record);
        !own.contains(&record.key()) || registers.values().any(|register| !stamps.contains(&register.stamp))
    };
    if let Some(record) = tables.records.values().find(is_foreign) {
        return fail(device, &format!("it still holds {record:?}"));
    }
    Ok(())
}

fn fail(device: &Device, what: &str) -> Told {
    Err(Broken::new("(7) what was revoked is gone", format!("device {} was removed, and {what}", device.id)))
}
