//! Leads to measure with: those of the demo, without their deals and invoices.

use outpost_core::{
    demo,
    mutation::{Action, Op, Patch},
    protocol::Verdict,
    records::{CustomField, FieldKind, FieldOptions, OptionTone},
    schema::RecordType,
};
use serde_json::json;

use crate::{
    api::{Client, new_device, new_id, now_ms},
    trouble::{Result, Trouble, check},
};

fn today() -> chrono::NaiveDate {
    let now = chrono::DateTime::from_timestamp_millis(i64::try_from(now_ms()).unwrap_or_default());
    now.unwrap_or_default().date_naive()
}

/// So many leads as they are when they are made.
pub fn leads(count: usize) -> Vec<Patch> {
    let mutations = demo::mutations(count + count / 10, 7, new_device(), now_ms(), "T1", today());
    let ops = mutations.flat_map(|mutation| mutation.ops);
    let patches = ops.filter(|op| op.kind == "lead").filter_map(|op| match op.action {
        Action::Patch(patch) if patch.contains_key("name") => Some(patch),
        _ => None,
    });
    patches.take(count).collect()
}

/// An account whose workspace holds so many leads.
///
/// # Errors
/// The server refuses something.
pub async fn workspace(url: &str, email: &str, count: usize) -> Result<Client> {
    workspace_with(url, email, count, 0).await
}

/// The same with so many fields that a person has added to leads, each filled in on every lead: texts that searches look
/// into, choices, dates and numbers by turns.
///
/// # Errors
/// The server refuses something.
pub async fn workspace_with(url: &str, email: &str, count: usize, fields: usize) -> Result<Client> {
    // Before a connection is there: the server closes one on which it hears nothing for 10 s.
    let mut patches = leads(count);
    let mut client = Client::sign_up(url, email, crate::app::PASSWORD).await?;
    for at in 0..fields {
        let id = new_id();
        let (kind, value): (_, fn(usize) -> serde_json::Value) = match at % 4 {
            0 => (FieldKind::Text, |row| json!(format!("KD {row:05}"))),
            1 => (FieldKind::Choice, |row| json!(if row % 2 == 0 { "dairy" } else { "timber" })),
            2 => (FieldKind::Date, |row| json!(format!("2026-11-{:02}", row % 28 + 1))),
            _ => (FieldKind::Integer, |row| json!(row)),
        };
        let mut options = FieldOptions::default();
        ["Dairy", "Timber"].iter().for_each(|label| options.add(label, OptionTone::Info));
        let place = i64::try_from(at).unwrap_or_default();
        let field = CustomField {
            label: format!("Field {at}"),
            kind,
            options,
            of: "lead".into(),
            place,
            ..CustomField::default()
        };
        let patch = field.to_patch().map_err(|error| Trouble::Said(error.to_string()))?;
        check(client.set("field", id, patch).await?.verdict == Verdict::Applied, "a field is taken")?;
        let name = CustomField::name(id);
        (0..).zip(&mut patches).for_each(|(row, patch)| drop(patch.insert(name.clone(), value(row))));
    }
    check(patches.len() == count, format!("the demo has only {} leads", patches.len()))?;
    // What one request may weigh.
    for request in patches.chunks(if fields == 0 { 4_000 } else { 400 }) {
        let mut mutations = Vec::new();
        for some in request.chunks(100) {
            let ops = some.iter().map(|patch| Op::patch("lead", new_id(), patch.clone())).collect();
            mutations.push(client.mutation(ops)?);
        }
        client.sync(mutations, 0).await?.all_applied()?;
    }
    Ok(client)
}

/// An account whose workspace holds the whole business that the demo makes of so many leads, of every type, and how many records
/// that are.
///
/// # Errors
/// The server refuses something.
pub async fn business(url: &str, email: &str, leads: usize) -> Result<usize> {
    let mut client = Client::sign_up(url, email, crate::app::PASSWORD).await?;
    let mut made = std::collections::HashSet::new();
    let mut request = Vec::new();
    for mutation in demo::mutations(leads, 7, new_device(), now_ms(), "T1", today()) {
        made.extend(mutation.ops.iter().map(|op| (op.kind.clone(), op.id)));
        request.push(client.mutation(mutation.ops)?);
        if request.len() == 100 {
            client.sync(std::mem::take(&mut request), 0).await?.all_applied()?;
        }
    }
    client.sync(request, 0).await?.all_applied()?;
    Ok(made.len())
}

/// Answers that took everything.
pub(super) trait AllApplied {
    /// # Errors
    /// The first refusal.
    fn all_applied(&self) -> Result;
}

impl AllApplied for outpost_core::protocol::SyncResponse {
    fn all_applied(&self) -> Result {
        use outpost_core::protocol::Verdict;
        let refused = self.receipts.iter().find(|receipt| receipt.verdict != Verdict::Applied);
        match refused {
            Some(receipt) => crate::trouble::trouble(format!("the server did not simply apply {receipt:?}")),
            None => Ok(()),
        }
    }
}
