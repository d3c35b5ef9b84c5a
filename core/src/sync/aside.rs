//! Taking an unsent mutation off the records again: it was discarded, or no server takes it.
//!
//! A device does not keep what its edits overwrote in a form that could simply be put back: since then a row from
//! elsewhere may have come and lost against the edit, and the server may have rewritten an older stamp. So the registers
//! of the mutation go, and the record is asked for again, whole ([`SyncRequest::wanted`](crate::protocol::SyncRequest)).
//! Until it comes, which may take days without a network, the old values are shown as **stand-ins**: registers with
//! [`Hlc::ZERO`], which lose against everything, and which go when the record comes, whatever it holds.

use serde_json::Value;

use crate::hlc::Hlc;
use crate::mutation::{Action, Mutation, Op, revert};
use crate::record::{RecordKey, Register};
use crate::sync::commit::RecordState;

/// Takes the registers that a mutation set and that nothing has overwritten since off the records of `state`, and puts
/// stand-ins in their place as far as `undo`, the ops that would undo it, knows the values. A record of which nothing is
/// left goes.
pub fn take_off(mutation: &Mutation, undo: &[Op], state: &mut RecordState) {
    for op in &mutation.ops {
        let key = op.key();
        // What is sent again was the record's before; if it is still wanted, comparing finds it.
        let Some(record) = state.get_mut(&key).filter(|_| !matches!(op.action, Action::Merge(_))) else { continue };
        let before = record.clone();
        revert(record, op, mutation.hlc, None);
        for undone in undo.iter().filter(|undone| undone.key() == key) {
            match (&undone.action, &op.action) {
                (Action::Patch(values), Action::Patch(_)) => {
                    let known = values.iter().filter(|(_, value)| **value != Value::Null);
                    for (name, value) in known {
                        if before.fields.contains_key(name) && !record.fields.contains_key(name) {
                            record.fields.insert(name.clone(), Register(value.clone(), Hlc::ZERO));
                        }
                    }
                }
                // It was deleted before the restore that is taken off.
                (Action::Delete, Action::Restore) if before.deleted.is_some() && record.deleted.is_none() => {
                    record.deleted = Some(Register(true, Hlc::ZERO));
                }
                _ => {}
            }
        }
        if record.fields.is_empty() && record.deleted.is_none() {
            state.remove(&key);
        }
    }
}

/// Takes the stand-ins off a record: what it is has come.
pub(super) fn uncover(state: &mut RecordState, key: &RecordKey) {
    let Some(record) = state.get_mut(key) else { return };
    record.fields.retain(|_, register| register.hlc() != Hlc::ZERO);
    record.deleted = record.deleted.take().filter(|register| register.hlc() != Hlc::ZERO);
    if record.fields.is_empty() && record.deleted.is_none() {
        state.remove(key);
    }
}
