use outpost_core::hlc::Hlc;
use outpost_core::protocol::{Receipt, Verdict};
use outpost_core::record::{Record, Register};
use outpost_core::sync::{Commit, Position};
use wasm_bindgen_test::wasm_bindgen_test;

use super::*;
use crate::platform::time::now_ms;
use crate::store::WriteError;
use crate::store::db::{OUTBOX, REJECTED};

fn applied(numbers: std::ops::RangeInclusive<u64>, records: Vec<Record>) -> Commit {
    let receipts = numbers.map(|n| Receipt { n, verdict: Verdict::Applied, stamp: None }).collect();
    let position = Position { epoch: Some("e1".into()), cursor: 9, since: 9 };
    Commit { receipts, rows: vec![], records, forget: vec![], position, server_ms: now_ms() }
}

async fn rename(store: &Store, id: RecordId, name: &str) -> u64 {
    store.write(vec![Op::patch("lead", id, patch(json!({ "name": name })))]).await.expect("written").n
}

async fn name(store: &Store, id: RecordId) -> Option<(String, Hlc)> {
    let record = store.get(&lead_key(id)).await.expect("read")?;
    Some((record.text("name").to_owned(), record.fields["name"].hlc()))
}

/// What the sync loop does before it sends.
async fn give_out(store: &Store, max: usize) {
    let batch = store.load_batch(max).await.expect("read").mutations;
    assert_eq!(store.seal_batch(&batch).await, Ok(batch));
}

#[wasm_bindgen_test]
async fn a_discarded_edit_shows_what_was_until_the_server_says_what_is() {
    let store = new_store().await;
    let id = stored_lead(&store, "Ana").await;
    give_out(&store, 10).await;
    store.commit(applied(1..=1, vec![]), now_ms()).await.expect("stored");
    let n = rename(&store, id, "Bea").await;
    let early = store.load_batch(10).await.expect("read").mutations;
    let other = stored_lead(&store, "after it").await;
    let discarded = store.discard_waiting(n).await.expect("discarded");
    assert_eq!(discarded, [[Op::patch("lead", id, patch(json!({ "name": "Bea" })))]]);
    assert_eq!(name(&store, id).await, Some(("Ana".into(), Hlc::ZERO)), "a stand-in, which loses against everything");

    assert!(store.seal_batch(&early).await.expect("sealed")[0].ops.is_empty(), "not even by who has read it before");
    let batch = store.load_batch(10).await.expect("read");
    assert_eq!(batch.wanted, [lead_key(id)], "it is asked for by name");
    let sent: Vec<(u64, usize)> = batch.mutations.iter().map(|mutation| (mutation.n, mutation.ops.len())).collect();
    assert_eq!(sent, [(2, 0), (3, 1)], "the number is used up, without a gap");

    let hlc = Hlc { ms: 5, counter: 0, device: outpost_core::id::DeviceId(9) };
    let mut theirs = Record::empty(lead_key(id));
    theirs.fields.insert("name".into(), Register(json!("Cleo"), hlc));
    store.commit(applied(2..=3, vec![theirs]), now_ms()).await.expect("stored");
    assert_eq!(name(&store, id).await, Some(("Cleo".into(), hlc)));
    assert_eq!(store.load_batch(10).await.expect("read").wanted, []);
    assert_eq!(name(&store, other).await.map(|(name, _)| name), Some("after it".into()));
    // And it can be thought better of again.
    store.write_many(discarded).await.expect("written");
    assert_eq!(name(&store, id).await.map(|(name, _)| name), Some("Bea".into()));
}

#[wasm_bindgen_test]
async fn what_may_have_been_sent_is_never_discarded() {
    let store = new_store().await;
    let id = stored_lead(&store, "Ana").await;
    give_out(&store, 1).await;
    let later = rename(&store, id, "Bea").await;
    assert_eq!(store.discard_waiting(1).await, Err(WriteError::Underway));
    let waiting = store.waiting_from(0, 10).await.expect("read").0;
    assert_eq!(waiting.iter().map(|each| each.is_underway).collect::<Vec<_>>(), [true, false]);
    store.discard_waiting(later).await.expect("not given out yet");
    assert_eq!(store.discard_waiting(later).await, Err(WriteError::Gone));
    assert_eq!(unsent(&store).await.len(), 1, "a last number is given back");
    assert_eq!(rename(&store, id, "Cleo").await, later);
}

#[wasm_bindgen_test]
async fn what_is_discarded_while_a_batch_is_read_is_not_sent() {
    let store = new_store().await;
    let id = stored_lead(&store, "Ana").await;
    let (n, _) = (rename(&store, id, "Bea").await, stored_lead(&store, "other").await);
    let batch = store.load_batch(10).await.expect("read").mutations;
    let (sealed, discarded) = futures::future::join(store.seal_batch(&batch), store.discard_waiting(n)).await;
    let sent = sealed.expect("sealed").into_iter().find(|mutation| mutation.n == n).expect("in the batch");
    assert_eq!(sent.ops.is_empty(), discarded.is_ok(), "either it is sent, or it is discarded: {discarded:?}");
}

#[wasm_bindgen_test]
async fn a_record_that_is_discarded_takes_all_that_was_written_on_it_along() {
    let store = new_store().await;
    let id = stored_lead(&store, "Ana").await;
    let kept = stored_lead(&store, "kept").await;
    rename(&store, id, "Bea").await;
    let deal = Op::patch("deal", ids::new_record_id(), patch(json!({ "title": "Roof", "lead": id })));
    store.write(vec![deal]).await.expect("written");
    let discarded = store.discard_waiting(1).await.expect("discarded");
    assert_eq!(discarded.len(), 2, "its making and its new name");
    assert_eq!(name(&store, id).await, None);
    assert_eq!(name(&store, kept).await.map(|(name, _)| name), Some("kept".into()));
    assert_eq!(unsent(&store).await.iter().map(|mutation| mutation.n).collect::<Vec<_>>(), [2, 4]);
    assert_eq!(count(&store, OUTBOX).await, 4, "numbers are contiguous");
    store.write_many(discarded).await.expect("written again");
    assert_eq!(name(&store, id).await.map(|(name, _)| name), Some("Bea".into()));
}

