use std::collections::BTreeMap;

use outpost_core::hlc::Hlc;
use outpost_core::id::DeviceId;
use outpost_core::protocol::{Receipt, Verdict};
use outpost_core::record::{Record, Register};
use outpost_core::sync::{Commit, Position};
use wasm_bindgen_test::wasm_bindgen_test;

use super::*;
use crate::platform::time::now_ms;
use crate::store::WriteError;
use crate::store::db::{OUTBOX, RECORDS, REJECTED};

pub(super) fn foreign(kind: &str, id: RecordId, fields: Value, ms: u64) -> Record {
    let hlc = Hlc { ms, counter: 0, device: DeviceId(99) };
    let fields: BTreeMap<String, Value> = serde_json::from_value(fields).expect("an object");
    let fields = fields.into_iter().map(|(name, value)| (name, Register(value, hlc))).collect();
    Record { kind: kind.into(), id, fields, deleted: None }
}

pub(super) fn answer(receipts: Vec<Receipt>, rows: Vec<Record>, cursor: u64) -> Commit {
    let position = Position { epoch: Some("e1".into()), cursor, since: cursor };
    Commit { receipts, rows, records: vec![], forget: vec![], position, server_ms: now_ms() }
}

pub(super) const fn receipt(n: u64, verdict: Verdict) -> Receipt {
    Receipt { n, verdict, stamp: None }
}

pub(super) fn rejected(current: Vec<Record>) -> Verdict {
    Verdict::Rejected { code: "no".into(), message: "The server says no.".into(), current }
}

#[wasm_bindgen_test]
async fn rows_and_cursor_are_stored_together_and_twice_is_once() {
    let store = new_store().await;
    let ours = stored_lead(&store, "ours").await;
    let theirs = ids::new_record_id();
    let row = foreign("lead", theirs, json!({ "name": "theirs" }), now_ms());
    let commit = answer(vec![receipt(1, Verdict::Applied)], vec![row], 7);

    let full = full(&store.0.name, RECORDS);
    store.commit(commit.clone(), now_ms()).await.expect_err("no room");
    drop(full);
    assert_eq!(store.load_batch(10).await.expect("read").position, Position::default());
    assert_eq!(count(&store, OUTBOX).await, 1);

    let version = store.version("lead");
    let before = version.get_untracked();
    assert_eq!(store.commit(commit.clone(), now_ms()).await, Ok((0, 0)));
    assert!(version.get_untracked() > before);
    let after = state_of(&store).await;
    assert_eq!((after.position.cursor, after.position.epoch.as_deref()), (7, Some("e1")));
    assert_eq!(store.get_many(&[lead_key(ours), lead_key(theirs)]).await.expect("read").len(), 2);
    assert_eq!((store.waiting().get_untracked(), count(&store, OUTBOX).await), (0, 0));

    assert_eq!(store.commit(commit, now_ms()).await, Ok((0, 0)));
    let again = state_of(&store).await;
    assert_eq!((again.position, again.journal, again.next_n), (after.position, after.journal, after.next_n));
    assert_eq!(count(&store, RECORDS).await, 2);
}

#[wasm_bindgen_test]
async fn a_refused_mutation_is_put_back_kept_and_can_be_tried_again_or_forgotten() {
    let store = new_store().await;
    let id = stored_lead(&store, "ours").await;
    let edit = |name: &str| vec![Op::patch("lead", id, patch(json!({ "name": name })))];
    assert_eq!(store.write(edit("wrong")).await.expect("written").n, 2);
    let made = stored_lead(&store, "refused creation").await;
    let current = store.get(&lead_key(id)).await.expect("read").expect("there");
    let theirs = Record { fields: current.fields.into_iter().filter(|(name, _)| name != "name").collect(), ..current };
    let theirs = {
        let mut theirs = theirs;
        theirs.merge(foreign("lead", id, json!({ "name": "ours" }), 5));
        theirs
    };
    let receipts = vec![receipt(1, Verdict::Applied), receipt(2, rejected(vec![theirs])), receipt(3, rejected(vec![]))];
    assert_eq!(store.commit(answer(receipts.clone(), vec![], 3), now_ms()).await, Ok((0, 2)));
    assert_eq!(store.commit(answer(receipts, vec![], 3), now_ms()).await, Ok((0, 2)), "twice is once");
    assert_eq!(store.get(&lead_key(id)).await.expect("read").expect("there").text("name"), "ours");
    assert_eq!(store.get(&lead_key(made)).await, Ok(None), "the server has none, so there is none");
    let list = store.rejected_from(0, 10).await.expect("read");
    assert_eq!((list.len(), list[0].mutation.n, list[0].message.as_str()), (2, 2, "The server says no."));
    assert_eq!(store.rejected_count().get_untracked(), 2);

    let again = store.retry_rejected(2).await.expect("written again");
    assert_eq!(again.n, 4);
    assert_eq!(store.get(&lead_key(id)).await.expect("read").expect("there").text("name"), "wrong");
    assert_eq!(store.retry_rejected(2).await, Err(WriteError::Gone));
    store.discard_rejected(3).await.expect("forgotten");
    assert_eq!((count(&store, REJECTED).await, store.rejected_count().get_untracked()), (0, 0));
    assert_eq!(store.waiting().get_untracked(), 1);
}

