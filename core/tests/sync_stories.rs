//! Short stories of two or three devices and a server, told without chance: what sync promises, one promise at a time.

mod sim;
mod support;

use outpost_core::hlc::Hlc;
use outpost_core::id::{DeviceId, RecordId};
use outpost_core::mutation::{Op, Patch};
use outpost_core::protocol::{PROTOCOL, SyncRequest, SyncResponse, Verdict};
use outpost_core::record::RecordKey;
use outpost_core::sync::Commit;
use proptest::prelude::*;
use serde_json::{Value, json};
use sim::disk::Disk;
use sim::server::Server;
use support::invoice::{INVOICE, LINE, id, issue_patch};

const NOW: u64 = 1_800_000_000_000;
const HOUR: u64 = 3_600_000;
const YEAR: u64 = 365 * 24 * HOUR;
const LEAD: u128 = 7;

fn disk(device: u64) -> Disk {
    Disk::new(DeviceId(device))
}

fn request(disk: &mut Disk) -> SyncRequest {
    let pending = disk.load(1_000);
    SyncRequest {
        protocol: PROTOCOL,
        device: pending.device,
        epoch: pending.position.epoch,
        cursor: pending.position.cursor,
        since: pending.position.since,
        limit: 1_000,
        mutations: pending.mutations,
        wanted: pending.wanted,
    }
}

fn ask(disk: &mut Disk, server: &mut Server, now: u64) -> SyncResponse {
    server.sync(now, &request(disk)).expect("the server answers")
}

/// Syncs until there is nothing more, while the device's wall shows `wall`.
fn sync_at(disk: &mut Disk, server: &mut Server, now: u64, wall: u64) {
    loop {
        let answer = ask(disk, server, now);
        let has_more = answer.has_more;
        disk.commit(&Commit::new(answer), wall);
        if !has_more {
            break;
        }
    }
}

fn sync(disk: &mut Disk, server: &mut Server) {
    sync_at(disk, server, NOW, NOW);
}

fn set(disk: &mut Disk, wall: u64, field: &str, value: Value) -> Hlc {
    let op = Op::patch("lead", id(LEAD), Patch::from([(field.to_owned(), value)]));
    disk.write(vec![op], wall, false).expect("the rules allow it").hlc
}

fn lead<'a>(disk: &'a Disk, field: &str) -> &'a str {
    disk.ledger.records[&RecordKey::new("lead", id(LEAD))].text(field)
}

/// Two devices that both have the lead, and their server.
fn two() -> (Disk, Disk, Server) {
    let (mut ana, mut max, mut server) = (disk(1), disk(2), Server::new(1_000, 1_000));
    set(&mut ana, NOW, "name", json!("Layla"));
    sync(&mut ana, &mut server);
    sync(&mut max, &mut server);
    assert_eq!(lead(&max, "name"), "Layla");
    (ana, max, server)
}

#[test]
fn a_device_is_not_sent_its_own_writes() {
    let (mut ana, mut server) = (disk(1), Server::new(1_000, 1_000));
    for round in 0..5 {
        set(&mut ana, NOW, "name", json!(format!("Layla {round}")));
        sync(&mut ana, &mut server);
        sync(&mut ana, &mut server);
    }
    assert_eq!(server.rows_sent, 0);
    assert!(ana.outbox.is_empty() && ana.position.cursor == server.head);
}

#[test]
fn different_fields_of_one_record_both_stay_and_the_later_of_one_field_wins_everywhere() {
    let (mut ana, mut max, mut server) = two();
    set(&mut ana, NOW + 10, "company", json!("حداد للتجارة"));
    set(&mut max, NOW + 20, "notes", json!("Call"));
    set(&mut max, NOW + 30, "name", json!("by Max"));
    set(&mut ana, NOW + 40, "name", json!("by Ana, later"));
    for _ in 0..2 {
        sync(&mut ana, &mut server);
        sync(&mut max, &mut server);
    }
    assert_eq!(ana.ledger, max.ledger);
    let all = [lead(&max, "name"), lead(&max, "company"), lead(&max, "notes")];
    assert_eq!(all, ["by Ana, later", "حداد للتجارة", "Call"]);
}

