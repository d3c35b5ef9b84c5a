use std::collections::BTreeMap;

use serde_json::Value;

use crate::id::RecordId;
use crate::schema::{Field, Kind};

/// What led elsewhere before a merge: by the relation's type and field, such as `contact.companies`, and there by record, what
/// stood in it; `null` in a relation to one record, which was the one that is gone.
pub type Moved = BTreeMap<String, BTreeMap<RecordId, Value>>;

crate::record_type! {
    /// Two records were made one: which is gone, where it went, and what undoes that. Deleted, it is undone. Where two devices have
    /// merged one record there are two of these, and the later one says where it went.
    pub struct Merge("merge", "Merge", "Merges") { parent: "kept" } {
        /// The record that it went into.
        kept: Option<RecordId> = Field::new("Kept", Kind::Relation("record")).required().hidden(),
        /// The record that is gone.
        gone: Option<RecordId> = Field::new("Gone", Kind::Relation("record")).required().hidden(),
        /// The type of both.
        of: String = Field::new("Type", Kind::Text).required().hidden(),
        /// When, in milliseconds since 1970.
        at: Option<u64> = Field::new("At", Kind::Instant).hidden(),
        /// What the one that is gone held, as far as whoever merged them has seen: an edit that came later differs.
        seen: BTreeMap<String, Value> = Field::new("Seen", Kind::Structure).hidden(),
        /// Of each field of the one that was kept: what it was, and what it became.
        changed: BTreeMap<String, (Value, Value)> = Field::new("Changed", Kind::Structure).hidden(),
        /// What has led to the one that is gone, and leads to the other one now.
        moved: Moved = Field::new("Moved", Kind::Structure).hidden(),
    }
}
