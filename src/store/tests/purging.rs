//! Whoever is removed from a workspace keeps what they wrote, and nothing else.

use outpost_core::index::Query;
use outpost_core::mutation::Mutation;
use outpost_core::protocol::Verdict;
use outpost_core::record::Record;
use outpost_core::scope::Age;
use outpost_core::sync::Position;
use wasm_bindgen_test::wasm_bindgen_test;

use super::fetching::{all, fetch, records, snapshot};
use super::interrupted::everything;
use super::mending::sums_are_right;
use super::syncing::{answer, foreign, receipt, rejected};
use super::*;
use crate::platform::locks::{self, Guard};
use crate::platform::time::now_ms;
use crate::store::db::{BLOBS, BLOCKS, CHUNKS, JOURNAL, LINKS, META, OUTBOX, RECORDS, REJECTED};
use crate::store::row;

/// What is this person's, by its name in `meta`.
const OWN: [&str; 6] = ["account", "device name", "draft:/leads/new", "looked", "sync log", "tries-closed"];
/// What is made of what others wrote, or says of which records this person knows.
const OTHERS: [&str; 6] = ["device names", "import:0190", "looked-at", "pipeline", "reminders", "what is to come"];

/// A device that has fetched a workspace, in rows and in blocks, and whose person has written a change that was taken, one that was
/// refused, and two that wait: the record that they made, and of one of the others' an edit.
async fn furnish(store: &Store) -> (RecordId, Record) {
    let theirs = records(40);
    let (snapshot, texts) = snapshot(&theirs, 1_000);
    fetch(store, &snapshot, &texts).await;
    stored_lead(store, "taken").await;
    stored_lead(store, "refused").await;
    let number = json!({ "number": "2026-Q9-00001", "buyer": "Their customer" });
    let strange = foreign("spaceship", ids::new_record_id(), json!({ "engines": "Their engines" }), 1_000);
    let rows = vec![foreign("invoice", ids::new_record_id(), number, 1_000), strange];
    let receipts = vec![receipt(1, Verdict::Applied), receipt(2, rejected(vec![]))];
    store.commit(answer(receipts, rows, 90), now_ms()).await.expect("stored");
    let edited = theirs.iter().find(|record| record.kind == "lead").expect("a lead").clone();
    let fields = json!({ "company": "Mine" });
    store.write(vec![Op::patch("lead", edited.id, patch(fields))]).await.expect("written");
    let made = stored_lead(store, "My own").await;
    for name in OWN {
        store.set_meta(name, "kept").await.expect("kept");
    }
    for name in OTHERS {
        store.set_meta(name, "Their secret").await.expect("kept");
    }
    store.set_passing("undo", &"Their secret").await.expect("kept");
    put_raw(store, META, &"\"Their secret\"".into(), Some(&"corrupt:lead/1".into())).await;
    put_raw(store, BLOBS, &"Their secret".into(), Some(&"scan.pdf".into())).await;
    let registers = json!({ "fields": { "name": ["Their name", "000000000001-0000-0000000000000007"] } });
    let resent = json!([{ "type": "lead", "id": edited.id, "merge": registers }]);
    let mutation = json!({ "n": 77, "schema": 1, "hlc": "000000000002-0000-0000000000000007", "ops": resent });
    let refused = json!({ "mutation": mutation, "code": "not_allowed", "message": "Not allowed" });
    put_raw(store, REJECTED, &row::numbered(77, &refused).expect("a row"), None).await;
    store.index_ready().await.expect("loaded");
    store.save_index().await.expect("saved");
    assert!(count(store, CHUNKS).await > 0 && count(store, BLOCKS).await > 0);
    (made, edited)
}

/// A store that saves its index only when it is told to, until the guard is dropped.
async fn open_unsaved(name: &str) -> (Store, Guard) {
    let guard = locks::hold(&format!("{name}-index")).await;
    (open(name).await, guard)
}

/// The names in `meta`.
async fn names(store: &Store) -> Vec<String> {
    let keys = store.reading(&[META], async |tx| Ok(tx.store(META)?.get_all_keys(None, None).await?)).await;
    keys.expect("read").iter().filter_map(JsValue::as_string).collect()
}

fn numbers(mutations: &[Mutation]) -> Vec<u64> {
    mutations.iter().map(|mutation| mutation.n).collect()
}

#[wasm_bindgen_test]
async fn whoever_is_removed_keeps_what_they_wrote_and_nothing_else() {
    let (store, _saver) = open_unsaved(&new_name()).await;
    let (made, edited) = furnish(&store).await;
    let before = state_of(&store).await;
    let waited = unsent(&store).await;
    assert!(everything(&store.0.name).await.contains("Their secret"));
    assert_eq!(store.purge().await, Ok(true));

    for (name, rows) in
        [(RECORDS, 2), (OUTBOX, 2), (REJECTED, 1), (BLOCKS, 0), (LINKS, 0), (CHUNKS, 0), (BLOBS, 0), (JOURNAL, 1)]
    {
        assert_eq!(count(&store, name).await, rows, "{name}");
    }
    let mut expected: Vec<String> = OWN.iter().map(|name| format!("app:{name}")).collect();
    expected.extend(["state".to_owned(), "sums".to_owned()]);
    assert_eq!(names(&store).await, expected);
    let text = everything(&store.0.name).await;
    for theirs in ["Their", "Lead 00", "2026-Q9"] {
        assert!(!text.contains(theirs), "{theirs}: {text}");
    }
    assert_eq!(unsent(&store).await, waited, "what waits is as it was, with its numbers");
    let waiting = store.waiting_from(0, 10).await.expect("read").0;
    assert!(waiting.iter().all(|each| each.undo.is_empty()), "what was before is not there any more");
    assert_eq!(store.get(&lead_key(made)).await.expect("read").expect("there").text("name"), "My own");
    let left = store.get(&edited.key()).await.expect("read").expect("there");
    let fields: Vec<&str> = left.fields.keys().map(String::as_str).collect();
    assert_eq!(fields, ["company"], "of another's record only what was written here");
    assert_eq!(store.rejected_from(0, 10).await.expect("read")[0].mutation.n, 2);
    assert_eq!((store.waiting().get_untracked(), store.rejected_count().get_untracked()), (2, 1));

    let after = state_of(&store).await;
    assert_eq!((after.position, after.fetch, after.blocks), (Position::default(), None, false));
    assert_eq!((after.clock.device, after.next_n, after.sealed), (before.clock.device, before.next_n, before.sealed));
    assert_eq!((after.series, after.counters), (before.series, before.counters));
    sums_are_right(&store).await;
    let listed = all(&store, &Query::recent("lead")).await;
    assert_eq!(listed.len(), 2, "and lists show nothing else");
    assert!(all(&store, &Query::recent("deal")).await.is_empty());
    assert_eq!(store.purge().await, Ok(false), "once is enough");
}

