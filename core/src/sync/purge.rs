//! Dropping what is the workspace's from a device whose person was removed from it. What that person wrote and the server
//! never got is nobody else's: it stays, to be exported, or sent once the person is let in again.

use crate::mutation::{Action, Mutation, apply};
use crate::record::Record;
use crate::sync::commit::RecordState;

/// What a device holds after it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Purged {
    /// The records as far as unsent changes say what they are.
    pub records: RecordState,
    /// The same mutations as before, contiguous; what would have sent records again that others had a part in is taken out.
    pub outbox: Vec<Mutation>,
}

/// What is left when nothing is kept but what is unsent: `outbox`, in order.
pub fn purge(outbox: Vec<Mutation>) -> Purged {
    let outbox: Vec<Mutation> = outbox.into_iter().map(own_part).collect();
    let mut records = RecordState::new();
    for mutation in &outbox {
        for op in &mutation.ops {
            let record = records.entry(op.key()).or_insert_with(|| Record::empty(op.key()));
            apply(record, op, mutation.hlc);
        }
    }
    Purged { records, outbox }
}

/// What of a mutation is its writer's alone: what sends records again is made of what others wrote. It may be empty.
pub fn own_part(mut mutation: Mutation) -> Mutation {
    mutation.ops.retain(|op| !matches!(op.action, Action::Merge(_)));
    mutation
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::hlc::Hlc;

    fn mutation(n: u64, ops: &Value) -> Mutation {
        let hlc = Hlc { ms: 1_000 + n, ..Hlc::ZERO };
        Mutation { n, schema: 1, hlc, ops: serde_json::from_value(ops.clone()).expect("ops") }
    }

    #[test]
    fn what_was_written_here_and_never_sent_is_what_is_left() {
        let lead = "0190a6f0-0000-7000-8000-000000000001";
        let deal = "0190a6f0-0000-7000-8000-000000000002";
        let stamp = "000000000001-0000-0000000000000007";
        let outbox = vec![
            mutation(4, &json!([{"type": "lead", "id": lead, "patch": {"name": "Bia"}}])),
            mutation(5, &json!([{"type": "deal", "id": deal, "merge": {"fields": {"title": ["Another's", stamp]}}}])),
            mutation(6, &json!([{"type": "lead", "id": lead, "patch": {"name": "Ana", "score": 7}}])),
        ];
        let purged = purge(outbox);
        let numbers: Vec<u64> = purged.outbox.iter().map(|mutation| mutation.n).collect();
        assert_eq!(numbers, [4, 5, 6], "contiguous still");
        assert!(purged.outbox[1].ops.is_empty(), "others had a part in that");
        let records: Vec<&Record> = purged.records.values().collect();
        let [only] = records[..] else { panic!("one record: {records:?}") };
        assert_eq!((only.kind.as_str(), only.text("name")), ("lead", "Ana"));
        assert_eq!(only.fields["name"].hlc(), purged.outbox[2].hlc);
    }

    #[test]
    fn nothing_unsent_leaves_nothing() {
        assert_eq!(purge(Vec::new()), Purged::default());
    }
}
