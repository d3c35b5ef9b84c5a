use std::collections::BTreeSet;

use outpost_core::exchange::{Batch, fingerprint};
use outpost_core::index::Query;
use outpost_core::record::Record;
use wasm_bindgen_test::wasm_bindgen_test;

use super::fetching::{all, fetch, records, same_answers, snapshot};
use super::mending::sums_are_right;
use super::syncing::answer;
use super::*;
use crate::platform::time::now_ms;
use crate::store::db::{BLOCKS, RECORDS};
use crate::store::{Import, Undone};

/// An import of so many leads, noted and written, 400 in a transaction.
async fn imported(store: &Store, count: u32) -> Import {
    imported_as(store, count, false).await
}

/// The same; in blocks if it `packs`.
async fn imported_as(store: &Store, count: u32, packs: bool) -> Import {
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
    for part in ops.chunks(400) {
        store.import(part.chunks(100).map(<[Op]>::to_vec).collect(), packs).await.expect("written");
    }
    import
}

/// All leads of an import as they stand.
async fn leads_of(store: &Store, import: &Import) -> Vec<Record> {
    let key = |row: usize| lead_key(import.batch.id(row as u32));
    store.get_many(&(0..import.prints.len()).map(key).collect::<Vec<_>>()).await.expect("read")
}

#[wasm_bindgen_test]
async fn a_large_import_is_in_blocks_and_answers_everything_as_rows_do() {
    let name = new_name();
    let (packed, by_rows) = (open(&name).await, new_store().await);
    let import = imported_as(&packed, 1_200, true).await;
    assert_eq!(count(&packed, RECORDS).await, 3 * 64, "what lists begin with, of each part");
    assert!(count(&packed, BLOCKS).await > 30);
    let made = leads_of(&packed, &import).await;
    assert_eq!(made.len(), 1_200);
    by_rows.commit(answer(vec![], made.clone(), 77), now_ms()).await.expect("stored");
    same_answers(&packed, &by_rows, &made).await;
    sums_are_right(&packed).await;
    let ids: BTreeSet<RecordId> = made.iter().map(|lead| lead.id).collect();
    let waiting: BTreeSet<RecordId> =
        unsent(&packed).await.iter().flat_map(|mutation| &mutation.ops).map(|op| op.id).collect();
    assert_eq!(ids, waiting, "each waits for the server");

    // Edited, deleted, pointed at by what comes later, and read by who opens the database the next time.
    let edit = Op::patch("lead", made[3].id, patch(json!({ "name": "Other" })));
    packed.write(vec![edit, Op::delete("lead", made[4].id)]).await.expect("written");
    let deal = patch(json!({ "title": "Roof", "lead": made[5].id }));
    packed.write(vec![Op::patch("deal", ids::new_record_id(), deal)]).await.expect("a deal");
    let again = open(&name).await;
    let first = again.recent("lead", 0, 20).await.expect("read").expect("from rows");
    assert_eq!(first.rows, all(&again, &Query::recent("lead")).await[..20]);
    let stands = leads_of(&again, &import).await;
    assert_eq!((stands[3].text("name"), stands[4].is_deleted(), stands.len()), ("Other", true, 1_200));
    sums_are_right(&again).await;
    assert_eq!(again.children(made[5].id, "deal").await.expect("read").len(), 1);
    let undone = undo(&again, &import).await;
    assert_eq!(undone, Undone { reversed: 1_197, kept: 2, errored: 0, why: None });
    again.drop_covered(&import).await.expect("dropped");
    // The block of the one with a deal is left: that one has no row.
    assert_eq!((count(&again, BLOCKS).await, state_of(&again).await.blocks), (1, true));
    assert_eq!(all(&again, &Query::recent("lead")).await.len(), 2);
    sums_are_right(&again).await;
}

#[wasm_bindgen_test]
async fn lists_begin_with_the_latest_of_an_import_also_where_those_are_gone() {
    let name = new_name();
    let store = open(&name).await;
    for at in 0..80 {
        stored_lead(&store, &format!("Own {at}")).await;
    }
    let import = imported_as(&store, 1_200, true).await;
    let gone = (1_100..1_200).map(|at| Op::delete("lead", import.batch.id(at))).collect();
    store.write(gone).await.expect("deleted");
    let recent = Query::recent("lead");
    let latest = all(&store, &recent).await[..20].to_vec();
    let next = open(&name).await;
    assert_eq!(next.recent("lead", 0, 20).await, Ok(None), "the rows are not the latest");
    assert_eq!(all(&next, &recent).await[..20], latest);
    next.keep_at_hand().await.expect("written");
    let again = open(&name).await;
    assert_eq!(again.recent("lead", 0, 20).await.expect("read").expect("from rows").rows, latest);
    assert_eq!(undo(&again, &import).await.reversed, 1_100);
    again.drop_covered(&import).await.expect("dropped");
    assert_eq!((count(&again, BLOCKS).await, state_of(&again).await.blocks), (0, false));
    assert_eq!(again.recent("lead", 0, 100).await.expect("read").expect("all").rows.len(), 80);
    sums_are_right(&again).await;
}

