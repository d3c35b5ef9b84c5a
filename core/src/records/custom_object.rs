use crate::id::RecordId;
use crate::records::own_name;
use crate::schema::{Field, Kind};

crate::choices! {
    /// The picture that stands for a type that a person made.
    pub enum ObjectIcon {
        /// A thing that is sold.
        #[default]
        Product = "product", "Box", Neutral;
        /// A house.
        Building = "building", "Building", Neutral;
        /// A place.
        Place = "place", "Place", Neutral;
        /// A person.
        Person = "person", "Person", Neutral;
        /// Several people.
        People = "people", "People", Neutral;
        /// A day.
        Calendar = "calendar", "Calendar", Neutral;
        /// Something to be done.
        Check = "check", "Tick", Neutral;
        /// A call.
        Phone = "phone", "Phone", Neutral;
        /// A sheet of paper.
        Note = "note", "Note", Neutral;
        /// A bill.
        Invoice = "invoice", "Document", Neutral;
        /// A sale.
        Deal = "deal", "Deal", Neutral;
        /// Coins.
        Money = "money", "Money", Neutral;
        /// A chain.
        Link = "link", "Chain", Neutral;
    }
}

crate::record_type! {
    /// A record type that a person has made. Its records are of a [kind](CustomObject::kind) that follows from its id; they have a name,
    /// and the [fields](super::CustomField) that were added. Of the parts that fields play in lists (`facet` and those below it) an empty
    /// text says: the first that can, and [`NOBODY`] says: none.
    pub struct CustomObject("object", "Object", "Objects") { title: "plural", subtitle: "label" } {
        /// What several are called.
        plural: String = Field::new("What several are called", Kind::Text).required().max(60).hint("Such as Vehicles"),
        /// What one is called.
        label: String = Field::new("What one is called", Kind::Text).required().max(60).hint("Such as Vehicle"),
        /// What stands for them in menus.
        icon: ObjectIcon = Field::new("Picture", Kind::Choice(ObjectIcon::CHOICES)),
        /// What the name of one is called.
        title_label: String = Field::new("What its name is called", Kind::Text).max(60).hint("Empty says Name"),
        /// The field that says where one stands: a choice.
        facet: String = Field::new("Status", Kind::Text).hidden(),
        /// The field that says what one is worth.
        amount: String = Field::new("Amount", Kind::Text).hidden(),
        /// The field that says when it is: then they stand in calendars and timelines. Empty says none.
        moment: String = Field::new("When it is", Kind::Text).hidden(),
        /// The field that stands below the name.
        second: String = Field::new("Second line", Kind::Text).hidden(),
        /// Its place among the types that were made.
        place: i64 = Field::new("Place", Kind::Integer { min: -1_000_000_000, max: 1_000_000_000 }).hidden(),
    }
}

/// What says that no field plays a part.
pub const NOBODY: &str = "-";

impl CustomObject {
    /// The type of the records of the object of this id.
    pub fn kind(id: RecordId) -> String {
        own_name(id)
    }
}
