use crate::schema::{Field, Kind};

crate::choices! {
    /// The colour of a tag.
    pub enum TagColour {
        /// Grey.
        #[default]
        Grey = "grey", "Grey", Neutral;
        /// Blue.
        Blue = "blue", "Blue", Info;
        /// Green.
        Green = "green", "Green", Good;
        /// Amber.
        Amber = "amber", "Amber", Warn;
        /// Red.
        Red = "red", "Red", Bad;
    }
}

crate::record_type! {
    /// A word that marks companies, contacts and products that have something in common.
    pub struct Tag("tag", "Tag", "Tags") { title: "name", merges: true } {
        /// The word.
        name: String = Field::new("Name", Kind::Text).required().max(60).search(10),
        /// Its colour.
        colour: TagColour = Field::new("Colour", Kind::Choice(TagColour::CHOICES)),
    }
}
