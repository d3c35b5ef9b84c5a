use outpost_core::hlc::Hlc;
use outpost_core::id::DeviceId;
use outpost_core::mutation::Action;
use outpost_core::protocol::RepairResponse;
use outpost_core::record::Record;
use wasm_bindgen_test::wasm_bindgen_test;

use super::syncing::{answer, foreign, receipt, rejected};
use super::*;
use crate::platform::time::now_ms;
use crate::store::db::{META, OUTBOX, RECORDS};
use crate::store::sums;
use outpost_core::protocol::Verdict;

/// The sums as they are kept are those of the rows.
pub(super) async fn sums_are_right(store: &Store) {
    let kept = store.summary().await.expect("a summary").sums;
    let counted =
        store.writing(&[RECORDS, db::BLOCKS, META], async |tx| sums::rebuild(tx).await).await.expect("counted");
    assert_eq!(kept, counted);
}

async fn outbox(store: &Store) -> Vec<outpost_core::mutation::Mutation> {
    store.load_batch(1_000).await.expect("read").mutations
}

/// The server has taken everything that waits.
async fn all_applied(store: &Store) {
    let receipts = outbox(store).await.iter().map(|mutation| receipt(mutation.n, Verdict::Applied)).collect();
    store.commit(answer(receipts, vec![], 9), now_ms()).await.expect("stored");
}

#[wasm_bindgen_test]
async fn sums_follow_every_write_and_every_answer() {
    let store = new_store().await;
    sums_are_right(&store).await;
    let id = stored_lead(&store, "ours").await;
    let gone = stored_lead(&store, "gone").await;
    store.write(vec![Op::patch("lead", id, patch(json!({ "company": "Acme" })))]).await.expect("written");
    store.write(vec![Op::delete("lead", gone)]).await.expect("written");
    store.write_many((0..50).map(|_| vec![lead(ids::new_record_id(), "many")]).collect()).await.expect("written");
    sums_are_right(&store).await;
    assert_eq!(store.summary().await.expect("a summary").sums.total().count, 52);
    let made = stored_lead(&store, "refused creation").await;
    let last = outbox(&store).await.last().expect("one").n;
    let stamp = Hlc { ms: now_ms() - 5_000, counter: 0, device: store.device() };
    let mut restamped = receipt(1, Verdict::Applied);
    restamped.stamp = Some(stamp);
    let rows = vec![foreign("lead", id, json!({ "name": "theirs" }), now_ms() + 1_000)];
    let receipts = vec![restamped, receipt(last, rejected(vec![]))];
    store.commit(answer(receipts, rows, 5), now_ms()).await.expect("stored");
    assert_eq!(store.get(&lead_key(made)).await, Ok(None));
    sums_are_right(&store).await;
    store.wipe().await.expect("wiped");
    sums_are_right(&store).await;
    assert_eq!(store.summary().await.expect("a summary").sums.total().count, 0);
}

