//! Where an invoice stands, in the words of whoever waits for the money: draft, open, overdue, paid, void. Derived each time.

use std::collections::HashMap;

use chrono::NaiveDate;
use outpost_core::id::RecordId;
use outpost_core::record::Record;
use outpost_core::records::{Invoice, InvoiceStatus, Payment};
use outpost_core::schema::RecordType;
use outpost_core::totals::{PaidState, Payments, paid_state};

use crate::components::Tone;
use crate::platform::time;
use crate::store::Store;
use crate::words::{tn, tr};

/// What has been paid of an issued invoice; `None` for a draft.
pub(crate) fn paid(invoice: &Invoice, payments: &[Payment], today: NaiveDate) -> Option<Payments> {
    let document = invoice.issued.as_ref()?;
    let same = |payment: &Payment| payment.amount.filter(|amount| amount.currency == document.currency);
    let amounts = payments.iter().filter_map(same).map(|amount| amount.minor);
    paid_state(document.totals.total, amounts, document.due_date, today).ok()
}

/// A word for where it stands, and its colour.
pub(crate) fn standing(invoice: &Invoice, payments: &[Payment], today: NaiveDate) -> (String, Tone) {
    let (word, tone) = match (invoice.status, paid(invoice, payments, today)) {
        (InvoiceStatus::Draft, _) => ("Draft", Tone::Plain),
        (InvoiceStatus::Void, _) => ("Void", Tone::Bad),
        (InvoiceStatus::Unknown, _) => ("Unknown", Tone::Plain),
        (InvoiceStatus::Issued, None) => ("Issued", Tone::Info),
        (InvoiceStatus::Issued, Some(paid)) => match paid.state {
            PaidState::Paid => ("Paid", Tone::Ok),
            PaidState::Overpaid => ("Overpaid", Tone::Warn),
            _ if paid.is_overdue() => {
                let days = paid.days_overdue;
                return (tn!(days as usize, "1 day overdue", "{days} days overdue"), Tone::Bad);
            }
            PaidState::Partial => ("Partly paid", Tone::Warn),
            PaidState::Unpaid => ("Unpaid", Tone::Info),
        },
    };
    (tr(word).to_owned(), tone)
}

/// Where each of these invoices stands.
///
/// # Errors
/// Why the payments could not be read, as a sentence.
pub(crate) async fn standings(store: &Store, invoices: &[Record]) -> Result<HashMap<RecordId, (String, Tone)>, String> {
    let issued = |record: &&Record| record.text("status") == InvoiceStatus::Issued.value();
    let ids: Vec<RecordId> = invoices.iter().filter(issued).map(|record| record.id).collect();
    let mut payments: HashMap<RecordId, Vec<Payment>> = HashMap::new();
    if !ids.is_empty() {
        for record in store.children_of_many(&ids, "payment").await.map_err(crate::forms::say)? {
            if let (Ok(payment), Some(invoice)) = (Payment::from_record(&record), record.relation("invoice")) {
                payments.entry(invoice).or_default().push(payment);
            }
        }
    }
    let today = time::today();
    let each = invoices.iter().map(|record| {
        let invoice = Invoice::from_record(record).unwrap_or_default();
        let payments = payments.get(&record.id).map(Vec::as_slice).unwrap_or_default();
        (record.id, standing(&invoice, payments, today))
    });
    Ok(each.collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use outpost_core::money::{Currency, Money};
    use outpost_core::records::{Business, InvoiceLine, issue};

    fn day(day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 11, day).expect("a day of November")
    }

    fn issued() -> Invoice {
        let draft = Invoice {
            buyer_name: "Kovo".into(),
            currency: Some(Currency::EUR),
            issue_date: Some(day(1)),
            due_date: Some(day(15)),
            ..Invoice::default()
        };
        let line = InvoiceLine {
            description: "Work".into(),
            quantity: "1".parse().expect("a number"),
            unit_price: "100".parse().expect("a number"),
            ..InvoiceLine::default()
        };
        let seller = Business { name: "Us".into(), ..Business::default() };
        let patch = issue(&draft, &[line], &seller, "2026-K7-00001", day(1)).expect("complete");
        let document = serde_json::from_value(patch["issued"].clone()).expect("a document");
        Invoice { status: InvoiceStatus::Issued, issued: Some(document), ..draft }
    }

    fn payment(minor: i64, currency: Currency) -> Payment {
        Payment { amount: Some(Money::new(minor, currency)), ..Payment::default() }
    }

    #[wasm_bindgen_test::wasm_bindgen_test]
    fn an_invoice_stands_where_its_payments_and_the_day_put_it() {
        let invoice = issued();
        let says = |payments: &[Payment], today| standing(&invoice, payments, today).0;
        assert_eq!(says(&[], day(15)), "Unpaid");
        assert_eq!(says(&[], day(16)), "1 day overdue");
        assert_eq!(says(&[payment(4_000, Currency::EUR)], day(2)), "Partly paid");
        assert_eq!(says(&[payment(4_000, Currency::EUR)], day(18)), "3 days overdue");
        assert_eq!(says(&[payment(4_000, Currency::EUR), payment(6_000, Currency::EUR)], day(18)), "Paid");
        assert_eq!(says(&[payment(10_001, Currency::EUR)], day(18)), "Overpaid");
        assert_eq!(says(&[payment(10_000, Currency::USD)], day(2)), "Unpaid", "another currency pays nothing");
        assert_eq!(standing(&Invoice::default(), &[], day(1)).0, "Draft");
    }
}
