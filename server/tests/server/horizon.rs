//! What goes with time: what lies beneath old deletions, and old history.

use std::sync::atomic::Ordering;
use std::time::Duration;

use outpost_core::horizon::HORIZON_MS;
use outpost_core::mutation::Op;
use outpost_core::protocol::SyncResponse;
use outpost_server::{Config, Tended};
use serde_json::{Value, json};

use crate::history::history;
use crate::snapshot::{fetch, get, import, snapshot};
use crate::support::{Device, NOW, Server, id, lead, patch, until};
use crate::sync_rules::{code, draft, issue, line};

pub(crate) const DAY: u64 = 24 * 60 * 60 * 1_000;

/// Sessions last as long as the tests' years.
fn for_years(config: &mut Config) {
    config.limits.session_time = Duration::from_hours(20 * 365 * 24);
}

/// A server whose clock runs ahead by years, and two devices.
pub(crate) async fn start() -> (Server, Device, Device) {
    let server = Server::with(for_years).await;
    let ana = server.sign_up("ana@example.org", 7).await;
    let bo = server.sign_in("ana@example.org", 8).await;
    (server, ana, bo)
}

impl Server {
    pub(crate) async fn tend(&self) -> Tended {
        self.running.tend().await.expect("it can be tended")
    }

    /// So many days go by.
    pub(crate) fn pass(&self, days: u64) {
        self.now_ms.fetch_add(days * DAY, Ordering::SeqCst);
    }

    /// Half a year and a day go by, at whose beginning and end the server tends; how many records lost something.
    async fn half_a_year(&self) -> u64 {
        assert_eq!(self.tend().await.compacted, 0);
        self.pass(181);
        self.tend().await.compacted
    }
}

/// What a device that begins anew gets of a record: whether it is deleted, and its fields.
async fn anew(device: &Device, kind: &str, i: u128) -> (bool, Vec<String>) {
    let mut anew = device.clone();
    anew.begin_again().await;
    let record = anew.record(kind, id(i));
    (record.is_deleted(), record.fields.keys().cloned().collect())
}

#[tokio::test]
async fn what_lies_beneath_a_deletion_goes_after_half_a_year_and_nothing_else_does() {
    let (server, mut ana, mut bo) = start().await;
    let full = json!({"name": "Bia", "notes": "Call", "emails": ["bia@example.org"]});
    ana.push((0..4).map(|i| lead(i, full.clone())).collect()).await;
    bo.catch_up().await;
    ana.push(vec![Op::delete("lead", id(1)), Op::delete("lead", id(2)), Op::delete("lead", id(3))]).await;
    ana.push(vec![Op::restore("lead", id(3))]).await;
    // Later than all of these, and as old.
    ana.push(vec![lead(9, full)]).await;
    ana.begin_again().await;
    assert_eq!(server.half_a_year().await, 2);
    assert_eq!(server.tend().await.compacted, 0, "once");
    for i in [1, 2] {
        assert_eq!(anew(&ana, "lead", i).await, (true, vec![]));
    }
    for i in [0, 3, 9] {
        assert_eq!(anew(&ana, "lead", i).await, (false, ["emails", "name", "notes"].map(str::to_owned).to_vec()));
    }
    // Whoever was away gets all that it lacks, and neither is different for what it still has.
    assert_eq!(bo.catch_up().await, 4);
    assert!(bo.record("lead", id(1)).is_deleted() && bo.record("lead", id(1)).get("name").is_some());
    ana.catch_up().await;
    for device in [&mut ana, &mut bo] {
        device.equals_the_server().await;
        assert_eq!(device.mend().await, 0);
    }
    let mut new = ana.clone();
    new.begin_again().await;
    new.equals_the_server().await;
}

#[tokio::test]
async fn half_a_year_is_reckoned_from_when_the_server_took_it() {
    let (server, mut ana, mut bo) = start().await;
    ana.push(vec![lead(1, json!({"name": "Bia"})), lead(2, json!({"name": "Cy"}))]).await;
    bo.catch_up().await;
    ana.push(vec![Op::delete("lead", id(1))]).await;
    server.tend().await;
    server.pass(179);
    // Bo deleted his a moment after Ana did, and comes home only now; somebody writes beneath Ana's.
    let late = bo.mutation(vec![Op::delete("lead", id(2))]);
    assert!(bo.ms < NOW + DAY);
    bo.exchange(vec![late]).await;
    bo.push(vec![lead(1, json!({"notes": "Late"}))]).await;
    server.tend().await;
    server.pass(2);
    assert_eq!(server.tend().await.compacted, 0, "what is new keeps what it lies beside");
    server.pass(177);
    assert_eq!(server.tend().await.compacted, 0);
    server.pass(2);
    assert_eq!(server.tend().await.compacted, 2);
    assert_eq!(anew(&ana, "lead", 1).await, (true, vec![]));
    assert_eq!(anew(&ana, "lead", 2).await, (true, vec![]));
}

