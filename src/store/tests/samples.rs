use outpost_core::demo;
use outpost_core::money::Currency;
use wasm_bindgen_test::wasm_bindgen_test;

use super::*;
use crate::platform::time;
use crate::store::Removed;

fn sample() -> Vec<Op> {
    demo::sample(random::number(), time::now_ms(), Currency::EUR, &time::offset)
}

#[wasm_bindgen_test]
async fn samples_go_as_if_they_had_never_been() {
    let store = new_store().await;
    let ops = sample();
    let count = ops.len();
    store.add_samples(ops.clone()).await.expect("written");
    assert_eq!(store.samples().await.expect("read"), count);
    assert!(!unsent(&store).await.is_empty());
    // One is deleted by hand: it goes as well.
    let lead = ops.iter().find(|op| op.kind == "task").expect("a task").clone();
    store.write(vec![Op::delete(&lead.kind, lead.id)]).await.expect("deleted");
    let removed = store.remove_samples().await.expect("removed");
    assert_eq!(removed, Removed { removed: count, kept: 0 });
    assert!(unsent(&store).await.is_empty(), "nothing is left to be sent");
    assert_eq!(super::count(&store, db::OUTBOX).await, 0);
    assert_eq!(super::count(&store, db::RECORDS).await, 0);
    assert_eq!(state_of(&store).await.next_n, 1, "no number was taken");
    assert_eq!(store.samples().await.expect("read"), 0);
    let sums = store.summary().await.expect("read").sums;
    assert_eq!(sums, outpost_core::sums::Sums::default());
    assert_eq!(store.remove_samples().await.expect("nothing to do"), Removed::default());
}

#[wasm_bindgen_test]
async fn what_was_worked_with_stays_with_what_it_leads_to() {
    let store = new_store().await;
    let ops = sample();
    store.add_samples(ops.clone()).await.expect("written");
    let deal = ops.iter().find(|op| op.kind == "deal" && op.value("customer").is_some()).expect("a deal").clone();
    let company: RecordId = deal.value("customer").and_then(Value::as_str).expect("an id").parse().expect("an id");
    let lead = ops
        .iter()
        .find(|op| op.kind == "lead" && op.value("company").is_none())
        .or_else(|| ops.iter().find(|op| op.kind == "lead"));
    let lead = lead.expect("a lead").id;
    store.write(vec![Op::patch("deal", deal.id, patch(json!({"notes": "Called."})))]).await.expect("written");
    let note = ids::new_record_id();
    let fields = json!({"text": "Mine", "at": time::now_ms(), "lead": lead});
    store.write(vec![Op::patch("note", note, patch(fields))]).await.expect("written");

    let removed = store.remove_samples().await.expect("removed");
    assert!(removed.kept >= 3 && removed.removed > 50, "{removed:?}");
    for key in [
        RecordKey::new("deal", deal.id),
        RecordKey::new("company", company),
        lead_key(lead),
        RecordKey::new("note", note),
    ] {
        let record = store.get(&key).await.expect("read").expect("there");
        assert!(!record.is_deleted(), "{key:?}");
    }
    let sent = unsent(&store).await;
    let kept = removed.kept + 2;
    assert_eq!(sent.iter().map(|mutation| mutation.ops.len()).sum::<usize>(), kept, "what stays is sent, whole");
    let rows = super::count(&store, db::RECORDS).await as usize;
    assert_eq!(rows, removed.kept + 1);
}

#[wasm_bindgen_test]
async fn an_edit_that_was_taken_back_leaves_no_trace() {
    let store = new_store().await;
    let ops = sample();
    store.add_samples(ops.clone()).await.expect("written");
    let lead = ops.iter().find(|op| op.kind == "lead").expect("a lead").clone();
    let written = store.write(vec![Op::patch("lead", lead.id, patch(json!({"name": "Mine"})))]).await.expect("written");
    let kept = store.samples_worked_with().await.expect("read");
    assert!(kept.iter().any(|record| record.id == lead.id && record.text("name") == "Mine"), "it is worked with");
    store.write(written.inverse).await.expect("taken back");
    assert!(store.samples_worked_with().await.expect("read").is_empty(), "and now it is not");
    let removed = store.remove_samples().await.expect("removed");
    assert_eq!(removed, Removed { removed: ops.len(), kept: 0 });
    assert!(unsent(&store).await.is_empty(), "nothing is left to be sent");
    assert!(store.samples_worked_with().await.expect("read").is_empty(), "of none, none is worked with");
}
