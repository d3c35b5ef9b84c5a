use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use serde_json::json;
use thiserror::Error;

use crate::decimal::Decimal;
use crate::id::RecordId;
use crate::money::Rate;
use crate::money::{Currency, Money};
use crate::mutation::Patch;
use crate::record::Record;
use crate::records::{Address, Business, InvoiceLine, Payment};
use crate::schema::{Field, Kind, RecordType};
use crate::scope::Keep;
use crate::totals::{DocumentInput, LineInput, PaidState, PricesInclude, TaxRef, Totals, TotalsError, paid_state};

crate::choices! {
    /// Where an invoice stands. Whether it is sent and whether it is paid are other questions.
    pub enum InvoiceStatus {
        /// Can be changed; has no number.
        #[default]
        Draft = "draft", "Draft", Neutral;
        /// Has its number and is never changed again.
        Issued = "issued", "Issued", Good;
        /// Was issued and is not owed; keeps its number.
        Void = "void", "Void", Bad;
    }
}

crate::choices! {
    /// Whether line prices contain the tax.
    pub enum PriceMode {
        /// They do not.
        #[default]
        Net = "net", "Net prices", Neutral;
        /// They do.
        Gross = "gross", "Prices include tax", Neutral;
    }
}

crate::record_type! {
    /// A demand for payment. A draft has lines of its own kind of record; issuing freezes all of it into `issued`.
    pub struct Invoice("invoice", "Invoice", "Invoices") {
        title: "buyer_name", subtitle: "number", facet: "status", amount: "total", date: "issue_date",
        // An issued one is done with when it is paid.
        done: &["void"],
    } {
        /// Draft, issued or void.
        status: InvoiceStatus = Field::new("Status", Kind::Choice(InvoiceStatus::CHOICES)).hidden(),
        /// Its number, from the issuing device's series; a draft has none.
        number: String = Field::new("Number", Kind::Text).search(9).hidden(),
        /// The lead it is for.
        lead: Option<RecordId> = Field::new("Lead", Kind::Relation("lead")),
        /// The company that it is for.
        customer: Option<RecordId> = Field::new("Company", Kind::Relation("company")),
        /// The deal it came from.
        deal: Option<RecordId> = Field::new("Deal", Kind::Relation("deal")),
        /// Who is to pay.
        buyer_name: String = Field::new("Bill to", Kind::Text).required().max(200).search(8),
        /// Where they are.
        buyer_address: Address = Field::new("Address", Kind::Address),
        /// Their VAT or tax number.
        buyer_tax_id: String = Field::new("Tax number", Kind::Text).max(50),
        /// Where it is sent.
        buyer_email: String = Field::new("E-mail", Kind::Text).max(200),
        /// The day it is issued on; empty is the day on which it is.
        issue_date: Option<NaiveDate> = Field::new("Issue date", Kind::Date),
        /// The day by which it is to be paid.
        due_date: Option<NaiveDate> = Field::new("Due", Kind::Date),
        /// Its currency.
        currency: Option<Currency> = Field::new("Currency", Kind::Currency).required(),
        /// Whether prices contain the tax.
        price_mode: PriceMode = Field::new("Prices", Kind::Choice(PriceMode::CHOICES)),
        /// A discount on the whole document, spread over its lines.
        discount: Option<Money> = Field::new("Discount", Kind::Money),
        /// A text below the lines.
        notes: String = Field::new("Notes", Kind::LongText).max(5_000),
        /// The total, once it is issued: a copy of what `issued` says, for lists.
        total: Option<Money> = Field::new("Total", Kind::Money).hidden(),
        /// The frozen document, once it is issued.
        issued: Option<IssuedInvoice> = Field::new("Document", Kind::Structure).hidden(),
        /// Why it was voided.
        void_reason: String = Field::new("Void because", Kind::Text).hidden(),
        /// Whether it stays on each device, however old it is.
        keep: Option<Keep> = Field::new("Kept on devices", Kind::Choice(Keep::CHOICES)).hidden(),
    }
}

/// The fields that may still change once an invoice is issued.
pub(crate) const OPEN_AFTER_ISSUE: &[&str] = &["status", "void_reason", "lead", "deal", crate::scope::KEEP];

