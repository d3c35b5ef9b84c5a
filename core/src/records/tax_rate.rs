use chrono::NaiveDate;

use crate::money::Rate;
use crate::schema::{Field, Kind};

crate::record_type! {
    /// A tax rate, from one day to another: what it was stays known when it changes.
    pub struct TaxRate("tax_rate", "Tax rate", "Tax rates") { title: "name", subtitle: "country", date: "from" } {
        /// What it is called.
        name: String = Field::new("Name", Kind::Text).required().max(100).search(10).hint("Such as Standard rate"),
        /// Where it holds.
        country: String = Field::new("Country", Kind::Text).max(100).search(5),
        /// How much.
        rate: Option<Rate> = Field::new("Rate", Kind::Rate).required(),
        /// The first day on which it holds; empty if it always did.
        from: Option<NaiveDate> = Field::new("From", Kind::Date),
        /// The last day on which it holds; empty if there is none yet.
        until: Option<NaiveDate> = Field::new("Until", Kind::Date),
    }
}
