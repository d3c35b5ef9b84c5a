//! The demo is a business like any other: every rule holds in it, and it is the same each time.

mod support;

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use outpost_core::demo;
use outpost_core::hlc::Hlc;
use outpost_core::id::DeviceId;
use outpost_core::mutation::Mutation;
use outpost_core::records::{
    Business, Call, Company, Contact, Deal, DealStage, Invoice, InvoiceLine, InvoiceStatus, Lead, LeadStatus, Meeting,
    Note, Payment, Price, Product, StageEvent, Tag, Task, TaxRate, Visit, paid_by,
};
use outpost_core::totals::{PaidState, paid_state};
use support::ledger::Ledger;

const NOW_MS: u64 = 1_795_348_800_000;

fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 22).expect("a date")
}

fn story(leads: usize, seed: u64) -> Vec<Mutation> {
    demo::mutations(leads, seed, DeviceId(7), NOW_MS, "K7", today()).collect()
}

fn ledger(mutations: &[Mutation]) -> Ledger {
    let mut ledger = Ledger::default();
    for mutation in mutations {
        let winners = ledger.push(mutation, mutation.hlc).unwrap_or_else(|why| panic!("{why}: {mutation:?}"));
        assert!(winners.is_empty(), "a later stamp was there before: {mutation:?}");
    }
    ledger
}

#[test]
fn every_op_passes_the_rules_and_every_record_can_be_read() {
    for (leads, seed) in [(1, 1), (40, 2), (1_000, 3), (3_000, 4)] {
        let ledger = ledger(&story(leads, seed));
        assert_eq!(ledger.all::<Lead>().count(), leads);
        assert_eq!(ledger.all::<Business>().count(), 1);
        let read = ledger.all::<Deal>().count()
            + ledger.all::<StageEvent>().count()
            + ledger.all::<Invoice>().count()
            + ledger.all::<InvoiceLine>().count()
            + ledger.all::<Payment>().count()
            + ledger.all::<Company>().count()
            + ledger.all::<Contact>().count()
            + ledger.all::<Note>().count()
            + ledger.all::<Call>().count()
            + ledger.all::<Meeting>().count()
            + ledger.all::<Visit>().count()
            + ledger.all::<Task>().count()
            + ledger.all::<Product>().count()
            + ledger.all::<Price>().count()
            + ledger.all::<TaxRate>().count()
            + ledger.all::<Tag>().count();
        assert_eq!(read + leads + 1, ledger.records.len());
    }
}

#[test]
fn mutations_are_numbered_and_stamped_in_order_and_never_from_the_future() {
    for (leads, seed) in [(0, 9), (1, 9), (300, 9), (2_500, 9)] {
        let mutations = story(leads, seed);
        let mut last = Hlc::ZERO;
        for (index, mutation) in mutations.iter().enumerate() {
            assert_eq!(mutation.n, index as u64 + 1);
            assert!(mutation.hlc > last && mutation.hlc.ms <= NOW_MS, "{:?} after {last:?}", mutation.hlc);
            assert!(NOW_MS - mutation.hlc.ms <= 366 * 86_400_000);
            assert!((1..=50).contains(&mutation.ops.len()));
            let keys: BTreeSet<_> = mutation.ops.iter().map(|op| op.key()).collect();
            assert_eq!(keys.len(), mutation.ops.len(), "one op a record");
            last = mutation.hlc;
        }
    }
    assert!(story(5_000, 9).len() < 5_000, "a large demo is sent in batches");
}

#[test]
fn the_same_arguments_tell_the_same_story() {
    assert_eq!(story(200, 5), story(200, 5));
    assert_ne!(story(200, 5), story(200, 6));
}

#[test]
fn it_has_about_a_third_as_many_deals_and_a_fifth_as_many_invoices() {
    let ledger = ledger(&story(2_000, 11));
    let deals = ledger.all::<Deal>().count();
    let invoices = ledger.all::<Invoice>().count();
    assert!((560..=740).contains(&deals), "{deals} deals");
    assert!((320..=480).contains(&invoices), "{invoices} invoices");
}

