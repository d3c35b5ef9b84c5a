use outpost_core::mutation::Action;
use outpost_core::rules::Refusal;
use wasm_bindgen_test::wasm_bindgen_test;

use super::syncing::answer;
use super::*;
use crate::platform::time::now_ms;
use crate::store::db::{JOURNAL, META, OUTBOX, RECORDS};
use crate::store::{StoreError, WriteError};

#[wasm_bindgen_test]
async fn what_was_written_is_there_after_the_store_is_opened_again() {
    let name = new_name();
    let (id, device) = {
        let store = open(&name).await;
        (stored_lead(&store, "Ana").await, store.device())
    };
    let store = open(&name).await;
    let record = store.get(&lead_key(id)).await.expect("read").expect("there");
    assert_eq!(record.text("name"), "Ana");
    assert_eq!(store.device(), device);
    let pending = unsent(&store).await;
    assert_eq!((pending.len(), pending[0].n, pending[0].hlc), (1, 1, record.latest()));
    assert_eq!(store.waiting().get_untracked(), 1);
}

#[wasm_bindgen_test]
async fn a_record_and_its_mutation_are_written_together_or_not_at_all() {
    let store = new_store().await;
    let id = stored_lead(&store, "before").await;
    let before = state_of(&store).await;
    for place in [OUTBOX, RECORDS, JOURNAL, META] {
        let full = full(&store.0.name, place);
        let error = store.write(vec![lead(id, "after"), lead(ids::new_record_id(), "new")]).await.expect_err("no room");
        assert_eq!(error, WriteError::Quota);
        assert!(error.to_string().contains("nothing was saved"), "{error}");
        assert_eq!(store.get(&lead_key(id)).await.expect("read").expect("there").text("name"), "before");
        assert_eq!((count(&store, RECORDS).await, count(&store, OUTBOX).await), (1, 1));
        assert_eq!(state_of(&store).await, before, "neither clock nor number has moved");
        drop(full);
    }
    store.write(vec![lead(id, "after")]).await.expect("there is room again");
}

#[wasm_bindgen_test]
async fn nothing_is_reported_as_saved_before_the_transaction_is_done() {
    let store = new_store().await;
    let version = store.version("lead");
    let cut = sabotage(&store.0.name, "IDBTransaction.prototype.commit", "", "this.abort(); return;");
    let error = store.write(vec![lead(ids::new_record_id(), "Ana")]).await.expect_err("aborted at the very end");
    assert!(matches!(error, WriteError::Storage(StoreError::ConnectionLost)), "{error:?}");
    drop(cut);
    assert_eq!((count(&store, RECORDS).await, count(&store, OUTBOX).await), (0, 0));
    assert_eq!((version.get_untracked(), store.waiting().get_untracked()), (0, 0));
}

#[wasm_bindgen_test]
async fn what_is_saved_is_asked_to_be_on_the_disk() {
    // Without an index, which saves itself when it likes.
    let store = Store::open(&new_name()).await.expect("a store");
    let watch = "(globalThis.asked ??= []).push(this.durability);";
    let watched = sabotage(&store.0.name, "IDBTransaction.prototype.commit", "", watch);
    stored_lead(&store, "Ana").await;
    store.commit(answer(vec![], vec![], 7), now_ms()).await.expect("stored");
    drop(watched);
    assert_eq!(js_sys::eval("globalThis.asked.join()").expect("a text"), "strict,strict");
}

#[wasm_bindgen_test]
async fn writing_goes_on_though_nobody_waits_for_it_any_more() {
    let store = new_store().await;
    let id = ids::new_record_id();
    let mut write = Box::pin(store.write(vec![lead(id, "Ana")]));
    assert!(futures::poll!(&mut write).is_pending());
    drop(write);
    until("it is written", async || store.waiting().get_untracked() == 1).await;
    assert!(store.get(&lead_key(id)).await.expect("read").is_some());
}

