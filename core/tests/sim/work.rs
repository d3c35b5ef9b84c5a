//! What people do on their devices: few records, so that they get in each other's way.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use outpost_core::id::RecordId;
use outpost_core::mutation::{Op, Patch};
use outpost_core::record::Record;
use outpost_core::records::{Business, DealStage, Invoice, InvoiceLine, issue, move_stage, void};
use outpost_core::schema::RecordType;
use serde_json::{Value, json};

use super::disk::Disk;
use super::random::Random;

/// The most records of a type that are made.
const CROWD: usize = 12;

/// One piece of work: usually one mutation, sometimes a burst of them. Each is a list of ops.
pub fn piece(disk: &mut Disk, random: &mut Random, now_ms: u64, series: &str) -> Vec<Vec<Op>> {
    let mut new_id = { |random: &mut Random| RecordId::v7(now_ms, random.ten_bytes()) };
    match random.below(100) {
        0..30 => vec![edit_lead(disk, random)],
        30..38 if disk.ledger.of_kind("lead").count() < CROWD => {
            let name = json!(format!("Lead {}", random.below(1_000)));
            vec![vec![Op::patch("lead", new_id(random), Patch::from([("name".into(), name)]))]]
        }
        30..42 => vec![with(one("lead", disk, random), |lead| vec![Op::delete("lead", lead.id)])],
        42..46 => vec![with(one("lead", disk, random), |lead| vec![Op::restore("lead", lead.id)])],
        46..50 if disk.ledger.of_kind("deal").count() < CROWD => {
            let title = json!(format!("Deal {}", random.below(1_000)));
            let fields = Patch::from([("title".into(), title), ("stage".into(), json!("qualified"))]);
            vec![vec![Op::patch("deal", new_id(random), fields)]]
        }
        46..60 => {
            let (event, to) = (new_id(random), stage(random));
            let moved = |deal: &Record| move_stage(deal.id, event, DealStage::Qualified, to, "Price", now_ms);
            vec![with(one("deal", disk, random), moved)]
        }
        60..66 => vec![draft(random, &mut new_id)],
        66..72 => {
            let fields = [("description".to_owned(), json!("Line")), ("quantity".to_owned(), json!("2"))];
            let id = new_id(random);
            let line = |invoice: &Record| {
                let invoice = ("invoice".to_owned(), json!(invoice.id));
                vec![Op::patch("invoice_line", id, fields.into_iter().chain([invoice]).collect())]
            };
            vec![with(one("invoice", disk, random), line)]
        }
        72..75 => {
            let tax = json!(random.below(300_000));
            let taxed = |line: &Record| vec![Op::patch("invoice_line", line.id, Patch::from([("tax".into(), tax)]))];
            vec![with(one("invoice_line", disk, random), taxed)]
        }
        75..83 => vec![issued(disk, random, series)],
        83..85 => vec![with(one("invoice", disk, random), |invoice| {
            let patch = Invoice::from_record(invoice).ok().and_then(|typed| void(&typed, "Wrong").ok());
            patch.map(|patch| vec![Op::patch("invoice", invoice.id, patch)]).unwrap_or_default()
        })],
        85..88 => vec![with(one("invoice", disk, random), |invoice| vec![Op::delete("invoice", invoice.id)])],
        88..91 => {
            let (id, minor) = (new_id(random), random.below(90_000));
            let paid = |invoice: &Record| {
                let fields = json!({"invoice": invoice.id, "amount": {"minor": minor, "currency": "EUR"},
                    "date": "2026-11-22"});
                vec![Op::patch("payment", id, patch(fields))]
            };
            vec![with(one("invoice", disk, random), paid)]
        }
        91..93 => vec![with(one("payment", disk, random), |payment| vec![Op::delete("payment", payment.id)])],
        93..95 => {
            let id = RecordId::singleton(random.between(1, 3).into());
            vec![vec![Op::patch("hologram", id, Patch::from([("spin".into(), json!(random.below(9)))]))]]
        }
        95..97 => (0..random.between(10, 60)).map(|_| edit_lead(disk, random)).collect(),
        97 => {
            // What no server takes, and what is written on top of it.
            let broken = json!(random.chance(500));
            let monster = Patch::from([("monster".to_owned(), broken), ("notes".to_owned(), json!("Aaargh"))]);
            let bears = with(one("lead", disk, random), |lead| vec![Op::patch("lead", lead.id, monster)]);
            vec![bears, edit_lead(disk, random)]
        }
        _ => vec![impossible(disk, random)],
    }
}