#[test]
fn a_deal_stands_where_its_latest_stage_event_says() {
    let ledger = ledger(&story(600, 12));
    let mut latest = BTreeMap::new();
    for record in ledger.of_kind("stage_event") {
        let deal = record.relation("deal").expect("a deal");
        let event = (record.latest(), record.text("to"));
        latest.entry(deal).and_modify(|known| *known = event.max(*known)).or_insert(event);
    }
    for record in ledger.of_kind("deal") {
        assert_eq!(Some(record.text("stage")), latest.get(&record.id).map(|event| event.1));
    }
    let open = ledger.all::<Deal>().filter(|(_, deal)| DealStage::parse(&deal.stage).standing().is_open()).count();
    assert!(open > 20, "the board has cards: {open}");
}

#[test]
fn invoices_are_in_every_state_and_their_numbers_have_no_gap() {
    let ledger = ledger(&story(1_500, 13));
    let mut payments: BTreeMap<_, Vec<Payment>> = BTreeMap::new();
    for (_, payment) in ledger.all::<Payment>() {
        payments.entry(payment.invoice.expect("an invoice")).or_default().push(payment);
    }
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let mut numbers = BTreeSet::new();
    for (id, invoice) in ledger.all::<Invoice>() {
        if invoice.status == InvoiceStatus::Draft {
            assert!(invoice.number.is_empty() && invoice.issued.is_none());
            *seen.entry("draft".into()).or_default() += 1;
            continue;
        }
        let document = invoice.issued.expect("an issued invoice has its document");
        assert_eq!(document.number, invoice.number);
        assert!(numbers.insert(invoice.number.clone()));
        let paid = paid_by(document.currency, payments.get(&id).into_iter().flatten());
        let state = paid_state(document.totals.total, [paid], document.due_date, today()).expect("sums");
        let overdue = state.days_overdue > 0 && invoice.status == InvoiceStatus::Issued;
        let word = if overdue { "overdue".to_owned() } else { format!("{} {:?}", invoice.status.value(), state.state) };
        *seen.entry(word).or_default() += 1;
        assert_ne!(state.state, PaidState::Overpaid);
    }
    for state in ["draft", "issued Unpaid", "issued Partial", "issued Paid", "overdue", "void Unpaid"] {
        assert!(seen.contains_key(state), "no invoice is {state}: {seen:?}");
    }
    for year in ["2025", "2026"] {
        let of_year: Vec<_> = numbers.iter().filter(|number| number.starts_with(year)).collect();
        assert_eq!(of_year.last().map(|n| n.to_string()), Some(format!("{year}-K7-{:05}", of_year.len())));
    }
}

#[test]
fn people_live_all_over_the_world() {
    let ledger = ledger(&story(1_000, 14));
    let leads: Vec<Lead> = ledger.all::<Lead>().map(|(_, lead)| lead).collect();
    let letters: BTreeSet<char> = leads.iter().flat_map(|lead| lead.name.chars()).collect();
    for (script, from, to) in [
        ("Latin with accents", 'À', 'ž'),
        ("Greek", 'Α', 'ώ'),
        ("Cyrillic", 'А', 'ї'),
        ("Arabic", 'ء', 'ي'),
        ("Devanagari", 'ऀ', 'ॿ'),
        ("Kana", 'ぁ', 'ヿ'),
        ("Han", '一', '鿿'),
        ("Hangul", '가', '힣'),
    ] {
        assert!(letters.range(from..=to).next().is_some(), "no {script}");
    }
    let currencies: BTreeSet<&str> = leads.iter().filter_map(|lead| Some(lead.value?.currency.code())).collect();
    assert_eq!(currencies, BTreeSet::from(["CZK", "EUR", "GBP", "JPY", "KWD", "NOK", "USD"]));
    let statuses: BTreeSet<&str> = leads.iter().map(|lead| lead.status.value()).collect();
    assert_eq!(statuses, LeadStatus::CHOICES.iter().map(|choice| choice.value).collect());
    for lead in &leads {
        assert!(lead.emails.iter().all(|email| email.is_ascii() && email.ends_with(".example")), "{:?}", lead.emails);
        assert!(!lead.name.contains(['=', '{', '#']) && !lead.company.contains(['=', '{', '#']), "{lead:?}");
    }
}