#[wasm_bindgen_test]
async fn what_is_taken_off_before_it_is_sent_leaves_its_block() {
    let name = new_name();
    let store = open(&name).await;
    let import = imported_as(&store, 1_200, true).await;
    let n = unsent(&store).await[1].n;
    store.discard_waiting(n).await.expect("discarded");
    let gone = |at: &usize| (100..200).contains(at);
    for store in [&store, &open(&name).await] {
        let left = leads_of(store, &import).await;
        let wanted = (0..1_200).filter(|at| !gone(at)).map(|at| import.batch.id(at as u32));
        assert!(left.iter().map(|lead| lead.id).eq(wanted), "{} are left", left.len());
        assert_eq!(all(store, &Query::recent("lead")).await.len(), 1_100);
        sums_are_right(store).await;
    }
}

#[wasm_bindgen_test]
async fn another_tab_has_what_is_imported_in_blocks() {
    let name = new_name();
    let (one, two) = (open(&name).await, open(&name).await);
    stored_lead(&one, "Before").await;
    let recent = Query::recent("lead");
    until("both have one", async || all(&two, &recent).await.len() == 1).await;
    let import = imported_as(&one, 1_200, true).await;
    until("the other tab has all", async || all(&two, &recent).await.len() == 1_201).await;
    assert_eq!(leads_of(&two, &import).await, leads_of(&one, &import).await);
    let found = Query { text: "ana 77".into(), ..recent };
    let there = all(&one, &found).await;
    assert!(there.iter().any(|lead| lead.text("name") == "Ana 770"));
    assert_eq!(all(&two, &found).await, there);
}

#[wasm_bindgen_test]
async fn what_an_import_points_at_keeps_that_from_being_taken_back_also_in_blocks() {
    let store = new_store().await;
    let import = imported_as(&store, 1_200, true).await;
    let batch = Batch { ms: import.batch.ms, seed: random::bytes() };
    let deal = |at| patch(json!({ "title": format!("Deal {at}"), "lead": import.batch.id(at * 3) }));
    let ops: Vec<Op> = (0..300).map(|at| Op::patch("deal", batch.id(at), deal(at))).collect();
    store.import(ops.chunks(100).map(<[Op]>::to_vec).collect(), true).await.expect("written");
    let referred = store.referred_to(&import).await.expect("read");
    assert_eq!(referred, (0..300).map(|at| import.batch.id(at * 3)).collect());
    store.write(vec![Op::delete("deal", batch.id(2))]).await.expect("deleted");
    assert!(!store.referred_to(&import).await.expect("read").contains(&import.batch.id(6)));
}

#[wasm_bindgen_test]
async fn an_import_meets_a_first_sync_without_losing_either() {
    let foreign = records(700);
    let (snapshot, texts) = snapshot(&foreign, 300);
    // While one is under way, rows are made.
    let store = new_store().await;
    store.begin_fetch(&snapshot).await.expect("begun");
    let early = imported_as(&store, 1_200, true).await;
    assert_eq!((count(&store, RECORDS).await, count(&store, BLOCKS).await), (1_200, 0));
    fetch(&store, &snapshot, &texts).await;
    // After it, blocks beside those of the snapshot.
    let before = count(&store, BLOCKS).await;
    let late = imported_as(&store, 1_200, true).await;
    assert!(count(&store, BLOCKS).await > before + 30);
    assert_eq!((leads_of(&store, &early).await.len(), leads_of(&store, &late).await.len()), (1_200, 1_200));
    let recent = all(&store, &Query::recent("lead")).await;
    assert_eq!(recent.len(), 2_400 + 700);
    sums_are_right(&store).await;
    // Before one, blocks that no snapshot may clear away.
    let other = new_store().await;
    let own = imported_as(&other, 1_200, true).await;
    assert!(other.begin_fetch(&snapshot).await.is_err());
    assert_eq!(leads_of(&other, &own).await.len(), 1_200);
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
