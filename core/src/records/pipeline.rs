use crate::id::RecordId;
use crate::schema::{Field, Kind};

/// The pipeline that every workspace has from its beginning. A record of this id, if there is one, gives it a name and a place.
pub const FIRST_PIPELINE: RecordId = RecordId::singleton(0x0b05_1e55_0000_8000_8000_0000_0000_0002);

crate::record_type! {
    /// A way that deals go, from [stage](super::Stage) to stage. Besides the [first](FIRST_PIPELINE), people make their own.
    pub struct Pipeline("pipeline", "Pipeline", "Pipelines") { title: "name" } {
        /// What people call it; empty is the program's word for the first.
        name: String = Field::new("Name", Kind::Text).max(60).hint("Such as Service contracts"),
        /// Its place among the pipelines: the least comes first, of two alike the one that was made first.
        place: i64 = Field::new("Place", Kind::Integer { min: -1_000_000_000, max: 1_000_000_000 }).hidden(),
    }
}
