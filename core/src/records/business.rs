use crate::id::RecordId;
use crate::money::Currency;
use crate::money::Rate;
use crate::records::Address;
use crate::schema::{Field, Kind};

/// The one business record of every workspace: known before any server is, so that two devices fill in the same one.
pub const BUSINESS_ID: RecordId = RecordId::singleton(0x0b05_1e55_0000_8000_8000_0000_0000_0001);

crate::record_type! {
    /// Who we are: the seller on our invoices, and what new ones start with.
    pub struct Business("business", "Business", "Business") { title: "name" } {
        /// Our name.
        name: String = Field::new("Name", Kind::Text).max(200),
        /// Our address.
        address: Address = Field::new("Address", Kind::Address),
        /// Our VAT or tax number.
        tax_id: String = Field::new("Tax number", Kind::Text).max(50),
        /// Where customers write to.
        email: String = Field::new("E-mail", Kind::Text).max(200),
        /// Where customers call.
        phone: String = Field::new("Phone", Kind::Text).max(50),
        /// Where customers pay to: an IBAN, or whatever the country uses.
        bank: String = Field::new("Bank account", Kind::Text).max(200),
        /// The currency of new deals and invoices.
        currency: Option<Currency> = Field::new("Currency", Kind::Currency),
        /// The tax rate of new lines.
        tax: Option<Rate> = Field::new("Tax rate", Kind::Rate),
        /// Days between issue and due date of new invoices.
        payment_days: Option<i64> = Field::new("Days to pay", Kind::Integer { min: 0, max: 365 }),
    }
}
