//! Changes in plain words: which record, and what of it.

use std::collections::HashMap;

use outpost_core::mutation::{Action, Mutation, Op};
use outpost_core::record::RecordKey;
use outpost_core::records::schema;
use outpost_core::schema::is_empty;

/// A change as a person reads it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Words {
    /// The record that it is about.
    pub title: String,
    /// What of it: “Deal: Stage, Lost because”.
    pub what: String,
    /// The record, to go there.
    pub key: Option<RecordKey>,
}

/// The op that a mutation is about: parts and events of a record stand for the record.
fn subject(mutation: &Mutation) -> Option<&Op> {
    let main = |op: &&Op| schema(&op.kind).is_some_and(|schema| schema.list.parent.is_empty());
    mutation.ops.iter().find(main).or_else(|| mutation.ops.first())
}

/// What a mutation does. `titles` has what the records are called, as far as this device knows.
pub(super) fn words(mutation: &Mutation, titles: &HashMap<RecordKey, String>) -> Words {
    let Some(op) = subject(mutation) else {
        return Words { title: "Nothing".to_owned(), what: String::new(), key: None };
    };
    let schema = schema(&op.kind);
    let label = schema.map_or(op.kind.as_str(), |schema| schema.label);
    let entered = schema.and_then(|schema| {
        let title = op.patched()?.get(schema.list.title)?.as_str()?;
        (!title.is_empty()).then(|| title.to_owned())
    });
    let title = titles.get(&op.key()).cloned().or(entered).unwrap_or_else(|| label.to_owned());
    let what = match &op.action {
        Action::Delete => format!("{label} deleted"),
        Action::Restore => format!("{label} restored"),
        Action::Merge(_) => format!("{label}: sent again, as the server has lost it"),
        Action::Patch(patch) => {
            let fields = patch.iter().map(|(name, value)| {
                let field = schema.and_then(|schema| schema.field(name));
                let name = field.map_or(name.as_str(), |field| field.label);
                if is_empty(value) { format!("{name} cleared") } else { name.to_owned() }
            });
            let mut fields: Vec<String> = fields.collect();
            if fields.len() > 4 {
                let more = fields.len() - 3;
                fields.truncate(3);
                fields.push(format!("{more} more"));
            }
            format!("{label}: {}", fields.join(", "))
        }
    };
    let key = schema.filter(|schema| schema.list.parent.is_empty()).map(|_| op.key());
    Words { title, what, key }
}

/// Where the page of a record is.
pub(super) fn path(key: &RecordKey) -> Option<String> {
    match key.kind.as_str() {
        "lead" => Some(format!("/leads/{}", key.id)),
        "deal" => Some(format!("/deals/{}", key.id)),
        "invoice" => Some(format!("/invoices/{}", key.id)),
        _ => None,
    }
}

/// All records that a list of mutations is about.
pub(super) fn keys(mutations: &[Mutation]) -> Vec<RecordKey> {
    let mut keys: Vec<RecordKey> = mutations.iter().filter_map(subject).map(Op::key).collect();
    keys.sort();
    keys.dedup();
    keys
}

#[cfg(test)]
mod tests {
    use super::*;
    use outpost_core::hlc::Hlc;
    use outpost_core::id::RecordId;
    use outpost_core::mutation::Patch;
    use outpost_core::records::{DealStage, move_stage};
    use serde_json::json;

    const ID: RecordId = RecordId::singleton(7);

    fn mutation(ops: Vec<Op>) -> Mutation {
        Mutation { n: 1, schema: 1, hlc: Hlc::ZERO, ops }
    }

    #[wasm_bindgen_test::wasm_bindgen_test]
    fn a_change_is_told_by_its_record_and_fields() {
        let patch = Patch::from([("phones".into(), json!(["1"])), ("company".into(), json!(null))]);
        let change = mutation(vec![Op::patch("lead", ID, patch)]);
        let titles = HashMap::from([(RecordKey::new("lead", ID), "Ana".to_owned())]);
        let told = words(&change, &titles);
        assert_eq!((told.title.as_str(), told.what.as_str()), ("Ana", "Lead: Company cleared, Phone"));
        assert_eq!(path(&told.key.expect("a page")), Some(format!("/leads/{ID}")));
    }

    #[wasm_bindgen_test::wasm_bindgen_test]
    fn a_move_is_about_the_deal_and_not_about_its_event() {
        let ops = move_stage(ID, RecordId::singleton(8), DealStage::Qualified, DealStage::Won, "", 1);
        let told = words(&mutation(ops), &HashMap::new());
        assert_eq!((told.title.as_str(), told.what.as_str()), ("Deal", "Deal: Stage"));
    }

    #[wasm_bindgen_test::wasm_bindgen_test]
    fn a_type_of_a_newer_version_is_told_too() {
        let told = words(&mutation(vec![Op::delete("drone", ID)]), &HashMap::new());
        assert_eq!((told.title.as_str(), told.what.as_str()), ("drone", "drone deleted"));
    }
}
