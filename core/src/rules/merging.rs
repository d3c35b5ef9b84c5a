//! What a merge of registers must keep to. Each of them was accepted by a server before, so what a change may do and when
//! is not asked again; what is frozen or an event stays as it is all the same, whoever says what it was.

use crate::hlc::Hlc;
use crate::mutation::{Op, Patch, Registers};
use crate::record::{Record, RecordKey, Register};
use crate::records::{InvoiceStatus, OPEN_AFTER_ISSUE, schema};
use crate::rules::{Context, Refusal, invoice_of, issuing, named_status, number};
use crate::validate;

/// Checks a merge against the record as it stands.
pub(super) fn check(
    op: &Op,
    registers: &Registers,
    current: Option<&Record>,
    context: &dyn Context,
) -> Result<(), Refusal> {
    let winning = winning(registers, current);
    if let Some(schema) = schema(&op.kind) {
        validate::patch(schema, &values(&winning))?;
    }
    match op.kind.as_str() {
        "invoice" => invoice(op, registers, &winning, current, context),
        "invoice_line" => line(op, &winning, current, context),
        "stage_event" => event(&winning, current, "stage change"),
        "payment" => event(&winning, current, "payment"),
        _ => Ok(()),
    }
}

/// A field's name and the register that it gets.
type Winning<'a> = Vec<(&'a str, &'a Register)>;

/// The registers that would change the record.
fn winning<'a>(registers: &'a Registers, current: Option<&Record>) -> Winning<'a> {
    let wins = |name: &str, register: &Register| {
        current.and_then(|record| record.fields.get(name)).is_none_or(|ours| register.beats(ours))
    };
    registers.fields.iter().map(|(name, register)| (name.as_str(), register)).filter(|(n, r)| wins(n, r)).collect()
}

fn values(winning: &Winning<'_>) -> Patch {
    winning.iter().map(|(name, register)| ((*name).to_owned(), register.value().clone())).collect()
}

/// When the invoice was issued.
fn issued_at(record: Option<&Record>) -> Option<Hlc> {
    record?.fields.get("issued").filter(|register| !register.value().is_null()).map(Register::hlc)
}

fn invoice(
    op: &Op,
    registers: &Registers,
    winning: &Winning<'_>,
    current: Option<&Record>,
    context: &dyn Context,
) -> Result<(), Refusal> {
    let set = |name: &str| winning.iter().find(|(n, _)| *n == name).map(|(_, register)| register.value());
    if let Some(issued) = issued_at(current) {
        // What was edited before the issue, and came late, lies beneath the document.
        let frozen = |name: &str, at: Hlc| !OPEN_AFTER_ISSUE.contains(&name) && at > issued;
        if set("issued").is_some() {
            return Err(Refusal::IssuedTwice(number(current)));
        }
        let drafted = set("status").is_some_and(|value| named_status(value.as_str().unwrap_or_default()) == DRAFT);
        if drafted || winning.iter().any(|(name, register)| frozen(name, register.hlc())) {
            return Err(Refusal::Issued(number(current)));
        }
        return Ok(());
    }
    let mut merged = Record::empty(op.key());
    if let Some(current) = current {
        merged.merge(current.clone());
    }
    merged.fields.extend(winning.iter().map(|(name, register)| ((*name).to_owned(), (*register).clone())));
    if registers.fields.get("issued").is_some_and(|register| !register.value().is_null()) {
        let all = merged.fields.iter().map(|(name, register)| (name.clone(), register.value().clone())).collect();
        return issuing(op.id, &all, context);
    }
    if named_status(merged.text("status")) != DRAFT || merged.get("number").is_some() {
        return Err(Refusal::Incomplete);
    }
    Ok(())
}

const DRAFT: InvoiceStatus = InvoiceStatus::Draft;

fn line(op: &Op, winning: &Winning<'_>, current: Option<&Record>, context: &dyn Context) -> Result<(), Refusal> {
    let belongs = current.and_then(|record| record.relation("invoice"));
    let named = op.value("invoice").and_then(|value| value.as_str()?.parse().ok());
    if belongs.is_some() && named.is_some() && belongs != named {
        return Err(Refusal::LineMoved);
    }
    let key: Option<RecordKey> = invoice_of(op, current);
    let invoice = key.and_then(|key| context.record(&key));
    match issued_at(invoice) {
        Some(issued) if winning.iter().any(|(_, register)| register.hlc() > issued) => {
            Err(Refusal::Issued(number(invoice)))
        }
        _ => Ok(()),
    }
}

fn event(winning: &Winning<'_>, current: Option<&Record>, what: &'static str) -> Result<(), Refusal> {
    let changes = |(name, register): &(&str, &Register)| {
        current.and_then(|record| record.get(name)).is_some_and(|value| value != register.value())
    };
    if winning.iter().any(changes) { Err(Refusal::Immutable(what)) } else { Ok(()) }
}
