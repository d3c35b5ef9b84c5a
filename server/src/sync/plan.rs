//! Decides what a push does, without a database: current records in, verdicts and changed records out.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use outpost_core::access::{NOT_ALLOWED, Role};
use outpost_core::hlc::Hlc;
use outpost_core::id::RecordId;
use outpost_core::mutation::{self, Action, Mutation, Op};
use outpost_core::protocol::{Receipt, STAMP_AHEAD, Verdict};
use outpost_core::record::{Record, RecordKey, Register};
use outpost_core::rules;
use serde_json::Value;

use super::clash::{self, Clash};
use super::stamps::Stamps;

/// The largest a record may grow, in bytes of its stored form. Far beyond any document, far below what hurts.
pub(crate) const MAX_RECORD: usize = 1024 * 1024;

/// A record as the database has it.
#[derive(Debug, Clone)]
pub(crate) struct Current {
    /// Its registers.
    pub(crate) record: Record,
    /// The bytes of its stored form.
    pub(crate) size: usize,
}

/// Which registers of a record a push set.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Touched {
    /// Fields, by name.
    pub(crate) fields: BTreeSet<String>,
    /// The deletion register.
    pub(crate) deleted: bool,
}

/// What a push may look at: everything that [`wanted`] and [`wanted_numbers`] ask for.
#[derive(Debug, Default)]
pub(crate) struct Workspace {
    /// Records that exist.
    pub(crate) records: HashMap<RecordKey, Current>,
    /// Invoice numbers that are given, and to which invoice.
    pub(crate) numbers: HashMap<String, RecordId>,
    /// Fields that have changed since the device last heard of them.
    pub(crate) unseen: HashMap<RecordKey, BTreeSet<String>>,
}

/// What a push does.
#[derive(Debug, Default)]
pub(crate) struct Plan {
    /// What became of each mutation.
    pub(crate) receipts: Vec<Receipt>,
    /// The records that changed, and in which registers. Their new state is in the workspace.
    pub(crate) changed: BTreeMap<RecordKey, Touched>,
    /// Invoice numbers given.
    pub(crate) numbers: Vec<(String, RecordId)>,
    /// Values that lost where two people did not know of each other.
    pub(crate) clashes: Vec<Clash>,
}

/// The records that the mutations speak of.
pub(crate) fn wanted(mutations: &[Mutation]) -> HashSet<RecordKey> {
    mutations.iter().flat_map(|mutation| mutation.ops.iter().map(Op::key)).collect()
}

/// The records beyond those that the rules look at, once those are known.
pub(crate) fn also_wanted(mutations: &[Mutation], workspace: &Workspace) -> HashSet<RecordKey> {
    let ops = mutations.iter().flat_map(|mutation| &mutation.ops);
    let needs = ops.filter_map(|op| rules::needs(op, workspace.records.get(&op.key()).map(|current| &current.record)));
    needs.filter(|key| !workspace.records.contains_key(key)).collect()
}

/// The invoice numbers that the mutations would give.
pub(crate) fn wanted_numbers(mutations: &[Mutation]) -> Vec<String> {
    let ops = mutations.iter().flat_map(|mutation| &mutation.ops);
    ops.filter_map(number_of).map(str::to_owned).collect()
}

fn number_of(op: &Op) -> Option<&str> {
    if op.kind == "invoice" { op.value("number")?.as_str() } else { None }
}

/// Applies mutations of somebody of this role to the workspace, each wholly or not at all, in order.
pub(crate) fn apply(workspace: &mut Workspace, mutations: &[Mutation], role: Role, stamps: &mut Stamps) -> Plan {
    let mut plan = Plan::default();
    for mutation in mutations {
        let latest_ms = stamps.latest_ms();
        let hlc = stamps.accept(mutation.hlc, || changed(workspace, mutation, latest_ms));
        let mut draft =
            Draft { workspace: &*workspace, records: HashMap::new(), winners: Vec::new(), clashes: Vec::new() };
        let mut ops = mutation.ops.iter();
        let verdict = match ops.try_for_each(|op| allowed(role).and_then(|()| draft.apply(op, hlc, latest_ms))) {
            Ok(()) => {
                let Draft { records, winners, clashes, .. } = draft;
                plan.clashes.extend(clashes);
                accept(workspace, &mut plan, mutation, records);
                if winners.is_empty() { Verdict::Applied } else { Verdict::Superseded { winners } }
            }
            Err(refused) => Verdict::Rejected {
                code: refused.code.to_owned(),
                message: refused.message,
                current: current(workspace, mutation),
            },
        };
        let stamp = (hlc != mutation.hlc).then_some(hlc);
        plan.receipts.push(Receipt { n: mutation.n, verdict, stamp });
    }
    plan
}

