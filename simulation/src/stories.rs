//! Short stories of two devices and a server, told without chance: what sync promises, one promise at a time. The server
//! answers from both of its stores, which are held against each other.

use outpost_core::hlc::Hlc;
use outpost_core::id::{DeviceId, RecordId};
use outpost_core::mutation::{Op, Patch};
use outpost_core::protocol::{PROTOCOL, SyncRequest, SyncResponse, Verdict};
use outpost_core::record::{Record, RecordKey};
use outpost_core::records::{Business, Invoice, InvoiceLine, convert, issue};
use outpost_core::schema::RecordType;
use outpost_core::sync::Commit;
use outpost_server::engine::Door;
use serde_json::{Value, json};

use crate::classify;
use crate::disk::{Disk, NotWritten, Rejected, Writer};
use crate::random::Random;
use crate::servers::Servers;
use crate::story::StoreKind;

const NOW: u64 = 1_800_000_000_000;
const HOUR: u64 = 3_600_000;
const YEAR: u64 = 365 * 24 * HOUR;
const LEAD: u128 = 7;

fn servers(page: u32) -> Servers {
    let servers = Servers::new(StoreKind::Both, page).expect("a server");
    for device in [1, 2] {
        servers.sign_in(DeviceId(device), NOW).expect("an account");
    }
    servers
}

fn disk(device: u64) -> Disk {
    Disk::new(DeviceId(device), Random::new(device))
}

fn id(number: u128) -> RecordId {
    RecordId::singleton(number)
}

fn ask(disk: &mut Disk, servers: &Servers, now: u64) -> SyncResponse {
    let pending = disk.load(1_000).expect("it can be read");
    let (epoch, cursor, since) = (pending.position.epoch, pending.position.cursor, pending.position.since);
    let (device, mutations) = (pending.device, pending.mutations);
    let request = SyncRequest {
        protocol: PROTOCOL,
        device,
        epoch,
        cursor,
        since,
        limit: 1_000,
        mutations,
        wanted: pending.wanted,
        scope: pending.scope.keep,
    };
    let body = serde_json::to_vec(&request).expect("JSON");
    let reply = servers.ask_now(Door::Sync, device, now, &body).expect("both answer alike");
    classify::read(&reply).expect("an answer")
}

/// Syncs until there is nothing more, while the device's wall shows `wall`; how many rows came.
fn sync_at(disk: &mut Disk, servers: &Servers, now: u64, wall: u64) -> usize {
    let mut rows = 0;
    loop {
        let answer = ask(disk, servers, now);
        let has_more = answer.has_more;
        rows += answer.rows.len();
        disk.commit(0, &Commit::new(answer), wall).expect("stored");
        if !has_more {
            return rows;
        }
    }
}

fn sync(disk: &mut Disk, servers: &Servers) -> usize {
    sync_at(disk, servers, NOW, NOW)
}

fn write(disk: &mut Disk, wall_ms: u64, ops: Vec<Op>) -> Hlc {
    let n = disk.write(ops, &Writer { wall_ms, schema: 1, careless: false }).expect("the rules allow it");
    disk.written[&n].hlc
}

fn set(disk: &mut Disk, wall: u64, field: &str, value: Value) -> Hlc {
    write(disk, wall, vec![Op::patch("lead", id(LEAD), Patch::from([(field.to_owned(), value)]))])
}

fn record(disk: &Disk, kind: &str, number: u128) -> Record {
    disk.tables.records[&RecordKey::new(kind, id(number))].clone()
}

fn lead(disk: &Disk, field: &str) -> String {
    record(disk, "lead", LEAD).text(field).to_owned()
}

/// Two devices that both have the lead, and their server.
fn two() -> (Disk, Disk, Servers) {
    let (mut ana, mut max, servers) = (disk(1), disk(2), servers(1_000));
    set(&mut ana, NOW, "name", json!("Layla"));
    sync(&mut ana, &servers);
    sync(&mut max, &servers);
    assert_eq!(lead(&max, "name"), "Layla");
    (ana, max, servers)
}