#[wasm_bindgen_test]
async fn two_tabs_write_side_by_side_and_the_numbers_have_no_gap() {
    let name = new_name();
    let (one, two) = (open(&name).await, open(&name).await);
    let id = stored_lead(&one, "start").await;
    let edits = (0..40).map(|at| {
        let tab = if at % 2 == 0 { &one } else { &two };
        let op = Op::patch("lead", id, patch(json!({ format!("x_{at}"): at })));
        tab.write(vec![op])
    });
    let written = futures::future::join_all(edits).await;
    let mut numbers: Vec<u64> = written.into_iter().map(|done| done.expect("written").n).collect();
    numbers.sort_unstable();
    assert_eq!(numbers, (2..=41).collect::<Vec<_>>());
    let pending = unsent(&one).await;
    assert!(pending.windows(2).all(|pair| pair[0].n + 1 == pair[1].n && pair[0].hlc < pair[1].hlc));
    let record = two.get(&lead_key(id)).await.expect("read").expect("there");
    assert!((0..40).all(|at| record.get(&format!("x_{at}")) == Some(&json!(at))));
    until("both know what is waiting", async || {
        one.waiting().get_untracked() == 41 && two.waiting().get_untracked() == 41
    })
    .await;
}

#[wasm_bindgen_test]
async fn a_read_modify_write_is_not_interleaved() {
    let name = new_name();
    let (one, two) = (open(&name).await, open(&name).await);
    let id = stored_lead(&one, "counter").await;
    let add = async |tab: Store| {
        let key = lead_key(id);
        tab.write_with(vec![key.clone()], vec![], move |now| {
            let score = now.get(&key).and_then(|record| record.get("score")?.as_i64()).unwrap_or(0);
            Ok::<_, WriteError>(vec![Op::patch("lead", id, patch(json!({ "score": score + 1 })))])
        })
        .await
    };
    let both = (0..30).map(|at| add(if at % 3 == 0 { one.clone() } else { two.clone() }));
    assert!(futures::future::join_all(both).await.iter().all(Result::is_ok));
    let record = one.get(&lead_key(id)).await.expect("read").expect("there");
    assert_eq!(record.get("score"), Some(&json!(30)));
}

#[wasm_bindgen_test]
async fn a_refused_change_writes_nothing() {
    let store = new_store().await;
    let good = lead(ids::new_record_id(), "good");
    let bad = Op::patch("lead", ids::new_record_id(), patch(json!({ "name": "x", "score": 101 })));
    let before = state_of(&store).await;
    let error = store.write(vec![good.clone(), bad]).await.expect_err("out of bounds");
    assert!(matches!(error, WriteError::Refused(Refusal::Invalid(_))), "{error:?}");
    let many = (0..=500).map(|_| lead(ids::new_record_id(), "many")).collect();
    assert_eq!(store.write(many).await, Err(WriteError::TooMany(501)));
    let error = store.write_many(vec![vec![good], vec![lead(ids::new_record_id(), "")]]).await.expect_err("no name");
    assert!(matches!(error, WriteError::Refused(_)), "{error:?}");
    assert_eq!((count(&store, RECORDS).await, count(&store, OUTBOX).await), (0, 0));
    assert_eq!(state_of(&store).await, before);
}

#[wasm_bindgen_test]
async fn what_is_so_already_is_not_written_again() {
    let store = new_store().await;
    let id = stored_lead(&store, "Ana").await;
    let nothing = store.write(vec![lead(id, "Ana"), Op::restore("lead", id)]).await.expect("fine");
    assert_eq!((nothing.n, nothing.keys.len(), nothing.inverse.len()), (0, 0, 0));
    let some = Op::patch("lead", id, patch(json!({ "name": "Ana", "company": "Acme", "notes": null })));
    store.write(vec![some]).await.expect("written");
    let pending = unsent(&store).await;
    assert_eq!(pending.len(), 2);
    assert_eq!(pending[1].ops, [Op::patch("lead", id, patch(json!({ "company": "Acme" })))]);
}

