use serde_json::Value;

use crate::id::RecordId;
use crate::schema::{Field, Kind};

crate::record_type! {
    /// A value that lost: two devices set one field without knowing of each other, and the later one won. The server makes
    /// it; whoever has looked at it deletes it.
    pub struct Conflict("conflict", "Conflict", "Conflicts") { parent: "record" } {
        /// The record that it is about.
        record: Option<RecordId> = Field::new("Record", Kind::Relation("record")).required().hidden(),
        /// That record's type.
        of: String = Field::new("Type", Kind::Text).required().hidden(),
        /// The field.
        field: String = Field::new("Field", Kind::Text).required().hidden(),
        /// The value that lost; none if that was to clear the field.
        value: Option<Value> = Field::new("Value", Kind::Structure).hidden(),
        /// When it was set, in milliseconds since 1970.
        at: Option<u64> = Field::new("At", Kind::Instant).hidden(),
        /// By which device.
        device: String = Field::new("Device", Kind::Text).hidden(),
        /// What its owner calls that device.
        by: String = Field::new("By", Kind::Text).hidden(),
        /// Which device won.
        won_device: String = Field::new("Winning device", Kind::Text).hidden(),
        /// What its owner calls that one.
        won_by: String = Field::new("Won by", Kind::Text).hidden(),
    }
}
