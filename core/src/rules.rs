//! The rules that no merge may break, checked by the device before it writes and by the server before it applies:
//! values are of their field's kind, what is issued stays as it is, a number is used once.
//!
//! What is merely the usual order of things (a lead's statuses) is not here: two people who did apart what each was
//! allowed to do are both right, and the later one stands.

mod merging;

use serde::Deserialize;
use thiserror::Error;

use crate::id::RecordId;
use crate::money::Money;
use crate::mutation::{Action, Op, Patch};
use crate::record::{Record, RecordKey};
use crate::records::{InvoiceStatus, IssuedInvoice, OPEN_AFTER_ISSUE, schema};
use crate::schema::Schema;
use crate::validate::{self, Invalid};

/// What the rules need to know beyond the op.
pub trait Context {
    /// The record as it stands, with what the same mutation has done to it so far.
    fn record(&self, key: &RecordKey) -> Option<&Record>;

    /// Whether an invoice other than `invoice` has this number.
    fn number_taken(&self, number: &str, invoice: RecordId) -> bool;
}

/// Why a change is refused.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Refusal {
    /// A value is not of its field's kind.
    #[error(transparent)]
    Invalid(#[from] Invalid),
    /// A new record lacks a field that it must have.
    #[error("a new {kind} needs “{label}”")]
    Missing {
        /// What the type is called.
        kind: &'static str,
        /// What the field is called.
        label: &'static str,
    },
    /// The invoice is issued.
    #[error("invoice {0} is issued and cannot be changed any more; void it and write a new one")]
    Issued(String),
    /// It was issued already, by somebody else.
    #[error("this invoice was already issued as {0} on another device")]
    IssuedTwice(String),
    /// The number is in use.
    #[error("the number {0} is already used by another invoice")]
    NumberTaken(String),
    /// Issued without number or document, or they do not agree.
    #[error("an invoice is issued together with its number, its total and a frozen document that adds up")]
    Incomplete,
    /// Not draft → issued → void.
    #[error("an invoice cannot go from {from} to {to}")]
    Transition {
        /// Where it stands.
        from: &'static str,
        /// Where it should go.
        to: &'static str,
    },
    /// A line of one invoice should become a line of another.
    #[error("a line stays with its invoice; add it to the other one as a new line")]
    LineMoved,
    /// Events are never changed.
    #[error("a {0} is an event: it is not changed once it is written")]
    Immutable(&'static str),
}

impl Refusal {
    /// The code on the wire.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Invalid(_) => "invalid_value",
            Self::Missing { .. } => "missing_field",
            Self::Issued(_) => "already_issued",
            Self::IssuedTwice(_) => "issued_twice",
            Self::NumberTaken(_) => "number_taken",
            Self::Incomplete => "incomplete_issue",
            Self::Transition { .. } => "illegal_transition",
            Self::LineMoved => "line_moved",
            Self::Immutable(_) => "immutable",
        }
    }
}

/// The records beyond the op's own that [`check`] looks at, as far as `op` and `current` name them.
pub fn needs(op: &Op, current: Option<&Record>) -> Option<RecordKey> {
    (op.kind == "invoice_line").then(|| invoice_of(op, current)).flatten()
}

fn invoice_of(op: &Op, current: Option<&Record>) -> Option<RecordKey> {
    let named = op.value("invoice").and_then(|value| value.as_str()?.parse().ok());
    let invoice = current.and_then(|record| record.relation("invoice")).or(named)?;
    Some(RecordKey::new("invoice", invoice))
}

/// Checks one op against the records as they stand.
///
/// # Errors
/// The first [`Refusal`].
pub fn check(op: &Op, context: &dyn Context) -> Result<(), Refusal> {
    let current = context.record(&op.key());
    if let Action::Merge(registers) = &op.action {
        return merging::check(op, registers, current, context);
    }
    if let (Some(patch), Some(schema)) = (op.patched(), schema(&op.kind)) {
        validate::patch(schema, patch)?;
        complete(schema, patch, current)?;
    }
    match op.kind.as_str() {
        "invoice" => invoice(op, current, context),
        "invoice_line" => invoice_line(op, current, context),
        "stage_event" => immutable(op, current, "stage change"),
        "payment" => match op.action {
            // A payment entered by mistake is taken out by deleting it, never by changing what it says.
            Action::Patch(_) => immutable(op, current, "payment"),
            Action::Delete | Action::Restore | Action::Merge(_) => Ok(()),
        },
        _ => Ok(()),
    }
}

