use outpost_core::index::{Index, Query, Sort};
use wasm_bindgen_test::wasm_bindgen_test;

use super::*;
use crate::store::db::{CHUNKS, JOURNAL};
use crate::store::tx::WriteTx;

fn names(window: &crate::store::Window) -> Vec<String> {
    window.rows.iter().map(|record| record.text("name").to_owned()).collect()
}

/// Leads in mutations of 50, many of them within one millisecond.
async fn import(store: &Store, count: usize) {
    let ops: Vec<Op> = (0..count)
        .map(|at| {
            let value = json!({ "minor": (at * 7919) % 1000, "currency": "EUR" });
            let status = if at % 2 == 0 { "new" } else { "qualified" };
            let fields = json!({ "name": format!("Lead {at:05}"), "status": status, "value": value });
            Op::patch("lead", ids::new_record_id(), patch(fields))
        })
        .collect();
    store.write_many(ops.chunks(50).map(<[Op]>::to_vec).collect()).await.expect("imported");
}

#[wasm_bindgen_test]
async fn the_last_edited_are_paged_by_key_before_there_is_any_index() {
    let store = new_store().await;
    import(&store, 1_200).await;
    let mut paged = Vec::new();
    for start in (0..1_200).step_by(70) {
        let window = store.recent("lead", start, 70).await.expect("read").expect("goes on from before");
        assert_eq!((window.start, window.total), (start, None));
        paged.extend(window.rows.into_iter().map(|record| record.id));
    }
    assert_eq!(store.recent("lead", 7, 70).await.expect("read"), None, "nobody has been there");
    store.index_ready().await.expect("loaded");
    let window = store.window(&Query::recent("lead"), 0, 2_000).await.expect("read");
    assert_eq!(window.total, Some(1_200));
    let listed: Vec<_> = window.rows.into_iter().map(|record| record.id).collect();
    assert_eq!(paged, listed, "nobody can tell which of the two has answered");
}

#[wasm_bindgen_test]
async fn lists_are_sorted_filtered_searched_and_counted() {
    let store = new_store().await;
    import(&store, 300).await;
    let query = Query { text: "LÉAD 0001".into(), sort: Sort::Title, ..Query::recent("lead") };
    let found = store.window(&query, 0, 3).await.expect("read");
    assert_eq!((names(&found), found.total), (["19", "18", "17"].map(|at| format!("Lead 000{at}")).to_vec(), Some(11)));
    let column = store.board_column("lead", "qualified", 100, 100).await.expect("read");
    assert_eq!((column.rows.len(), column.start, column.total), (50, 100, Some(150)));
    let counts = store.facet_counts("lead", "", "").await.expect("loaded");
    assert_eq!((counts[0].0.as_str(), counts[0].1), ("new", 150));
    let sum: i64 = (0..300).filter(|at| at % 2 == 0).map(|at| (at * 7919) % 1000).sum();
    assert_eq!(counts[0].2[0].minor, sum);
}

#[wasm_bindgen_test]
async fn a_window_of_days_has_what_is_then_in_its_order() {
    const DAY_MS: u64 = 86_400_000;
    let store = new_store().await;
    let first = 1_795_348_800_000 / DAY_MS * DAY_MS;
    let meeting = |subject: &str, at: u64| {
        Op::patch("meeting", ids::new_record_id(), patch(json!({ "subject": subject, "at": at })))
    };
    let ops = (0..30).rev().map(|day| meeting(&format!("Day {day:02}"), first + day * DAY_MS + 3_600_000)).collect();
    store.write(ops).await.expect("written");
    let day = |days: i64| {
        let ms = i64::try_from(first).expect("a time") + days * 86_400_000;
        outpost_core::calendar::wall(ms, &|_| 0).date
    };
    let found = store.between("meeting", day(10), day(12), 9).await.expect("read");
    let subjects = |window: &crate::store::Window| {
        window.rows.iter().map(|record| record.text("subject").to_owned()).collect::<Vec<_>>()
    };
    assert_eq!((subjects(&found), found.total), (vec!["Day 10".into(), "Day 11".into(), "Day 12".into()], Some(3)));
    let some = store.between("meeting", day(0), day(29), 2).await.expect("read");
    assert_eq!((some.rows.len(), some.total), (2, Some(30)));
    // What is moved is where it went.
    let moved = Op::patch("meeting", found.rows[0].id, patch(json!({ "at": first + 20 * DAY_MS })));
    store.write(vec![moved]).await.expect("written");
    assert_eq!(store.between("meeting", day(10), day(12), 9).await.expect("read").total, Some(2));
    assert_eq!(store.between("meeting", day(20), day(20), 9).await.expect("read").total, Some(2));
}

