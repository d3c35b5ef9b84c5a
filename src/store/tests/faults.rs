use outpost_core::index::Query;
use rexie::{Index, ObjectStore, Rexie};
use wasm_bindgen_test::wasm_bindgen_test;

use super::*;
use crate::store::db::{Db, RECORDS};
use crate::store::{StoreError, WriteError, row};

#[wasm_bindgen_test]
async fn a_damaged_row_is_counted_passed_over_and_exported() {
    let store = new_store().await;
    let (sound, damaged) = (stored_lead(&store, "sound").await, stored_lead(&store, "damaged").await);
    let key = lead_key(damaged);
    let record = store.get(&key).await.expect("read").expect("there");
    let torn = row::of_record(&record).expect("a row");
    js_sys::Reflect::set(&torn, &"d".into(), &"{\"type\":\"lead\",".into()).expect("set");
    put_raw(&store, RECORDS, &torn, None).await;

    let text = row::key_text(&key);
    assert_eq!(store.get(&key).await, Err(StoreError::Corrupt(text.clone())));
    let listed = store.recent("lead", 0, 9).await.expect("read").expect("the first");
    assert_eq!(listed.rows.iter().map(|record| record.id).collect::<Vec<_>>(), [sound]);
    assert_eq!(store.rebuild().await.expect("rebuilt").len("lead"), 1);
    assert_eq!(store.get_many(&[key.clone(), lead_key(sound)]).await.expect("read").len(), 1);
    assert_eq!(store.corrupt().get_untracked(), 1, "each is counted once");
    let error = store.write(vec![lead(damaged, "on top")]).await.expect_err("nothing is written on top of it");
    assert_eq!(error, WriteError::Storage(StoreError::Corrupt(text.clone())));
    let export: Value = serde_json::from_str(&store.export_json().await.expect("exported")).expect("JSON");
    assert_eq!(export["unreadable"], json!([{ "key": text, "text": "{\"type\":\"lead\"," }]));
}

#[wasm_bindgen_test]
async fn a_lost_connection_is_replaced_by_a_new_one() {
    let store = new_store().await;
    store.db().await.expect("open").break_off();
    let id = stored_lead(&store, "written on the second").await;
    store.db().await.expect("open").break_off();
    store.set_meta("theme", "dark").await.expect("kept on the third");
    assert!(store.get(&lead_key(id)).await.expect("read").is_some());
    assert_eq!(store.waiting().get_untracked(), 1, "written once");
}

#[wasm_bindgen_test]
async fn a_store_that_stays_lost_is_an_error_and_never_an_empty_list() {
    let store = new_store().await;
    store.index_ready().await.expect("loaded");
    stored_lead(&store, "Ana").await;
    let instead = "throw new DOMException('lost', 'UnknownError');";
    let lost = sabotage(&store.0.name, "IDBTransaction.prototype.objectStore", "", instead);
    assert_eq!(store.window(&Query::recent("lead"), 0, 9).await, Err(StoreError::ConnectionLost));
    let error = store.write(vec![lead(ids::new_record_id(), "Bea")]).await.expect_err("lost");
    assert_eq!(error, WriteError::Storage(StoreError::ConnectionLost));
    drop(lost);
    assert_eq!(store.window(&Query::recent("lead"), 0, 9).await.expect("it is back").rows.len(), 1);
}

#[wasm_bindgen_test]
async fn a_newer_version_asks_for_a_reload() {
    let name = new_name();
    let store = open(&name).await;
    // The newer version's upgrade is not held up by this one.
    let newer = Rexie::builder(&name).version(1_000).build().await.expect("upgraded");
    let error = store.write(vec![lead(ids::new_record_id(), "Ana")]).await.expect_err("closed");
    assert_eq!(error, WriteError::Storage(StoreError::NewerVersion));
    assert!(error.to_string().contains("reload"), "{error}");
    assert_eq!(store.get(&lead_key(ids::new_record_id())).await, Err(StoreError::NewerVersion));
    assert_eq!(Store::open(&name).await.err(), Some(StoreError::NewerVersion));
    newer.close();
}

#[wasm_bindgen_test]
async fn the_first_versions_database_is_opened_with_all_that_is_in_it() {
    let (name, id) = (new_name(), ids::new_record_id());
    let records = ObjectStore::new(db::RECORDS)
        .key_path("k")
        .add_index(Index::new_array(db::RECENT, ["t", "u"]))
        .add_index(Index::new(db::PARENT, "p").multi_entry(true));
    let old = Rexie::builder(&name)
        .version(1)
        .add_object_store(records)
        .add_object_store(ObjectStore::new(db::OUTBOX).key_path("n"))
        .add_object_store(ObjectStore::new(db::REJECTED).key_path("n"))
        .add_object_store(ObjectStore::new(db::META))
        .add_object_store(ObjectStore::new(db::BLOBS))
        .add_object_store(ObjectStore::new(db::CHUNKS))
        .add_object_store(ObjectStore::new(db::JOURNAL));
    let old = old.build().await.expect("the old one");
    let row = format!(
        r#"({{k: 'lead/{id}', t: 'lead', id: '{id}', u: 5,
            d: '{{"type":"lead","id":"{id}","fields":{{"name":["Ana","01a0c4506c01-0000-a1b2c3d4e5f60718"]}}}}'}})"#
    );
    let tx = old.transaction(&[db::RECORDS], rexie::TransactionMode::ReadWrite).expect("a transaction");
    let row = js_sys::eval(&row).expect("a row");
    tx.store(db::RECORDS).expect("a store").put(&row, None).await.expect("put");
    tx.done().await.expect("stored");
    old.close();
    let store = open(&name).await;
    assert_eq!(store.window(&Query::recent("lead"), 0, 9).await.expect("read").rows[0].text("name"), "Ana");
    // It had no sums: they are made when they are first asked for.
    assert_eq!(store.summary().await.expect("a summary").sums.total().count, 1);
    super::mending::sums_are_right(&store).await;
}

#[wasm_bindgen_test]
async fn a_tab_that_holds_on_to_the_data_is_named() {
    let name = new_name();
    let holder = idb::Factory::new().expect("IndexedDB").open(&name, Some(1)).expect("asked").await.expect("open");
    // A deletion waits for the holder, who does not let go; whoever opens waits behind it.
    let deletion = idb::Factory::new().expect("IndexedDB").delete(&name).expect("asked");
    let blocked = Db::open(&name, 300).await.err();
    assert_eq!(blocked, Some(StoreError::Blocked));
    holder.close();
    deletion.await.expect("deleted");
    open(&name).await;
}
