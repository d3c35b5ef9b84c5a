use crate::id::RecordId;
use crate::schema::{Field, Kind};
use crate::scope::Keep;

crate::choices! {
    /// Whether a meeting or a visit took place.
    pub enum MeetingStatus {
        /// It is to come.
        #[default]
        Planned = "planned", "Planned", Info;
        /// It did.
        Held = "held", "Took place", Good;
        /// It did not, and will not.
        Cancelled = "cancelled", "Cancelled", Bad;
    }
}

crate::record_type! {
    /// A meeting with people of a lead or of companies, somewhere or on a screen.
    pub struct Meeting("meeting", "Meeting", "Meetings") {
        title: "subject", subtitle: "place", facet: "status", date: "at", moment: "at",
        done: &["held", "cancelled"],
    } {
        /// What it is about.
        subject: String = Field::new("About", Kind::Text).required().max(200).search(10),
        /// Where, or by which link.
        place: String = Field::new("Where", Kind::Text).max(300).search(3),
        /// Whether it took place.
        status: MeetingStatus = Field::new("Status", Kind::Choice(MeetingStatus::CHOICES)),
        /// When it begins, in milliseconds since 1970.
        at: Option<u64> = Field::new("Begins", Kind::Instant).required(),
        /// How long, in minutes.
        minutes: Option<i64> = Field::new("Duration", Kind::Integer { min: 0, max: 10_080 }).hint("In minutes"),
        /// What was agreed.
        notes: String = Field::new("What was agreed", Kind::LongText).max(20_000).search(1),
        /// Who takes part.
        people: Vec<RecordId> = Field::new("People", Kind::Relations("contact")),
        /// With which lead.
        lead: Option<RecordId> = Field::new("Lead", Kind::Relation("lead")),
        /// With which company.
        company: Option<RecordId> = Field::new("Company", Kind::Relation("company")),
        /// At which site.
        site: Option<RecordId> = Field::new("Site", Kind::Relation("site")),
        /// About which deal.
        deal: Option<RecordId> = Field::new("Deal", Kind::Relation("deal")),
        /// Whether it stays on devices however old it is.
        keep: Option<Keep> = Field::new("Kept on devices", Kind::Choice(Keep::CHOICES)).hidden(),
    }
}