#[wasm_bindgen_test]
async fn what_is_deleted_leaves_the_lists_and_a_restore_brings_it_back() {
    let store = new_store().await;
    let (kept, gone) = (stored_lead(&store, "kept").await, stored_lead(&store, "gone").await);
    for ready in [false, true] {
        let listed = async || {
            let window = match ready {
                true => store.window(&Query::recent("lead"), 0, 9).await.expect("read"),
                false => store.recent("lead", 0, 9).await.expect("read").expect("the first"),
            };
            window.rows.into_iter().map(|record| record.id).collect::<Vec<_>>()
        };
        if ready {
            store.index_ready().await.expect("loaded");
        }
        store.write(vec![Op::delete("lead", gone)]).await.expect("written");
        assert_eq!(listed().await, [kept]);
        store
            .write(vec![Op::patch("lead", gone, patch(json!({ "notes": format!("beneath {ready}") })))])
            .await
            .expect("written");
        assert_eq!(listed().await, [kept], "an edit does not bring it back");
        store.write(vec![Op::restore("lead", gone)]).await.expect("written");
        assert_eq!(listed().await, [gone, kept]);
    }
}

#[wasm_bindgen_test]
async fn related_records_are_found_from_either_side() {
    let store = new_store().await;
    let ana = stored_lead(&store, "Ana").await;
    let (deal, other) = (ids::new_record_id(), ids::new_record_id());
    let deals = vec![
        Op::patch("deal", deal, patch(json!({ "title": "One", "lead": ana }))),
        Op::patch("deal", other, patch(json!({ "title": "Two" }))),
    ];
    store.write(deals).await.expect("written");
    let invoice = json!({ "buyer_name": "Ana", "currency": "EUR", "lead": ana, "deal": deal });
    store.write(vec![Op::patch("invoice", ids::new_record_id(), patch(invoice))]).await.expect("written");
    let found = async |parent, kind| store.children(parent, kind).await.expect("read").len();
    assert_eq!((found(ana, "deal").await, found(ana, "invoice").await, found(deal, "invoice").await), (1, 1, 1));
    store.write(vec![Op::patch("deal", other, patch(json!({ "lead": ana })))]).await.expect("written");
    assert_eq!(store.children_of_many(&[deal, ana], "deal").await.expect("read").len(), 2);
    store.write(vec![Op::delete("deal", deal)]).await.expect("written");
    assert_eq!(found(ana, "deal").await, 1);
}

#[wasm_bindgen_test]
async fn the_latest_of_many_that_lead_to_a_record_are_found_with_the_index_and_without() {
    let store = new_store().await;
    let (tag, other) = (ids::new_record_id(), ids::new_record_id());
    let mut ids = Vec::new();
    for number in 0..7 {
        let id = ids::new_record_id();
        let tags = if number == 3 { json!([other]) } else { json!([other, tag]) };
        let fields = json!({ "name": format!("Quay {number}"), "tags": tags });
        store.write(vec![Op::patch("company", id, patch(fields))]).await.expect("written");
        ids.push(id);
        crate::platform::sleep(2).await;
    }
    store.write(vec![Op::delete("company", ids[6])]).await.expect("written");
    store.write(vec![Op::patch("company", ids[0], patch(json!({ "notes": "edited last" })))]).await.expect("written");
    let found = async |parents: &[RecordId]| {
        let (records, count) = store.latest_children(parents, "company", 3).await.expect("read");
        (records.iter().map(|record| record.id).collect::<Vec<_>>(), count)
    };
    for ready in [false, true] {
        if ready {
            store.index_ready().await.expect("loaded");
        }
        assert_eq!(found(&[tag]).await, (vec![ids[0], ids[5], ids[4]], 5), "with an index: {ready}");
        assert_eq!(found(&[tag, other]).await, (vec![ids[0], ids[5], ids[4]], 6), "each once");
        assert_eq!(found(&[ids[0]]).await, (vec![], 0));
    }
}

