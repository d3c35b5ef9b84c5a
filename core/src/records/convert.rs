//! What becomes of a lead that is worth it: a company, a contact and a deal.

use serde_json::json;
use thiserror::Error;

use crate::id::RecordId;
use crate::mutation::{Op, Patch};
use crate::record::{Record, RecordKey};
use crate::records::{Company, Contact, Deal, Lead, LeadStatus, Link};
use crate::schema::{ReadError, RecordType};

/// The records that a lead becomes. Their ids follow from the lead's, so that two devices that convert it, without knowing
/// of each other, make one of each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Conversion {
    /// The company; made only if the lead names one.
    pub company: RecordId,
    /// The person.
    pub contact: RecordId,
    /// The sale in the making.
    pub deal: RecordId,
}

/// Why a lead cannot be converted.
#[derive(Debug, Error)]
pub enum ConvertError {
    /// It was, and is.
    #[error("this lead was converted already")]
    Already,
    /// It is deleted.
    #[error("this lead was deleted; restore it first")]
    Deleted,
    /// Nobody is in it.
    #[error("a lead without a name cannot become a contact; fill it in first")]
    NoName,
    /// It holds what this version cannot read, or has no JSON form.
    #[error(transparent)]
    Unreadable(#[from] ReadError),
}

impl Conversion {
    /// Of a lead.
    pub fn of(lead: RecordId) -> Self {
        let derived = |kind| RecordId::derived(lead, kind);
        Self { company: derived("company"), contact: derived("contact"), deal: derived("deal") }
    }

    /// The records by type.
    pub fn keys(self) -> [RecordKey; 3] {
        [
            RecordKey::new(Company::SCHEMA.kind, self.company),
            RecordKey::new(Contact::SCHEMA.kind, self.contact),
            RecordKey::new(Deal::SCHEMA.kind, self.deal),
        ]
    }
}

/// The ops of one mutation that converts a lead. `gone` are those of its [`Conversion`] that are deleted, by an undone
/// conversion: they come back.
///
/// Nothing is set that somebody may have changed after another device's conversion without the lead saying so: the company's
/// status and the deal's stage stay unset, which means the first of each ([`crate::schema::Schema::facet_of`]).
///
/// # Errors
/// [`ConvertError`].
pub fn convert(lead: &Record, gone: &[RecordKey]) -> Result<Vec<Op>, ConvertError> {
    if lead.is_deleted() {
        return Err(ConvertError::Deleted);
    }
    let from = Lead::from_record(lead)?;
    if from.status == LeadStatus::Converted {
        return Err(ConvertError::Already);
    }
    let name = from.name.trim();
    if name.is_empty() {
        return Err(ConvertError::NoName);
    }
    let to = Conversion::of(lead.id);
    let company_name = from.company.trim();
    let has_company = !company_name.is_empty();
    let mut ops = Vec::new();
    if has_company {
        let company = Company {
            name: company_name.to_owned(),
            address: from.address.clone(),
            lead: Some(lead.id),
            owner: from.owner.clone(),
            ..Company::default()
        };
        ops.push(Op::patch(Company::SCHEMA.kind, to.company, company.to_patch()?));
    }
    let contact = Contact {
        name: name.to_owned(),
        companies: if has_company { vec![Link::new(to.company, "")] } else { vec![] },
        emails: from.emails,
        phones: from.phones,
        address: if has_company { Default::default() } else { from.address },
        lead: Some(lead.id),
        owner: from.owner.clone(),
        tags: from.tags.clone(),
        notes: from.notes,
        ..Contact::default()
    };
    ops.push(Op::patch(Contact::SCHEMA.kind, to.contact, contact.to_patch()?));
    let called = if has_company { company_name } else { name };
    let deal = Deal {
        title: called.to_owned(),
        lead: Some(lead.id),
        customer: has_company.then_some(to.company),
        contact: Some(to.contact),
        company: called.to_owned(),
        amount: from.value,
        owner: from.owner,
        tags: from.tags,
        ..Deal::default()
    };
    ops.push(Op::patch(Deal::SCHEMA.kind, to.deal, deal.to_patch()?));
    let back = to.keys().into_iter().filter(|key| gone.contains(key) && ops.iter().any(|op| op.key() == *key));
    let back: Vec<Op> = back.map(|key| Op::restore(&key.kind, key.id)).collect();
    ops.extend(back);
    let converted = Patch::from([("status".to_owned(), json!(LeadStatus::Converted))]);
    ops.push(Op::patch(Lead::SCHEMA.kind, lead.id, converted));
    Ok(ops)
}
