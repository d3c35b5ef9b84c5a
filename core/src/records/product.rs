use crate::id::RecordId;
use crate::schema::{Field, Kind};

crate::choices! {
    /// Whether a product is sold.
    pub enum ProductStatus {
        /// It is.
        #[default]
        Active = "active", "Active", Good;
        /// It will be.
        Planned = "planned", "Planned", Info;
        /// Not any more.
        Retired = "retired", "Retired", Neutral;
    }
}

crate::record_type! {
    /// What we sell: a thing or a service. Its prices are records of their own.
    pub struct Product("product", "Product", "Products") {
        title: "name", subtitle: "number", facet: "status", merges: true,
    } {
        /// What it is called.
        name: String = Field::new("Name", Kind::Text).required().max(200).search(10),
        /// Our number for it.
        number: String = Field::new("Item number", Kind::Text).max(60).search(9),
        /// Whether it is sold.
        status: ProductStatus = Field::new("Status", Kind::Choice(ProductStatus::CHOICES)),
        /// What it is sold by: hours, kg, pieces.
        unit: String = Field::new("Unit", Kind::Text).max(20),
        /// The tax that it is usually sold with.
        tax: Option<RecordId> = Field::new("Tax rate", Kind::Relation("tax_rate")),
        /// Tags.
        tags: Vec<RecordId> = Field::new("Tags", Kind::Relations("tag")),
        /// What a customer should know.
        notes: String = Field::new("Description", Kind::LongText).max(20_000).search(1),
    }
}
