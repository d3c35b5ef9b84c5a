//! The store's promises, kept in a real browser. Each test has a database of its own.

mod faults;
mod fetching;
mod filters;
mod following;
mod imports;
mod interrupted;
mod invoices;
mod links;
mod lists;
mod mending;
mod merges;
mod purging;
mod samples;
mod searching;
mod speed;
mod stages;
mod syncing;
mod types;
mod waiting;
mod writing;

use futures::future::{Either, select};
use leptos::prelude::GetUntracked;
use outpost_core::id::RecordId;
use outpost_core::mutation::{Op, Patch};
use outpost_core::record::RecordKey;
use serde_json::{Value, json};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_test::wasm_bindgen_test_configure;

use super::state::{self, State};
use super::{Store, db, row};
use crate::platform::{self, ids, random};

wasm_bindgen_test_configure!(run_in_browser);

/// A name that no other test has.
fn new_name() -> String {
    format!("test-{:016x}", random::number())
}

async fn open(name: &str) -> Store {
    let store = Store::open(name).await.expect("a store");
    store.keep_index();
    store
}

async fn new_store() -> Store {
    open(&new_name()).await
}

fn patch(fields: Value) -> Patch {
    serde_json::from_value(fields).expect("an object")
}

fn lead(id: RecordId, name: &str) -> Op {
    Op::patch("lead", id, patch(json!({ "name": name, "status": "new" })))
}

fn lead_key(id: RecordId) -> RecordKey {
    RecordKey::new("lead", id)
}

/// A lead that is stored.
async fn stored_lead(store: &Store, name: &str) -> RecordId {
    let id = ids::new_record_id();
    store.write(vec![lead(id, name)]).await.expect("written");
    id
}

/// The device's state as it is in the database.
async fn state_of(store: &Store) -> State {
    let row = store.reading(&[db::META], async |tx| Ok(tx.store(db::META)?.get(state::STATE.into()).await?)).await;
    state::parse(&row.expect("readable").expect("a state")).expect("sound")
}

/// How many rows a store of the database has.
async fn count(store: &Store, name: &str) -> u32 {
    store.reading(&[name], async |tx| Ok(tx.store(name)?.count(None).await?)).await.expect("counted")
}

/// The rows of a type in a store of the database.
async fn raw_rows(store: &Store, name: &str, kind: &str) -> Vec<JsValue> {
    let range = || row::under(kind, None);
    let rows = store.reading(&[name], async |tx| Ok(tx.store(name)?.get_all(Some(range()?), None).await?)).await;
    rows.expect("read")
}

/// The bytes that a row has under a name.
fn bytes_in(row: &JsValue, name: &str) -> Vec<u8> {
    js_sys::Reflect::get(row, &name.into()).expect("read").unchecked_into::<js_sys::Uint8Array>().to_vec()
}

/// Puts a value past the store's own code.
async fn put_raw(store: &Store, name: &str, value: &JsValue, key: Option<&JsValue>) {
    store.writing(&[name], async |tx| tx.put(name, value, key)).await.expect("put");
}

/// Makes a method do something else for one database, by JavaScript, until it is dropped.
#[must_use]
pub(crate) struct Sabotage {
    method: String,
}

/// `method` such as `IDBObjectStore.prototype.put`; `store` limits it to one of the stores, unless empty.
fn sabotage(database: &str, method: &str, store: &str, instead: &str) -> Sabotage {
    let script = format!(
        "globalThis.real = {method};
         {method} = function (...args) {{
           const tx = this.transaction ?? this;
           if (tx.db.name === '{database}' && ('{store}' === '' || this.name === '{store}')) {{ {instead} }}
           return globalThis.real.apply(this, args);
         }};"
    );
    js_sys::eval(&script).expect("a script");
    Sabotage { method: method.to_owned() }
}

/// There is no room in this store of the database.
pub(crate) fn full(database: &str, store: &str) -> Sabotage {
    let instead = "throw new DOMException('full', 'QuotaExceededError');";
    sabotage(database, "IDBObjectStore.prototype.put", store, instead)
}

impl Drop for Sabotage {
    fn drop(&mut self) {
        js_sys::eval(&format!("{} = globalThis.real;", self.method)).expect("a script");
    }
}

/// Waits for a condition.
async fn until(what: &str, condition: impl AsyncFn() -> bool) {
    let wait = async {
        while !condition().await {
            platform::sleep(5).await;
        }
    };
    if let Either::Right(_) = select(Box::pin(wait), Box::pin(platform::sleep(20_000))).await {
        panic!("waited in vain until {what}");
    }
}

/// The mutations that wait.
async fn unsent(store: &Store) -> Vec<outpost_core::mutation::Mutation> {
    let waiting = store.waiting_from(0, 1_000).await.expect("read");
    waiting.0.into_iter().map(|each| each.mutation).collect()
}
