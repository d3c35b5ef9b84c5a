//! What happens to a customer, step by step; each step does its ops and plans the next ones.

use serde_json::json;

use crate::demo::activities::{Act, bought};
use crate::demo::calendar::{Calendar, DAY_MS};
use crate::demo::customer::Customer;
use crate::demo::invoices::{Draft, Issued, Numbers};
use crate::demo::random::Random;
use crate::demo::wares::{DEAL_NOTES, LEAD_NOTES, LOST_REASONS, OFFERS};
use crate::id::RecordId;
use crate::money::Currency;
use crate::mutation::{Op, Patch};
use crate::records::{
    BUSINESS_ID, Business, Conversion, Deal, DealStage, Lead, LeadSource, LeadStatus, StageEvent, move_stage,
};
use crate::schema::RecordType;

/// A piece of work, to be done at its time.
#[derive(Debug)]
pub(super) enum Step {
    /// The business is set up.
    Open,
    /// A lead is found; it is the so-manieth.
    Lead(usize),
    /// A lead's status changes.
    Status(RecordId, LeadStatus),
    /// Somebody calls, visits, notes something.
    Act(Box<Act>),
    /// A lead becomes a deal.
    Deal(Box<Customer>),
    /// A deal moves.
    Move(Box<Moving>),
    /// An invoice is begun.
    Bill(Box<Customer>, Option<RecordId>),
    /// An invoice is issued.
    Issue(Box<Draft>),
    /// Money comes: so many minor units.
    Pay(Issued, i64),
    /// An invoice is voided.
    Void(Issued),
}

/// A deal between two stages.
#[derive(Debug)]
pub(super) struct Moving {
    customer: Customer,
    deal: RecordId,
    from: DealStage,
    to: DealStage,
}

/// What follows a step: in so many milliseconds, which step.
pub(super) type FollowUps = Vec<(u64, Step)>;

/// Everything that steps need.
#[derive(Debug)]
pub(super) struct World {
    pub(super) calendar: Calendar,
    pub(super) random: Random,
    pub(super) seller: Business,
    pub(super) numbers: Numbers,
    /// What people do between the steps, by a chance of its own: the course of leads and deals does not follow from it.
    pub(super) chatter: Random,
    /// The currency that everybody pays in; `None` if each pays in their own.
    pub(super) currency: Option<Currency>,
    /// What makes the ids others than those of the same story elsewhere.
    pub(super) twist: Option<[u8; 10]>,
    leads: usize,
    /// When the latest lead was found, in milliseconds since the story began.
    found: u64,
}

/// All fields of a new record. None of the types here has a value without a JSON form, and the tests would show it.
pub(super) fn new_op(id: RecordId, record: &impl RecordTypeExt) -> Op {
    Op::patch(record.kind(), id, record.fields())
}

/// A typed record's kind and fields.
pub(super) trait RecordTypeExt {
    /// The type's name.
    fn kind(&self) -> &'static str;
    /// All fields that have a value.
    fn fields(&self) -> Patch;
}

impl<T: RecordType> RecordTypeExt for T {
    fn kind(&self) -> &'static str {
        T::SCHEMA.kind
    }

    fn fields(&self) -> Patch {
        self.to_patch().unwrap_or_default()
    }
}

impl World {
    /// The world before anything happened.
    pub(super) fn new(seed: u64, series: &str, calendar: Calendar, leads: usize) -> Self {
        let seller = crate::demo::invoices::seller();
        let chatter = Random::new(seed.wrapping_add(1) << 17);
        let (random, numbers) = (Random::new(seed), Numbers::new(series));
        Self { calendar, random, seller, numbers, chatter, currency: None, twist: None, leads, found: 0 }
    }

    /// Does a step that comes at `at_ms`.
    pub(super) fn run(&mut self, step: Step, at_ms: u64) -> (Vec<Op>, FollowUps) {
        match step {
            Step::Open => self.open(),
            Step::Lead(index) => self.lead(index, at_ms),
            Step::Status(lead, to) => (vec![status(lead, to)], vec![]),
            Step::Act(act) => (vec![self.act(&act, at_ms)], vec![]),
            Step::Deal(customer) => self.deal(*customer, at_ms),
            Step::Move(moving) => self.moved(*moving, at_ms),
            Step::Bill(customer, deal) => self.bill(&customer, deal, at_ms),
            Step::Issue(draft) => self.issue(&draft, at_ms),
            Step::Pay(issued, minor) => self.pay(issued, minor, at_ms),
            Step::Void(issued) => self.void(issued),
        }
    }