#[wasm_bindgen_test]
async fn every_change_can_be_undone() {
    let store = new_store().await;
    let id = ids::new_record_id();
    let made = store.write(vec![lead(id, "Ana")]).await.expect("written");
    assert_eq!(made.inverse, [Op::delete("lead", id)]);
    let edit = Op::patch("lead", id, patch(json!({ "name": "Bea", "company": "Acme" })));
    let edited = store.write(vec![edit]).await.expect("written");
    store.write(edited.inverse).await.expect("undone");
    let record = store.get(&lead_key(id)).await.expect("read").expect("there");
    assert_eq!((record.text("name"), record.get("company")), ("Ana", None));
    let gone = store.write(vec![Op::delete("lead", id)]).await.expect("written");
    assert!(store.get(&lead_key(id)).await.expect("read").expect("there").is_deleted());
    assert_eq!(gone.inverse[0].action, Action::Restore);
    store.write(gone.inverse).await.expect("undone");
    assert!(!store.get(&lead_key(id)).await.expect("read").expect("there").is_deleted());
}

#[wasm_bindgen_test]
async fn an_event_is_never_undone_by_taking_it_back() {
    let store = new_store().await;
    let (deal, event) = (ids::new_record_id(), ids::new_record_id());
    store.write(vec![Op::patch("deal", deal, patch(json!({ "title": "A sale" })))]).await.expect("written");
    let ops = outpost_core::records::move_stage(deal, event, "qualified", "lost", Some("price"), 5);
    let moved = store.write(ops).await.expect("moved");
    assert!(moved.inverse.iter().all(|op| op.kind == "deal"), "{:?}", moved.inverse);
    let events = store.children(deal, "stage_event").await.expect("read");
    assert_eq!(events.iter().map(|event| event.text("to")).collect::<Vec<_>>(), ["lost"]);
}

#[wasm_bindgen_test]
async fn settings_and_drafts_stay() {
    let name = new_name();
    let store = open(&name).await;
    store.set_meta("draft:/leads/new", &json!({ "name": "An" })).await.expect("kept");
    store.set_meta("theme", "dark").await.expect("kept");
    drop(store);
    let store = open(&name).await;
    assert_eq!(store.meta::<String>("theme").await, Ok(Some("dark".to_owned())));
    assert_eq!(store.meta::<Value>("draft:/leads/new").await, Ok(Some(json!({ "name": "An" }))));
    assert_eq!(store.meta::<u64>("theme").await, Ok(None), "of another form");
    store.remove_meta("theme").await.expect("removed");
    assert_eq!(store.meta::<String>("theme").await, Ok(None));
}

#[wasm_bindgen_test]
async fn many_records_are_read_alike_whether_they_lie_together_or_far_apart() {
    let store = new_store().await;
    let ids: Vec<RecordId> = (0..600).map(|_| ids::new_record_id()).collect();
    let made = ids.iter().map(|id| lead(*id, "Ana")).collect::<Vec<_>>();
    store.write_many(made.chunks(100).map(<[Op]>::to_vec).collect()).await.expect("imported");
    // Each sixth has many others between it and the next; the last one is new.
    for step in [1, 6] {
        let mut few: Vec<RecordId> = ids.iter().copied().step_by(step).collect();
        few.push(ids::new_record_id());
        let edits = few
            .iter()
            .map(|id| Op::patch("lead", *id, patch(json!({ "name": "Ana", "score": step }))))
            .collect::<Vec<_>>();
        let written = store.write_many(edits.chunks(100).map(<[Op]>::to_vec).collect()).await.expect("written");
        let undone: Vec<Op> = written.into_iter().flat_map(|mutation| mutation.inverse).collect();
        let deletions = undone.iter().filter(|op| op.action == Action::Delete).count();
        assert_eq!((undone.len(), deletions), (few.len(), 1), "all but one were there before");
    }
}