/// The latest stamp of what a mutation changes, but of none that is beyond the bound itself: a server whose clock was wrong let that
/// in, and it draws nothing after it. Whether its author knew of it cannot be told of a copied device, which holds what
/// the other has sent meanwhile; and of two who did not know of each other, one of a wrong clock, the one who is heard last may win.
fn changed(workspace: &Workspace, mutation: &Mutation, latest_ms: u64) -> Hlc {
    let is_bounded = |stamp: &Hlc| stamp.ms <= latest_ms;
    let of_op = |op: &Op| {
        let record = &workspace.records.get(&op.key())?.record;
        match &op.action {
            Action::Patch(patch) => {
                let held = patch.keys().filter_map(|name| record.fields.get(name));
                held.map(Register::hlc).filter(is_bounded).max()
            }
            Action::Delete | Action::Restore => record.deleted.as_ref().map(Register::hlc).filter(is_bounded),
            // It brings stamps of its own.
            Action::Merge(_) => None,
        }
    };
    mutation.ops.iter().filter_map(of_op).max().unwrap_or(Hlc::ZERO)
}

/// One mutation under way: what it has done so far, over a workspace that it has not changed.
struct Draft<'w> {
    workspace: &'w Workspace,
    records: HashMap<RecordKey, (Current, Touched)>,
    winners: Vec<Record>,
    clashes: Vec<Clash>,
}

struct Refused {
    code: &'static str,
    message: String,
}

/// Whether somebody of this role may do anything to a record. Of a role of a later version this server does not know that.
fn allowed(role: Role) -> Result<(), Refused> {
    if role == Role::Member {
        return Ok(());
    }
    let message = "you may look at this workspace, but not change it".to_owned();
    Err(Refused { code: NOT_ALLOWED, message })
}

impl rules::Context for Draft<'_> {
    fn record(&self, key: &RecordKey) -> Option<&Record> {
        let drafted = self.records.get(key).map(|(current, _)| current);
        drafted.or_else(|| self.workspace.records.get(key)).map(|current| &current.record)
    }

    fn number_taken(&self, number: &str, invoice: RecordId) -> bool {
        self.workspace.numbers.get(number).is_some_and(|holder| *holder != invoice)
    }
}

impl Draft<'_> {
    fn apply(&mut self, op: &Op, hlc: Hlc, latest_ms: u64) -> Result<(), Refused> {
        if let Action::Merge(registers) = &op.action
            && registers.latest().is_some_and(|stamp| stamp.ms > latest_ms)
        {
            // Only this server's clock can be behind what a server took before; it is not for this device to wait for it.
            let message = "this is dated later than the server's clock shows; have that set, then try again".to_owned();
            return Err(Refused { code: STAMP_AHEAD, message });
        }
        rules::check(op, self).map_err(|refusal| Refused { code: refusal.code(), message: refusal.to_string() })?;
        let key = op.key();
        let (current, touched) = self.records.entry(key.clone()).or_insert_with(|| {
            let fresh = || Current { record: Record::empty(key.clone()), size: 0 };
            (self.workspace.records.get(&key).cloned().unwrap_or_else(fresh), Touched::default())
        });
        current.size += match &op.action {
            Action::Patch(patch) => patch.iter().map(|(name, value)| weight(value) + name.len() + 64).sum(),
            Action::Merge(registers) => {
                registers.fields.iter().map(|(name, field)| weight(field.value()) + name.len() + 64).sum()
            }
            Action::Delete | Action::Restore => 64,
        };
        if current.size > MAX_RECORD {
            let message = format!("this {} would grow beyond {} kB; split it", op.kind, MAX_RECORD / 1024);
            return Err(Refused { code: "record_too_large", message });
        }
        let before = matches!(op.action, Action::Merge(_)).then(|| current.record.clone());
        if let Action::Patch(patch) = &op.action {
            self.clashes.extend(clash::find(&current.record, patch, hlc, self.workspace.unseen.get(&key)));
        }
        if let Some(said) = standing(op, hlc)
            && stand(&mut current.record, &said)
        {
            touched.fields.insert("status".to_owned());
        }
        let winners = mutation::apply(&mut current.record, op, hlc);
        match &op.action {
            Action::Patch(patch) => {
                let won = |name: &&String| current.record.fields.get(*name).is_some_and(|field| field.hlc() == hlc);
                touched.fields.extend(patch.keys().filter(won).cloned());
            }
            Action::Delete | Action::Restore => {
                touched.deleted |= current.record.deleted.as_ref().is_some_and(|deleted| deleted.hlc() == hlc);
            }
            Action::Merge(registers) => {
                let before = before.unwrap_or_else(|| Record::empty(key));
                let changed = |name: &&String| current.record.fields.get(*name) != before.fields.get(*name);
                touched.fields.extend(registers.fields.keys().filter(changed).cloned());
                touched.deleted |= current.record.deleted != before.deleted;
            }
        }
        self.winners.extend(winners);
        Ok(())
    }
}