#[test]
fn a_device_is_not_sent_its_own_writes() {
    let (mut ana, servers) = (disk(1), servers(1_000));
    for round in 0..5 {
        set(&mut ana, NOW, "name", json!(format!("Layla {round}")));
        assert_eq!(sync(&mut ana, &servers) + sync(&mut ana, &servers), 0);
    }
    assert!(ana.tables.outbox.is_empty());
    assert_eq!(ana.tables.state.position.cursor, servers.head(DeviceId(1)).expect("a head"));
}

#[test]
fn different_fields_of_one_record_both_stay_and_the_later_of_one_field_wins_everywhere() {
    let (mut ana, mut max, servers) = two();
    set(&mut ana, NOW + 10, "company", json!("حداد للتجارة"));
    set(&mut max, NOW + 20, "notes", json!("Call"));
    set(&mut max, NOW + 30, "name", json!("by Max"));
    set(&mut ana, NOW + 40, "name", json!("by Ana, later"));
    for _ in 0..2 {
        sync(&mut ana, &servers);
        sync(&mut max, &servers);
    }
    assert_eq!(ana.tables.records, max.tables.records);
    let all = ["name", "company", "notes"].map(|field| lead(&max, field));
    assert_eq!(all, ["by Ana, later", "حداد للتجارة", "Call"]);
}

#[test]
fn a_lead_that_two_devices_convert_becomes_one_of_each_without_a_clash() {
    let (mut ana, mut max, servers) = two();
    set(&mut ana, NOW + 1, "company", json!("حداد للتجارة"));
    sync(&mut ana, &servers);
    sync(&mut max, &servers);
    for (device, at) in [(&mut ana, NOW + 10), (&mut max, NOW + 20)] {
        let ops = convert(&record(device, "lead", LEAD), &[]).expect("it can be converted");
        write(device, at, ops);
    }
    for _ in 0..2 {
        sync(&mut ana, &servers);
        sync(&mut max, &servers);
    }
    assert_eq!(ana.tables.records, max.tables.records);
    let count = |kind: &str| ana.tables.records.keys().filter(|key| key.kind == kind).count();
    assert_eq!(["lead", "company", "contact", "deal", "conflict"].map(count), [1, 1, 1, 1, 0]);
    assert_eq!(lead(&max, "status"), "converted");
}

#[test]
fn an_edit_of_what_another_deleted_is_kept_beneath_and_comes_back_with_a_restore() {
    let (mut ana, mut max, servers) = two();
    write(&mut ana, NOW + 1, vec![Op::delete("lead", id(LEAD))]);
    set(&mut max, NOW + 5, "notes", json!("Kept"));
    for _ in 0..2 {
        sync(&mut ana, &servers);
        sync(&mut max, &servers);
    }
    assert!(record(&ana, "lead", LEAD).is_deleted() && record(&max, "lead", LEAD).is_deleted());
    write(&mut ana, NOW + 9, vec![Op::restore("lead", id(LEAD))]);
    sync(&mut ana, &servers);
    sync(&mut max, &servers);
    assert!(!record(&max, "lead", LEAD).is_deleted());
    assert_eq!((lead(&ana, "notes"), lead(&max, "notes")), ("Kept".to_owned(), "Kept".to_owned()));
}

#[test]
fn a_clock_years_ahead_wins_once_at_most_and_is_put_right() {
    let (mut ana, mut max, servers) = two();
    let wild = set(&mut ana, NOW + 10 * YEAR, "name", json!("from the future"));
    sync_at(&mut ana, &servers, NOW, NOW + 10 * YEAR);
    let stamp = record(&ana, "lead", LEAD).fields["name"].hlc();
    assert!(stamp < wild && stamp.ms <= NOW + 60_000, "the server bounds it, and the device takes the new stamp");
    sync_at(&mut max, &servers, NOW + 1_000, NOW + 1_000);
    set(&mut max, NOW + 1_000, "name", json!("the present"));
    sync_at(&mut max, &servers, NOW + 1_000, NOW + 1_000);
    sync_at(&mut ana, &servers, NOW + 2_000, NOW + 10 * YEAR + 2_000);
    assert_eq!(lead(&ana, "name"), "the present");
    let corrected = set(&mut ana, NOW + 10 * YEAR + 3_000, "name", json!("again"));
    assert!(corrected.ms <= NOW + 60_000, "its clock is corrected: {corrected}");
}

