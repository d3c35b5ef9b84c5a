//! Invoices, with all that belongs to them.

use chrono::NaiveDate;
use outpost_core::mutation::Op;
use outpost_core::records::{Business, Invoice, InvoiceLine, issue, void};
use outpost_core::schema::RecordType;
use serde_json::json;

use super::{Worker, patch};

impl Worker<'_> {
    pub(super) fn draft(&mut self) -> Vec<Op> {
        let invoice = self.new_id();
        let buyer = format!("Buyer {}", self.random.below(99));
        let fields = json!({"buyer_name": buyer, "currency": "EUR", "status": "draft"});
        let mut ops = vec![Op::patch("invoice", invoice, patch(fields))];
        for position in 0..self.random.below(3) {
            let fields = json!({"invoice": invoice, "position": position, "description": "Work", "quantity": "1.5",
                "unit_price": "12.34", "tax": 200_000});
            ops.push(Op::patch("invoice_line", self.new_id(), patch(fields)));
        }
        ops
    }

    pub(super) fn line(&mut self) -> Vec<Op> {
        let id = self.new_id();
        self.with("invoice", |invoice| {
            let fields = json!({"invoice": invoice.id, "description": "Line", "quantity": "2"});
            vec![Op::patch("invoice_line", id, patch(fields))]
        })
    }

    /// Issues a draft with the next number of this device's series; it is taken in the transaction that writes it.
    pub(super) fn issued(&mut self) -> Vec<Op> {
        let device = self.device;
        let Some(invoice) = self.one("invoice").cloned() else { return Vec::new() };
        let Ok(typed) = Invoice::from_record(&invoice) else { return Vec::new() };
        let lines = device.disk.of_kind("invoice_line").filter(|line| line.relation("invoice") == Some(invoice.id));
        let lines: Vec<InvoiceLine> = lines.filter_map(|line| InvoiceLine::from_record(line).ok()).collect();
        let seller = Business { name: "Berg & Faro".into(), ..Business::default() };
        let number = format!("2026-{}-{:05}", device.disk.tables.state.series, device.disk.tables.state.next_number);
        let Some(today) = NaiveDate::from_ymd_opt(2026, 11, 22) else { return Vec::new() };
        let issued = issue(&typed, &lines, &seller, &number, today);
        issued.map(|patch| vec![Op::patch("invoice", invoice.id, patch)]).unwrap_or_default()
    }

    pub(super) fn voided(&mut self) -> Vec<Op> {
        self.with("invoice", |invoice| {
            let patch = Invoice::from_record(invoice).ok().and_then(|typed| void(&typed, "Wrong").ok());
            patch.map(|patch| vec![Op::patch("invoice", invoice.id, patch)]).unwrap_or_default()
        })
    }

    pub(super) fn paid(&mut self) -> Vec<Op> {
        let (id, minor) = (self.new_id(), self.random.below(90_000));
        self.with("invoice", |invoice| {
            let amount = json!({"minor": minor, "currency": "EUR"});
            let fields = json!({"invoice": invoice.id, "amount": amount, "date": "2026-11-22"});
            vec![Op::patch("payment", id, patch(fields))]
        })
    }
}
