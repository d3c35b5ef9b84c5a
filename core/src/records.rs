//! The record types, one file each. A new one is a file here and a line in [`ALL`].

mod address;
mod business;
mod conflict;
mod deal;
mod invoice;
mod invoice_line;
mod lead;
mod payment;
mod stage_event;

pub use address::Address;
pub use business::{BUSINESS_ID, Business};
pub use conflict::Conflict;
pub use deal::{Deal, DealStage, begin_deal, move_stage};
pub use invoice::{
    Invoice, InvoiceStatus, IssueError, IssuedInvoice, IssuedLine, Party, PriceMode, draft_totals, issue, paid_by, void,
};
pub(crate) use invoice::{OPEN_AFTER_ISSUE, is_settled};
pub use invoice_line::InvoiceLine;
pub use lead::{Lead, LeadSource, LeadStatus};
pub use payment::{Payment, PaymentMethod};
pub use stage_event::StageEvent;

use crate::schema::{RecordType, Schema};

/// The version of the record types below; it is sent with each mutation and grows with each release that changes them.
pub const SCHEMA_VERSION: u32 = 1;

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
];

/// The schema of a type, if this version knows it.
pub fn schema(kind: &str) -> Option<&'static Schema> {
    ALL.iter().find(|schema| schema.kind == kind)
}