#[test]
fn an_edit_of_what_another_deleted_is_kept_beneath_and_comes_back_with_a_restore() {
    let (mut ana, mut max, mut server) = two();
    ana.write(vec![Op::delete("lead", id(LEAD))], NOW + 1, false).expect("a deletion");
    set(&mut max, NOW + 5, "notes", json!("Kept"));
    for _ in 0..2 {
        sync(&mut ana, &mut server);
        sync(&mut max, &mut server);
    }
    let key = RecordKey::new("lead", id(LEAD));
    assert!(ana.ledger.records[&key].is_deleted() && max.ledger.records[&key].is_deleted());
    ana.write(vec![Op::restore("lead", id(LEAD))], NOW + 9, false).expect("a restore");
    for _ in 0..2 {
        sync(&mut ana, &mut server);
        sync(&mut max, &mut server);
    }
    assert!(!max.ledger.records[&key].is_deleted());
    assert_eq!((lead(&ana, "notes"), lead(&max, "notes")), ("Kept", "Kept"));
}

#[test]
fn a_clock_years_ahead_wins_once_at_most_and_is_put_right() {
    let (mut ana, mut max, mut server) = two();
    let wild = set(&mut ana, NOW + 10 * YEAR, "name", json!("from the future"));
    sync_at(&mut ana, &mut server, NOW, NOW + 10 * YEAR);
    let key = RecordKey::new("lead", id(LEAD));
    let stamp = ana.ledger.records[&key].fields["name"].hlc();
    assert!(stamp < wild && stamp.ms <= NOW + 60_000, "the server bounds it, and the device takes the new stamp");
    sync_at(&mut max, &mut server, NOW + 1_000, NOW + 1_000);
    set(&mut max, NOW + 1_000, "name", json!("the present"));
    sync_at(&mut max, &mut server, NOW + 1_000, NOW + 1_000);
    sync_at(&mut ana, &mut server, NOW + 2_000, NOW + 10 * YEAR + 2_000);
    assert_eq!(lead(&ana, "name"), "the present");
    let corrected = set(&mut ana, NOW + 10 * YEAR + 3_000, "name", json!("again"));
    assert!(corrected.ms <= NOW + 60_000, "its clock is corrected: {corrected}");
}

#[test]
fn a_clock_years_behind_still_wins_over_what_its_owner_saw_or_wrote_before() {
    let (mut ana, mut max, mut server) = two();
    let behind = NOW - 10 * YEAR;
    set(&mut max, behind, "name", json!("first"));
    set(&mut max, behind - HOUR, "name", json!("second, after the clock went back"));
    sync_at(&mut max, &mut server, NOW, behind);
    sync(&mut ana, &mut server);
    assert_eq!(lead(&ana, "name"), "second, after the clock went back");
}

#[test]
fn an_edit_whose_stamp_was_rewritten_below_what_it_overwrote_ends_as_the_server_has_it() {
    let (mut ana, mut max, mut server) = two();
    // Ana's clock is ahead by less than what the server minds.
    set(&mut ana, NOW + 59_000, "name", json!("by Ana"));
    sync_at(&mut ana, &mut server, NOW, NOW + 59_000);
    sync(&mut max, &mut server);
    // Max's jumps ahead by an hour: his stamp becomes the present, which is before Ana's.
    set(&mut max, NOW + HOUR, "name", json!("by Max"));
    let answer = ask(&mut max, &mut server, NOW);
    assert!(matches!(&answer.receipts[0].verdict, Verdict::Superseded { winners } if winners.len() == 1));
    assert!(answer.rows.is_empty(), "he was sent Ana's long ago: only the receipt can tell him");
    max.commit(&Commit::new(answer), NOW + HOUR);
    assert_eq!(max.ledger, server.ledger);
    assert_eq!(lead(&max, "name"), "by Ana");
    set(&mut max, NOW + HOUR + 1, "name", json!("by Max, once more"));
    sync_at(&mut max, &mut server, NOW + 1, NOW + HOUR + 1);
    assert_eq!(server.ledger.records[&RecordKey::new("lead", id(LEAD))].text("name"), "by Max, once more");
}

