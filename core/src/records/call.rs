use crate::id::RecordId;
use crate::schema::{Field, Kind};
use crate::scope::Keep;

crate::choices! {
    /// Who called whom.
    pub enum CallDirection {
        /// We called.
        #[default]
        Out = "out", "We called", Neutral;
        /// They called.
        In = "in", "They called", Neutral;
    }
}

crate::choices! {
    /// What came of a call.
    pub enum CallOutcome {
        /// We spoke.
        #[default]
        Reached = "reached", "Reached", Good;
        /// Nobody answered.
        NoAnswer = "no_answer", "No answer", Neutral;
        /// We left a message.
        Message = "message", "Left a message", Neutral;
        /// They want to be called again.
        CallBack = "call_back", "Call back", Warn;
        /// Not theirs.
        WrongNumber = "wrong_number", "Wrong number", Bad;
    }
}

crate::record_type! {
    /// A telephone call with a lead or a contact.
    pub struct Call("call", "Call", "Calls") {
        title: "subject", facet: "outcome", date: "at", moment: "at",
        // All but those that somebody waits for.
        done: &["", "reached", "no_answer", "message", "wrong_number"],
    } {
        /// What it was about.
        subject: String = Field::new("About", Kind::Text).max(200).search(10),
        /// What came of it.
        outcome: CallOutcome = Field::new("Outcome", Kind::Choice(CallOutcome::CHOICES)),
        /// Who called whom.
        direction: CallDirection = Field::new("Direction", Kind::Choice(CallDirection::CHOICES)),
        /// When, in milliseconds since 1970.
        at: Option<u64> = Field::new("When", Kind::Instant).required(),
        /// How long, in minutes.
        minutes: Option<i64> = Field::new("Duration", Kind::Integer { min: 0, max: 1_440 }).hint("In minutes"),
        /// What was said.
        notes: String = Field::new("What was said", Kind::LongText).max(20_000).search(1),
        /// With which lead.
        lead: Option<RecordId> = Field::new("Lead", Kind::Relation("lead")),
        /// With which company.
        company: Option<RecordId> = Field::new("Company", Kind::Relation("company")),
        /// About which site.
        site: Option<RecordId> = Field::new("Site", Kind::Relation("site")),
        /// With whom.
        contact: Option<RecordId> = Field::new("Contact", Kind::Relation("contact")),
        /// About which deal.
        deal: Option<RecordId> = Field::new("Deal", Kind::Relation("deal")),
        /// Whether it stays on devices however old it is.
        keep: Option<Keep> = Field::new("Kept on devices", Kind::Choice(Keep::CHOICES)).hidden(),
    }
}
