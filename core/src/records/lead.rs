use crate::id::RecordId;
use crate::money::Money;
use crate::records::Address;
use crate::schema::{Field, Kind};
use crate::scope::Keep;

crate::choices! {
    /// Where a lead stands: new → contacted → nurturing → qualified or unqualified; converted once it is a contact.
    pub enum LeadStatus {
        /// Nobody has spoken with them yet.
        #[default]
        New = "new", "New", Info;
        /// Somebody has.
        Contacted = "contacted", "Contacted", Neutral;
        /// Not now, but not never.
        Nurturing = "nurturing", "Nurturing", Warn;
        /// Worth a deal.
        Qualified = "qualified", "Qualified", Good;
        /// Not to be pursued.
        Unqualified = "unqualified", "Unqualified", Bad;
        /// A contact, a company and a deal by now.
        Converted = "converted", "Converted", Good;
    }
}

impl LeadStatus {
    /// The statuses that a person may move a lead to from here. A closed lead can be taken up again.
    pub const fn next(self) -> &'static [Self] {
        match self {
            Self::New => &[Self::Contacted, Self::Nurturing, Self::Qualified, Self::Unqualified],
            Self::Contacted => &[Self::Nurturing, Self::Qualified, Self::Unqualified],
            Self::Nurturing => &[Self::Contacted, Self::Qualified, Self::Unqualified],
            Self::Qualified | Self::Unqualified => &[Self::Nurturing],
            Self::Converted | Self::Unknown => &[],
        }
    }

    /// Whether a person may move a lead from here to `to`.
    ///
    /// This binds the form, not the merge: two people who move one lead apart while offline both did what they were
    /// allowed to, and the later one stands.
    pub fn can_become(self, to: Self) -> bool {
        self == to || self.next().contains(&to)
    }
}

crate::choices! {
    /// How a lead was found.
    pub enum LeadSource {
        /// Found by ourselves.
        #[default]
        Own = "own", "Own search", Neutral;
        /// Recommended.
        Referral = "referral", "Referral", Neutral;
        /// Wrote through the web site.
        Web = "web", "Web site", Neutral;
        /// Met at a fair.
        Fair = "fair", "Trade fair", Neutral;
        /// Called or wrote.
        Inbound = "inbound", "Called us", Neutral;
        /// From a bought or public list.
        List = "list", "Address list", Neutral;
    }
}

crate::record_type! {
    /// A person or company that may become a customer.
    pub struct Lead("lead", "Lead", "Leads") {
        title: "name", subtitle: "company", facet: "status", amount: "value",
        done: &["qualified", "unqualified", "converted"], merges: true,
    } {
        /// The person's name, as it is written.
        name: String = Field::new("Name", Kind::Text).required().max(200).search(10),
        /// Where they work.
        company: String = Field::new("Company", Kind::Text).max(200).search(8),
        /// Where they stand.
        status: LeadStatus = Field::new("Status", Kind::Choice(LeadStatus::CHOICES)),
        /// E-mail addresses, the first is the one to write to.
        emails: Vec<String> = Field::new("E-mail", Kind::Emails).search(5),
        /// Telephone numbers, the first is the one to call.
        phones: Vec<String> = Field::new("Phone", Kind::Phones).search(5),
        /// Where they are.
        address: Address = Field::new("Address", Kind::Address).search(2),
        /// How they were found.
        source: Option<LeadSource> = Field::new("Source", Kind::Choice(LeadSource::CHOICES)),
        /// Who looks after them.
        owner: String = Field::new("Owner", Kind::Text).max(100).search(1),
        /// What they may be worth.
        value: Option<Money> = Field::new("Estimated value", Kind::Money),
        /// How promising they are, 0 to 100.
        score: Option<i64> = Field::new("Score", Kind::Integer { min: 0, max: 100 }).hint("0 to 100"),
        /// Tags.
        tags: Vec<RecordId> = Field::new("Tags", Kind::Relations("tag")),
        /// Whether it stays on each device, however old it is.
        keep: Option<Keep> = Field::new("Kept on devices", Kind::Choice(Keep::CHOICES)).hidden(),
        /// What there is to know.
        notes: String = Field::new("Notes", Kind::LongText).max(20_000).search(1),
    }
}