#[test]
fn a_clock_years_behind_still_wins_over_what_its_owner_saw_or_wrote_before() {
    let (mut ana, mut max, servers) = two();
    let behind = NOW - 10 * YEAR;
    set(&mut max, behind, "name", json!("first"));
    set(&mut max, behind - HOUR, "name", json!("second, after the clock went back"));
    sync_at(&mut max, &servers, NOW, behind);
    sync(&mut ana, &servers);
    assert_eq!(lead(&ana, "name"), "second, after the clock went back");
}

#[test]
fn an_edit_whose_stamp_is_rewritten_stands_over_what_its_author_saw() {
    let (mut ana, mut max, servers) = two();
    // Ana's clock is ahead by less than what the server minds.
    let hers = set(&mut ana, NOW + 59_000, "name", json!("by Ana"));
    sync_at(&mut ana, &servers, NOW, NOW + 59_000);
    sync(&mut max, &servers);
    // Max's jumps ahead by an hour: the present, which his stamp becomes, is before Ana's.
    set(&mut max, NOW + HOUR, "name", json!("by Max"));
    let answer = ask(&mut max, &servers, NOW);
    assert_eq!(answer.receipts[0].verdict, Verdict::Applied);
    let his = answer.receipts[0].stamp.expect("rewritten");
    assert!(his > hers && his.ms <= NOW + 60_000, "{his}");
    max.commit(0, &Commit::new(answer), NOW + HOUR).expect("stored");
    sync(&mut ana, &servers);
    assert_eq!((lead(&ana, "name"), lead(&max, "name")), ("by Max".to_owned(), "by Max".to_owned()));
    assert_eq!(record(&max, "lead", LEAD), record(&ana, "lead", LEAD));
}

#[test]
fn an_edit_of_a_copied_device_stands_over_what_the_other_had_sent_meanwhile() {
    let (mut ana, _, servers) = two();
    set(&mut ana, NOW + 59_000, "notes", json!("sent"));
    sync_at(&mut ana, &servers, NOW, NOW + 59_000);
    // Its clock jumps ahead, and it is copied with an edit that it has not sent, on which the copy goes on.
    set(&mut ana, NOW + YEAR, "name", json!("by Ana"));
    let mut copy = ana.copy(Random::new(3));
    set(&mut copy, NOW + YEAR, "name", json!("by the copy, who had read Ana's"));
    let hers = ask(&mut ana, &servers, NOW).receipts[0].stamp.expect("rewritten");
    copy.become_device(0, DeviceId(2), "B2".to_owned()).expect("stored");
    let answer = ask(&mut copy, &servers, NOW);
    let last = answer.receipts.last().and_then(|receipt| receipt.stamp).expect("rewritten");
    assert!(last > hers, "{last}");
    sync_at(&mut copy, &servers, NOW, NOW + YEAR);
    sync(&mut ana, &servers);
    assert_eq!(lead(&ana, "name"), "by the copy, who had read Ana's");
    assert_eq!(record(&copy, "lead", LEAD), record(&ana, "lead", LEAD));
}

#[test]
fn an_edit_whose_stamp_was_rewritten_below_what_it_overwrote_ends_as_the_server_has_it() {
    let (mut ana, mut max, servers) = two();
    // The server's clock is ahead by two hours, and with it what it takes.
    set(&mut ana, NOW + 2 * HOUR, "name", json!("by Ana"));
    sync_at(&mut ana, &servers, NOW + 2 * HOUR, NOW + 2 * HOUR);
    sync_at(&mut max, &servers, NOW + 2 * HOUR, NOW + 2 * HOUR);
    // It is put right: Max's stamp becomes the present, which is before Ana's.
    set(&mut max, NOW + 2 * HOUR, "name", json!("by Max"));
    let answer = ask(&mut max, &servers, NOW);
    assert!(matches!(&answer.receipts[0].verdict, Verdict::Superseded { winners } if winners.len() == 1));
    let is_news = |row: &Record| row.kind != "conflict";
    assert!(!answer.rows.iter().any(is_news), "he was sent Ana's long ago: only the receipt can tell him");
    max.commit(0, &Commit::new(answer), NOW).expect("stored");
    assert_eq!(record(&max, "lead", LEAD), record(&ana, "lead", LEAD));
    set(&mut max, NOW + 3 * HOUR, "name", json!("by Max, once more"));
    sync_at(&mut max, &servers, NOW + 3 * HOUR, NOW + 3 * HOUR);
    sync_at(&mut ana, &servers, NOW + 3 * HOUR, NOW + 3 * HOUR);
    assert_eq!(lead(&ana, "name"), "by Max, once more");
}