/// What an op says of an invoice that nobody may say otherwise of afterwards, and when that was said: that it is issued, or void.
fn standing(op: &Op, hlc: Hlc) -> Option<Register<Value>> {
    let status = match &op.action {
        Action::Patch(patch) => Register(patch.get("status")?.clone(), hlc),
        Action::Merge(registers) => registers.fields.get("status")?.clone(),
        Action::Delete | Action::Restore => return None,
    };
    (op.kind == "invoice" && matches!(status.value().as_str(), Some("issued" | "void"))).then_some(status)
}

/// Lets it stand where a later register says less: a copied device may have said once more, and later, that there is a draft. The
/// register keeps its stamp, and of two of one stamp the greater text wins wherever they meet: `draft`, `issued`, `void`. Returns
/// whether there was such a register.
fn stand(record: &mut Record, said: &Register<Value>) -> bool {
    let Some(held) = record.fields.get_mut("status") else { return false };
    held.hlc() > said.hlc() && held.merge(Register(said.value().clone(), held.hlc()))
}

/// Makes a mutation's draft the workspace's state.
fn accept(
    workspace: &mut Workspace,
    plan: &mut Plan,
    mutation: &Mutation,
    records: HashMap<RecordKey, (Current, Touched)>,
) {
    for (key, (current, touched)) in records {
        if touched == Touched::default() {
            continue;
        }
        let all = plan.changed.entry(key.clone()).or_default();
        all.fields.extend(touched.fields);
        all.deleted |= touched.deleted;
        workspace.records.insert(key, current);
    }
    for op in &mutation.ops {
        if let Some(number) = number_of(op) {
            workspace.numbers.insert(number.to_owned(), op.id);
            plan.numbers.push((number.to_owned(), op.id));
        }
    }
}

/// The records that a refused mutation spoke of, as they stand.
fn current(workspace: &Workspace, mutation: &Mutation) -> Vec<Record> {
    let keys: BTreeSet<RecordKey> = mutation.ops.iter().map(Op::key).collect();
    keys.iter().filter_map(|key| workspace.records.get(key)).map(|current| current.record.clone()).collect()
}

/// About how many bytes a value takes as JSON.
fn weight(value: &Value) -> usize {
    match value {
        Value::Null | Value::Bool(_) => 5,
        Value::Number(_) => 20,
        Value::String(text) => text.len() + 2,
        Value::Array(values) => values.iter().map(|value| weight(value) + 1).sum::<usize>() + 2,
        Value::Object(fields) => fields.iter().map(|(name, value)| name.len() + weight(value) + 4).sum::<usize>() + 2,
    }
}

#[cfg(test)]
mod tests {
    use outpost_core::id::DeviceId;
    use outpost_core::mutation::{Patch, Registers};
    use outpost_core::record::Fields;
    use serde_json::json;

    use super::*;

    fn at(ms: u64) -> Hlc {
        Hlc { ms, counter: 0, device: DeviceId(1) }
    }

    #[test]
    fn only_that_an_invoice_is_issued_or_void_stands_against_a_later_draft() {
        let id = RecordId::singleton(1);
        for (said, becomes) in
            [(json!("issued"), "issued"), (json!("void"), "void"), (json!(null), "draft"), (json!("zzz"), "draft")]
        {
            let op = Op::patch("invoice", id, Patch::from([("status".to_owned(), said.clone())]));
            let fields = Fields::from([("status".to_owned(), Register(said.clone(), at(5)))]);
            // As it is said, and as it is given back to a server that has lost it.
            for op in [op.clone(), Op::merge(op.key(), Registers { fields, deleted: None })] {
                let mut record = Record::empty(op.key());
                record.fields.insert("status".to_owned(), Register(json!("draft"), at(9)));
                let stood = standing(&op, at(5)).is_some_and(|said| stand(&mut record, &said));
                assert_eq!((record.text("status"), stood), (becomes, becomes != "draft"), "{op:?}");
                assert_eq!(record.fields["status"].hlc(), at(9));
            }
        }
    }

    #[test]
    fn a_register_beyond_the_bound_hides_none_within_it() {
        let lead = RecordKey::new("lead", RecordId::singleton(1));
        let mut record = Record::empty(lead.clone());
        for (name, ms) in [("name", 900), ("notes", 70), ("company", 80)] {
            record.fields.insert(name.to_owned(), Register(json!("as it was"), at(ms)));
        }
        let mut workspace = Workspace::default();
        workspace.records.insert(lead.clone(), Current { record, size: 0 });
        let patch = ["name", "notes"].map(|name| (name.to_owned(), json!("as it is")));
        let ops = vec![Op::patch("lead", lead.id, Patch::from(patch)), Op::delete("lead", lead.id)];
        let mutation = Mutation { n: 1, schema: 1, hlc: at(999), ops };
        assert_eq!(changed(&workspace, &mutation, 100), at(70));
        assert_eq!(changed(&workspace, &mutation, 60), Hlc::ZERO);
    }
}
