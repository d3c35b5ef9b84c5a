use outpost_core::search::Question;
use wasm_bindgen_test::{console_log, wasm_bindgen_test};

use super::*;
use crate::platform::time::monotonic_ms;

async fn found(store: &Store, typed: &str) -> Vec<RecordId> {
    let (records, total) = store.search(&Question::new(typed), 20, true).await.expect("searched");
    assert!(total >= records.len());
    records.into_iter().map(|record| record.id).collect()
}

#[wasm_bindgen_test]
async fn what_is_written_is_found_at_once_and_what_is_deleted_is_not() {
    let name = new_name();
    let store = open(&name).await;
    let petr = ids::new_record_id();
    let fields = json!({ "name": "Petr Šilhavý", "phones": ["(888) 555-0142"], "emails": ["petr@nordkai.example"] });
    store.write(vec![Op::patch("contact", petr, patch(fields))]).await.expect("written");
    for typed in ["silhavy", "silhvay", "888 555", "nordkai", "petr@nord"] {
        assert_eq!(found(&store, typed).await, [petr], "{typed}");
    }
    let note = ids::new_record_id();
    let fields = json!({ "text": "Wants a quotation for the greenhouse", "contact": petr });
    store.write(vec![Op::patch("note", note, patch(fields))]).await.expect("written");
    assert_eq!(found(&store, "greenhouse").await, [note]);
    store.write(vec![Op::patch("contact", petr, patch(json!({ "name": "Petr Novák" })))]).await.expect("written");
    assert_eq!((found(&store, "silhavy").await, found(&store, "novak").await), (vec![], vec![petr]));
    let deleted = store.write(vec![Op::delete("contact", petr)]).await.expect("written");
    assert_eq!(found(&store, "novak").await, []);
    store.write(deleted.inverse).await.expect("undone");
    assert_eq!(found(&store, "novak").await, [petr]);
    // Another tab, and the same store opened again.
    store.index_ready().await.expect("loaded");
    store.save_index().await.expect("saved");
    let other = open(&name).await;
    assert_eq!(found(&other, "novak").await, [petr]);
    store.write(vec![Op::patch("note", note, patch(json!({ "text": "Wants nothing" })))]).await.expect("written");
    until("the other tab finds what is new", async || found(&other, "nothing").await == [note]).await;
    assert_eq!(found(&other, "greenhouse").await, []);
}

#[wasm_bindgen_test]
async fn what_has_no_page_is_not_found() {
    let store = new_store().await;
    let business = Op::patch("business", outpost_core::records::BUSINESS_ID, patch(json!({ "name": "Nordkai" })));
    store.write(vec![business]).await.expect("written");
    assert_eq!(found(&store, "nordkai").await, []);
}

/// How many leads; the full number is for the release build.
const LEADS: usize = if cfg!(debug_assertions) { 2_000 } else { 20_000 };

#[wasm_bindgen_test]
async fn the_page_is_never_held_up_for_the_words() {
    let store = new_store().await;
    let ops: Vec<Op> = (0..LEADS)
        .map(|at| {
            let fields = json!({ "name": format!("Ana Gómez {at}"), "emails": [format!("ana{at}@x.example")], "notes": "Met at the fair." });
            Op::patch("lead", ids::new_record_id(), patch(fields))
        })
        .collect();
    store.write_many(ops.chunks(100).map(<[Op]>::to_vec).collect()).await.expect("imported");
    store.index_ready().await.expect("loaded");
    let begin = monotonic_ms();
    assert_eq!(found(&store, &format!("gomez {}", LEADS - 1)).await.len(), 1);
    let first = monotonic_ms() - begin;
    let begin = monotonic_ms();
    assert_eq!(found(&store, "gomez").await.len(), 20);
    console_log!("{LEADS} leads: first search {first:.0} ms, second {:.1} ms", monotonic_ms() - begin);
}