#[test]
fn one_draft_issued_on_two_devices_is_issued_once_and_the_other_is_told() {
    let (mut ana, mut max, mut server) = two();
    let draft = Patch::from([("buyer_name".to_owned(), json!("Ferme")), ("currency".to_owned(), json!("EUR"))]);
    let line = Patch::from([
        ("invoice".to_owned(), json!(id(INVOICE))),
        ("description".to_owned(), json!("Feed")),
        ("quantity".to_owned(), json!("2")),
        ("unit_price".to_owned(), json!("5")),
    ]);
    let ops = vec![Op::patch("invoice", id(INVOICE), draft), Op::patch("invoice_line", id(LINE), line)];
    ana.write(ops, NOW, false).expect("a draft");
    sync(&mut ana, &mut server);
    sync(&mut max, &mut server);
    for (disk, number) in [(&mut ana, "2026-A1-00001"), (&mut max, "2026-B2-00001")] {
        let patch = issue_patch(&disk.ledger, INVOICE, number).expect("it can be issued");
        disk.write(vec![Op::patch("invoice", id(INVOICE), patch)], NOW + 5, false).expect("nobody knows better");
    }
    let after = set(&mut max, NOW + 6, "notes", json!("written behind the refused one"));
    sync(&mut ana, &mut server);
    sync(&mut max, &mut server);
    sync(&mut ana, &mut server);
    assert_eq!(ana.ledger, max.ledger);
    assert_eq!(max.ledger.records[&RecordKey::new("invoice", id(INVOICE))].text("number"), "2026-A1-00001");
    let refused: Vec<_> = max.rejected.values().collect();
    assert!(matches!(&refused[..], [(_, receipt)]
        if matches!(&receipt.verdict, Verdict::Rejected { code, message, .. }
            if code == "issued_twice" && message.contains("2026-A1-00001"))));
    assert_eq!(lead(&ana, "notes"), "written behind the refused one");
    assert_eq!(ana.ledger.records[&RecordKey::new("lead", id(LEAD))].fields["notes"].hlc(), after);
}

#[test]
fn a_refused_record_goes_and_what_was_written_on_it_meanwhile_is_refused_too() {
    let (mut ana, _, mut server) = two();
    let nameless = RecordId::singleton(99);
    let op = |field: &str| Op::patch("lead", nameless, Patch::from([(field.to_owned(), json!("x"))]));
    ana.write(vec![op("notes")], NOW, true).expect("a careless device asks nobody");
    ana.write(vec![op("company")], NOW, true).expect("a second one");
    sync(&mut ana, &mut server);
    assert_eq!(ana.ledger, server.ledger, "nothing of it is left");
    assert_eq!(ana.rejected.len(), 2);
    assert!(ana.outbox.is_empty());
}

#[test]
fn a_lost_answer_is_asked_for_again_and_nothing_happens_twice() {
    let (mut ana, mut max, mut server) = two();
    set(&mut ana, NOW + 1, "name", json!("once"));
    let lost = ask(&mut ana, &mut server, NOW);
    set(&mut max, NOW + 2, "name", json!("meanwhile"));
    sync(&mut max, &mut server);
    let head = server.head;
    let again = ask(&mut ana, &mut server, NOW);
    assert_eq!(again.receipts, lost.receipts, "the stored receipts");
    assert_eq!(server.head, head, "nothing was applied again");
    ana.commit(&Commit::new(again), NOW);
    assert_eq!((lead(&ana, "name"), &ana.ledger), ("meanwhile", &server.ledger));
}

#[test]
fn a_device_that_reads_page_by_page_misses_nothing_that_moves_meanwhile() {
    let mut server = Server::new(1_000, 1);
    let (mut ana, mut max) = (disk(1), disk(2));
    for number in 0..5u128 {
        let fields = Patch::from([("name".to_owned(), json!(format!("Lead {number}")))]);
        ana.write(vec![Op::patch("lead", id(number), fields)], NOW, false).expect("a lead");
    }
    sync(&mut ana, &mut server);
    for number in 0..5u128 {
        let answer = ask(&mut max, &mut server, NOW);
        assert!(answer.has_more || number == 4);
        max.commit(&Commit::new(answer), NOW);
        // A record that was on its way moves to the head before it was sent, and one that was sent moves too.
        for moved in [4 - number, number] {
            let fields = Patch::from([("notes".to_owned(), json!(format!("{number}")))]);
            ana.write(vec![Op::patch("lead", id(moved), fields)], NOW + 1, false).expect("an edit");
        }
        sync(&mut ana, &mut server);
    }
    sync(&mut max, &mut server);
    assert_eq!(max.ledger, server.ledger);
    assert_eq!(max.position.cursor, server.head);
}

proptest! {
    #[test]
    fn storing_an_answer_twice_is_storing_it_once(seed in any::<u64>(), steps in 200..600usize) {
        let mut world = sim::World::new(seed);
        world.run(steps);
        for device in &mut world.devices {
            let Ok(answer) = world.server.sync(world.now, &request(&mut device.disk.clone())) else { continue };
            let commit = Commit::new(answer);
            device.disk.commit(&commit, NOW);
            let once = device.disk.clone();
            device.disk.commit(&commit, NOW);
            prop_assert_eq!(&device.disk, &once);
        }
    }
}