#[tokio::test]
async fn a_device_from_before_the_horizon_is_told_so_and_served_as_always() {
    let (server, mut ana, mut bo) = start().await;
    ana.push((0..5).map(|i| lead(i, json!({"name": "Bia"}))).collect()).await;
    bo.catch_up().await;
    let mut cy = server.sign_in("ana@example.org", 9).await;
    ana.push(vec![Op::delete("lead", id(1)), Op::delete("lead", id(2))]).await;
    ana.push(vec![lead(3, json!({"name": "Bea"}))]).await;
    // Ana has read up to here, and what goes lies before that.
    ana.catch_up().await;
    let told = |answer: &SyncResponse| answer.outdated;
    assert_eq!(server.half_a_year().await, 2);
    assert!(!told(&ana.exchange(Vec::new()).await));

    let reply = bo.send(&bo.request(Vec::new())).await.json();
    assert_eq!(reply["outdated"], json!(true));
    let mutation = bo.mutation(vec![lead(4, json!({"name": "Of long ago"})), lead(1, json!({"notes": "Beneath"}))]);
    bo.limit = 0;
    let pushed = bo.exchange(vec![mutation]).await;
    assert_eq!((told(&pushed), pushed.receipts.len(), code(&pushed.receipts[0].verdict)), (true, 1, "applied"));
    bo.limit = 2;
    let first = bo.exchange(Vec::new()).await;
    assert_eq!((told(&first), first.rows.len(), first.has_more), (true, 2, true));
    let second = bo.exchange(Vec::new()).await;
    assert_eq!((told(&second), second.has_more), (true, false), "it is one round");
    assert!(!told(&bo.exchange(Vec::new()).await), "and then it has read everything");
    assert!(bo.record("lead", id(2)).is_deleted() && bo.record("lead", id(3)).text("name") == "Bea");
    bo.equals_the_server().await;

    // Nobody else is told: not who begins, whatever page it is at.
    cy.limit = 1;
    loop {
        let answer = cy.exchange(Vec::new()).await;
        assert!(!told(&answer));
        if !answer.has_more {
            break;
        }
    }
    let reply = cy.send(&cy.request(Vec::new())).await.json();
    assert_eq!((reply.get("outdated"), reply["has_more"].as_bool()), (None, Some(false)));
}

#[tokio::test]
async fn a_restore_gives_back_what_is_left_and_devices_that_still_have_the_rest_bring_it() {
    let (server, mut ana, mut bo) = start().await;
    let full = json!({"name": "Bia", "notes": "Call", "company": "Acme"});
    ana.push(vec![lead(1, full.clone()), lead(2, full)]).await;
    bo.catch_up().await;
    ana.push(vec![Op::delete("lead", id(1)), Op::delete("lead", id(2))]).await;
    ana.begin_again().await;
    assert_eq!(server.half_a_year().await, 2);
    let mut new = server.sign_in("ana@example.org", 9).await;
    new.catch_up().await;

    // An edit of what is gone is kept beneath, though the record lacks what a new one needs, whoever it comes from.
    new.ms = ana.ms + 1_000;
    assert_eq!(code(&new.push(vec![lead(1, json!({"notes": "Late"}))]).await), "applied");
    new.begin_again().await;
    assert!(new.record("lead", id(1)).is_deleted());
    new.push(vec![Op::restore("lead", id(1))]).await;
    new.begin_again().await;
    let fields = |device: &Device| device.record("lead", id(1)).fields.keys().cloned().collect::<Vec<_>>();
    assert_eq!(anew(&new, "lead", 1).await, (false, vec!["notes".to_owned()]));

    // Bo has the rest: he finds out when he compares, and sends it.
    bo.ms = new.ms + 1_000;
    assert_eq!(fields(&bo), ["company", "name", "notes"]);
    assert_eq!(bo.mend().await, 1);
    new.catch_up().await;
    ana.catch_up().await;
    bo.catch_up().await;
    for device in [&ana, &bo, &new] {
        assert_eq!(fields(device), ["company", "name", "notes"]);
        assert_eq!(device.record("lead", id(1)).text("notes"), "Late");
        assert_eq!(device.record("lead", id(1)), ana.record("lead", id(1)));
        device.equals_the_server().await;
    }
    // What stays deleted nobody sends.
    assert_eq!(ana.mend().await, 0);
    assert_eq!(anew(&new, "lead", 2).await, (true, vec![]));
    // Nor does an earlier edit come before a later one that only devices have.
    new.ms = NOW - 5_000;
    new.push(vec![lead(2, json!({"name": "Of before"}))]).await;
    new.ms = bo.ms + 1_000;
    new.push(vec![Op::restore("lead", id(2))]).await;
    new.begin_again().await;
    assert_eq!(new.record("lead", id(2)).text("name"), "Of before");
    assert_eq!(bo.mend().await, 1);
    new.catch_up().await;
    bo.catch_up().await;
    ana.catch_up().await;
    for device in [&ana, &bo, &new] {
        assert_eq!(device.record("lead", id(2)).text("name"), "Bia");
        device.equals_the_server().await;
    }
}