#[wasm_bindgen_test]
async fn how_much_a_device_keeps_stays_as_it_was_set() {
    let store = new_store().await;
    store.commit(answer(vec![], vec![], 3), now_ms()).await.expect("stored");
    store.set_scope(Age::everything()).await.expect("set");
    assert!(store.scope().await.expect("read").moving.is_some(), "it takes up the rest");
    assert_eq!(store.purge().await, Ok(true));
    let scope = store.scope().await.expect("read");
    assert_eq!((scope.keep, scope.moving), (Age::everything(), None), "all is fetched in any case");
}

#[wasm_bindgen_test]
async fn what_was_never_in_a_workspace_is_not_dropped() {
    let store = new_store().await;
    stored_lead(&store, "Ana").await;
    store.set_meta("looked-at", "mine").await.expect("kept");
    let before = everything(&store.0.name).await;
    assert_eq!(store.purge().await, Ok(false));
    assert_eq!(everything(&store.0.name).await, before);
}

#[wasm_bindgen_test]
async fn a_tab_that_leads_no_more_drops_nothing() {
    let name = new_name();
    let (one, two) = (open(&name).await, open(&name).await);
    one.take_lead().await.expect("taken");
    one.commit(answer(vec![], records(3), 3), now_ms()).await.expect("stored");
    two.take_lead().await.expect("taken");
    let before = everything(&name).await;
    one.purge().await.expect_err("another leads");
    assert_eq!(everything(&name).await, before);
    assert_eq!(two.purge().await, Ok(true));
}

#[wasm_bindgen_test]
async fn another_tab_shows_it_and_saves_nothing_of_what_is_gone() {
    let name = new_name();
    let (one, _saver) = open_unsaved(&name).await;
    let two = open(&name).await;
    one.commit(answer(vec![], records(30), 3), now_ms()).await.expect("stored");
    let own = stored_lead(&one, "My own").await;
    let query = Query::recent("lead");
    for tab in [&one, &two] {
        tab.index_ready().await.expect("loaded");
    }
    until("the other tab has heard", async || all(&two, &query).await.len() == 31).await;
    // It has begun to save its index, and does not know yet.
    let (purged, saved) = futures::future::join(one.purge(), two.save_index()).await;
    assert_eq!((purged, saved), (Ok(true), Ok(())));
    assert_eq!(two.save_index().await, Ok(()));
    assert_eq!(count(&one, CHUNKS).await, 0);
    assert!(!names(&one).await.contains(&"index".to_owned()));
    until("the other tab shows it", async || {
        let shown = all(&two, &query).await;
        shown.len() == 1 && shown[0].id == own
    })
    .await;
    assert_eq!(two.waiting().get_untracked(), 1);
    assert_eq!(all(&one, &query).await.len(), 1);
}

#[wasm_bindgen_test]
async fn whoever_is_let_in_again_sends_what_waited_and_fetches_everything() {
    let store = new_store().await;
    let (made, edited) = furnish(&store).await;
    let waited = unsent(&store).await;
    store.seal_batch(&waited).await.expect("sealed");
    assert_eq!(store.purge().await, Ok(true));
    // What is written meanwhile waits behind it.
    let later = stored_lead(&store, "Later").await;
    let batch = store.load_batch(10).await.expect("read");
    assert_eq!((batch.position, batch.waiting, batch.next_n), (Position::default(), 3, 6));
    assert_eq!((numbers(&batch.mutations), &batch.mutations[..2]), (vec![3, 4, 5], &waited[..]));

    let receipts = (3..=5).map(|n| receipt(n, Verdict::Applied)).collect();
    assert_eq!(store.commit(answer(receipts, vec![], 0), now_ms()).await, Ok((0, 1)));
    let theirs = records(40);
    let (mut snapshot, texts) = snapshot(&theirs, 1_000);
    snapshot.name = "s2".into();
    fetch(&store, &snapshot, &texts).await;
    for record in &theirs {
        let held = store.get(&record.key()).await.expect("read").expect("there");
        let is_ours = |name: &str| record.id == edited.id && record.kind == "lead" && name == "company";
        assert!(record.fields.iter().all(|(name, field)| is_ours(name) || held.fields.get(name) == Some(field)));
    }
    assert_eq!(store.get(&edited.key()).await.expect("read").expect("there").text("company"), "Mine");
    for id in [made, later] {
        assert!(store.get(&lead_key(id)).await.expect("read").is_some());
    }
    // 40 of theirs that are not deleted, and two of ours.
    until("lists have them too", async || all(&store, &Query::recent("lead")).await.len() == 42).await;
    sums_are_right(&store).await;
}
