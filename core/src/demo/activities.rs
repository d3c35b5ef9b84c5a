//! What is done about leads and deals between the steps of their course: calls, notes, meetings, visits, tasks.

use chrono::NaiveDate;
use serde_json::json;

use crate::demo::course::{FollowUps, Step, World, new_op};
use crate::demo::customer::{Customer, price};
use crate::demo::wares::{CALLS, INDUSTRIES, MEETINGS, NOTES, POSITIONS, TAGS, TASKS, VISITS, WARES};
use crate::id::RecordId;
use crate::money::{Currency, Money, Rate};
use crate::mutation::{Op, Patch};
use crate::records::{
    BUSINESS_ID, Call, CallDirection, CallOutcome, Company, CompanyStatus, Contact, Conversion, Link, Meeting,
    MeetingStatus, Note, Price, Product, Tag, TagColour, Task, TaskStatus, TaxRate, Visit,
};
use crate::schema::RecordType;

/// Something that is done for a customer.
#[derive(Debug, Clone)]
pub(super) struct Act {
    what: What,
    about: About,
    owner: &'static str,
}

#[derive(Debug, Clone, Copy)]
enum What {
    Call,
    Note,
    Meeting,
    Visit,
    Task,
}

/// The records that it is linked to.
#[derive(Debug, Clone, Copy, Default)]
struct About {
    lead: Option<RecordId>,
    company: Option<RecordId>,
    contact: Option<RecordId>,
    deal: Option<RecordId>,
}

/// The company of a lead buys.
pub(super) fn bought(lead: RecordId) -> Op {
    let fields = Patch::from([("status".to_owned(), json!(CompanyStatus::Customer))]);
    Op::patch(Company::SCHEMA.kind, Conversion::of(lead).company, fields)
}

impl World {
    /// The id of the so-manieth of the things that a business sets up once.
    fn set_up(&self, what: &str, at: usize) -> RecordId {
        let base = self.twist.map_or(BUSINESS_ID, |twist| RecordId::v7(0, twist));
        RecordId::derived(base, &format!("demo {what} {at}"))
    }

    /// What a business sets up once: tax rates, what it sells and at which price, tags.
    pub(super) fn offered(&self, from: NaiveDate) -> Vec<Op> {
        let currency = self.currency.unwrap_or(Currency::EUR);
        let mut ops = Vec::new();
        for (at, (name, per_cent)) in [("Standard rate", 20), ("Reduced rate", 7)].into_iter().enumerate() {
            let rate = Rate::from_ppm(per_cent * 10_000).ok();
            let tax = TaxRate { name: name.to_owned(), rate, from: Some(from), ..TaxRate::default() };
            ops.push(new_op(self.set_up("tax", at), &tax));
        }
        for (at, ware) in WARES.iter().take(12).enumerate() {
            let product = Product {
                name: ware.description.to_owned(),
                number: format!("A-{}", 1_001 + at),
                unit: ware.unit.to_owned(),
                tax: Some(self.set_up("tax", 0)),
                ..Product::default()
            };
            let price = Price {
                name: "Standard".to_owned(),
                product: Some(self.set_up("product", at)),
                amount: Some(Money::new(price(currency, ware.cents) * currency.minor_units() / 100, currency)),
                from: Some(from),
                until: None,
            };
            ops.push(new_op(self.set_up("product", at), &product));
            ops.push(new_op(self.set_up("price", at), &price));
        }
        for (at, (name, colour)) in
            TAGS.iter().zip([TagColour::Amber, TagColour::Blue, TagColour::Grey, TagColour::Green]).enumerate()
        {
            ops.push(new_op(self.set_up("tag", at), &Tag { name: (*name).to_owned(), colour }));
        }
        ops
    }

    /// The company and the contact that a customer's lead becomes, as its conversion makes them, with what is known by then.
    pub(super) fn converted(&self, customer: &Customer, phone: String) -> [Op; 2] {
        let ids = Conversion::of(customer.lead);
        let chance = customer.email.bytes().map(usize::from).sum::<usize>();
        let company = Company {
            name: customer.company.clone(),
            industry: INDUSTRIES[chance % INDUSTRIES.len()].to_owned(),
            tags: (chance % 3 == 0).then(|| self.set_up("tag", chance % TAGS.len())).into_iter().collect(),
            address: customer.address.clone(),
            tax_id: customer.tax_id.clone(),
            lead: Some(customer.lead),
            owner: customer.owner.to_owned(),
            ..Company::default()
        };
        let contact = Contact {
            name: customer.name.clone(),
            position: POSITIONS[chance % POSITIONS.len()].to_owned(),
            companies: vec![Link::new(ids.company, "")],
            emails: vec![customer.email.clone()],
            phones: vec![phone],
            lead: Some(customer.lead),
            owner: customer.owner.to_owned(),
            ..Contact::default()
        };
        [new_op(ids.company, &company), new_op(ids.contact, &contact)]
    }

    /// Plans what is done about a lead in its first weeks.
    pub(super) fn about_lead(&mut self, customer: &Customer) -> FollowUps {
        let about = About { lead: Some(customer.lead), ..About::default() };
        self.acts(customer, about, &[(What::Call, 45, 6), (What::Note, 12, 10), (What::Task, 10, 8)])
    }