#[tokio::test]
async fn what_is_issued_stays_with_its_payments_and_a_part_keeps_whose_it_is() {
    let (server, mut ana, mut bo) = start().await;
    let payment = |i, of| {
        let fields = json!({"invoice": id(of), "amount": {"minor": 500, "currency": "EUR"}, "date": "2026-09-22"});
        Op::patch("payment", id(i), patch(fields))
    };
    let hay = |i, of| line(i, json!({"invoice": id(of), "description": "Hay"}));
    ana.push(vec![draft(1), draft(2), hay(11, 1), hay(12, 1), hay(21, 2), draft(3)]).await;
    bo.catch_up().await;
    ana.push(vec![Op::delete("invoice_line", id(12)), Op::delete("invoice_line", id(21))]).await;
    ana.push(vec![issue(1, "2026-K7-00001")]).await;
    ana.push(vec![payment(31, 1), payment(32, 2)]).await;
    ana.push(vec![Op::delete("payment", id(31)), Op::delete("payment", id(32))]).await;
    // A deletion of the draft that was made elsewhere lies beneath its issue.
    ana.push(vec![Op::delete("invoice", id(3))]).await;
    assert_eq!(code(&bo.push(vec![issue(3, "2026-M3-00001")]).await), "applied");
    ana.push(vec![Op::delete("invoice", id(2))]).await;
    assert_eq!(code(&ana.push(vec![Op::delete("invoice", id(1))]).await), "already_issued");
    ana.begin_again().await;
    bo.begin_again().await;

    assert_eq!(server.half_a_year().await, 3);
    let fields = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    assert_eq!(anew(&ana, "invoice", 2).await, (true, vec![]));
    assert_eq!(anew(&ana, "invoice_line", 21).await, (true, fields(&["invoice"])));
    assert_eq!(anew(&ana, "payment", 32).await, (true, fields(&["invoice"])));
    assert_eq!(anew(&ana, "payment", 31).await, (true, fields(&["amount", "date", "invoice"])));
    assert_eq!(anew(&ana, "invoice_line", 12).await, (true, fields(&["description", "invoice"])));
    assert!(!anew(&ana, "invoice", 3).await.0 && anew(&ana, "invoice", 3).await.1.contains(&"issued".to_owned()));
    assert!(anew(&ana, "invoice", 1).await.1.contains(&"issued".to_owned()));
    // The rules know whose a part was, and numbers stay given.
    assert_eq!(code(&bo.push(vec![line(21, json!({"invoice": id(1)}))]).await), "line_moved");
    assert_eq!(code(&bo.push(vec![payment(32, 2)]).await), "immutable");
    assert_eq!(code(&bo.push(vec![draft(4), issue(4, "2026-K7-00001")]).await), "number_taken");
    ana.catch_up().await;
    bo.begin_again().await;
    ana.equals_the_server().await;
    bo.equals_the_server().await;
}

