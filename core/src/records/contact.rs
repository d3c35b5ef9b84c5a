use crate::id::RecordId;
use crate::records::{Address, Link};
use crate::schema::{Field, Kind};

crate::record_type! {
    /// A person that we deal with.
    pub struct Contact("contact", "Contact", "Contacts") {
        title: "name", subtitle: "position", merges: true,
    } {
        /// Their name, as it is written.
        name: String = Field::new("Name", Kind::Text).required().max(200).search(10),
        /// What they do, in their own words.
        position: String = Field::new("Job title", Kind::Text).max(200).search(3),
        /// The companies that they have to do with, and as what.
        companies: Vec<Link> = Field::new("Companies", Kind::Roles("company")).max(100),
        /// E-mail addresses, the first is the one to write to.
        emails: Vec<String> = Field::new("E-mail", Kind::Emails).search(5),
        /// Telephone numbers, the first is the one to call.
        phones: Vec<String> = Field::new("Phone", Kind::Phones).search(5),
        /// Where they are.
        address: Address = Field::new("Address", Kind::Address).search(2),
        /// The lead that they were.
        lead: Option<RecordId> = Field::new("Lead", Kind::Relation("lead")).hidden(),
        /// Who looks after them.
        owner: String = Field::new("Owner", Kind::Text).max(100).search(1),
        /// Tags.
        tags: Vec<RecordId> = Field::new("Tags", Kind::Relations("tag")),
        /// What there is to know.
        notes: String = Field::new("Notes", Kind::LongText).max(20_000).search(1),
    }
}