fn patch(fields: Value) -> Patch {
    serde_json::from_value(fields).expect("an object")
}

/// Issues the invoice that has one line.
fn issue_it(disk: &mut Disk, number: &str) {
    let invoice = Invoice::from_record(&record(disk, "invoice", 1)).expect("an invoice");
    let line = InvoiceLine::from_record(&record(disk, "invoice_line", 2)).expect("a line");
    let day = chrono::NaiveDate::from_ymd_opt(2026, 11, 1).expect("a day");
    let seller = Business { name: "Berg & Faro".into(), ..Business::default() };
    let issued = issue(&invoice, &[line], &seller, number, day).expect("all is there");
    write(disk, NOW + 5, vec![Op::patch("invoice", id(1), issued)]);
}

#[test]
fn what_is_issued_stands_though_somebody_said_later_that_there_is_a_draft() {
    let (mut ana, mut max, servers) = two();
    let draft = || {
        let draft = patch(json!({"buyer_name": "Ferme", "currency": "EUR", "status": "draft"}));
        let line = patch(json!({"invoice": id(1), "description": "Feed", "quantity": "2", "unit_price": "5"}));
        vec![Op::patch("invoice", id(1), draft), Op::patch("invoice_line", id(2), line)]
    };
    write(&mut ana, NOW, draft());
    sync(&mut ana, &servers);
    issue_it(&mut ana, "2026-A1-00001");
    let voided = patch(json!({"status": "void", "void_reason": "wrong buyer"}));
    write(&mut ana, NOW + 6, vec![Op::patch("invoice", id(1), voided)]);
    // Max's device was hers once, and says what both had unsent a second time.
    write(&mut max, NOW + 20_000, draft());
    sync_at(&mut max, &servers, NOW, NOW + 20_000);
    let answer = ask(&mut ana, &servers, NOW);
    assert!(answer.receipts.iter().all(|receipt| matches!(receipt.verdict, Verdict::Superseded { .. })));
    ana.commit(0, &Commit::new(answer), NOW).expect("stored");
    sync_at(&mut max, &servers, NOW, NOW + 20_000);
    for disk in [&ana, &max] {
        assert_eq!(record(disk, "invoice", 1).text("status"), "void");
        assert_eq!(record(disk, "invoice", 1).text("number"), "2026-A1-00001");
    }
    assert_eq!(record(&ana, "invoice", 1), record(&max, "invoice", 1));
}

#[test]
fn one_draft_issued_on_two_devices_is_issued_once_and_the_other_is_told() {
    let (mut ana, mut max, servers) = two();
    let draft = patch(json!({"buyer_name": "Ferme", "currency": "EUR"}));
    let line = patch(json!({"invoice": id(1), "description": "Feed", "quantity": "2", "unit_price": "5"}));
    write(&mut ana, NOW, vec![Op::patch("invoice", id(1), draft), Op::patch("invoice_line", id(2), line)]);
    sync(&mut ana, &servers);
    sync(&mut max, &servers);
    for (disk, number) in [(&mut ana, "2026-A1-00001"), (&mut max, "2026-B2-00001")] {
        issue_it(disk, number);
    }
    let after = set(&mut max, NOW + 6, "notes", json!("written behind the refused one"));
    sync(&mut ana, &servers);
    sync(&mut max, &servers);
    sync(&mut ana, &servers);
    assert_eq!(ana.tables.records, max.tables.records);
    assert_eq!(record(&max, "invoice", 1).text("number"), "2026-A1-00001");
    let refused: Vec<_> = max.tables.rejected.values().collect();
    assert!(matches!(&refused[..], [Rejected { code, message, .. }]
        if code == "issued_twice" && message.contains("2026-A1-00001")));
    assert_eq!(record(&ana, "lead", LEAD).fields["notes"].hlc(), after);
}

