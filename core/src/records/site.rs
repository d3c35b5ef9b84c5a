use crate::id::RecordId;
use crate::records::Address;
use crate::schema::{Field, Kind};

crate::record_type! {
    /// A place of a company: a branch, a warehouse, a building site.
    pub struct Site("site", "Site", "Sites") { title: "name", subtitle: "purpose", merges: true } {
        /// What it is called.
        name: String = Field::new("Name", Kind::Text).required().max(200).search(10),
        /// What it is for.
        purpose: String = Field::new("Purpose", Kind::Text).max(200).search(2),
        /// Whose it is.
        company: Option<RecordId> = Field::new("Company", Kind::Relation("company")),
        /// Where it is.
        address: Address = Field::new("Address", Kind::Address).search(4),
        /// Telephone numbers, the first is the one to call.
        phones: Vec<String> = Field::new("Phone", Kind::Phones).search(5),
        /// Tags.
        tags: Vec<RecordId> = Field::new("Tags", Kind::Relations("tag")),
        /// How to get in, and what else there is to know.
        notes: String = Field::new("Notes", Kind::LongText).max(20_000).search(1),
    }
}
