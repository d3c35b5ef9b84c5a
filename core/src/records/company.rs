use crate::id::RecordId;
use crate::records::Address;
use crate::schema::{Field, Kind};

crate::choices! {
    /// What a company is to us.
    pub enum CompanyStatus {
        /// May buy.
        #[default]
        Prospect = "prospect", "Prospect", Info;
        /// Buys.
        Customer = "customer", "Customer", Good;
        /// Works with us.
        Partner = "partner", "Partner", Neutral;
        /// Sells to us.
        Supplier = "supplier", "Supplier", Neutral;
        /// Bought once.
        Former = "former", "Former", Warn;
    }
}

crate::record_type! {
    /// An organisation that we deal with.
    pub struct Company("company", "Company", "Companies") {
        title: "name", subtitle: "industry", facet: "status", merges: true,
    } {
        /// What it is called.
        name: String = Field::new("Name", Kind::Text).required().max(200).search(10),
        /// What it does.
        industry: String = Field::new("Industry", Kind::Text).max(100).search(3),
        /// What it is to us.
        status: Option<CompanyStatus> = Field::new("Status", Kind::Choice(CompanyStatus::CHOICES)),
        /// E-mail addresses, the first is the one to write to.
        emails: Vec<String> = Field::new("E-mail", Kind::Emails).search(5),
        /// Telephone numbers, the first is the one to call.
        phones: Vec<String> = Field::new("Phone", Kind::Phones).search(5),
        /// Its web site.
        website: String = Field::new("Web site", Kind::Text).max(300).search(4),
        /// Where it is.
        address: Address = Field::new("Address", Kind::Address).search(2),
        /// The company that it belongs to.
        parent: Option<RecordId> = Field::new("Part of", Kind::Relation("company")),
        /// The lead that it was.
        lead: Option<RecordId> = Field::new("Lead", Kind::Relation("lead")).hidden(),
        /// VAT or tax number.
        tax_id: String = Field::new("Tax number", Kind::Text).max(50).search(3),
        /// Who looks after it.
        owner: String = Field::new("Owner", Kind::Text).max(100).search(1),
        /// Tags.
        tags: Vec<RecordId> = Field::new("Tags", Kind::Relations("tag")),
        /// What there is to know.
        notes: String = Field::new("Notes", Kind::LongText).max(20_000).search(1),
    }
}