    /// Plans what is done about a deal while it is open.
    pub(super) fn about_deal(&mut self, customer: &Customer, deal: RecordId) -> FollowUps {
        let ids = Conversion::of(customer.lead);
        let about = About { lead: None, company: Some(ids.company), contact: Some(ids.contact), deal: Some(deal) };
        let usual = [
            (What::Call, 70, 20),
            (What::Note, 45, 12),
            (What::Meeting, 35, 25),
            (What::Visit, 30, 30),
            (What::Task, 55, 30),
        ];
        self.acts(customer, about, &usual)
    }

    /// Of each, with so many per cent, one within so many days.
    fn acts(&mut self, customer: &Customer, about: About, usual: &[(What, i64, i64)]) -> FollowUps {
        let mut planned = FollowUps::new();
        for (what, per_cent, days) in usual {
            if self.chatter.chance(*per_cent) {
                let hours = u64::try_from(self.chatter.between(1, days * 24)).unwrap_or_default();
                let act = Act { what: *what, about, owner: customer.owner };
                planned.push((hours * 3_600_000, Step::Act(Box::new(act))));
            }
        }
        planned
    }

    /// Does it, at `at_ms`.
    pub(super) fn act(&mut self, act: &Act, at_ms: u64) -> Op {
        let bytes = self.chatter.ten_bytes();
        let id = self.id_of(at_ms, bytes);
        let About { lead, company, contact, deal } = act.about;
        match act.what {
            What::Note => {
                let text = self.chatter.pick(NOTES).to_owned();
                new_op(id, &Note { text, at: Some(at_ms), lead, company, contact, deal, ..Note::default() })
            }
            What::Call => self.call(id, act, at_ms),
            What::Meeting => {
                let (subject, place) = self.chatter.pick(MEETINGS);
                let (at, status) = self.when(at_ms);
                let meeting = Meeting {
                    subject: subject.to_owned(),
                    place: place.to_owned(),
                    status,
                    at: Some(at),
                    minutes: Some(self.chatter.pick(&[30, 45, 60, 90])),
                    people: contact.into_iter().collect(),
                    lead,
                    company,
                    deal,
                    ..Meeting::default()
                };
                new_op(id, &meeting)
            }
            What::Visit => {
                let (at, status) = self.when(at_ms);
                let visit = Visit {
                    subject: self.chatter.pick(VISITS).to_owned(),
                    status,
                    at: Some(at),
                    minutes: Some(self.chatter.pick(&[60, 90, 120, 240])),
                    lead,
                    company,
                    contact,
                    deal,
                    ..Visit::default()
                };
                new_op(id, &visit)
            }
            What::Task => self.task(id, act, at_ms),
        }
    }

    fn call(&mut self, id: RecordId, act: &Act, at_ms: u64) -> Op {
        use CallOutcome::{CallBack, Message, NoAnswer, Reached};
        let About { lead, company, contact, deal } = act.about;
        let outcome = self.chatter.pick(&[Reached, Reached, Reached, Reached, NoAnswer, Message, CallBack]);
        let spoke = matches!(outcome, Reached | CallBack);
        let (subject, notes) = self.chatter.pick(CALLS);
        let minutes = self.chatter.between(2, 35);
        let call = Call {
            subject: subject.to_owned(),
            outcome,
            direction: if self.chatter.chance(30) { CallDirection::In } else { CallDirection::Out },
            at: Some(at_ms),
            minutes: spoke.then_some(minutes),
            notes: if spoke { notes.to_owned() } else { String::new() },
            lead,
            company,
            contact,
            deal,
            ..Call::default()
        };
        new_op(id, &call)
    }

    fn task(&mut self, id: RecordId, act: &Act, at_ms: u64) -> Op {
        let About { lead, company, contact, deal } = act.about;
        let days = u64::try_from(self.chatter.between(1, 21)).unwrap_or_default();
        let due = self.calendar.date_after(at_ms, days);
        // Most of what was due is done, and little of what is not.
        let done = if due < self.calendar.date(self.calendar.now_ms()) { 93 } else { 15 };
        let task = Task {
            title: self.chatter.pick(TASKS).to_owned(),
            owner: act.owner.to_owned(),
            status: if self.chatter.chance(done) { TaskStatus::Done } else { TaskStatus::Open },
            due: Some(due),
            lead,
            company,
            contact,
            deal,
            ..Task::default()
        };
        new_op(id, &task)
    }

    /// When something that is arranged at `at_ms` begins, at a full quarter of an hour, and whether it has by now.
    fn when(&mut self, at_ms: u64) -> (u64, MeetingStatus) {
        const QUARTER_MS: u64 = 15 * 60_000;
        let days = u64::try_from(self.chatter.between(1, 12)).unwrap_or_default();
        let at = (at_ms + days * crate::demo::calendar::DAY_MS).next_multiple_of(QUARTER_MS);
        let held = if self.chatter.chance(92) { MeetingStatus::Held } else { MeetingStatus::Cancelled };
        (at, if at > self.calendar.now_ms() { MeetingStatus::Planned } else { held })
    }
}