/// What each of many questions is answered.
fn answers(index: &mut Index) -> Vec<(Vec<RecordId>, usize)> {
    let mut all = Vec::new();
    for kind in ["lead", "deal"] {
        for sort in [Sort::Recent, Sort::Title, Sort::Amount, Sort::Date, Sort::Facet] {
            for text in ["", "1", "ana"] {
                let query = Query { sort, text: text.into(), ..Query::recent(kind) };
                all.push(index.window(&query, 0, usize::MAX));
            }
        }
    }
    all
}

async fn scribble(store: &Store, known: &mut Vec<RecordId>, steps: u64) {
    for _ in 0..steps {
        let dice = random::number();
        let kind = if dice & 1 == 0 { "lead" } else { "deal" };
        let title = if kind == "lead" { "name" } else { "title" };
        let at = usize::try_from(dice >> 8).unwrap_or(0);
        let id = if known.is_empty() || dice & 6 == 0 { ids::new_record_id() } else { known[at % known.len()] };
        known.push(id);
        let op = match dice >> 3 & 7 {
            0 => Op::delete(kind, id),
            1 => Op::restore(kind, id),
            // Always with a title, so that a record is complete whichever of its steps comes first.
            _ => Op::patch(kind, id, patch(json!({ title: format!("Ana {}", dice >> 20 & 0xff) }))),
        };
        store.write(vec![op]).await.expect("written");
    }
}

#[wasm_bindgen_test]
async fn the_index_is_what_the_rows_say_after_any_writes_saves_and_reopenings() {
    let name = new_name();
    let mut known = Vec::new();
    for round in 0..4 {
        let store = open(&name).await;
        // Some writes come while the index is still being loaded.
        scribble(&store, &mut known, 15).await;
        store.index_ready().await.expect("loaded");
        scribble(&store, &mut known, 25).await;
        let live = store.0.memory.work(answers).expect("loaded");
        let rebuilt = answers(&mut store.rebuild().await.expect("readable"));
        assert_eq!(live, rebuilt, "round {round}");
        if round % 2 == 0 {
            store.save_index().await.expect("saved");
            assert_eq!(count(&store, JOURNAL).await, 0);
            // What comes now is in the journal only.
            scribble(&store, &mut known, 10).await;
            assert!(count(&store, JOURNAL).await > 0);
        }
    }
}

/// Under what name the chunks are saved that this tab's index is based on.
fn generation_of(store: &Store) -> Option<String> {
    store.0.memory.base.borrow().as_ref().map(|saved| saved.generation.clone())
}

#[wasm_bindgen_test]
async fn tabs_that_save_by_turns_do_not_mix_their_chunks() {
    let name = new_name();
    let one = open(&name).await;
    import(&one, 1_010).await;
    one.index_ready().await.expect("loaded");
    one.save_index().await.expect("saved");
    let two = open(&name).await;
    two.index_ready().await.expect("loaded");
    let mut known = Vec::new();
    for (turn, tab) in [&one, &two, &one, &two].into_iter().enumerate() {
        scribble(tab, &mut known, 12).await;
        // Makes slots free and takes them again, so that the two tabs give different ones.
        let gone = tab.window(&Query::recent("lead"), turn * 200, 3).await.expect("read");
        for record in gone.rows {
            tab.write(vec![Op::delete("lead", record.id)]).await.expect("written");
            stored_lead(if turn % 2 == 0 { &two } else { &one }, "in its place").await;
        }
        tab.save_index().await.expect("saved");
        let third = open(&name).await;
        third.index_ready().await.expect("loaded");
        assert!(generation_of(&third).is_some(), "from the chunks");
        let loaded = third.0.memory.work(answers).expect("loaded");
        assert_eq!(loaded, answers(&mut third.rebuild().await.expect("readable")), "turn {turn}");
    }
}

