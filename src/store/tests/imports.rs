use std::collections::BTreeSet;

use outpost_core::exchange::{Batch, fingerprint};
use wasm_bindgen_test::wasm_bindgen_test;

use super::*;
use crate::store::{Import, Undone};

/// An import of so many leads, noted and written.
async fn imported(store: &Store, count: u32) -> Import {
    let batch = Batch { ms: platform::time::now_ms(), seed: random::bytes() };
    let patches: Vec<Patch> =
        (0..count).map(|at| patch(json!({ "name": format!("Ana {at}"), "status": "new", "notes": "" }))).collect();
    let prints = patches.iter().map(fingerprint).collect();
    let import = Import {
        batch,
        kind: "lead".into(),
        file: "leads.csv".into(),
        prints,
        made: Some(count as usize),
        undone: None,
    };
    store.note_import(&import).await.expect("noted");
    let ops: Vec<Op> = (0..).zip(patches).flat_map(|(row, patch)| batch.ops("lead", row, patch)).collect();
    store.import(ops.chunks(100).map(<[Op]>::to_vec).collect()).await.expect("written");
    import
}

/// Takes all of it back.
async fn undo(store: &Store, import: &Import) -> Undone {
    let referred = store.referred_to(import).await.expect("read");
    let mut undone = Undone::default();
    for from in (0..import.prints.len()).step_by(Import::SLICE) {
        undone = undone.and(store.undo_import(import, from, &referred).await.expect("taken back"));
    }
    undone
}

#[wasm_bindgen_test]
async fn an_import_is_taken_back_but_for_what_somebody_has_worked_with() {
    let name = new_name();
    let store = open(&name).await;
    let before = stored_lead(&store, "Before").await;
    let import = imported(&store, 300).await;
    let id = |row| import.batch.id(row);
    store.write(vec![Op::patch("lead", id(7), patch(json!({ "notes": "Called." })))]).await.expect("edited");
    store.write(vec![Op::delete("lead", id(8))]).await.expect("deleted");
    let deal = patch(json!({ "title": "Roof", "lead": id(9) }));
    store.write(vec![Op::patch("deal", ids::new_record_id(), deal)]).await.expect("a deal");
    // There and back is no edit.
    store.write(vec![Op::patch("lead", id(10), patch(json!({ "notes": "x" })))]).await.expect("edited");
    store.write(vec![Op::patch("lead", id(10), patch(json!({ "notes": null })))]).await.expect("edited back");
    drop(store);

    // After a reload, from its note alone.
    let store = open(&name).await;
    let noted = store.imports().await.expect("read");
    assert_eq!(noted, [import]);
    assert_eq!(store.referred_to(&noted[0]).await.expect("read"), BTreeSet::from([noted[0].batch.id(9)]));
    let undone = undo(&store, &noted[0]).await;
    assert_eq!(undone, Undone { reversed: 297, kept: 2, errored: 0, why: None });
    let mut left = BTreeSet::new();
    let mut keep = |record: &outpost_core::record::Record| {
        if !record.is_deleted() {
            left.insert(record.id);
        }
    };
    store.each("lead", &mut keep).await.expect("read");
    assert_eq!(left, BTreeSet::from([before, noted[0].batch.id(7), noted[0].batch.id(9)]));
    assert_eq!(undo(&store, &noted[0]).await, Undone { kept: 2, ..Undone::default() }, "again: nothing");
}

#[wasm_bindgen_test]
async fn what_a_rule_keeps_is_counted_and_holds_nothing_else_up() {
    let store = new_store().await;
    let mut import = imported(&store, 3).await;
    // An event is for ever, whoever made it.
    let event = patch(json!({ "deal": ids::new_record_id(), "to": "won", "at": 5 }));
    import.kind = "stage_event".into();
    import.prints = vec![fingerprint(&event); 2];
    store.write(vec![Op::patch("stage_event", import.batch.id(0), event.clone())]).await.expect("an event");
    let undone = undo(&store, &import).await;
    assert_eq!((undone.reversed, undone.kept, undone.errored), (0, 0, 1));
    assert!(undone.why.is_some_and(|why| why.contains("event")));
}

#[wasm_bindgen_test]
async fn only_the_latest_imports_are_remembered() {
    let store = new_store().await;
    for ms in 1..=12 {
        let batch = Batch { ms, seed: [0; 5] };
        let (kind, file) = ("lead".to_owned(), format!("{ms}.csv"));
        let import = Import { batch, kind, file, prints: vec![1], made: None, undone: None };
        store.note_import(&import).await.expect("noted");
    }
    let files: Vec<String> = store.imports().await.expect("read").into_iter().map(|import| import.file).collect();
    assert_eq!(files.len(), 10);
    assert_eq!((files[0].as_str(), files[9].as_str()), ("12.csv", "3.csv"));
}
