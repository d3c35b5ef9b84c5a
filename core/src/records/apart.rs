use crate::id::RecordId;
use crate::schema::{Field, Kind};

crate::record_type! {
    /// Somebody said that two records which look alike are not the same, so that they are not offered as one again. Its id follows from
    /// the two ([`crate::dedupe::apart_id`]): whoever says it, in whichever order, says it once. Deleted, it is taken back.
    pub struct Apart("apart", "Not the same", "Not the same") { parent: "one" } {
        /// The one whose id is the smaller.
        one: Option<RecordId> = Field::new("Record", Kind::Relation("record")).required().hidden(),
        /// The other one.
        other: Option<RecordId> = Field::new("Other record", Kind::Relation("record")).required().hidden(),
        /// The type of both.
        of: String = Field::new("Type", Kind::Text).required().hidden(),
    }
}