    /// A new record's id.
    pub(super) fn id(&mut self, at_ms: u64) -> RecordId {
        let bytes = self.random.ten_bytes();
        self.id_of(at_ms, bytes)
    }

    /// The id that is made of these bytes.
    pub(super) fn id_of(&self, at_ms: u64, mut bytes: [u8; 10]) -> RecordId {
        bytes.iter_mut().zip(self.twist.unwrap_or_default()).for_each(|(byte, twist)| *byte ^= twist);
        RecordId::v7(at_ms, bytes)
    }

    /// Between so many and so many days, in milliseconds.
    pub(super) fn days(&mut self, least: i64, most: i64) -> u64 {
        let hours = self.random.between(least * 24, most * 24);
        u64::try_from(hours).unwrap_or_default() * (DAY_MS / 24) + self.random.next() % (DAY_MS / 24)
    }

    fn open(&mut self) -> (Vec<Op>, FollowUps) {
        let mut ops = vec![new_op(BUSINESS_ID, &self.seller)];
        ops.extend(self.offered(self.calendar.date(self.calendar.start_ms())));
        (ops, self.find(0))
    }

    /// Plans the next lead: somewhere in its own share of the time.
    fn find(&mut self, index: usize) -> FollowUps {
        if index >= self.leads {
            return vec![];
        }
        let story = u128::from(self.calendar.now_ms() - self.calendar.start_ms());
        let start = |index: usize| u64::try_from(story * index as u128 / self.leads as u128).unwrap_or_default();
        let (from, to) = (start(index), start(index + 1));
        let found = from + self.random.next() % (to - from).max(1);
        let delay = found - self.found;
        self.found = found;
        vec![(delay, Step::Lead(index))]
    }

    fn lead(&mut self, index: usize, at_ms: u64) -> (Vec<Op>, FollowUps) {
        let id = self.id(at_ms);
        let customer = Customer::new(id, &mut self.random, self.currency);
        let fate = self.random.between(1, 100);
        let promising = fate <= 43;
        let lead = Lead {
            name: customer.name.clone(),
            company: customer.company.clone(),
            status: LeadStatus::New,
            emails: if self.random.chance(92) { vec![customer.email.clone()] } else { vec![] },
            phones: self.phones(&customer),
            address: customer.address.clone(),
            source: Some(self.source()),
            owner: customer.owner.to_owned(),
            value: self.random.chance(82).then(|| self.worth(&customer)),
            score: self.score(promising),
            tags: vec![],
            keep: None,
            notes: if self.random.chance(35) { self.random.pick(LEAD_NOTES).to_owned() } else { String::new() },
        };
        let acts = self.about_lead(&customer);
        let mut next = match fate {
            1..=35 => vec![
                (self.days(0, 1), Step::Status(id, LeadStatus::Contacted)),
                (self.days(2, 20), Step::Deal(Box::new(customer))),
            ],
            36..=43 => vec![
                (self.days(0, 4), Step::Status(id, LeadStatus::Qualified)),
                (self.days(5, 15), Step::Bill(Box::new(customer), None)),
            ],
            44..=62 => vec![(self.days(0, 6), Step::Status(id, LeadStatus::Contacted))],
            63..=78 => vec![(self.days(2, 20), Step::Status(id, LeadStatus::Nurturing))],
            79..=91 => vec![(self.days(1, 30), Step::Status(id, LeadStatus::Unqualified))],
            _ => vec![],
        };
        next.extend(acts);
        next.extend(self.find(index + 1));
        (vec![new_op(id, &lead)], next)
    }

    fn phones(&mut self, customer: &Customer) -> Vec<String> {
        let count = self.random.pick(&[0, 1, 1, 1, 1, 1, 2]);
        (0..count).map(|_| self.random.digits(customer.culture.phone)).collect()
    }