#[wasm_bindgen_test]
async fn what_this_version_does_not_know_survives_edits() {
    let store = new_store().await;
    let (id, ship) = (ids::new_record_id(), ids::new_record_id());
    let rows = vec![
        foreign("lead", id, json!({ "name": "Ana", "mood": { "today": ["fine"] }, "status": "frozen" }), 1_000),
        foreign("spaceship", ship, json!({ "engines": 4 }), 1_000),
    ];
    store.commit(answer(vec![], rows.clone(), 2), now_ms()).await.expect("stored");
    store.write(vec![Op::patch("lead", id, patch(json!({ "name": "Bea" })))]).await.expect("written");
    store.write(vec![Op::patch("spaceship", ship, patch(json!({ "name": "Bea" })))]).await.expect("written");
    let record = store.get(&lead_key(id)).await.expect("read").expect("there");
    assert_eq!(record.fields["mood"], rows[0].fields["mood"]);
    assert_eq!((record.text("name"), record.text("status")), ("Bea", "frozen"));
    let ship = store.get(&RecordKey::new("spaceship", ship)).await.expect("read").expect("there");
    assert_eq!((ship.get("engines"), ship.text("name")), (Some(&json!(4)), "Bea"));
}

#[wasm_bindgen_test]
async fn a_batch_is_bounded_and_in_order() {
    let store = new_store().await;
    for at in 0..5 {
        let fields = json!({ "name": format!("{at}"), "notes": "x".repeat(15_000), "more": "y".repeat(300_000) });
        store.write(vec![Op::patch("lead", ids::new_record_id(), patch(fields))]).await.expect("written");
    }
    let batch = store.load_batch(500).await.expect("read");
    assert_eq!((batch.device, batch.waiting), (store.device(), 5));
    assert_eq!(batch.mutations.iter().map(|mutation| mutation.n).collect::<Vec<_>>(), [1, 2, 3]);
    assert_eq!(store.load_batch(2).await.expect("read").mutations.len(), 2);
    let receipts = (1..=3).map(|n| receipt(n, Verdict::Applied)).collect();
    assert_eq!(store.commit(answer(receipts, vec![], 1), now_ms()).await, Ok((2, 0)));
    let rest = store.load_batch(500).await.expect("read");
    assert_eq!((rest.mutations[0].n, rest.waiting), (4, 2));
}

#[wasm_bindgen_test]
async fn a_clock_that_ran_ahead_is_brought_back_once_its_stamps_are_rewritten() {
    let store = new_store().await;
    let hour = 3_600_000;
    let server = now_ms() - hour;
    let id = stored_lead(&store, "ahead").await;
    let stamp = Hlc { ms: server, counter: 1, device: store.device() };
    let receipts = vec![Receipt { n: 1, verdict: Verdict::Applied, stamp: Some(stamp) }];
    let mut commit = answer(receipts, vec![], 1);
    commit.server_ms = server;
    store.commit(commit, now_ms()).await.expect("stored");
    assert_eq!(store.get(&lead_key(id)).await.expect("read").expect("there").latest(), stamp);
    let next = store.write(vec![lead(id, "now")]).await.expect("written").hlc;
    assert!(next > stamp && next.ms < server + 60_000, "{next}");
}

#[wasm_bindgen_test]
async fn the_export_contains_everything() {
    let store = new_store().await;
    let id = stored_lead(&store, "Ana \"q\" 李").await;
    let gone = stored_lead(&store, "gone").await;
    store.write(vec![Op::delete("lead", gone)]).await.expect("written");
    let strange = foreign("spaceship", ids::new_record_id(), json!({ "engines": 4 }), 1_000);
    store.commit(answer(vec![receipt(1, rejected(vec![]))], vec![strange], 1), now_ms()).await.expect("stored");
    let many: Vec<Vec<Op>> = (0..1_100).map(|at| vec![lead(ids::new_record_id(), &format!("{at}"))]).collect();
    store.write_many(many).await.expect("imported");
    store.set_meta("draft:/leads/new", &json!({ "name": "half" })).await.expect("kept");
    let json: Value = serde_json::from_str(&store.export_json().await.expect("exported")).expect("JSON");
    let list = |name: &str| json[name].as_array().expect("a list").clone();
    assert_eq!(list("records").len() as u32, count(&store, RECORDS).await);
    assert_eq!(list("outbox").len() as u32, count(&store, OUTBOX).await);
    assert_eq!((list("outbox").len(), list("rejected").len(), list("unreadable").len()), (1_102, 1, 0));
    let records: Vec<Record> = serde_json::from_value(json["records"].clone()).expect("records");
    assert!(records.iter().any(|record| record.kind == "spaceship"));
    assert!(records.iter().any(|record| record.id == gone && record.is_deleted()));
    assert!(records.iter().all(|record| record.id != id), "its creation was refused");
    assert!(json["rejected"][0]["mutation"].to_string().contains("李"), "but it is not lost");
    assert_eq!(json["settings"]["draft:/leads/new"]["name"], "half");
}

#[wasm_bindgen_test]
async fn an_answer_to_the_device_before_a_sign_out_is_not_stored() {
    let name = new_name();
    let (one, two) = (open(&name).await, open(&name).await);
    let row = foreign("lead", ids::new_record_id(), json!({ "name": "of the account that was left" }), now_ms());
    let late = two.commit(answer(vec![], vec![row], 7), now_ms());
    let (wiped, stored) = futures::future::join(one.wipe(), late).await;
    assert_eq!(wiped, Ok(()));
    stored.expect_err("it is another device now");
    assert_eq!(count(&one, RECORDS).await, 0);
    assert_eq!(state_of(&one).await.position, Position::default());
}
