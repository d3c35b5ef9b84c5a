use outpost_core::index::{Query, Sort};
use outpost_core::protocol::{Segment, Snapshot};
use outpost_core::record::{Record, Register};
use outpost_core::sync::Position;
use wasm_bindgen_test::wasm_bindgen_test;

use super::mending::sums_are_right;
use super::syncing::{answer, foreign};
use super::*;
use crate::platform::time::now_ms;
use crate::store::db::{BLOCKS, LINKS, RECORDS};
use crate::store::index::Phase;
use crate::store::{Part, StoreError};

/// What a server has: leads, and deals of some of them.
pub(super) fn records(count: u128) -> Vec<Record> {
    let id = |i: u128| RecordId::from_bytes((0x0190_0000_0000_7000_8000_0000_0000_0000 + i * 7).to_be_bytes());
    let lead = |i| foreign("lead", id(i), json!({ "name": format!("Lead {i:04}"), "status": "new" }), 1_000 + i as u64);
    let deal = |i| {
        let fields = json!({ "title": format!("Deal {i}"), "lead": id(i % 3), "stage": "proposal" });
        foreign("deal", id(i), fields, 5_000 + i as u64)
    };
    let mut gone = lead(count);
    gone.deleted = Some(Register(true, gone.fields["name"].hlc()));
    let mut all: Vec<Record> = (0..count).map(lead).chain((0..count / 2).map(deal)).chain([gone]).collect();
    all.sort_by_key(Record::key);
    all
}

/// The segments of records.
pub(super) fn snapshot(records: &[Record], size: usize) -> (Snapshot, Vec<String>) {
    let (mut segments, mut texts) = (Vec::new(), Vec::new());
    for kind in records.chunk_by(|a, b| a.kind == b.kind) {
        for rows in kind.chunks(size) {
            let lines: Vec<String> = rows.iter().map(|row| serde_json::to_string(row).expect("JSON")).collect();
            segments.push(Segment {
                number: segments.len() as u32,
                rows: rows.len() as u32,
                bytes: 1,
                first: rows[0].key(),
                last: rows[rows.len() - 1].key(),
            });
            texts.push(lines.join("\n"));
        }
    }
    (Snapshot { name: "s1".into(), epoch: "e1".into(), head: 77, segments }, texts)
}

/// Stores a segment, and waits until it is in the lists.
pub(super) async fn take(
    store: &Store,
    snapshot: &Snapshot,
    segment: &Segment,
    text: String,
) -> Result<(), StoreError> {
    let parcel = store.read_segment(segment, text).await?;
    store.store_segment(snapshot, parcel).await?.done().await
}

pub(super) async fn fetch(store: &Store, snapshot: &Snapshot, texts: &[String]) {
    let done = store.begin_fetch(snapshot).await.expect("begun");
    for (segment, text) in snapshot.segments.iter().zip(texts).filter(|(segment, _)| !done.contains(&segment.number)) {
        take(store, snapshot, segment, text.clone()).await.expect("stored");
    }
    store.end_fetch(snapshot).await.expect("ended");
}

pub(super) async fn all(store: &Store, query: &Query) -> Vec<Record> {
    store.window(query, 0, 10_000).await.expect("a window").rows
}

/// Everything that can be asked of two stores is answered alike.
pub(super) async fn same_answers(one: &Store, two: &Store, records: &[Record]) {
    for kind in ["lead", "deal"] {
        for query in [
            Query::recent(kind),
            Query { sort: Sort::Title, ..Query::recent(kind) },
            Query { text: "12".into(), ..Query::recent(kind) },
        ] {
            assert_eq!(all(one, &query).await, all(two, &query).await, "{query:?}");
        }
        assert_eq!(one.facet_counts(kind, "", "").await, two.facet_counts(kind, "", "").await);
    }
    for record in records {
        assert_eq!(one.get(&record.key()).await, two.get(&record.key()).await);
    }
    // A list in groups asks twice for what stands in two of them.
    let twice: Vec<_> = records.iter().take(60).flat_map(|record| [record.key(), record.key()]).collect();
    assert_eq!(one.get_many(&twice).await, two.get_many(&twice).await);
    for record in records.iter().filter(|record| record.kind == "lead").take(5) {
        assert_eq!(one.children(record.id, "deal").await, two.children(record.id, "deal").await);
    }
    let (a, b) = (one.summary().await.expect("a summary"), two.summary().await.expect("a summary"));
    assert_eq!(a.sums, b.sums);
    let read = |json: &str| -> Vec<Value> {
        let json: Value = serde_json::from_str(json).expect("JSON");
        let mut records: Vec<Value> = json["records"].as_array().expect("a list").clone();
        records.sort_by_key(Value::to_string);
        records
    };
    let (a, b) = (one.export_json().await.expect("exported"), two.export_json().await.expect("exported"));
    assert_eq!(read(&a), read(&b));
}

