use crate::id::RecordId;
use crate::records::MeetingStatus;
use crate::schema::{Field, Kind};
use crate::scope::Keep;

crate::record_type! {
    /// A visit at a customer's place.
    pub struct Visit("visit", "Visit", "Visits") {
        title: "subject", facet: "status", date: "at", moment: "at", done: &["held", "cancelled"],
    } {
        /// What it is for.
        subject: String = Field::new("About", Kind::Text).required().max(200).search(10),
        /// Whether it took place.
        status: MeetingStatus = Field::new("Status", Kind::Choice(MeetingStatus::CHOICES)),
        /// When it begins, in milliseconds since 1970.
        at: Option<u64> = Field::new("Begins", Kind::Instant).required(),
        /// How long, in minutes.
        minutes: Option<i64> = Field::new("Duration", Kind::Integer { min: 0, max: 10_080 }).hint("In minutes"),
        /// What was found.
        notes: String = Field::new("What was found", Kind::LongText).max(20_000).search(1),
        /// Where.
        site: Option<RecordId> = Field::new("Site", Kind::Relation("site")),
        /// At which lead's.
        lead: Option<RecordId> = Field::new("Lead", Kind::Relation("lead")),
        /// At which company.
        company: Option<RecordId> = Field::new("Company", Kind::Relation("company")),
        /// Whom.
        contact: Option<RecordId> = Field::new("Contact", Kind::Relation("contact")),
        /// About which deal.
        deal: Option<RecordId> = Field::new("Deal", Kind::Relation("deal")),
        /// Whether it stays on devices however old it is.
        keep: Option<Keep> = Field::new("Kept on devices", Kind::Choice(Keep::CHOICES)).hidden(),
    }
}
