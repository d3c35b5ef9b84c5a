use crate::decimal::Decimal;
use crate::id::RecordId;
use crate::money::Rate;
use crate::schema::{Field, Kind};

crate::record_type! {
    /// A line item of a draft invoice: a record of its own, so that two people can each add one. Once the invoice is
    /// issued its lines are in the invoice's frozen copy, and these are not changed any more.
    pub struct InvoiceLine("invoice_line", "Line", "Lines") { title: "description", parent: "invoice" } {
        /// The invoice.
        invoice: Option<RecordId> = Field::new("Invoice", Kind::Relation("invoice")).required().hidden(),
        /// Its place among the lines: ascending, gaps are fine, ties go by id.
        position: i64 = Field::new("Position", Kind::Integer { min: 0, max: i64::MAX }).hidden(),
        /// What is sold.
        description: String = Field::new("Description", Kind::Text).max(1_000),
        /// How much of it.
        quantity: Decimal = Field::new("Quantity", Kind::Decimal),
        /// Of what: hours, kg, pieces.
        unit: String = Field::new("Unit", Kind::Text).max(20),
        /// The price of one unit, in the invoice's currency; more decimals than the currency has are allowed.
        unit_price: Decimal = Field::new("Unit price", Kind::Decimal),
        /// A discount on this line.
        discount: Rate = Field::new("Discount", Kind::Rate),
        /// The tax rate.
        tax: Rate = Field::new("Tax", Kind::Rate),
    }
}