/// One side of an invoice, frozen.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Party {
    /// Name.
    pub name: String,
    /// Address.
    #[serde(default)]
    pub address: Address,
    /// VAT or tax number.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub tax_id: String,
    /// E-mail address.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub email: String,
    /// Telephone number.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub phone: String,
    /// Bank account; the seller's.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub bank: String,
}

/// A line of an issued invoice, frozen.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct IssuedLine {
    /// What was sold.
    pub description: String,
    /// How much.
    pub quantity: Decimal,
    /// Of what.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub unit: String,
    /// At which price.
    pub unit_price: Decimal,
    /// With which discount.
    #[serde(default)]
    pub discount: Rate,
    /// At which tax rate.
    pub tax: Rate,
    /// The line's amount in minor units, as prices are given (net or gross), before the document discount.
    pub amount: i64,
}

/// An invoice as it was issued. It is shown and printed from this, and never computed again.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct IssuedInvoice {
    /// Its number, such as `2026-K7-00042`.
    pub number: String,
    /// The day it was issued on.
    pub issue_date: NaiveDate,
    /// The day by which it is to be paid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due_date: Option<NaiveDate>,
    /// Its currency.
    pub currency: Currency,
    /// Whether prices contain the tax.
    pub price_mode: PriceMode,
    /// Who sells.
    pub seller: Party,
    /// Who is to pay.
    pub buyer: Party,
    /// What was sold.
    pub lines: Vec<IssuedLine>,
    /// The sums.
    pub totals: Totals,
    /// A text below the lines.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub notes: String,
}

/// Why an invoice cannot be issued or voided.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum IssueError {
    /// It is not a draft.
    #[error("this invoice was already issued as {0}")]
    NotADraft(String),
    /// Only an issued invoice can be voided.
    #[error("only an issued invoice can be voided; delete the draft instead")]
    NotIssued,
    /// Nobody is to pay.
    #[error("say who the invoice is for")]
    NoBuyer,
    /// Nobody sells.
    #[error("an invoice needs your business name; fill it in under Settings")]
    NoSeller,
    /// No currency.
    #[error("choose the invoice's currency")]
    NoCurrency,
    /// No lines.
    #[error("add at least one line")]
    NoLines,
    /// A line without a text.
    #[error("line {0} needs a description")]
    NoDescription(usize),
    /// Due before it is issued.
    #[error("the due date lies before the issue date")]
    DueBeforeIssue,
    /// The discount is in another currency.
    #[error("the discount must be in the invoice's currency")]
    DiscountCurrency,
    /// Voiding wants a reason.
    #[error("say why the invoice is void")]
    NoReason,
    /// The sums do not work out.
    #[error(transparent)]
    Totals(#[from] TotalsError),
}

fn line_input(line: &InvoiceLine) -> LineInput {
    let category = if line.tax == Rate::default() { "Z" } else { "S" };
    LineInput {
        quantity: line.quantity,
        unit_price: line.unit_price,
        discount: Some(line.discount),
        taxes: vec![TaxRef { category: category.to_owned(), rate: line.tax }],
    }
}

/// The sums of a draft, as its editor shows them live.
///
/// # Errors
/// [`IssueError::NoCurrency`], [`IssueError::DiscountCurrency`] or [`IssueError::Totals`].
pub fn draft_totals(invoice: &Invoice, lines: &[InvoiceLine]) -> Result<Totals, IssueError> {
    let currency = invoice.currency.ok_or(IssueError::NoCurrency)?;
    let discount = match invoice.discount {
        Some(money) if money.currency != currency && money.minor != 0 => return Err(IssueError::DiscountCurrency),
        Some(money) => money.minor,
        None => 0,
    };
    let prices_include = match invoice.price_mode {
        PriceMode::Gross => PricesInclude::Gross,
        PriceMode::Net | PriceMode::Unknown => PricesInclude::Net,
    };
    Ok(DocumentInput { currency, prices_include, lines: lines.iter().map(line_input).collect(), discount }.totals()?)
}

