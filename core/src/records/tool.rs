use chrono::NaiveDate;

use crate::id::RecordId;
use crate::schema::{Field, Kind};

crate::choices! {
    /// Where a tool is.
    pub enum ToolState {
        /// Here.
        #[default]
        Here = "here", "Here", Good;
        /// Lent.
        Lent = "lent", "Lent", Warn;
    }
}

crate::record_type! {
    /// A thing that is lent: a type of the tests only, which shows that a file and a line are all that a type takes.
    pub struct Tool("tool", "Tool", "Tools") { title: "name", facet: "state", date: "back" } {
        /// What it is called.
        name: String = Field::new("Name", Kind::Text).required().search(10),
        /// Where it is.
        state: ToolState = Field::new("State", Kind::Choice(ToolState::CHOICES)),
        /// When it comes back.
        back: Option<NaiveDate> = Field::new("Back", Kind::Date),
        /// Who has it.
        company: Option<RecordId> = Field::new("Lent to", Kind::Relation("company")),
    }
}
