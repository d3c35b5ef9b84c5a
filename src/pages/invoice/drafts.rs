//! What drafts add up to, in lists: an invoice has a total of its own only once it is issued.

use std::collections::HashMap;

use outpost_core::id::RecordId;
use outpost_core::money::Money;
use outpost_core::record::Record;
use outpost_core::records::{Invoice, InvoiceLine, InvoiceStatus, draft_totals};
use outpost_core::schema::RecordType;

use crate::forms::say;
use crate::platform::intl;
use crate::store::Store;

/// The amounts of those of the invoices that are drafts with lines and can be added up.
///
/// # Errors
/// Why the lines could not be read, as a sentence.
pub(crate) async fn draft_amounts(store: &Store, invoices: &[Record]) -> Result<HashMap<RecordId, String>, String> {
    let read = |record: &Record| Some((record.id, Invoice::from_record(record).ok()?));
    let mut drafts: HashMap<RecordId, (Invoice, Vec<InvoiceLine>)> = invoices
        .iter()
        .filter_map(read)
        .filter(|(_, invoice)| invoice.status == InvoiceStatus::Draft)
        .map(|(id, invoice)| (id, (invoice, Vec::new())))
        .collect();
    let ids: Vec<RecordId> = drafts.keys().copied().collect();
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    for record in store.children_of_many(&ids, InvoiceLine::SCHEMA.kind).await.map_err(say)? {
        let draft = record.relation("invoice").and_then(|invoice| drafts.get_mut(&invoice));
        if let (Some((_, lines)), Ok(line)) = (draft, InvoiceLine::from_record(&record)) {
            lines.push(line);
        }
    }
    let amount = |(id, (invoice, lines)): (RecordId, (Invoice, Vec<InvoiceLine>))| {
        // What cannot be added up yet is said where it is edited.
        let sums = draft_totals(&invoice, &lines).ok().filter(|_| !lines.is_empty())?;
        Some((id, intl::money(Money::new(sums.total, invoice.currency?))))
    };
    Ok(drafts.into_iter().filter_map(amount).collect())
}