#[test]
fn a_refused_record_goes_and_what_was_written_on_it_meanwhile_is_refused_too() {
    let (mut ana, max, servers) = two();
    let careless = Writer { wall_ms: NOW, schema: 1, careless: true };
    for field in ["notes", "company"] {
        let op = Op::patch("lead", id(99), Patch::from([(field.to_owned(), json!("x"))]));
        ana.write(vec![op], &careless).expect("a careless device asks nobody");
    }
    let op = Op::patch("lead", id(98), Patch::from([("notes".to_owned(), json!("x"))]));
    let careful = Writer { careless: false, ..careless };
    assert!(matches!(ana.write(vec![op], &careful), Err(NotWritten::Refused(_))));
    sync(&mut ana, &servers);
    assert_eq!(ana.tables.records, max.tables.records, "nothing of it is left");
    assert_eq!((ana.tables.rejected.len(), ana.tables.outbox.len()), (2, 0));
}

#[test]
fn a_lost_answer_is_asked_for_again_and_nothing_happens_twice() {
    let (mut ana, mut max, servers) = two();
    set(&mut ana, NOW + 1, "name", json!("once"));
    let lost = ask(&mut ana, &servers, NOW);
    set(&mut max, NOW + 2, "name", json!("meanwhile"));
    sync(&mut max, &servers);
    let head = servers.head(DeviceId(1)).expect("a head");
    let again = ask(&mut ana, &servers, NOW);
    assert_eq!(again.receipts, lost.receipts, "the stored receipts");
    assert_eq!(servers.head(DeviceId(1)).expect("a head"), head, "nothing was applied again");
    let commit = Commit::new(again);
    ana.commit(0, &commit, NOW).expect("stored");
    let once = ana.tables.clone();
    ana.commit(0, &commit, NOW).expect("stored");
    assert_eq!(ana.tables, once, "storing an answer twice is storing it once");
    assert_eq!((lead(&ana, "name"), &ana.tables.records), ("meanwhile".to_owned(), &max.tables.records));
}

#[test]
fn a_device_that_reads_page_by_page_misses_nothing_that_moves_meanwhile() {
    let servers = servers(1);
    let (mut ana, mut max) = (disk(1), disk(2));
    for number in 0..5u128 {
        let fields = Patch::from([("name".to_owned(), json!(format!("Lead {number}")))]);
        write(&mut ana, NOW, vec![Op::patch("lead", id(number), fields)]);
    }
    sync(&mut ana, &servers);
    for number in 0..5u128 {
        let answer = ask(&mut max, &servers, NOW);
        assert!(answer.has_more || number == 4);
        max.commit(0, &Commit::new(answer), NOW).expect("stored");
        // A record that was on its way moves to the head before it was sent, and one that was sent moves too.
        for (time, moved) in [(1, 4 - number), (2, number)] {
            let fields = Patch::from([("notes".to_owned(), json!(format!("{number}, {time}")))]);
            write(&mut ana, NOW + 1, vec![Op::patch("lead", id(moved), fields)]);
        }
        sync(&mut ana, &servers);
    }
    sync(&mut max, &servers);
    assert_eq!(max.tables.records, ana.tables.records);
}

#[test]
fn what_is_discarded_while_the_record_is_being_fetched_takes_nothing_with_it_that_is_unsent() {
    let (mut ana, mut max, servers) = two();
    write(&mut ana, NOW + 1, vec![Op::delete("lead", id(LEAD))]);
    ana.discard(2).expect("it was not sent");
    let under_way = ask(&mut ana, &servers, NOW);
    assert_eq!(under_way.records.len(), 1, "the lead is fetched");
    write(&mut ana, NOW + 2, vec![Op::delete("lead", id(LEAD))]);
    write(&mut ana, NOW + 3, vec![Op::restore("lead", id(LEAD))]);
    ana.discard(3).expect("it was not sent");
    ana.commit(0, &Commit::new(under_way), NOW).expect("stored");
    sync(&mut ana, &servers);
    sync(&mut max, &servers);
    assert!(record(&max, "lead", LEAD).is_deleted(), "the deletion was sent");
    assert_eq!(ana.tables.records, max.tables.records);
    assert!(ana.tables.state.wanted.is_empty());
}