#[wasm_bindgen_test]
async fn a_device_and_a_server_that_differ_become_equal_in_both_directions() {
    let store = new_store().await;
    let (shared, ours, theirs) =
        (stored_lead(&store, "shared").await, stored_lead(&store, "ours").await, ids::new_record_id());
    let unsent =
        store.repair(&[], None, RepairResponse { epoch: "e1".into(), forget: vec![], rows: vec![], next: None }).await;
    assert!(unsent.is_err(), "what is unsent would be sent twice");
    all_applied(&store).await;

    let buckets: Vec<u8> = (0..=255).collect();
    let mut known = store.get(&lead_key(shared)).await.expect("read").expect("there");
    known.fields.remove("status");
    known.merge(foreign("lead", shared, json!({ "notes": "theirs" }), 7));
    let rows = vec![known, foreign("lead", theirs, json!({ "name": "only there" }), 8)];
    let mut rows = rows;
    rows.sort_by_key(Record::key);
    let page = RepairResponse { epoch: "e1".into(), forget: vec![], rows, next: None };
    let differed = store.repair(&buckets, None, page).await.expect("mended");
    assert_eq!(differed, 3, "one here, one there, one on both");
    let name = |id| {
        let store = store.clone();
        async move { store.get(&lead_key(id)).await.expect("read").expect("there") }
    };
    assert_eq!(name(theirs).await.text("name"), "only there");
    assert_eq!(name(shared).await.text("notes"), "theirs");
    let resent = outbox(&store).await;
    let mut told: Vec<(RecordId, Vec<String>)> = Vec::new();
    for op in &resent[0].ops {
        let Action::Merge(registers) = &op.action else { panic!("stamps are kept: {op:?}") };
        told.push((op.id, registers.fields.keys().cloned().collect()));
    }
    told.sort();
    let mut expected = vec![(shared, vec!["status".to_owned()]), (ours, vec!["name".to_owned(), "status".to_owned()])];
    expected.sort();
    assert_eq!((resent.len(), told), (1, expected));
    assert_eq!(store.waiting().get_untracked(), 1);
    sums_are_right(&store).await;
}

#[wasm_bindgen_test]
async fn a_row_that_cannot_be_read_is_fetched_again() {
    let store = new_store().await;
    let id = stored_lead(&store, "sound").await;
    let sound = store.get(&lead_key(id)).await.expect("read").expect("there");
    all_applied(&store).await;
    let row =
        js_sys::eval(&format!("({{k: 'lead/{id}', t: 'lead', id: '{id}', u: 5, d: '{{ no JSON'}})")).expect("a row");
    put_raw(&store, RECORDS, &row, None).await;
    store.get(&lead_key(id)).await.expect_err("damaged");
    assert_eq!(store.corrupt().get_untracked(), 1);
    let summary = store.summary().await.expect("a summary");
    let buckets: Vec<u8> = summary.damaged.into_iter().collect();
    assert_eq!(buckets, [id.as_bytes()[15]]);
    let page = RepairResponse { epoch: "e1".into(), forget: vec![], rows: vec![sound.clone()], next: None };
    store.repair(&buckets, None, page).await.expect("mended");
    assert_eq!(store.get(&lead_key(id)).await, Ok(Some(sound)));
    assert_eq!(store.corrupt().get_untracked(), 0);
    assert_eq!(count(&store, OUTBOX).await, 0, "the server has it: nothing is sent");
    assert!(store.export_json().await.expect("exported").contains("no JSON"), "and its text is kept");
    sums_are_right(&store).await;
}

#[wasm_bindgen_test]
async fn what_is_unsent_goes_behind_what_it_stands_on_when_the_server_has_lost_that() {
    let store = new_store().await;
    let id = stored_lead(&store, "acknowledged").await;
    let other = stored_lead(&store, "acknowledged too").await;
    all_applied(&store).await;
    store.write(vec![Op::patch("lead", id, patch(json!({ "name": "unsent" })))]).await.expect("written");
    store.rebase("e2".into(), 2).await.expect("rebased");
    let pending = store.load_batch(10).await.expect("read");
    assert_eq!((pending.position.epoch.as_deref(), pending.position.cursor), (Some("e2"), 0));
    assert_eq!(pending.mutations.iter().map(|mutation| mutation.n).collect::<Vec<_>>(), [2, 3]);
    assert_eq!((pending.next_n, pending.waiting, store.waiting().get_untracked()), (4, 2, 2));
    let [before, after] = &pending.mutations[..] else { panic!("two") };
    let Action::Merge(registers) = &before.ops[0].action else { panic!("a merge") };
    assert_eq!((before.ops[0].id, registers.fields.keys().collect::<Vec<_>>()), (id, vec![&"status".to_owned()]));
    assert_eq!(after.ops, [Op::patch("lead", id, patch(json!({ "name": "unsent" })))]);
    assert_ne!(id, other);
}

