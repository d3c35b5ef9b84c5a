//! The day on which somebody first looks at the sample, and the one after it: written by hand, since chance may leave them empty.

use chrono::{Days, NaiveDate};

use super::course::new_op;
use super::random::Random;
use crate::calendar::{MINUTE_MS, Offset, Wall, instant};
use crate::id::RecordId;
use crate::mutation::Op;
use crate::record::Record;
use crate::records::{
    Company, Deal, DealStage, Lead, LeadSource, LeadStatus, Meeting, MeetingStatus, Note, Site, Task, Visit,
};
use crate::schema::RecordType;

/// Who is to be met, and where.
enum Who {
    /// People, at this place; at their own if it has no name.
    People(&'static str),
    /// A company at its own place.
    Company,
}

/// What is arranged: in how many days, at which hour and minute, for how many minutes, with whom, and about what.
const ARRANGED: [(u64, i64, i64, i64, Who, &str); 5] = [
    (0, 9, 30, 90, Who::Company, "Take measurements"),
    (0, 14, 0, 60, Who::People(""), "Walk through the offer"),
    (0, 18, 30, 90, Who::People("Harbour kitchen"), "Dinner with the owner"),
    (1, 10, 0, 45, Who::People("Video call"), "Drawings and approvals"),
    (1, 13, 30, 120, Who::Company, "Show the demo unit"),
];

/// What somebody found out about the place of the first visit, the day before, and at which minute of that day.
const FOUND: &str = "The goods lift is too small for the panels: they go through the yard.";
const FOUND_AT: i64 = 15 * 60 + 40;

/// What is to be done, and how many days after yesterday it is due.
const TO_DO: [(u64, &str); 4] = [
    (0, "Send the signed contract"),
    (1, "Send the revised offer"),
    (1, "Call back about the delivery date"),
    (2, "Order samples of the panels"),
];

/// What there is today and tomorrow, about the open deals among `records`. `now_ms` is in milliseconds since 1970.
pub(super) fn day(records: &[Record], now_ms: u64, today: NaiveDate, offset: Offset<'_>, ids: &mut Random) -> Vec<Op> {
    let is_open = |deal: &Deal| DealStage::parse(&deal.stage).standing().is_open();
    let deals = records.iter().filter(|record| record.kind == Deal::SCHEMA.kind);
    let deals: Vec<(RecordId, Deal)> =
        deals.filter_map(|deal| Some((deal.id, Deal::from_record(deal).ok()?))).collect();
    let mut open = deals.iter().filter(|(_, deal)| is_open(deal)).cycle();
    let mut id = || RecordId::v7(now_ms, ids.ten_bytes());
    let date = |days| today.checked_add_days(Days::new(days)).unwrap_or(today);
    let mut ops = Vec::new();
    let here = open.clone().next().and_then(|(_, deal)| Some((id(), place(records, deal.customer?)?)));
    if let Some((here, site)) = &here {
        let at = instant(Wall { date: today.pred_opt().unwrap_or(today), minute: FOUND_AT }, offset).unsigned_abs();
        let note = Note { text: FOUND.to_owned(), at: Some(at), company: site.company, ..Note::default() };
        ops.extend([new_op(*here, site), new_op(id(), &Note { site: Some(*here), ..note })]);
    }
    for (days, hour, minute, minutes, who, subject) in ARRANGED {
        let Some((deal, about)) = open.next() else { break };
        let begins = instant(Wall { date: date(days), minute: hour * 60 + minute }, offset);
        let is_over = begins + minutes * MINUTE_MS <= now_ms.cast_signed();
        let status = if is_over { MeetingStatus::Held } else { MeetingStatus::Planned };
        let (subject, at, minutes) = (subject.to_owned(), Some(begins.unsigned_abs()), Some(minutes));
        let (company, contact, deal) = (about.customer, about.contact, Some(*deal));
        ops.push(match who {
            Who::Company => {
                let site = here.as_ref().filter(|(_, site)| site.company == company).map(|(here, _)| *here);
                let visit = Visit { subject, status, at, minutes, site, company, contact, deal, ..Visit::default() };
                new_op(id(), &visit)
            }
            Who::People(place) => {
                let (place, people) = (place.to_owned(), contact.into_iter().collect());
                let meeting =
                    Meeting { subject, place, status, at, minutes, people, company, deal, ..Meeting::default() };
                new_op(id(), &meeting)
            }
        });
    }
    for (days, title) in TO_DO {
        let Some((deal, about)) = open.next() else { break };
        let task = Task {
            title: title.to_owned(),
            owner: about.owner.clone(),
            due: date(days).pred_opt(),
            company: about.customer,
            contact: about.contact,
            deal: Some(*deal),
            ..Task::default()
        };
        ops.push(new_op(id(), &task));
    }
    ops
}

/// A place of a company, which is where the company is.
fn place(records: &[Record], company: RecordId) -> Option<Site> {
    let known = records.iter().find(|record| record.id == company && record.kind == Company::SCHEMA.kind)?;
    let known = Company::from_record(known).ok()?;
    Some(Site {
        name: "Main warehouse".to_owned(),
        purpose: "Deliveries until 4 pm".to_owned(),
        company: Some(company),
        address: known.address,
        phones: known.phones,
        notes: "Ring at the gate and ask for the shift leader.".to_owned(),
        ..Site::default()
    })
}

/// A lead that somebody wrote down once more without looking: the same person, met at a fair.
pub(super) fn again(records: &[Record], now_ms: u64, ids: &mut Random) -> Option<Op> {
    let leads = records.iter().filter(|record| record.kind == Lead::SCHEMA.kind);
    let mut known = leads.filter_map(|lead| Lead::from_record(lead).ok());
    let known = known.rfind(|lead| lead.status == LeadStatus::Contacted && !lead.emails.is_empty())?;
    let lead = Lead {
        name: known.name,
        company: known.company,
        emails: known.emails,
        source: Some(LeadSource::Fair),
        owner: known.owner,
        notes: "Left a card at the fair; wants to be called.".to_owned(),
        ..Lead::default()
    };
    Some(new_op(RecordId::v7(now_ms, ids.ten_bytes()), &lead))
}