#[wasm_bindgen_test]
async fn a_snapshot_answers_everything_as_rows_do_before_and_after_edits_and_a_restart() {
    let records = records(700);
    let (snapshot, texts) = snapshot(&records, 300);
    let name = new_name();
    let (fetched, by_rows) = (open(&name).await, new_store().await);
    by_rows.commit(answer(vec![], records.clone(), 77), now_ms()).await.expect("stored");
    // What a device is sent first has rows of its own, and one was edited before the rest came.
    fetched.commit(answer(vec![], records[..40].to_vec(), 0), now_ms()).await.expect("stored");
    fetch(&fetched, &snapshot, &texts).await;
    assert!(count(&fetched, BLOCKS).await >= 6 && count(&fetched, RECORDS).await == 40);
    same_answers(&fetched, &by_rows, &records).await;
    assert_eq!(state_of(&fetched).await.position, state_of(&by_rows).await.position);

    let (lead, deal) = (records[1000].id, records[200].id);
    let theirs = foreign("lead", records[900].id, json!({ "notes": "theirs" }), 9_000);
    let edited = [fetched.clone(), by_rows.clone()];
    for store in &edited {
        store.commit(answer(vec![], vec![theirs.clone()], 78), now_ms()).await.expect("stored");
        store.write(vec![Op::delete("lead", records[950].id)]).await.expect("written");
        store.write(vec![Op::patch("deal", deal, patch(json!({ "lead": lead })))]).await.expect("written");
    }
    let at = |store: &Store, id| {
        let store = store.clone();
        async move { store.get(&lead_key(id)).await.expect("read").expect("there") }
    };
    let both = (at(&fetched, records[900].id).await, at(&by_rows, records[900].id).await);
    assert_eq!(both.0, both.1, "what came is merged into all of it");
    assert_eq!(both.0.text("notes"), "theirs");
    assert!(at(&fetched, records[950].id).await.is_deleted());
    for store in &edited {
        assert_eq!(store.children(lead, "deal").await.expect("read").len(), 1, "it moved to another lead");
        let names: Vec<String> =
            all(store, &Query::recent("lead")).await.iter().map(|r| r.text("name").to_owned()).collect();
        assert!(!names.contains(&records[950].text("name").to_owned()));
    }
    sums_are_right(&fetched).await;

    // The page is opened again: the index is made from blocks and rows.
    let again = open(&name).await;
    for query in [Query::recent("lead"), Query { sort: Sort::Title, ..Query::recent("lead") }] {
        assert_eq!(all(&again, &query).await, all(&fetched, &query).await);
    }
}

#[wasm_bindgen_test]
async fn lists_begin_with_rows_after_a_first_sync_whatever_was_changed_last() {
    let mut records = records(700);
    let contact =
        |at| foreign("contact", ids::new_record_id(), json!({ "last": format!("Contact {at}") }), 10_000_u64 + at);
    let mut few: Vec<Record> = (0..6).map(contact).collect();
    let gone = few[5].fields.values().map(Register::hlc).max().expect("a stamp");
    few[5].deleted = Some(Register(true, gone));
    records.extend(few);
    records.sort_by_key(Record::key);
    let (snapshot, texts) = snapshot(&records, 300);
    let name = new_name();
    let fetched = open(&name).await;
    fetch(&fetched, &snapshot, &texts).await;
    assert_eq!(fetched.recent("lead", 0, 30).await, Ok(None), "all are in blocks");
    let before = (all(&fetched, &Query::recent("lead")).await, all(&fetched, &Query::recent("contact")).await);
    fetched.keep_at_hand().await.expect("written");
    sums_are_right(&fetched).await;

    let again = open(&name).await;
    let leads = again.recent("lead", 0, 30).await.expect("read").expect("from rows");
    assert_eq!(leads.rows, before.0[..30]);
    assert_eq!(again.recent("lead", 0, 100).await, Ok(None), "no more than a beginning");
    let contacts = again.recent("contact", 0, 30).await.expect("read").expect("from rows");
    assert_eq!(
        (contacts.rows.len(), &contacts.rows),
        (5, &before.1),
        "all there are, though fewer than were asked for"
    );
    assert_eq!(again.deleted("contact", 10).await.expect("read").len(), 1);
    assert_eq!((all(&again, &Query::recent("lead")).await, all(&again, &Query::recent("contact")).await), before);
    let blocks = count(&again, BLOCKS).await;
    again.keep_at_hand().await.expect("nothing to do");
    assert_eq!(count(&again, BLOCKS).await, blocks);
}