fn patch(fields: Value) -> Patch {
    serde_json::from_value(fields).expect("an object")
}

/// Any record of a type, deleted or not.
fn one<'a>(kind: &'static str, disk: &'a Disk, random: &mut Random) -> Option<&'a Record> {
    let all: Vec<&Record> = disk.ledger.of_kind(kind).collect();
    if all.is_empty() { None } else { Some(all[random.below(all.len())]) }
}

fn with(record: Option<&Record>, ops: impl FnOnce(&Record) -> Vec<Op>) -> Vec<Op> {
    record.map(ops).unwrap_or_default()
}

fn stage(random: &mut Random) -> DealStage {
    random.pick(&[DealStage::Proposal, DealStage::Negotiation, DealStage::Won, DealStage::Lost])
}

fn edit_lead(disk: &Disk, random: &mut Random) -> Vec<Op> {
    let value = json!(format!("{}", random.below(10_000)));
    let field = random.pick(&["name", "company", "notes", "aura"]);
    with(one("lead", disk, random), |lead| vec![Op::patch("lead", lead.id, Patch::from([(field.to_owned(), value)]))])
}

fn draft(random: &mut Random, new_id: &mut impl FnMut(&mut Random) -> RecordId) -> Vec<Op> {
    let invoice = new_id(random);
    let fields = json!({"buyer_name": format!("Buyer {}", random.below(99)), "currency": "EUR", "status": "draft"});
    let mut ops = vec![Op::patch("invoice", invoice, patch(fields))];
    for position in 0..random.below(3) {
        let fields = json!({"invoice": invoice, "position": position, "description": "Work", "quantity": "1.5",
            "unit_price": "12.34", "tax": 200_000});
        ops.push(Op::patch("invoice_line", new_id(random), patch(fields)));
    }
    ops
}

/// Issues a draft. The number is taken in the transaction that writes it; here, before it.
fn issued(disk: &mut Disk, random: &mut Random, series: &str) -> Vec<Op> {
    let Some(invoice) = one("invoice", disk, random).cloned() else { return vec![] };
    let Ok(typed) = Invoice::from_record(&invoice) else { return vec![] };
    let lines: Vec<InvoiceLine> = disk
        .ledger
        .all::<InvoiceLine>()
        .map(|(_, line)| line)
        .filter(|line| line.invoice == Some(invoice.id))
        .collect();
    let seller = Business { name: "Berg & Faro".into(), ..Business::default() };
    let number = format!("2026-{series}-{:05}", disk.next_number);
    let today = NaiveDate::from_ymd_opt(2026, 11, 22).expect("a date");
    let Ok(patch) = issue(&typed, &lines, &seller, &number, today) else { return vec![] };
    disk.next_number += 1;
    vec![Op::patch("invoice", invoice.id, patch)]
}

/// What the rules refuse: only a careless device gets this into its outbox.
fn impossible(disk: &Disk, random: &mut Random) -> Vec<Op> {
    let wrong = |kind: &'static str, field: &str, value: Value, random: &mut Random| {
        let patch = Patch::from([(field.to_owned(), value)]);
        with(one(kind, disk, random), |record| vec![Op::patch(kind, record.id, patch)])
    };
    match random.below(5) {
        0 => wrong("lead", "score", json!("very"), random),
        1 => wrong("invoice", "buyer_name", json!("Somebody else"), random),
        2 => wrong("stage_event", "to", json!("won"), random),
        3 => vec![Op::patch(
            "lead",
            RecordId::v7(1, random.ten_bytes()),
            Patch::from([("notes".into(), json!("nameless"))]),
        )],
        _ => {
            // One good op and one bad one: none of it counts.
            let mut ops = edit_lead(disk, random);
            ops.extend(wrong("lead", "emails", json!(["nobody"]), random));
            let mut seen = BTreeSet::new();
            ops.retain(|op| seen.insert(op.id));
            ops
        }
    }
}