/// The patch that turns a draft into an issued invoice with this number. `lines` are in order, `today` is the device's
/// civil date. The number must be taken in the transaction that writes this patch.
///
/// # Errors
/// [`IssueError`] says what is missing; nothing is changed then, and no number is used up.
pub fn issue(
    invoice: &Invoice,
    lines: &[InvoiceLine],
    seller: &Business,
    number: &str,
    today: NaiveDate,
) -> Result<Patch, IssueError> {
    if invoice.status != InvoiceStatus::Draft {
        return Err(IssueError::NotADraft(invoice.number.clone()));
    }
    let currency = invoice.currency.ok_or(IssueError::NoCurrency)?;
    let issue_date = invoice.issue_date.unwrap_or(today);
    if invoice.buyer_name.trim().is_empty() {
        return Err(IssueError::NoBuyer);
    }
    if seller.name.trim().is_empty() {
        return Err(IssueError::NoSeller);
    }
    if lines.is_empty() {
        return Err(IssueError::NoLines);
    }
    if let Some(at) = lines.iter().position(|line| line.description.trim().is_empty()) {
        return Err(IssueError::NoDescription(at + 1));
    }
    if invoice.due_date.is_some_and(|due| due < issue_date) {
        return Err(IssueError::DueBeforeIssue);
    }
    let sums = draft_totals(invoice, lines)?;
    let total = Money { minor: sums.total, currency };
    let document = IssuedInvoice {
        number: number.to_owned(),
        issue_date,
        due_date: invoice.due_date,
        currency,
        price_mode: invoice.price_mode,
        seller: Party {
            name: seller.name.clone(),
            address: seller.address.clone(),
            tax_id: seller.tax_id.clone(),
            email: seller.email.clone(),
            phone: seller.phone.clone(),
            bank: seller.bank.clone(),
        },
        buyer: Party {
            name: invoice.buyer_name.clone(),
            address: invoice.buyer_address.clone(),
            tax_id: invoice.buyer_tax_id.clone(),
            email: invoice.buyer_email.clone(),
            ..Party::default()
        },
        lines: lines
            .iter()
            .zip(&sums.lines)
            .map(|(line, amount)| IssuedLine {
                description: line.description.clone(),
                quantity: line.quantity,
                unit: line.unit.clone(),
                unit_price: line.unit_price,
                discount: line.discount,
                tax: line.tax,
                amount: *amount,
            })
            .collect(),
        totals: sums,
        notes: invoice.notes.clone(),
    };
    Ok(Patch::from([
        ("status".to_owned(), json!(InvoiceStatus::Issued)),
        ("number".to_owned(), json!(number)),
        ("issue_date".to_owned(), json!(issue_date)),
        ("total".to_owned(), json!(total)),
        ("issued".to_owned(), json!(document)),
    ]))
}

/// The patch that voids an issued invoice. It keeps its number.
///
/// # Errors
/// [`IssueError::NotIssued`] or [`IssueError::NoReason`].
pub fn void(invoice: &Invoice, reason: &str) -> Result<Patch, IssueError> {
    if invoice.status != InvoiceStatus::Issued {
        return Err(IssueError::NotIssued);
    }
    if reason.trim().is_empty() {
        return Err(IssueError::NoReason);
    }
    Ok(Patch::from([
        ("status".to_owned(), json!(InvoiceStatus::Void)),
        ("void_reason".to_owned(), json!(reason.trim())),
    ]))
}

/// Whether a record is an issued invoice whose payments, which are among `parts`, cover its total.
pub(crate) fn is_settled(record: &Record, parts: &[Record]) -> bool {
    if record.kind != "invoice" || record.text("status") != InvoiceStatus::Issued.value() {
        return false;
    }
    let Some(total) = record.get("total").and_then(|total| Money::deserialize(total).ok()) else { return false };
    let payments = parts.iter().filter(|part| part.kind == "payment" && !part.is_deleted());
    let payments: Vec<Payment> = payments.filter_map(|part| Payment::from_record(part).ok()).collect();
    let paid = paid_state(total.minor, [paid_by(total.currency, &payments)], None, NaiveDate::MIN);
    paid.is_ok_and(|paid| matches!(paid.state, PaidState::Paid | PaidState::Overpaid))
}

/// What has been paid of an invoice in its currency, in minor units: the sum of its payments.
pub fn paid_by<'a>(currency: Currency, payments: impl IntoIterator<Item = &'a Payment>) -> i64 {
    payments
        .into_iter()
        .filter_map(|payment| payment.amount)
        .filter(|amount| amount.currency == currency)
        .fold(0, |sum, amount| sum.saturating_add(amount.minor))
}
