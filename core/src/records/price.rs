use chrono::NaiveDate;

use crate::id::RecordId;
use crate::money::Money;
use crate::schema::{Field, Kind};

crate::record_type! {
    /// What a product costs, in one price list and from one day to another.
    pub struct Price("price", "Price", "Prices") { title: "name", amount: "amount", date: "from" } {
        /// The price list.
        name: String = Field::new("Price list", Kind::Text).required().max(100).search(10).hint("Such as Standard, or Wholesale"),
        /// What it is the price of.
        product: Option<RecordId> = Field::new("Product", Kind::Relation("product")).required(),
        /// The price of one unit.
        amount: Option<Money> = Field::new("Price", Kind::Money).required(),
        /// The first day on which it holds; empty if it always did.
        from: Option<NaiveDate> = Field::new("From", Kind::Date),
        /// The last day on which it holds; empty if there is none yet.
        until: Option<NaiveDate> = Field::new("Until", Kind::Date),
    }
}