#[wasm_bindgen_test]
async fn a_copied_device_becomes_another_and_keeps_what_is_here() {
    let store = new_store().await;
    let id = stored_lead(&store, "acknowledged").await;
    all_applied(&store).await;
    store.write(vec![Op::patch("lead", id, patch(json!({ "name": "unsent" })))]).await.expect("written");
    let (before, old) = (outbox(&store).await, store.device());
    let new = DeviceId(77);
    // However often it has to ask, it asks for one.
    assert_eq!(store.asks_for(new).await.expect("noted"), new);
    assert_eq!(store.asks_for(DeviceId(78)).await.expect("noted"), new);
    assert!(store.is_enrolling().await.expect("read"), "also after the next start");
    store.become_device(new, "Q9").await.expect("another");
    assert_eq!((store.device(), store.series()), (new, "Q9".to_owned()));
    assert_eq!(state_of(&store).await.series, "Q9", "and after the next start");
    assert!(!store.is_enrolling().await.expect("read"), "it has what it asked for");
    let after = outbox(&store).await;
    assert_eq!((after.len(), after[0].n, after[0].hlc), (1, 1, Hlc { device: new, ..before[0].hlc }));
    let record = store.get(&lead_key(id)).await.expect("read").expect("there");
    assert_eq!((record.text("name"), record.fields["name"].hlc()), ("unsent", after[0].hlc));
    assert_eq!(record.fields["status"].hlc().device, old, "what the server has of the other stays its own");
    sums_are_right(&store).await;
    let written = store.write(vec![Op::patch("lead", id, patch(json!({ "name": "more" })))]).await.expect("written");
    assert_eq!((written.n, written.hlc.device), (2, new));
}

#[wasm_bindgen_test]
async fn a_tab_that_was_replaced_commits_nothing_any_more() {
    let name = new_name();
    let (frozen, next) = (open(&name).await, open(&name).await);
    frozen.take_lead().await.expect("it leads");
    next.take_lead().await.expect("the next one does");
    let row = || vec![foreign("lead", RecordId::singleton(5), json!({ "name": "late" }), 7)];
    frozen.commit(answer(vec![], row(), 3), now_ms()).await.expect_err("it leads no more");
    assert_eq!(count(&next, RECORDS).await, 0);
    next.commit(answer(vec![], row(), 3), now_ms()).await.expect("stored");
    frozen.write(vec![lead(ids::new_record_id(), "a person's")]).await.expect("a person may write in any tab");
}

#[wasm_bindgen_test]
async fn a_repair_of_many_pages_waits_for_nothing_that_it_sends_itself() {
    let store = new_store().await;
    let mut leads = Vec::new();
    for name in ["one", "two", "three"] {
        leads.push(lead_key(stored_lead(&store, name).await));
    }
    leads.sort();
    all_applied(&store).await;
    let buckets: Vec<u8> = (0..=255).collect();
    // The server has lost everything, and says so page by page.
    let page = |next: Option<&RecordKey>| RepairResponse {
        epoch: "e1".into(),
        forget: vec![],
        rows: vec![],
        next: next.cloned(),
    };
    store.repair(&buckets, None, page(Some(&leads[0]))).await.expect("the first page");
    store.repair(&buckets, Some(leads[0].clone()), page(Some(&leads[1]))).await.expect("the second");
    store.repair(&buckets, Some(leads[1].clone()), page(None)).await.expect("the last");
    let told: Vec<RecordKey> = outbox(&store).await.iter().flat_map(|m| m.ops.iter().map(Op::key)).collect();
    assert_eq!(told, leads, "each once");
    sums_are_right(&store).await;
    // What a person does meanwhile is waited for.
    all_applied(&store).await;
    store.repair(&buckets, None, page(Some(&leads[0]))).await.expect("the first page");
    stored_lead(&store, "four").await;
    store.repair(&buckets, Some(leads[0].clone()), page(None)).await.expect_err("something is unsent");
}
