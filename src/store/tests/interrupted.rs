//! What is asked of IndexedDB fails at the first request, at the second, at the third, …, in each way that there is: nothing
//! of what was to be written is there then, and doing it again succeeds.

use std::collections::BTreeMap;

use js_sys::{Function, Promise, Reflect};
use outpost_core::protocol::Verdict;
use outpost_core::record::Record;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::wasm_bindgen_test;

use super::fetching::{records, snapshot, take};
use super::mending::sums_are_right;
use super::syncing::{answer, foreign, receipt, rejected};
use super::*;
use crate::platform::time::now_ms;
use crate::store::db::{BLOCKS, OUTBOX, RECORDS, REJECTED};

/// Counts what is asked of one database by transactions that write: each is a step, from opening the transaction to its
/// commit. Those from `first` to `last` throw an exception of that name, or are done and then have their transaction aborted.
const FAULT: &str = "((name, first, last, how) => {
    const undo = [];
    let steps = 0;
    const transaction = (of) => of instanceof IDBTransaction ? of : (of.objectStore ?? of).transaction;
    const watch = (prototype, method, isOurs) => {
        const real = prototype[method];
        prototype[method] = function (...args) {
            if (!isOurs(this, args)) return real.apply(this, args);
            steps += 1;
            if (steps < first || steps > last) return real.apply(this, args);
            if (how !== 'abort') throw new DOMException('failed by the test', how);
            if (method === 'commit') return this.abort();
            const result = real.apply(this, args);
            transaction(result instanceof IDBTransaction ? result : this).abort();
            return result;
        };
        undo.push(() => { prototype[method] = real; });
    };
    watch(IDBDatabase.prototype, 'transaction', (db, [, mode]) => db.name === name && mode === 'readwrite');
    const writes = (of) => transaction(of).db.name === name && transaction(of).mode === 'readwrite';
    ['objectStore', 'commit'].forEach((method) => watch(IDBTransaction.prototype, method, writes));
    const reads = ['get', 'getKey', 'getAll', 'getAllKeys', 'count', 'openCursor', 'openKeyCursor'];
    reads.forEach((method) => watch(IDBIndex.prototype, method, writes));
    reads.concat(['index', 'put', 'add', 'delete', 'clear']).forEach((m) => watch(IDBObjectStore.prototype, m, writes));
    return { steps: () => steps, mend: () => undo.forEach((each) => each()) };
})";

/// All rows of all stores, by a connection of its own, as text.
const EVERYTHING: &str = "((name) => new Promise((resolve, reject) => {
    const opening = indexedDB.open(name);
    opening.onerror = () => reject(opening.error);
    opening.onsuccess = () => {
        const db = opening.result;
        const tx = db.transaction([...db.objectStoreNames]);
        const found = [...db.objectStoreNames].map((store) => {
            const [keys, values] = [tx.objectStore(store).getAllKeys(), tx.objectStore(store).getAll()];
            return () => ({ store, keys: keys.result, values: values.result });
        });
        tx.oncomplete = () => { db.close(); resolve(JSON.stringify(found.map((read) => read()))); };
        tx.onabort = () => { db.close(); reject(tx.error); };
    };
}))";

/// The fault, until it is dropped.
struct Fault(JsValue);

impl Fault {
    fn on(database: &str, first: u32, last: u32, how: &str) -> Self {
        let make: Function = js_sys::eval(FAULT).expect("a script").unchecked_into();
        let arguments: [JsValue; 4] = [database.into(), first.into(), last.into(), how.into()];
        Self(make.apply(&JsValue::NULL, &arguments.into_iter().collect::<js_sys::Array>()).expect("it watches"))
    }

    fn call(&self, method: &str) -> JsValue {
        let method: Function = Reflect::get(&self.0, &method.into()).expect("a method").unchecked_into();
        method.call0(&JsValue::NULL).expect("it is called")
    }

    fn steps(&self) -> u32 {
        self.call("steps").as_f64().expect("a number") as u32
    }
}

impl Drop for Fault {
    fn drop(&mut self) {
        self.call("mend");
    }
}

pub(super) async fn everything(database: &str) -> String {
    let read: Function = js_sys::eval(EVERYTHING).expect("a script").unchecked_into();
    let read: Promise = read.call1(&JsValue::NULL, &database.into()).expect("it is called").unchecked_into();
    JsFuture::from(read).await.expect("readable").as_string().expect("a text")
}