    fn source(&mut self) -> LeadSource {
        use LeadSource::{Fair, Inbound, List, Own, Referral, Web};
        self.random.pick(&[Web, Web, Web, Referral, Referral, Inbound, Inbound, Fair, Own, List])
    }

    fn score(&mut self, promising: bool) -> Option<i64> {
        let score = if promising { self.random.between(55, 97) } else { self.random.between(8, 74) };
        self.random.chance(75).then_some(score)
    }

    fn worth(&mut self, customer: &Customer) -> crate::money::Money {
        let offer = self.random.pick(OFFERS);
        customer.estimate(self.random.between(offer.least, offer.most) * 100)
    }

    fn deal(&mut self, customer: Customer, at_ms: u64) -> (Vec<Op>, FollowUps) {
        let (id, event) = (self.id(at_ms), self.id(at_ms));
        let offer = self.random.pick(OFFERS);
        let close_in = u64::try_from(self.random.between(20, 75)).unwrap_or_default();
        let deal = Deal {
            title: self.random.digits(offer.title),
            lead: Some(customer.lead),
            customer: Some(Conversion::of(customer.lead).company),
            contact: Some(Conversion::of(customer.lead).contact),
            company: customer.company.clone(),
            amount: Some(customer.estimate(self.random.between(offer.least, offer.most) * 100)),
            stage: DealStage::Qualified.value().to_owned(),
            probability: None,
            expected_close: Some(self.calendar.date_after(at_ms, close_in)),
            lost_reason: String::new(),
            owner: customer.owner.to_owned(),
            tags: vec![],
            keep: None,
            notes: if self.random.chance(30) { self.random.pick(DEAL_NOTES).to_owned() } else { String::new() },
        };
        let began = StageEvent {
            deal: Some(id),
            to: DealStage::Qualified.value().to_owned(),
            at: Some(at_ms),
            ..StageEvent::default()
        };
        let mut began = began.fields();
        // It comes from nowhere.
        began.remove("from");
        let phone = self.chatter.digits(customer.culture.phone);
        let [company, contact] = self.converted(&customer, phone);
        let ops = vec![
            status(customer.lead, LeadStatus::Converted),
            company,
            contact,
            new_op(id, &deal),
            Op::patch(StageEvent::SCHEMA.kind, event, began),
        ];
        let to = if self.random.chance(72) { DealStage::Proposal } else { DealStage::Lost };
        let mut next = self.about_deal(&customer, id);
        let moving = Moving { customer, deal: id, from: DealStage::Qualified, to };
        next.push((self.days(7, 48), Step::Move(Box::new(moving))));
        (ops, next)
    }

    fn moved(&mut self, moving: Moving, at_ms: u64) -> (Vec<Op>, FollowUps) {
        let Moving { customer, deal, from, to } = moving;
        let lost = if to == DealStage::Lost { Some(self.random.pick(LOST_REASONS)) } else { None };
        let mut ops = move_stage(deal, self.id(at_ms), from.value(), to.value(), lost, at_ms);
        ops.extend((to == DealStage::Won).then(|| bought(customer.lead)));
        let luck = self.random.between(1, 100);
        let next = match (to, luck) {
            (DealStage::Proposal, 1..=60) => DealStage::Negotiation,
            (DealStage::Proposal, 61..=74) | (DealStage::Negotiation, 1..=68) => DealStage::Won,
            (DealStage::Proposal | DealStage::Negotiation, _) => DealStage::Lost,
            (DealStage::Won, _) => {
                let mut bills = vec![(self.days(1, 12), Step::Bill(Box::new(customer.clone()), Some(deal)))];
                if luck <= 30 {
                    bills.push((self.days(28, 40), Step::Bill(Box::new(customer), Some(deal))));
                }
                return (ops, bills);
            }
            _ => return (ops, vec![]),
        };
        let moving = Moving { customer, deal, from: to, to: next };
        (ops, vec![(self.days(6, 44), Step::Move(Box::new(moving)))])
    }
}

fn status(lead: RecordId, to: LeadStatus) -> Op {
    Op::patch(Lead::SCHEMA.kind, lead, Patch::from([("status".to_owned(), json!(to))]))
}