#[wasm_bindgen_test]
async fn what_is_unsent_keeps_its_record_from_being_forgotten_and_from_being_fetched_too_early() {
    let store = new_store().await;
    let (edited, old) = (stored_lead(&store, "Ana").await, stored_lead(&store, "old").await);
    give_out(&store, 10).await;
    store.commit(applied(1..=2, vec![]), now_ms()).await.expect("stored");
    let discarded = rename(&store, edited, "Bea").await;
    store.discard_waiting(discarded).await.expect("discarded");
    // While the answer is under way that is to bring what was there before, it is edited once more.
    rename(&store, edited, "Cleo").await;
    let mut theirs = Record::empty(lead_key(edited));
    let hlc = Hlc { ms: 5, counter: 0, device: outpost_core::id::DeviceId(9) };
    theirs.fields.insert("name".into(), Register(json!("Ana"), hlc));
    store.commit(applied(2..=2, vec![theirs]), now_ms()).await.expect("stored");
    assert_eq!(store.load_batch(10).await.expect("read").wanted, [lead_key(edited)], "it stays wanted");
    let forget = vec![lead_key(edited), lead_key(old)];
    store.commit(Commit { forget, ..applied(2..=2, vec![]) }, now_ms()).await.expect("stored");
    assert_eq!(name(&store, edited).await.map(|(name, _)| name), Some("Cleo".into()));
    assert_eq!(name(&store, old).await, None, "of what went to the archive nothing is unsent");
}

#[wasm_bindgen_test]
async fn what_no_server_takes_is_set_aside_and_can_be_corrected() {
    let store = new_store().await;
    let id = stored_lead(&store, "Ana").await;
    let n = rename(&store, id, "Much too long").await;
    let made = stored_lead(&store, "behind it").await;
    give_out(&store, 10).await;
    assert_eq!(store.set_aside(n, "too_large", "It is too large.".into()).await, Ok((3, 1)));
    assert_eq!(store.set_aside(n, "too_large", "It is too large.".into()).await, Ok((3, 1)), "twice is once");
    assert_eq!(name(&store, id).await.map(|(name, _)| name), Some("Ana".into()));
    let batch = store.load_batch(10).await.expect("read");
    assert_eq!(batch.mutations.iter().map(|mutation| mutation.ops.len()).collect::<Vec<_>>(), [1, 0, 1]);
    let rejected = store.rejected(n).await.expect("read").expect("kept");
    assert_eq!((rejected.mutation.ops.len(), rejected.code.as_str()), (1, "too_large"));

    let short = vec![Op::patch("lead", id, patch(json!({ "name": "Short" })))];
    store.correct_rejected(n, short.clone()).await.expect("written");
    assert_eq!(store.correct_rejected(n, short).await, Err(WriteError::Gone));
    assert_eq!(name(&store, id).await.map(|(name, _)| name), Some("Short".into()));
    assert_eq!(name(&store, made).await.map(|(name, _)| name), Some("behind it".into()));
    store.keep_rejected(&rejected).await.expect("kept again");
    assert_eq!((count(&store, REJECTED).await, store.rejected_count().get_untracked()), (1, 1));
}

#[wasm_bindgen_test]
async fn a_discard_without_room_changes_nothing() {
    let name = new_name();
    let store = open(&name).await;
    let id = stored_lead(&store, "Ana").await;
    let before = (unsent(&store).await, store.get(&lead_key(id)).await);
    let full = full(&name, "meta");
    assert_eq!(store.discard_waiting(1).await, Err(WriteError::Quota));
    drop(full);
    assert_eq!((unsent(&store).await, store.get(&lead_key(id)).await), before);
}

#[wasm_bindgen_test]
async fn a_long_outbox_is_read_a_window_at_a_time() {
    let store = new_store().await;
    let many: Vec<Vec<Op>> = (0..120).map(|at| vec![lead(ids::new_record_id(), &format!("{at}"))]).collect();
    store.write_many(many).await.expect("imported");
    let (first, next) = store.waiting_from(0, 50).await.expect("read");
    assert_eq!((first.len(), next), (50, Some(51)));
    let (last, next) = store.waiting_from(101, 50).await.expect("read");
    assert_eq!((last.len(), next), (20, None));
}

#[wasm_bindgen_test]
async fn what_was_deleted_is_found_the_last_first_until_it_is_restored() {
    let store = new_store().await;
    let (one, two) = (stored_lead(&store, "one").await, stored_lead(&store, "two").await);
    stored_lead(&store, "kept").await;
    for id in [two, one] {
        store.write(vec![Op::delete("lead", id)]).await.expect("written");
    }
    let names = async || -> Vec<String> {
        let found = store.deleted("lead", 10).await.expect("read");
        found.iter().map(|record| record.text("name").to_owned()).collect()
    };
    assert_eq!(names().await, ["one", "two"]);
    assert_eq!(store.deleted("lead", 1).await.expect("read").len(), 1);
    assert_eq!(store.deleted("deal", 10).await, Ok(vec![]));
    store.write(vec![Op::restore("lead", one)]).await.expect("written");
    assert_eq!(names().await, ["two"]);
}
