//! The day on which somebody first looks at the sample, and the one after it: written by hand, since chance may leave them empty.

use chrono::{Days, NaiveDate};

use super::course::new_op;
use super::random::Random;
use crate::calendar::{MINUTE_MS, Offset, Wall, instant};
use crate::id::RecordId;
use crate::mutation::Op;
use crate::record::Record;
use crate::records::{Deal, DealStage, Lead, LeadSource, LeadStatus, Meeting, MeetingStatus, Task, Visit};
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
    for (days, hour, minute, minutes, who, subject) in ARRANGED {
        let Some((deal, about)) = open.next() else { break };
        let begins = instant(Wall { date: date(days), minute: hour * 60 + minute }, offset);
        let is_over = begins + minutes * MINUTE_MS <= now_ms.cast_signed();
        let status = if is_over { MeetingStatus::Held } else { MeetingStatus::Planned };
        let (subject, at, minutes) = (subject.to_owned(), Some(begins.unsigned_abs()), Some(minutes));
        let (company, contact, deal) = (about.customer, about.contact, Some(*deal));
        ops.push(match who {
            Who::Company => {
                new_op(id(), &Visit { subject, status, at, minutes, company, contact, deal, ..Visit::default() })
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