#[wasm_bindgen_test]
async fn a_saved_index_is_used_and_a_damaged_one_is_rebuilt() {
    let name = new_name();
    let store = open(&name).await;
    import(&store, 2_100).await;
    store.index_ready().await.expect("loaded");
    store.save_index().await.expect("saved");
    assert_eq!(count(&store, CHUNKS).await, 3);
    let expected = store.0.memory.work(answers).expect("loaded");
    let generation = generation_of(&store);
    assert!(generation.is_some());

    let again = open(&name).await;
    again.index_ready().await.expect("loaded");
    assert_eq!(again.0.memory.work(answers).expect("loaded"), expected);
    assert_eq!(generation_of(&again), generation, "it was not rebuilt");

    // One edit makes one chunk new.
    stored_lead(&again, "late").await;
    again.save_index().await.expect("saved");
    assert_eq!(generation_of(&again), generation);
    assert_eq!(again.0.memory.work(|index| index.dirty().len()), Some(0));

    let keys = again.chunk_keys(&generation.expect("saved")).await.expect("read");
    let mut bytes = again.chunk(&keys[1]).await.expect("read").expect("there");
    bytes[700] ^= 1;
    put_raw(&again, CHUNKS, &js_sys::Uint8Array::from(bytes.as_slice()).into(), Some(&keys[1])).await;
    let rebuilt = open(&name).await;
    rebuilt.index_ready().await.expect("loaded");
    assert_eq!(rebuilt.window(&Query::recent("lead"), 0, 1).await.expect("read").total, Some(2_101));
    assert_eq!(generation_of(&rebuilt), None);
    rebuilt.save_index().await.expect("saved");
    assert_eq!(count(&rebuilt, CHUNKS).await, 3, "the old generation is gone");
}

#[wasm_bindgen_test]
async fn a_save_that_was_cut_short_loses_nothing() {
    let name = new_name();
    let store = open(&name).await;
    import(&store, 1_500).await;
    store.index_ready().await.expect("loaded");
    store.save_index().await.expect("saved");
    stored_lead(&store, "Zoë").await;
    // The chunk is written, the end of the save is not.
    let instead = "throw new DOMException('cut', 'QuotaExceededError');";
    let cut = sabotage(&name, "IDBObjectStore.prototype.delete", JOURNAL, instead);
    store.save_index().await.expect_err("cut short");
    drop(cut);
    let again = open(&name).await;
    let found = again.window(&Query { text: "zoe".into(), ..Query::recent("lead") }, 0, 9).await.expect("read");
    assert_eq!((names(&found), found.total), (vec!["Zoë".to_owned()], Some(1)));
}

#[wasm_bindgen_test]
async fn a_transaction_that_is_dropped_has_written_nothing() {
    let store = new_store().await;
    let db = store.db().await.expect("open");
    let tx: WriteTx = db.write(&[db::META]).expect("begun");
    tx.put(db::META, &"value".into(), Some(&"app:dropped".into())).expect("asked");
    drop(tx);
    assert_eq!(store.meta::<String>("dropped").await, Ok(None));
}

#[wasm_bindgen_test]
async fn accents_do_not_matter_to_a_search_by_the_browsers_tables() {
    let _store = new_store().await;
    for (text, folded) in
        [("Šilhavý", "silhavy"), ("Ørsted ＡＣＭＥ", "orsted acme"), ("Ёлка", "елка"), ("ﬁne", "fine")]
    {
        assert_eq!(outpost_core::index::fold(text), folded);
    }
}