#[wasm_bindgen_test]
async fn a_window_that_was_read_ahead_is_given_once_and_only_as_it_still_is() {
    let store = new_store().await;
    stored_lead(&store, "Ana").await;
    let recent = Query::recent("lead");
    store.read_ahead("lead", 10).await;
    stored_lead(&store, "Bo").await;
    let names =
        |window: crate::store::Window| window.rows.iter().map(|lead| lead.text("name").to_owned()).collect::<Vec<_>>();
    assert_eq!(names(store.window(&recent, 0, 10).await.expect("read")), ["Bo", "Ana"], "not what was there before");
    store.read_ahead("lead", 10).await;
    assert_eq!(names(store.window(&recent, 0, 10).await.expect("read")), ["Bo", "Ana"]);
    assert!(store.0.memory.ahead.borrow().is_none());
    store.read_ahead("lead", 10).await;
    assert_eq!(names(store.window(&recent, 0, 1).await.expect("read")), ["Bo"], "another window is read");
}

#[wasm_bindgen_test]
async fn a_fetch_that_is_cut_short_goes_on_where_it_was() {
    let records = records(200);
    let (snapshot, texts) = snapshot(&records, 60);
    let name = new_name();
    let first = open(&name).await;
    assert!(first.begin_fetch(&snapshot).await.expect("begun").is_empty());
    for at in [0, 2] {
        take(&first, &snapshot, &snapshot.segments[at], texts[at].clone()).await.expect("stored");
    }
    let full = full(&name, BLOCKS);
    take(&first, &snapshot, &snapshot.segments[1], texts[1].clone()).await.expect_err("no room");
    drop(full);
    assert_eq!(state_of(&first).await.position, Position::default(), "it has no place in the sequence yet");
    let next = open(&name).await;
    assert_eq!(next.fetch_begun().await, Ok(Some("s1".to_owned())));
    assert_eq!(next.begin_fetch(&snapshot).await.expect("begun").into_iter().collect::<Vec<_>>(), [0, 2]);
    take(&next, &snapshot, &snapshot.segments[0], texts[0].clone()).await.expect("twice is once");
    next.index_ready().await.expect("loaded");
    next.keep_at_hand().await.expect("nothing to do yet");
    assert_eq!(count(&next, RECORDS).await, 0, "what lists begin with is not known while some is lacking");
    fetch(&next, &snapshot, &texts).await;
    assert_eq!(all(&next, &Query::recent("lead")).await.len(), 200);
    assert_eq!((next.fetch_begun().await, state_of(&next).await.position.cursor), (Ok(None), 77));
    sums_are_right(&next).await;

    // Another snapshot, begun when the first is gone, takes the place of what there is of the first.
    let other = open(&new_name()).await;
    other.begin_fetch(&snapshot).await.expect("begun");
    take(&other, &snapshot, &snapshot.segments[0], texts[0].clone()).await.expect("stored");
    let newer = Snapshot { name: "s2".into(), ..snapshot.clone() };
    fetch(&other, &newer, &texts).await;
    assert_eq!(all(&other, &Query::recent("lead")).await.len(), 200);
    for record in &records {
        assert_eq!(other.get(&record.key()).await, Ok(Some(record.clone())), "not in the lists alone");
    }
    sums_are_right(&other).await;
}