#[tokio::test]
async fn a_snapshot_does_not_keep_what_was_dropped_nor_end_before_the_horizon() {
    let (server, mut ana, bo) = start().await;
    import(&mut ana, "lead", 0..4_100).await;
    let old = snapshot(&bo, "").await.expect("a snapshot");
    let gone: Vec<Op> = (0..400).map(|i| Op::delete("lead", id(i))).collect();
    ana.push(gone).await;
    let again: Vec<Op> = (400..600).map(|i| Op::delete("lead", id(i))).collect();
    ana.push(again).await;
    assert_eq!(snapshot(&bo, "").await.map(|made| made.name), Some(old.name.clone()), "it will do");
    assert_eq!(server.half_a_year().await, 600, "in several transactions");
    let gone = get(&bo, &format!("/api/v1/snapshot/{}/{}", old.name, old.segments[0].number)).await;
    assert_eq!(gone.status, 404);
    let made = snapshot(&bo, &format!("?name={}", old.name)).await.expect("a snapshot");
    assert_ne!(made.name, old.name);
    let records = fetch(&bo, &made).await;
    let bare = records.values().filter(|record| record.is_deleted() && record.fields.is_empty()).count();
    assert_eq!((records.len(), bare), (4_100, 600));
    let mut new = bo.clone();
    (new.cursor, new.since, new.records) = (made.head, made.head, records);
    assert!(!new.exchange(Vec::new()).await.outdated);
    new.equals_the_server().await;
}

#[tokio::test]
async fn history_is_dropped_by_its_age_but_not_what_is_still_so() {
    let server = Server::with(|config| {
        for_years(config);
        config.limits.history_time = Some(Duration::from_hours(100 * 24));
    });
    let server = server.await;
    let mut ana = server.sign_up("ana@example.org", 7).await;
    ana.push(vec![lead(1, json!({"name": "Mira", "company": "1"})), lead(2, json!({"name": "Cy"}))]).await;
    ana.push(vec![lead(1, json!({"company": "2"}))]).await;
    ana.push(vec![lead(1, json!({"company": "3"}))]).await;
    ana.push(vec![Op::delete("lead", id(2))]).await;
    server.pass(99);
    ana.ms += 99 * DAY;
    assert_eq!(server.tend().await.forgotten, 0);
    ana.push(vec![lead(1, json!({"company": "4"}))]).await;
    let companies = async || {
        let told = history(&ana, &format!("id={}", id(1))).await;
        let list = told["changes"].as_array().expect("a list").clone();
        list.iter().map(|change| change["fields"]["company"].clone()).collect::<Vec<Value>>()
    };
    assert_eq!(companies().await, [json!(["3", "4"]), json!(["2", "3"]), json!(["1", "2"]), json!([null, "1"])]);
    server.pass(2);
    assert_eq!(server.tend().await.forgotten, 2, "those of 2 and 3; the first one also says who named her");
    assert_eq!(companies().await, [json!(["1", "4"]), json!([null, "1"])]);
    assert_eq!(server.tend().await.forgotten, 0);
    // Of what was compacted only the deletion is still so.
    server.pass(180);
    assert_eq!((server.tend().await.compacted, server.tend().await.compacted), (1, 0));
    let told = history(&ana, &format!("id={}", id(2))).await;
    assert_eq!((told["changes"].as_array().map(Vec::len), &told["changes"][0]["deleted"]), (Some(1), &json!(true)));
}

#[tokio::test]
async fn history_may_be_kept_for_ever_and_a_long_one_goes_a_little_at_a_time() {
    let server = Server::with(|config| {
        for_years(config);
        config.limits.history_time = None;
    });
    let server = server.await;
    let mut ana = server.sign_up("ana@example.org", 7).await;
    for first in [0, 700] {
        let batch = (first..first + 700).map(|i| ana.mutation(vec![lead(1, json!({"name": i.to_string()}))])).collect();
        ana.exchange(batch).await;
    }
    server.pass(5_000);
    assert_eq!(server.tend().await.forgotten, 0);
    let home = server.stop().await;
    let server = Server::at(home, |config| {
        for_years(config);
        config.limits.history_time = Some(Duration::from_hours(24));
    });
    let server = server.await;
    server.pass(5_000);
    assert_eq!(server.tend().await.forgotten, 1_399);
}

#[tokio::test]
async fn a_server_tends_by_itself() {
    let server = Server::with(|config| {
        for_years(config);
        config.limits.upkeep_first = Duration::from_millis(5);
        config.limits.upkeep_every = Duration::from_millis(5);
    });
    let server = server.await;
    let mut ana = server.sign_up("ana@example.org", 7).await;
    ana.push(vec![lead(1, json!({"name": "Bia"}))]).await;
    ana.push(vec![Op::delete("lead", id(1))]).await;
    // It notes how far the sequence goes before it can say that this was half a year ago.
    until("the deletion is old", async || {
        server.now_ms.fetch_add(HORIZON_MS, Ordering::SeqCst);
        anew(&ana, "lead", 1).await == (true, vec![])
    })
    .await;
}
