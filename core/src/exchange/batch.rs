//! The identities of what an import makes, and how it is known whether anybody has changed it since.

use serde::{Deserialize, Serialize};

use crate::id::RecordId;
use crate::mutation::{Op, Patch};
use crate::record::Record;
use crate::records::begin_deal;
use crate::schema::is_empty;

/// An import's own identity, of which those of its records are derived: so the few bytes of it are all that must be noted
/// to find them again. They lie close together, which makes writing and reading them in IndexedDB quick.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Batch {
    /// When it was begun, in milliseconds since 1970.
    pub ms: u64,
    /// Random bits.
    pub seed: [u8; 5],
}

impl Batch {
    /// The id of the record that a row becomes.
    pub fn id(&self, row: u32) -> RecordId {
        self.numbered(0, row)
    }

    /// The id of the event that comes along with it.
    pub fn event(&self, row: u32) -> RecordId {
        self.numbered(1, row)
    }

    /// A name for it, such as `19a2b3c4d5e-0102030405`.
    pub fn name(&self) -> String {
        let seed: String = self.seed.iter().map(|byte| format!("{byte:02x}")).collect();
        format!("{:011x}-{seed}", self.ms)
    }

    /// Whether a record, or an event, is of this import.
    pub fn owns(&self, id: RecordId) -> bool {
        id.as_bytes()[..11] == self.id(0).as_bytes()[..11]
    }

    /// The ops that make a record of a row, as its own form would.
    pub fn ops(&self, kind: &str, row: u32, patch: Patch) -> Vec<Op> {
        match kind {
            "deal" => begin_deal(self.id(row), self.event(row), patch, self.ms),
            _ => vec![Op::patch(kind, self.id(row), patch)],
        }
    }

    fn numbered(&self, kind: u8, row: u32) -> RecordId {
        let [a, b, c, d, e] = self.seed;
        let [w, x, y, z] = row.to_be_bytes();
        RecordId::v7(self.ms, [a, b, c, d, e, kind, w, x, y, z])
    }
}

/// A number that says what a new record holds.
pub fn fingerprint(patch: &Patch) -> u32 {
    print(patch.iter())
}

/// FNV-1a over names and values, folded to 32 bits.
fn print<'a>(fields: impl Iterator<Item = (&'a String, &'a serde_json::Value)>) -> u32 {
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    for (name, value) in fields.filter(|(_, value)| !is_empty(value)) {
        for byte in name.bytes().chain([0]).chain(value.to_string().into_bytes()).chain([0]) {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
    (hash ^ (hash >> 32)) as u32
}

/// Whether a record holds exactly what it held when it was made with this fingerprint. Its stamps are not asked: a server
/// may have rewritten those.
pub fn is_untouched(record: &Record, fingerprint: u32) -> bool {
    print(record.fields.iter().map(|(name, register)| (name, register.value()))) == fingerprint
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::json;

    use super::*;
    use crate::hlc::Hlc;
    use crate::mutation::apply;
    use crate::record::RecordKey;

    const BATCH: Batch = Batch { ms: 1_795_603_740_000, seed: [1, 2, 3, 4, 5] };

    #[test]
    fn ids_differ_and_lie_in_the_order_of_the_rows() {
        let ids: Vec<RecordId> = (0..1_000).map(|row| BATCH.id(row)).collect();
        assert!(ids.is_sorted());
        let other = Batch { seed: [1, 2, 3, 4, 6], ..BATCH };
        let all: BTreeSet<RecordId> =
            (0..1_000).flat_map(|row| [BATCH.id(row), BATCH.event(row), other.id(row)]).collect();
        assert_eq!(all.len(), 3_000);
        assert!(BATCH.owns(BATCH.id(9)) && BATCH.owns(BATCH.event(9)) && !BATCH.owns(other.id(9)));
        assert_eq!(BATCH.name(), "1a21252b560-0102030405".to_owned());
    }

    #[test]
    fn an_edit_is_noticed_and_a_way_there_and_back_is_none() {
        let key = RecordKey::new("lead", BATCH.id(0));
        let patch = Patch::from([("name".to_owned(), json!("Ana")), ("status".to_owned(), json!("new"))]);
        let print = fingerprint(&patch);
        let mut record = Record::empty(key.clone());
        let mut set = |name: &str, value| {
            let op = Op::patch("lead", key.id, Patch::from([(name.to_owned(), value)]));
            let hlc = Hlc { ms: record.latest().ms + 1, ..Hlc::ZERO };
            apply(&mut record, &op, hlc);
            is_untouched(&record, print)
        };
        assert!(!set("name", json!("Ana")));
        assert!(set("status", json!("new")));
        assert!(!set("notes", json!("Called.")));
        assert!(set("notes", json!("")));
        assert!(!set("status", json!("contacted")));
    }
}
