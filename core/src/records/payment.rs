use chrono::NaiveDate;

use crate::id::RecordId;
use crate::money::Money;
use crate::schema::{Field, Kind};

crate::choices! {
    /// How money came.
    pub enum PaymentMethod {
        /// Bank transfer.
        #[default]
        Transfer = "transfer", "Bank transfer", Neutral;
        /// Card.
        Card = "card", "Card", Neutral;
        /// Cash.
        Cash = "cash", "Cash", Neutral;
        /// Anything else.
        Other = "other", "Other", Neutral;
    }
}

crate::record_type! {
    /// Money that came for an invoice: an event. What is paid is the sum of these, never a total that is overwritten.
    pub struct Payment("payment", "Payment", "Payments") { parent: "invoice", amount: "amount", date: "date" } {
        /// The invoice.
        invoice: Option<RecordId> = Field::new("Invoice", Kind::Relation("invoice")).required().hidden(),
        /// How much; negative for money given back.
        amount: Option<Money> = Field::new("Amount", Kind::Money).required(),
        /// On which day.
        date: Option<NaiveDate> = Field::new("Date", Kind::Date).required(),
        /// How.
        method: PaymentMethod = Field::new("Method", Kind::Choice(PaymentMethod::CHOICES)),
        /// The bank's words.
        reference: String = Field::new("Reference", Kind::Text).max(200),
    }
}
