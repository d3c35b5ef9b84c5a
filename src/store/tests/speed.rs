use outpost_core::index::Query;
use wasm_bindgen_test::{console_log, wasm_bindgen_test};

use super::*;
use crate::platform::time::monotonic_ms;

/// How many leads; the full number is for the release build, the other is ten times slower.
const LEADS: usize = if cfg!(debug_assertions) { 2_000 } else { 10_000 };

#[wasm_bindgen_test]
async fn a_first_window_costs_next_to_nothing_however_much_there_is() {
    let name = new_name();
    let store = open(&name).await;
    let ops: Vec<Op> = (0..LEADS)
        .map(|at| {
            let fields = json!({
                "name": format!("Ana Gómez {at}"), "company": format!("Acme {}", at % 100), "status": "new",
                "emails": [format!("ana{at}@example.com")], "phones": ["+49 30 123456"], "notes": "Met at the fair.",
                "value": { "minor": at, "currency": "EUR" }, "address": { "city": "Berlin", "country": "DE" },
            });
            Op::patch("lead", ids::new_record_id(), patch(fields))
        })
        .collect();
    let begin = monotonic_ms();
    store.write_many(ops.chunks(100).map(<[Op]>::to_vec).collect()).await.expect("imported");
    let imported = monotonic_ms() - begin;
    store.index_ready().await.expect("loaded");
    let begin = monotonic_ms();
    store.save_index().await.expect("saved");
    let saved = monotonic_ms() - begin;
    let mut saves: Vec<f64> = Vec::new();
    for at in 0..40 {
        let begin = monotonic_ms();
        stored_lead(&store, &format!("one more {at}")).await;
        saves.push(monotonic_ms() - begin);
    }
    saves.sort_by(f64::total_cmp);
    let begin = monotonic_ms();
    let again = open(&name).await;
    let opened = monotonic_ms() - begin;
    let window = again.window(&Query::recent("lead"), 0, 50).await.expect("read");
    let first = monotonic_ms() - begin;
    assert_eq!((window.rows.len(), window.total), (50, None), "from IndexedDB, not from the index");
    again.index_ready().await.expect("loaded");
    let ready = monotonic_ms() - begin;
    assert!(again.0.memory.base.borrow().is_some(), "from its chunks");
    let begin = monotonic_ms();
    again.window(&Query { text: "gomez 19".into(), ..Query::recent("lead") }, 0, 50).await.expect("read");
    let searched = monotonic_ms() - begin;
    let begin = monotonic_ms();
    again.rebuild().await.expect("rebuilt");
    let rebuilt = monotonic_ms() - begin;
    console_log!(
        "{LEADS} leads, in ms: import {imported:.0}, save p50 {:.1} p95 {:.1}; open {opened:.0}, with first window {first:.0}, \
         index loaded {ready:.0}; search {searched:.1}; index saved {saved:.0}, rebuilt {rebuilt:.0}",
        saves[20],
        saves[38]
    );
    assert!(first < 1_500.0, "open and first window took {first:.0} ms");
}
