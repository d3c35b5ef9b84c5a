//! Issuing an invoice: the number is taken in the transaction that freezes the document.

use chrono::{Datelike, NaiveDate};
use outpost_core::id::RecordId;
use outpost_core::mutation::Op;
use outpost_core::record::RecordKey;
use outpost_core::records::{BUSINESS_ID, Business, Invoice, InvoiceLine, issue};
use outpost_core::schema::RecordType;
use outpost_core::sorting::Order;

use super::{IssueFailure, Snapshot, Store};
use crate::platform::locks;

const INVOICE: &str = Invoice::SCHEMA.kind;
const LINE: &str = InvoiceLine::SCHEMA.kind;

impl Store {
    /// Issues a draft: gives it the next number of this device's series and freezes it. Returns the number.
    ///
    /// Draft, lines and the number's counter are read and written in one transaction, which no other tab's can
    /// interleave with: numbers are unique and without a gap.
    ///
    /// # Errors
    /// [`IssueFailure`]; it is a draft still, and no number was used up.
    pub async fn issue_invoice(&self, id: RecordId, today: NaiveDate) -> Result<String, IssueFailure> {
        let business = RecordKey::new(Business::SCHEMA.kind, BUSINESS_ID);
        let keys = vec![RecordKey::new(INVOICE, id), business];
        let parents = vec![(id, LINE.to_owned())];
        let (tell, told) = futures::channel::oneshot::channel();
        let issued = self.write_with(keys, parents, move |snapshot| {
            let (number, op) = issuing(snapshot, id, today)?;
            // The receiver is below, in this very function.
            tell.send(number).ok();
            Ok::<_, IssueFailure>(vec![op])
        });
        locks::with(&format!("{}-series", self.0.name), issued).await?;
        told.await.map_err(|_| IssueFailure::Missing)
    }
}

fn issuing(snapshot: &Snapshot, id: RecordId, today: NaiveDate) -> Result<(String, Op), IssueFailure> {
    let record = snapshot.get(&RecordKey::new(INVOICE, id)).filter(|record| !record.is_deleted());
    let invoice = Invoice::from_record(record.ok_or(IssueFailure::Missing)?)?;
    let seller = snapshot.get(&RecordKey::new(Business::SCHEMA.kind, BUSINESS_ID));
    let seller = seller.map(Business::from_record).transpose()?.unwrap_or_default();
    let lines = snapshot.children(id, LINE).iter().map(InvoiceLine::from_record);
    // They come by id, and this sort keeps that order where positions are equal.
    let mut lines = lines.collect::<Result<Vec<_>, _>>()?;
    lines.order_by_key(|line| line.position);
    let number = snapshot.next_number(invoice.issue_date.unwrap_or(today).year());
    let patch = issue(&invoice, &lines, &seller, &number, today)?;
    Ok((number, Op::patch(INVOICE, id, patch)))
}
