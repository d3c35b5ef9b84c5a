use crate::id::RecordId;
use crate::schema::{Field, Kind};
use crate::scope::Keep;

crate::record_type! {
    /// Something that somebody noted about a lead, a company, a site, a contact or a deal, at a time.
    pub struct Note("note", "Note", "Notes") { title: "text", date: "at", moment: "at", done: &[""] } {
        /// What it says.
        text: String = Field::new("Note", Kind::LongText).required().max(20_000).search(10),
        /// When it was noted, in milliseconds since 1970.
        at: Option<u64> = Field::new("Noted", Kind::Instant).hidden(),
        /// The lead that it is about.
        lead: Option<RecordId> = Field::new("Lead", Kind::Relation("lead")),
        /// The company that it is about.
        company: Option<RecordId> = Field::new("Company", Kind::Relation("company")),
        /// The site that it is about.
        site: Option<RecordId> = Field::new("Site", Kind::Relation("site")),
        /// The contact that it is about.
        contact: Option<RecordId> = Field::new("Contact", Kind::Relation("contact")),
        /// The deal that it is about.
        deal: Option<RecordId> = Field::new("Deal", Kind::Relation("deal")),
        /// Whether it stays on devices however old it is.
        keep: Option<Keep> = Field::new("Kept on devices", Kind::Choice(Keep::CHOICES)).hidden(),
    }
}