/// Without an index of its own: what is not asked for by the test is asked by nobody.
async fn open_plain(name: &str) -> Store {
    Store::open(name).await.expect("a store")
}

/// Each way to fail, and whether it goes on until it is mended. The first two are said to the caller at once; a lost
/// connection is first replaced by a new one, and a transaction may be begun anew, so these may also end well.
const WAYS: [(&str, bool); 4] =
    [("DataError", false), ("QuotaExceededError", true), ("abort", false), ("UnknownError", true)];

/// Does something again and again, each time on a store that was furnished anew, and fails one step after the other.
async fn failing_everywhere<E: std::fmt::Debug>(
    furnish: impl AsyncFn(&Store),
    act: impl AsyncFn(&Store) -> Result<(), E>,
    is_done: impl AsyncFn(&Store),
) {
    let mut counted = BTreeMap::new();
    for (how, lasts) in WAYS {
        let mut step = 0;
        loop {
            step += 1;
            let name = new_name();
            let store = open_plain(&name).await;
            furnish(&store).await;
            let before = everything(&name).await;
            let fault = Fault::on(&name, step, if lasts { u32::MAX } else { step }, how);
            let outcome = act(&store).await;
            let (steps, is_over) = (fault.steps(), fault.steps() < step);
            drop(fault);
            if outcome.is_err() {
                assert!(!is_over, "{how}: it failed without a reason: {outcome:?}");
                assert_eq!(everything(&name).await, before, "{how} at step {step}: something of it is stored");
                let again = act(&store).await;
                assert!(again.is_ok(), "{how} at step {step}, again: {again:?}");
            } else {
                // Without the last step, which only says that there is no more to come, the browser commits by itself.
                let is_last = steps == step;
                assert!(is_over || is_last || how == "abort", "{how} at step {step} was passed over");
            }
            is_done(&store).await;
            is_done(&open_plain(&name).await).await;
            if is_over {
                counted.insert(how, steps);
                break;
            }
        }
    }
    let steps = counted["DataError"];
    assert!(steps > 8, "{counted:?}");
    assert!(counted.values().all(|each| *each == steps), "{counted:?}");
}

fn id(i: u128) -> RecordId {
    RecordId::from_bytes((0x0190_0000_0000_7000_8000_0000_0000_0000 + i).to_be_bytes())
}

async fn name_of(store: &Store, i: u128) -> Option<String> {
    let record = store.get(&lead_key(id(i))).await.expect("read")?;
    (!record.is_deleted()).then(|| record.text("name").to_owned())
}

#[wasm_bindgen_test]
async fn a_write_that_fails_at_any_step_stores_nothing_and_can_be_done_again() {
    let furnish = async |store: &Store| {
        for i in [1, 2] {
            store.write(vec![lead(id(i), "Ana")]).await.expect("written");
        }
    };
    let write = async |store: &Store| {
        let renamed = Op::patch("lead", id(1), patch(json!({ "name": "Bea" })));
        store.write(vec![renamed, Op::delete("lead", id(2)), lead(id(3), "Cleo")]).await.map(drop)
    };
    let is_done = async |store: &Store| {
        let names = [name_of(store, 1).await, name_of(store, 2).await, name_of(store, 3).await];
        assert_eq!(names, [Some("Bea".to_owned()), None, Some("Cleo".to_owned())]);
        let waiting: Vec<(u64, usize)> = unsent(store).await.iter().map(|each| (each.n, each.ops.len())).collect();
        assert_eq!(waiting, [(1, 1), (2, 1), (3, 3)], "it waits once, with the next number");
        assert_eq!(store.waiting().get_untracked(), 3);
        assert_eq!(state_of(store).await.next_n, 4);
        sums_are_right(store).await;
    };
    failing_everywhere(furnish, write, is_done).await;
}

