//! The record types, one file each. A new one is a file here and a line in [`ALL`].

mod address;
mod business;
mod call;
mod company;
mod conflict;
mod contact;
mod convert;
mod deal;
mod invoice;
mod invoice_line;
mod lead;
mod link;
mod meeting;
mod merge;
mod note;
mod payment;
mod price;
mod product;
mod site;
mod stage_event;
mod tag;
mod task;
mod tax_rate;
#[cfg(feature = "sample")]
mod tool;
mod view;
mod visit;

pub use address::Address;
pub use business::{BUSINESS_ID, Business};
pub use call::{Call, CallDirection, CallOutcome};
pub use company::{Company, CompanyStatus};
pub use conflict::Conflict;
pub use contact::Contact;
pub use convert::{Conversion, ConvertError, convert};
pub use deal::{Deal, DealStage, Rot, begin_deal, move_stage};
pub use invoice::{
    Invoice, InvoiceStatus, IssueError, IssuedInvoice, IssuedLine, Party, PriceMode, draft_totals, issue, paid_by, void,
};
pub(crate) use invoice::{OPEN_AFTER_ISSUE, is_settled};
pub use invoice_line::InvoiceLine;
pub use lead::{Lead, LeadSource, LeadStatus};
pub use link::Link;
pub use meeting::{Meeting, MeetingStatus};
pub use merge::{Merge, Moved};
pub use note::Note;
pub use payment::{Payment, PaymentMethod};
pub use price::Price;
pub use product::{Product, ProductStatus};
pub use site::Site;
pub use stage_event::StageEvent;
pub use tag::{Tag, TagColour};
pub use task::{Due, Task, TaskStatus};
pub use tax_rate::TaxRate;
#[cfg(feature = "sample")]
pub use tool::Tool;
pub use view::{View, ViewAudience, ViewParams, ViewPlace};
pub use visit::Visit;

use crate::schema::{RecordType, Schema};

/// The version of the record types below; it is sent with each mutation and grows with each release that changes them.
pub const SCHEMA_VERSION: u32 = 2;

/// Every record type that this version knows.
pub static ALL: &[Schema] = &[
    Lead::SCHEMA,
    Deal::SCHEMA,
    StageEvent::SCHEMA,
    Invoice::SCHEMA,
    InvoiceLine::SCHEMA,
    Payment::SCHEMA,
    Business::SCHEMA,
    Conflict::SCHEMA,
    Merge::SCHEMA,
    Company::SCHEMA,
    Contact::SCHEMA,
    Site::SCHEMA,
    Note::SCHEMA,
    Call::SCHEMA,
    Meeting::SCHEMA,
    Visit::SCHEMA,
    Task::SCHEMA,
    Product::SCHEMA,
    Price::SCHEMA,
    TaxRate::SCHEMA,
    Tag::SCHEMA,
    View::SCHEMA,
    #[cfg(feature = "sample")]
    Tool::SCHEMA,
];

/// The schema of a type, if this version knows it.
pub fn schema(kind: &str) -> Option<&'static Schema> {
    ALL.iter().find(|schema| schema.kind == kind)
}

/// The types whose records have a list and pages of their own: all that are listed, but for the one business record, which is
/// a setting, and saved views, which are a part of lists.
pub fn with_pages() -> impl Iterator<Item = &'static Schema> {
    ALL.iter().filter(|schema| schema.is_listed() && ![Business::SCHEMA.kind, View::SCHEMA.kind].contains(&schema.kind))
}

/// The schema of the type whose list is at an address, if there is one.
pub fn at_path(path: &str) -> Option<&'static Schema> {
    with_pages().find(|schema| schema.path == path)
}
