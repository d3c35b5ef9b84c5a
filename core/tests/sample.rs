//! What somebody looks around with on an empty device is worth looking at: whoever they are, on each day and at each hour.

mod support;

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Days, NaiveDate};
use outpost_core::calendar::{Day, Offset, Wall, instant, wall};
use outpost_core::dedupe::Groups;
use outpost_core::demo;
use outpost_core::hlc::Hlc;
use outpost_core::id::DeviceId;
use outpost_core::money::Currency;
use outpost_core::mutation::{Mutation, Op};
use outpost_core::pipelines::SalesStage;
use outpost_core::records::{
    Call, Company, Contact, Deal, DealStage, Due, Invoice, InvoiceLine, InvoiceStatus, Lead, LeadStatus, Meeting,
    MeetingStatus, Note, Price, Rot, Site, Task, TaskStatus, Visit, draft_totals,
};
use outpost_core::schema::RecordType;
use support::ledger::Ledger;

const SEEDS: [u64; 4] = [0, 1, 99, u64::MAX];
const HOURS: [i64; 6] = [0, 6, 9, 13, 18, 23];

/// A Sunday.
fn first_day() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 22).expect("a date")
}

/// Berlin, whose clocks were put back within the weeks that are told of.
fn berlin(ms: i64) -> i64 {
    const PUT_BACK: i64 = 1_792_890_000_000;
    if ms < PUT_BACK { 120 } else { 60 }
}

fn at(date: NaiveDate, hour: i64, offset: Offset<'_>) -> u64 {
    instant(Wall { date, minute: hour * 60 + 20 }, offset).unsigned_abs()
}

/// The sample as a device has it that has just written it.
fn ledger(ops: &[Op], now_ms: u64) -> Ledger {
    let hlc = Hlc { ms: now_ms, counter: 0, device: DeviceId(7) };
    let mut ledger = Ledger::default();
    let made = Mutation { n: 1, schema: 1, hlc, ops: ops.to_vec() };
    ledger.push(&made, hlc).unwrap_or_else(|why| panic!("{why}"));
    ledger
}