#[wasm_bindgen_test]
async fn a_segment_that_is_not_what_was_said_is_not_stored() {
    let records = records(50);
    let (snapshot, texts) = snapshot(&records, 60);
    let store = new_store().await;
    store.begin_fetch(&snapshot).await.expect("begun");
    let cut = texts[0][..texts[0].len() / 2].to_owned();
    let short = texts[0].lines().skip(1).collect::<Vec<_>>().join("\n");
    for text in ["<html>".to_owned(), String::new(), cut, short] {
        take(&store, &snapshot, &snapshot.segments[0], text).await.expect_err("refused");
    }
    assert_eq!(count(&store, BLOCKS).await, 0);
}

#[wasm_bindgen_test]
async fn a_tab_that_goes_on_with_what_another_fetched_has_all_of_it_in_its_lists_and_saves_no_less() {
    let records = records(200);
    let (snapshot, texts) = snapshot(&records, 60);
    let name = new_name();
    let (first, second) = (open(&name).await, open(&name).await);
    assert_eq!(all(&second, &Query::recent("lead")).await.len(), 0, "its index is loaded, and empty");
    first.take_lead().await.expect("it leads");
    first.begin_fetch(&snapshot).await.expect("begun");
    for (segment, text) in snapshot.segments.iter().zip(&texts).take(3) {
        take(&first, &snapshot, segment, text.clone()).await.expect("stored");
    }
    until("the other tab knows of blocks", async || {
        second.get(&records[0].key()).await == Ok(Some(records[0].clone()))
    })
    .await;
    second.take_lead().await.expect("the other takes over");
    second.save_index().await.expect("nothing of it is kept");
    fetch(&second, &snapshot, &texts).await;
    until("all is in its lists", async || all(&second, &Query::recent("lead")).await.len() == 200).await;
    second.save_index().await.expect("saved");
    let later = open(&name).await;
    assert_eq!(all(&later, &Query { sort: Sort::Title, ..Query::recent("lead") }).await.len(), 200);
}

#[wasm_bindgen_test]
async fn one_that_goes_on_stores_no_more_until_the_lists_are_loaded() {
    let name = new_name();
    let records = records(120);
    let (snapshot, texts) = snapshot(&records, 40);
    let store = open(&name).await;
    store.begin_fetch(&snapshot).await.expect("begun");
    take(&store, &snapshot, &snapshot.segments[0], texts[0].clone()).await.expect("stored");
    drop(store);
    // Another page: it reads what is there, and meanwhile the next part comes.
    let again = open(&name).await;
    assert_eq!(again.0.memory.phase(), Phase::Loading);
    let parcel = again.read_segment(&snapshot.segments[1], texts[1].clone()).await.expect("read");
    let indexing = again.store_segment(&snapshot, parcel).await.expect("stored");
    assert_eq!(again.0.memory.phase(), Phase::Ready, "what comes while they load would have to be read again");
    indexing.done().await.expect("in the lists");
    fetch(&again, &snapshot, &texts).await;
    let whole = open(&new_name()).await;
    fetch(&whole, &snapshot, &texts).await;
    same_answers(&again, &whole, &records).await;
}

#[wasm_bindgen_test]
async fn what_takes_room_is_told_part_by_part() {
    let store = open(&new_name()).await;
    let records = records(400);
    let (snapshot, texts) = snapshot(&records, 100);
    fetch(&store, &snapshot, &texts).await;
    let of = |uses: &[(Part, u64)], wanted: &str| {
        let found = uses.iter().find(|(part, _)| match part {
            Part::Records(schema) => schema.kind == wanted,
            Part::Index => wanted == "index",
            Part::Unsent => wanted == "unsent",
        });
        found.map_or(0, |(_, bytes)| *bytes)
    };
    let uses = store.uses().await.expect("told");
    assert!(uses.is_sorted_by(|a, b| a.1 >= b.1), "{uses:?}");
    for kind in ["lead", "deal"] {
        let mut real = 0.0;
        for (name, bytes) in [(BLOCKS, "z"), (LINKS, "d")] {
            let rows = raw_rows(&store, name, kind).await;
            real += rows.iter().map(|row| bytes_in(row, bytes).len() as f64).sum::<f64>();
        }
        let told = of(&uses, kind) as f64;
        assert!((0.8..1.4).contains(&(told / real)), "{kind}: {told} of {real} bytes");
    }
    assert_eq!(of(&uses, "unsent"), 0);
    stored_lead(&store, "Ana").await;
    assert!(of(&store.uses().await.expect("told"), "unsent") > 50);
}
