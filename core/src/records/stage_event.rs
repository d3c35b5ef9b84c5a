use crate::id::RecordId;
use crate::records::DealStage;
use crate::schema::{Field, Kind};

crate::record_type! {
    /// That a deal moved from one stage to another. It is never changed.
    pub struct StageEvent("stage_event", "Stage change", "Stage changes") { parent: "deal", moment: "at" } {
        /// The deal.
        deal: Option<RecordId> = Field::new("Deal", Kind::Relation("deal")).required(),
        /// Where it stood: the key of a stage, as on the deal.
        from: String = Field::new("From", Kind::Choice(DealStage::CHOICES)),
        /// Where it stands.
        to: String = Field::new("To", Kind::Choice(DealStage::CHOICES)).required(),
        /// Why, if it was lost.
        reason: String = Field::new("Reason", Kind::Text),
        /// When, in milliseconds since 1970.
        at: Option<u64> = Field::new("At", Kind::Instant).required(),
    }
}
