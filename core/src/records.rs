//! The record types, one file each. A new one is a file here and a line in [`ALL`].

mod address;
mod apart;
mod business;
mod call;
mod company;
mod conflict;
mod contact;
mod convert;
mod custom_field;
mod custom_object;
mod deal;
mod invoice;
mod invoice_line;
mod lead;
mod link;
mod meeting;
mod merge;
mod note;
mod payment;
mod pipeline;
mod price;
mod product;
mod site;
mod stage;
mod stage_event;
mod tag;
mod task;
mod tax_rate;
#[cfg(feature = "sample")]
mod tool;
mod view;
mod visit;

pub use address::{Address, AddressLayout};
pub use apart::Apart;
pub use business::{BUSINESS_ID, Business};
pub use call::{Call, CallDirection, CallOutcome};
pub use company::{Company, CompanyStatus};
pub use conflict::Conflict;
pub use contact::Contact;
pub use convert::{Conversion, ConvertError, convert};
pub use custom_field::{CustomField, FieldKind, FieldNeed, FieldOption, FieldOptions, FieldSearch, OptionTone};
pub use custom_object::{CustomObject, NOBODY, ObjectIcon};
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
pub use pipeline::{FIRST_PIPELINE, Pipeline};
pub use price::Price;
pub use product::{Product, ProductStatus};
pub use site::Site;
pub use stage::{Stage, StageState, Standing};
pub use stage_event::StageEvent;
pub use tag::{Tag, TagColour};
pub use task::{Due, REMINDED, Task, TaskStatus};
pub use tax_rate::TaxRate;
#[cfg(feature = "sample")]
pub use tool::Tool;
pub use view::{View, ViewAudience, ViewParams, ViewPlace};
pub use visit::Visit;

use crate::id::RecordId;
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
    Apart::SCHEMA,
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
    CustomObject::SCHEMA,
    CustomField::SCHEMA,
    Pipeline::SCHEMA,
    Stage::SCHEMA,
    #[cfg(feature = "sample")]
    Tool::SCHEMA,
];

/// What the name of every field and type begins with that a person made. None of this program's own does, in any version.
const OWN: &str = "x_";

/// Whether a field or type of this name was made by a person, and so is described by a record ([`CustomField`],
/// [`CustomObject`]).
pub fn is_own(name: &str) -> bool {
    name.starts_with(OWN)
}

/// The name that follows from the id of a definition: 62 random bits of it.
fn own_name(id: RecordId) -> String {
    let [.., a, b, c, d, e, f, g, h] = *id.as_bytes();
    format!("{OWN}{:016x}", u64::from_be_bytes([a, b, c, d, e, f, g, h]))
}

/// The schema of a type of the program's own, if this version knows it. Types and fields that people made are in a
/// [`Catalogue`](crate::catalogue::Catalogue).
pub fn schema(kind: &str) -> Option<&'static Schema> {
    ALL.iter().find(|schema| schema.kind == kind)
}

/// The types whose records have a list and pages of their own: all that are listed, but for the one business record and what people
/// made of their own, which are settings, and saved views, which are a part of lists.
pub fn with_pages() -> impl Iterator<Item = &'static Schema> {
    ALL.iter().filter(|schema| has_pages(schema))
}

/// See [`with_pages`].
pub fn has_pages(schema: &Schema) -> bool {
    let others = [Business::SCHEMA.kind, View::SCHEMA.kind];
    schema.is_listed() && !others.contains(&schema.kind) && !crate::catalogue::DEFINITIONS.contains(&schema.kind)
}