#[wasm_bindgen_test]
async fn an_answer_that_fails_at_any_step_moves_neither_rows_nor_receipts_nor_cursor_and_can_be_stored_again() {
    let furnish = async |store: &Store| {
        for i in [1, 2, 3] {
            store.write(vec![lead(id(i), "Ana")]).await.expect("written");
        }
    };
    let later = now_ms() + 3_600_000;
    let commit = async |store: &Store| {
        let rows = vec![
            foreign("lead", id(1), json!({ "name": "theirs" }), later),
            foreign("lead", id(4), json!({ "name": "new" }), later),
        ];
        let receipts = vec![receipt(1, Verdict::Applied), receipt(2, rejected(vec![]))];
        store.commit(answer(receipts, rows, 7), later).await.map(drop)
    };
    let is_done = async |store: &Store| {
        let names =
            [name_of(store, 1).await, name_of(store, 2).await, name_of(store, 3).await, name_of(store, 4).await];
        assert_eq!(names, [Some("theirs".to_owned()), None, Some("Ana".to_owned()), Some("new".to_owned())]);
        assert_eq!((count(store, OUTBOX).await, count(store, REJECTED).await), (1, 1));
        assert_eq!((store.waiting().get_untracked(), store.rejected_count().get_untracked()), (1, 1));
        let position = state_of(store).await.position;
        assert_eq!((position.cursor, position.epoch.as_deref()), (7, Some("e1")));
        sums_are_right(store).await;
    };
    failing_everywhere(furnish, commit, is_done).await;
}

#[wasm_bindgen_test]
async fn a_segment_that_fails_at_any_step_is_not_there_and_can_be_stored_again() {
    let records = records(24);
    let (snapshot, texts) = snapshot(&records, 1_000);
    let at = snapshot.segments.iter().position(|segment| segment.first.kind == "lead").expect("leads");
    let leads: Vec<&Record> = records.iter().filter(|record| record.kind == "lead").collect();
    let furnish = async |store: &Store| {
        // One of them has a row, with an edit of ours.
        store.write(vec![lead(leads[3].id, "ours")]).await.expect("written");
        store.begin_fetch(&snapshot).await.expect("begun");
    };
    let take = async |store: &Store| take(store, &snapshot, &snapshot.segments[at], texts[at].clone()).await;
    let is_done = async |store: &Store| {
        assert_eq!(store.get(&leads[3].key()).await.expect("read").expect("there").text("name"), "ours");
        assert_eq!(store.get(&leads[4].key()).await.expect("read").as_ref(), Some(leads[4]));
        assert_eq!((count(store, BLOCKS).await, count(store, RECORDS).await), (1, 1));
        let state = state_of(store).await;
        assert_eq!(state.fetch.map(|fetch| fetch.done.len()), Some(1), "and what is there is known to be");
        assert_eq!((state.segments, count(store, OUTBOX).await), (1, 1));
        sums_are_right(store).await;
    };
    failing_everywhere(furnish, take, is_done).await;
}

#[wasm_bindgen_test]
async fn dropping_what_is_the_workspaces_that_fails_at_any_step_drops_nothing_and_can_be_done_again() {
    let furnish = async |store: &Store| {
        for i in [1, 2, 3] {
            store.write(vec![lead(id(i), "ours")]).await.expect("written");
        }
        let rows = vec![foreign("lead", id(4), json!({ "name": "theirs" }), now_ms())];
        let receipts = vec![receipt(1, Verdict::Applied), receipt(2, rejected(vec![]))];
        store.commit(answer(receipts, rows, 7), now_ms()).await.expect("stored");
        store.set_meta("draft:/leads/new", "ours").await.expect("kept");
        store.set_meta("looked-at", "theirs").await.expect("kept");
    };
    let purge = async |store: &Store| store.purge().await.map(drop);
    let is_done = async |store: &Store| {
        let names =
            [name_of(store, 1).await, name_of(store, 2).await, name_of(store, 3).await, name_of(store, 4).await];
        assert_eq!(names, [None, None, Some("ours".to_owned()), None]);
        assert_eq!((count(store, OUTBOX).await, count(store, REJECTED).await), (1, 1));
        assert_eq!((store.waiting().get_untracked(), store.rejected_count().get_untracked()), (1, 1));
        assert_eq!(store.meta::<String>("draft:/leads/new").await.expect("read").as_deref(), Some("ours"));
        assert!(!everything(&store.0.name).await.contains("theirs"));
        let state = state_of(store).await;
        assert_eq!((state.position, state.next_n), (Default::default(), 4));
        sums_are_right(store).await;
    };
    failing_everywhere(furnish, purge, is_done).await;
}