/// Looks at the sample of each seed, on each day of a week and at some hours of it, where clocks are behind and ahead of UTC.
fn everywhere(look: impl Fn(&Ledger, u64, NaiveDate, Offset<'_>)) {
    let clocks: [Offset<'_>; 5] = [&|_| 0, &berlin, &|_| -11 * 60, &|_| 14 * 60, &|_| 345];
    for (days, seed) in (0..7).flat_map(|day| SEEDS.map(|seed| (day, seed))) {
        let today = first_day() + Days::new(days);
        for (hour, offset) in HOURS.iter().zip(clocks.iter().cycle().skip(days as usize)) {
            let now_ms = at(today, *hour, offset);
            look(&ledger(&demo::sample(seed, now_ms, Currency::EUR, offset), now_ms), now_ms, today, offset);
        }
    }
}

/// All that is shown: the ops with the place of each record in them instead of its id.
fn shown(ops: &[Op]) -> String {
    let mut text = serde_json::to_string(ops).expect("ops have a JSON form");
    for (place, op) in ops.iter().enumerate() {
        text = text.replace(&op.id.to_string(), &format!("#{place}"));
    }
    text
}

#[test]
fn today_has_somebody_to_see_and_something_to_do_and_so_has_tomorrow() {
    everywhere(|ledger, now_ms, today, offset| {
        let on = |date: NaiveDate, at: Option<u64>| {
            let (day, at) = (Day::of(date, offset), at.expect("it has a time").cast_signed());
            (day.start..day.end).contains(&at)
        };
        let tomorrow = today + Days::new(1);
        let meetings: Vec<Meeting> = ledger.all::<Meeting>().map(|(_, meeting)| meeting).collect();
        let visits: Vec<Visit> = ledger.all::<Visit>().map(|(_, visit)| visit).collect();
        for date in [today, tomorrow] {
            assert!(meetings.iter().any(|meeting| on(date, meeting.at)), "no meeting on {date}");
            let visit = visits.iter().find(|visit| on(date, visit.at)).expect("a visit");
            let company: Company = ledger.read(visit.company.expect("at a company"));
            assert!(!company.address.lines().is_empty(), "nobody finds the way to {company:?}");
        }
        let times = meetings.iter().map(|it| (it.at, it.minutes, it.status));
        for (at, minutes, status) in times.chain(visits.iter().map(|it| (it.at, it.minutes, it.status))) {
            let (Some(at), Some(minutes)) = (at, minutes) else { panic!("it takes its time") };
            let is_over = at + minutes.unsigned_abs() * 60_000 <= now_ms;
            assert_eq!(is_over, status != MeetingStatus::Planned, "{status:?} at {at}, now {now_ms}");
        }
        let open: Vec<Task> = ledger.all::<Task>().map(|it| it.1).filter(|it| it.status == TaskStatus::Open).collect();
        let due = |which| open.iter().filter(|task| Due::of(task.due, today) == which).count();
        assert!(due(Due::Today) >= 2 && (1..=4).contains(&due(Due::Overdue)), "{open:?}");
        assert!(open.iter().any(|task| task.due == Some(tomorrow)));
    });
}

#[test]
fn nobody_works_at_night_wherever_they_are() {
    everywhere(|ledger, now_ms, today, offset| {
        for record in ["call", "note", "meeting", "visit"].into_iter().flat_map(|kind| ledger.of_kind(kind)) {
            let at = record.get("at").and_then(|at| at.as_i64()).expect("it has a time");
            let shown = wall(at, offset);
            assert!((7 * 60..20 * 60).contains(&shown.minute), "{} at {shown:?}", record.kind);
            let is_arranged = ["meeting", "visit"].contains(&record.kind.as_str());
            assert!(is_arranged || shown.date < today && at < now_ms.cast_signed(), "{} is to come", record.kind);
        }
    });
}

#[test]
fn the_board_has_deals_in_every_stage_and_one_of_them_waits() {
    everywhere(|ledger, now_ms, today, _| {
        let deals: Vec<Deal> = ledger.all::<Deal>().map(|it| it.1).collect();
        let mut stages: BTreeMap<&str, usize> = BTreeMap::new();
        deals.iter().for_each(|deal| *stages.entry(deal.stage.as_str()).or_default() += 1);
        assert_eq!(stages.len(), DealStage::ALL.len(), "{stages:?}");
        let open: Vec<&Deal> = deals.iter().filter(|deal| DealStage::parse(&deal.stage).standing().is_open()).collect();
        assert!(open.len() >= 5, "{stages:?}");
        // All was written just now, so nothing is quiet; but a day may be past.
        let rot = |deal: &&Deal| Rot::of(deal, &SalesStage::own(DealStage::parse(&deal.stage)), now_ms, now_ms, today);
        let late = open.iter().filter_map(rot).collect::<Vec<_>>();
        assert!(!late.is_empty() && late.len() < open.len(), "{late:?}");
        assert!(late.iter().all(|late| matches!(late, Rot::Late(1..=30))), "{late:?}");
    });
}

#[test]
fn each_draft_has_lines_and_a_total_and_can_be_issued_today() {
    everywhere(|ledger, _, today, _| {
        let lines: Vec<InvoiceLine> = ledger.all::<InvoiceLine>().map(|it| it.1).collect();
        let drafts: Vec<_> = ledger.all::<Invoice>().collect();
        assert!(drafts.len() >= 3);
        for (id, draft) in drafts {
            let lines: Vec<InvoiceLine> = lines.iter().filter(|line| line.invoice == Some(id)).cloned().collect();
            assert_eq!((draft.status, draft.number.as_str()), (InvoiceStatus::Draft, ""), "what is issued cannot go");
            assert!(draft_totals(&draft, &lines).expect("sums").total > 0);
            assert!(draft.due_date.expect("a due date") >= today);
        }
    });
}

#[test]
fn leads_are_in_every_state_and_one_of_them_is_there_twice() {
    everywhere(|ledger, _, _, _| {
        let leads: Vec<Lead> = ledger.all::<Lead>().map(|it| it.1).collect();
        let states: BTreeSet<&str> = leads.iter().map(|lead| lead.status.value()).collect();
        assert_eq!(states, LeadStatus::CHOICES.iter().map(|choice| choice.value).collect());
        let mut groups = Groups::default();
        static LEAD: outpost_core::schema::Schema = Lead::SCHEMA;
        ledger.of_kind("lead").for_each(|lead| groups.add(&LEAD, lead));
        assert_eq!(groups.found().iter().map(Vec::len).collect::<Vec<_>>(), [2]);
        assert!(leads.iter().filter(|lead| lead.status != LeadStatus::Converted).count() >= 10);
        assert!(ledger.all::<Call>().count() >= 5 && ledger.all::<Note>().count() >= 5);
        assert!(ledger.all::<Company>().count() >= 5 && ledger.all::<Contact>().count() >= 5);
        for kind in ["product", "price", "tax_rate", "tag", "stage_event", "site"] {
            assert!(ledger.of_kind(kind).next().is_some(), "no {kind}");
        }
    });
}

#[test]
fn a_company_has_a_site_with_something_to_come_and_something_said() {
    everywhere(|ledger, _, _, _| {
        let (id, site) = ledger.all::<Site>().next().expect("a site");
        let company: Company = ledger.read(site.company.expect("a company's"));
        assert_eq!(site.address, company.address);
        assert!(ledger.all::<Visit>().any(|(_, visit)| visit.site == Some(id) && visit.company == site.company));
        assert!(ledger.all::<Note>().any(|(_, note)| note.site == Some(id) && note.company == site.company));
    });
}

#[test]
fn all_is_paid_in_the_currency_of_who_looks_at_it() {
    for code in ["EUR", "USD", "GBP", "JPY", "KWD", "HUF", "NGN", "CLF"] {
        let currency: Currency = code.parse().expect("a currency");
        let now_ms = at(first_day(), 9, &berlin);
        let ledger = ledger(&demo::sample(5, now_ms, currency, &berlin), now_ms);
        let deals = ledger.all::<Deal>().map(|it| it.1.amount.expect("a deal has an amount"));
        let prices = ledger.all::<Price>().map(|it| it.1.amount.expect("a price has an amount"));
        for amount in deals.chain(prices).chain(ledger.all::<Lead>().filter_map(|it| it.1.value)) {
            assert!(amount.currency == currency && amount.minor > 0, "{amount:?} in {code}");
        }
        assert!(ledger.all::<Invoice>().all(|it| it.1.currency == Some(currency)));
    }
}

#[test]
fn everybody_sees_the_same_and_no_two_devices_make_the_same_records() {
    let (now_ms, later_ms) = (at(first_day(), 0, &berlin), at(first_day(), 23, &berlin));
    let sample = |seed, now_ms| demo::sample(seed, now_ms, Currency::EUR, &berlin);
    let (one, other) = (sample(1, now_ms), sample(2, now_ms));
    assert_eq!(one, sample(1, now_ms));
    assert_eq!(shown(&one), shown(&other));
    let ids = |ops: &[Op]| ops.iter().map(|op| op.id).collect::<BTreeSet<_>>();
    assert!(ids(&one).is_disjoint(&ids(&other)));
    let at_night = shown(&sample(1, later_ms));
    assert_ne!(shown(&one), at_night);
    assert_eq!(shown(&one).replace("planned", "held"), at_night.replace("planned", "held"));
}

#[test]
fn it_can_be_made_and_removed_and_says_nothing_of_us() {
    for seed in SEEDS {
        let now_ms = at(first_day(), 13, &berlin);
        let ops = demo::sample(seed, now_ms, Currency::EUR, &berlin);
        let keys: BTreeSet<_> = ops.iter().map(Op::key).collect();
        assert_eq!(keys.len(), ops.len(), "one op a record");
        assert!(keys.iter().all(|key| !["business", "payment", "conflict"].contains(&key.kind.as_str())));
        assert!(ops.len() < 500, "{} are one mutation", ops.len());
        let mut ledger = ledger(&ops, now_ms);
        let gone = keys.iter().filter(|key| key.kind != "stage_event");
        for op in gone.map(|key| Op::delete(&key.kind, key.id)) {
            let stamp = Hlc { ms: now_ms + 1, counter: 0, device: DeviceId(7) };
            ledger.op(op, stamp).unwrap_or_else(|why| panic!("{why}"));
        }
    }
}
