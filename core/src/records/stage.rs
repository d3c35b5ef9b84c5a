use crate::id::RecordId;
use crate::records::{DealStage, FIRST_PIPELINE, own_name};
use crate::schema::{Field, Kind, Tone};

crate::choices! {
    /// What a stage says of the deals that stand in it.
    pub enum Standing {
        /// There is still something to be done.
        #[default]
        Open = "open", "Open", Neutral;
        /// They bought.
        Won = "won", "Won", Good;
        /// They did not.
        Lost = "lost", "Lost", Bad;
    }
}

crate::choices! {
    /// Whether a stage is one of its pipeline's.
    pub enum StageState {
        /// It is.
        #[default]
        Used = "used", "In use", Neutral;
        /// Not any more. What stood or stands in it still has its name.
        Removed = "removed", "Removed", Neutral;
    }
}

crate::record_type! {
    /// A stage of a [pipeline](super::Pipeline). Deals name it by a [key](Stage::key) that follows from its id. The program's own stages
    /// ([`DealStage`]) need no record; one whose id [follows](Stage::id_of) from such a key changes it, all but its standing.
    pub struct Stage("stage", "Stage", "Stages") { title: "name" } {
        /// The pipeline; empty is the first, which every workspace has.
        pipeline: Option<RecordId> = Field::new("Pipeline", Kind::Relation("pipeline")).hidden(),
        /// What people call it; empty is the program's word for one of its own.
        name: String = Field::new("Name", Kind::Text).max(60),
        /// What it says of deals.
        standing: Standing = Field::new("Deals in it are", Kind::Choice(Standing::CHOICES)),
        /// How likely an open deal in it is won, in per cent.
        probability: Option<i64> = Field::new("Probability", Kind::Integer { min: 0, max: 100 }),
        /// After how many days without a word an open deal in it is about to be forgotten; 0 says never.
        rests_days: Option<i64> = Field::new("Days of rest", Kind::Integer { min: 0, max: 3_650 }),
        /// Whether it is one of its pipeline's.
        state: StageState = Field::new("State", Kind::Choice(StageState::CHOICES)).hidden(),
        /// Its place among the stages of its pipeline of one standing: the least comes first.
        place: Option<i64> = Field::new("Place", Kind::Integer { min: -1_000_000_000, max: 1_000_000_000 }).hidden(),
    }
}

impl Stage {
    /// The text by which deals name the stage that a person made, of this id. Older versions and servers take it, too.
    pub fn key(id: RecordId) -> String {
        own_name(id)
    }

    /// The id of the record that changes one of the program's own stages: the same on every device.
    pub fn id_of(own: DealStage) -> RecordId {
        RecordId::derived(FIRST_PIPELINE, own.value())
    }
}

impl Standing {
    /// Its colour, where a stage has none of its own.
    pub const fn tone(self) -> Tone {
        match self {
            Self::Open | Self::Unknown => Tone::Neutral,
            Self::Won => Tone::Good,
            Self::Lost => Tone::Bad,
        }
    }

    /// Whether there is still something to be done. One of a newer version may well be.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Open | Self::Unknown)
    }
}