/// A new record has all that it must have. One that is there may lack what a newer version made required, and one that was
/// ever deleted what went with [time](crate::horizon): an edit of something else is no reason to ask for it.
fn complete(schema: &Schema, patch: &Patch, current: Option<&Record>) -> Result<(), Refusal> {
    if current.is_some_and(|record| !record.fields.is_empty() || record.deleted.is_some()) {
        return Ok(());
    }
    let has = |name| patch.get(name).is_some_and(|value| !crate::schema::is_empty(value));
    match schema.fields.iter().find(|field| field.required && !has(field.name)) {
        Some(field) => Err(Refusal::Missing { kind: schema.label, label: field.label }),
        None => Ok(()),
    }
}

/// Where an invoice stands. Whatever a merge made of its status: with a document it is no draft any more.
fn status(record: Option<&Record>) -> InvoiceStatus {
    let is_frozen = record.is_some_and(|record| record.get("issued").is_some());
    match record.map_or(InvoiceStatus::Draft, |record| named_status(record.text("status"))) {
        InvoiceStatus::Draft if is_frozen => InvoiceStatus::Issued,
        status => status,
    }
}

/// A status that is empty or was cleared is a draft's.
fn named_status(text: &str) -> InvoiceStatus {
    if text.is_empty() { InvoiceStatus::default() } else { InvoiceStatus::parse(text) }
}

fn number(record: Option<&Record>) -> String {
    record.map(|record| record.text("number").to_owned()).unwrap_or_default()
}

fn invoice(op: &Op, current: Option<&Record>, context: &dyn Context) -> Result<(), Refusal> {
    let from = status(current);
    let patch = match &op.action {
        Action::Patch(patch) => patch,
        Action::Delete if from == InvoiceStatus::Draft => return Ok(()),
        Action::Delete => return Err(Refusal::Issued(number(current))),
        Action::Restore | Action::Merge(_) => return Ok(()),
    };
    let to = patch.get("status").map_or(from, |value| named_status(value.as_str().unwrap_or_default()));
    if from == InvoiceStatus::Draft {
        return match to {
            InvoiceStatus::Draft if !patch.contains_key("issued") && !patch.contains_key("number") => Ok(()),
            InvoiceStatus::Draft => Err(Refusal::Incomplete),
            InvoiceStatus::Issued => issuing(op.id, patch, context),
            _ => Err(Refusal::Transition { from: from.value(), to: to.value() }),
        };
    }
    let is_document = |value: &serde_json::Value| !value.is_null();
    if to == InvoiceStatus::Issued && patch.get("issued").is_some_and(is_document) {
        return Err(Refusal::IssuedTwice(number(current)));
    }
    if patch.keys().any(|name| !OPEN_AFTER_ISSUE.contains(&name.as_str())) {
        return Err(Refusal::Issued(number(current)));
    }
    match (from, to) {
        (InvoiceStatus::Issued, InvoiceStatus::Issued | InvoiceStatus::Void)
        | (InvoiceStatus::Void, InvoiceStatus::Void) => Ok(()),
        _ => Err(Refusal::Transition { from: from.value(), to: to.value() }),
    }
}

fn issuing(id: RecordId, patch: &Patch, context: &dyn Context) -> Result<(), Refusal> {
    let number = patch.get("number").and_then(|value| value.as_str()).filter(|number| !number.is_empty());
    let document = patch.get("issued").and_then(|value| IssuedInvoice::deserialize(value).ok());
    let total = patch.get("total").and_then(|value| Money::deserialize(value).ok());
    let (Some(number), Some(document), Some(total)) = (number, document, total) else {
        return Err(Refusal::Incomplete);
    };
    let same = document.number == number && total == Money::new(document.totals.total, document.currency);
    if !same || !document.totals.add_up() {
        return Err(Refusal::Incomplete);
    }
    if context.number_taken(number, id) { Err(Refusal::NumberTaken(number.to_owned())) } else { Ok(()) }
}

fn invoice_line(op: &Op, current: Option<&Record>, context: &dyn Context) -> Result<(), Refusal> {
    let belongs = current.and_then(|record| record.relation("invoice"));
    let named = op.patched().and_then(|patch| patch.get("invoice")?.as_str()?.parse().ok());
    if belongs.is_some() && named.is_some() && belongs != named {
        return Err(Refusal::LineMoved);
    }
    let invoice = invoice_of(op, current).and_then(|key| context.record(&key));
    if status(invoice) == InvoiceStatus::Draft { Ok(()) } else { Err(Refusal::Issued(number(invoice))) }
}

fn immutable(op: &Op, current: Option<&Record>, what: &'static str) -> Result<(), Refusal> {
    let same = |patch: &Patch, record: &Record| patch.iter().all(|(name, value)| record.get(name) == Some(value));
    match (&op.action, current) {
        (_, None) => Ok(()),
        (Action::Patch(patch), Some(record)) if same(patch, record) || record.fields.is_empty() => Ok(()),
        _ => Err(Refusal::Immutable(what)),
    }
}
