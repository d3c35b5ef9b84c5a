//! The demo's invoices: drafted with lines, issued through the one way there is, paid, late or void.

use chrono::{Datelike, NaiveDate};

use crate::decimal::Decimal;
use crate::demo::course::{FollowUps, RecordTypeExt, Step, World, new_op};
use crate::demo::customer::Customer;
use crate::demo::wares::{INVOICE_NOTES, VOID_REASONS, WARES};
use crate::id::RecordId;
use crate::money::{Currency, Money, Rate};
use crate::mutation::Op;
use crate::records::{
    Address, Business, Conversion, Invoice, InvoiceLine, InvoiceStatus, Payment, PaymentMethod, PriceMode, issue, void,
};
use crate::schema::RecordType;

/// A draft on its way to being issued.
#[derive(Debug)]
pub(super) struct Draft {
    id: RecordId,
    invoice: Invoice,
    lines: Vec<InvoiceLine>,
}

/// What is still to be known of an issued invoice.
#[derive(Debug, Clone, Copy)]
pub(super) struct Issued {
    id: RecordId,
    currency: Currency,
}

/// The device's invoice numbers, counted anew each year.
#[derive(Debug)]
pub(super) struct Numbers {
    series: String,
    year: i32,
    last: u32,
}

impl Numbers {
    /// None taken yet.
    pub(super) fn new(series: &str) -> Self {
        Self { series: series.to_owned(), year: 0, last: 0 }
    }

    fn take(&mut self, date: NaiveDate) -> String {
        if self.year != date.year() {
            (self.year, self.last) = (date.year(), 0);
        }
        self.last += 1;
        format!("{}-{}-{:05}", self.year, self.series, self.last)
    }
}

/// Whose workspace it is.
pub(super) fn seller() -> Business {
    Business {
        name: "Berg & Faro Field Services".to_owned(),
        address: Address {
            street: "Am Speicher 14".to_owned(),
            postcode: "20457".to_owned(),
            city: "Hamburg".to_owned(),
            country: "Germany".to_owned(),
            ..Address::default()
        },
        tax_id: "DE 314 159 265".to_owned(),
        email: "office@bergfaro.example".to_owned(),
        phone: "+49 40 66969 100".to_owned(),
        bank: "DE02 1203 0000 0000 2020 51".to_owned(),
        currency: Some(Currency::EUR),
        tax: Rate::from_ppm(190_000).ok(),
        payment_days: Some(30),
    }
}

impl World {
    /// An invoice is begun: the draft and its lines.
    pub(super) fn bill(&mut self, customer: &Customer, deal: Option<RecordId>, at_ms: u64) -> (Vec<Op>, FollowUps) {
        let id = self.id(at_ms);
        let days = self.random.pick(&[14, 30, 30]);
        let gross = customer.culture.taxes != [0] && self.random.chance(12);
        let invoice = Invoice {
            status: InvoiceStatus::Draft,
            lead: Some(customer.lead),
            customer: deal.map(|_| Conversion::of(customer.lead).company),
            deal,
            buyer_name: customer.company.clone(),
            buyer_address: customer.address.clone(),
            buyer_tax_id: customer.tax_id.clone(),
            buyer_email: customer.email.clone(),
            due_date: Some(self.calendar.date_after(at_ms, days + 3)),
            currency: Some(customer.currency),
            price_mode: if gross { PriceMode::Gross } else { PriceMode::Net },
            notes: if self.random.chance(45) { self.random.pick(INVOICE_NOTES).to_owned() } else { String::new() },
            ..Invoice::default()
        };
        let count = self.random.pick(&[1, 2, 2, 3, 3, 4, 5]);
        let lines: Vec<InvoiceLine> = (1..=count).map(|position| self.line(customer, id, position)).collect();
        let mut ops = vec![new_op(id, &invoice)];
        for line in &lines {
            let line_id = self.id(at_ms);
            ops.push(new_op(line_id, line));
        }
        let issued = if self.random.chance(93) {
            vec![(self.days(0, 3), Step::Issue(Box::new(Draft { id, invoice, lines })))]
        } else {
            vec![]
        };
        (ops, issued)
    }

    fn line(&mut self, customer: &Customer, invoice: RecordId, position: i64) -> InvoiceLine {
        let ware = self.random.pick(WARES);
        let steps = ware.most / ware.step;
        // Small quantities are more usual than large ones.
        let quantity = self.random.between(1, steps).min(self.random.between(1, steps)) * ware.step;
        let tax = self.random.pick(customer.culture.taxes);
        InvoiceLine {
            invoice: Some(invoice),
            position: position * 1_000,
            description: ware.description.to_owned(),
            quantity: Decimal::from_millionths(quantity * 1_000),
            unit: ware.unit.to_owned(),
            unit_price: Decimal::from_millionths(customer.price(ware.cents) * 10_000),
            discount: if self.random.chance(10) { Rate::from_ppm(50_000).unwrap_or_default() } else { Rate::ZERO },
            tax: Rate::from_ppm(tax).unwrap_or_default(),
        }
    }

    /// The draft gets its number and is frozen.
    pub(super) fn issue(&mut self, draft: &Draft, at_ms: u64) -> (Vec<Op>, FollowUps) {
        let today = self.calendar.date(at_ms);
        let number = self.numbers.take(today);
        let Ok(patch) = issue(&draft.invoice, &draft.lines, &self.seller, &number, today) else {
            return (vec![], vec![]);
        };
        let total = patch.get("total").and_then(|total| total.get("minor")?.as_i64()).unwrap_or_default();
        let issued = Issued { id: draft.id, currency: draft.invoice.currency.unwrap_or(Currency::EUR) };
        let ops = vec![Op::patch(Invoice::SCHEMA.kind, draft.id, patch)];
        let next = match self.random.between(1, 100) {
            1..=66 => vec![(self.days(3, 34), Step::Pay(issued, total))],
            67..=82 => {
                let first = total / 100 * self.random.between(30, 60);
                vec![
                    (self.days(4, 20), Step::Pay(issued, first)),
                    (self.days(30, 75), Step::Pay(issued, total - first)),
                ]
            }
            83..=86 => vec![(self.days(1, 6), Step::Void(issued))],
            // The rest is never paid.
            _ => vec![],
        };
        (ops, next)
    }

    /// Money comes.
    pub(super) fn pay(&mut self, issued: Issued, minor: i64, at_ms: u64) -> (Vec<Op>, FollowUps) {
        if minor == 0 {
            return (vec![], vec![]);
        }
        use PaymentMethod::{Card, Cash, Transfer};
        let payment = Payment {
            invoice: Some(issued.id),
            amount: Some(Money { minor, currency: issued.currency }),
            date: Some(self.calendar.date(at_ms)),
            method: self.random.pick(&[Transfer, Transfer, Transfer, Transfer, Card, Cash]),
            reference: String::new(),
        };
        (vec![new_op(self.id(at_ms), &payment)], vec![])
    }

    /// An invoice turns out to be wrong.
    pub(super) fn void(&mut self, issued: Issued) -> (Vec<Op>, FollowUps) {
        let stands = Invoice { status: InvoiceStatus::Issued, ..Invoice::default() };
        let reason = self.random.pick(VOID_REASONS);
        let ops = void(&stands, reason).map(|patch| vec![Op::patch(stands.kind(), issued.id, patch)]);
        (ops.unwrap_or_default(), vec![])
    }
}
