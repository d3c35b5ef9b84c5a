use std::collections::{BTreeMap, BTreeSet};

use outpost_core::dedupe::{Likeness, Take};
use outpost_core::record::Record;
use outpost_core::records::{ALL, schema};
use outpost_core::schema::Schema;
use wasm_bindgen_test::wasm_bindgen_test;

use super::*;
use crate::platform::time;
use crate::store::MergeFailure;

fn of(kind: &str) -> &'static Schema {
    schema(kind).expect("a type")
}

async fn make(store: &Store, kind: &str, fields: Value) -> RecordId {
    let id = ids::new_record_id();
    store.write(vec![Op::patch(kind, id, patch(fields))]).await.expect("written");
    id
}

async fn get(store: &Store, kind: &str, id: RecordId) -> Record {
    store.get(&RecordKey::new(kind, id)).await.expect("read").expect("there")
}

fn all_kinds() -> BTreeSet<&'static str> {
    ALL.iter().map(|schema| schema.kind).collect()
}

#[wasm_bindgen_test]
async fn a_merge_is_one_change_and_is_taken_back_by_another() {
    let store = new_store().await;
    let kept = make(&store, "company", json!({"name": "Nordkai", "phones": ["+49 30 1111111"]})).await;
    let gone = make(&store, "company", json!({"name": "Nord-Kai", "phones": ["+49 30 2222222"]})).await;
    let contact = make(&store, "contact", json!({"name": "Ana", "companies": [{"id": gone, "role": "Buyer"}]})).await;
    let deal = make(&store, "deal", json!({"title": "Roof", "customer": gone})).await;
    let before = unsent(&store).await.len();
    let takes = BTreeMap::from([("name".to_owned(), Take::Kept)]);
    store.merge(of("company"), kept, gone, takes).await.expect("merged");
    assert_eq!(unsent(&store).await.len(), before + 1);

    let company = get(&store, "company", kept).await;
    assert_eq!(company.get("phones"), Some(&json!(["+49 30 1111111", "+49 30 2222222"])));
    assert!(get(&store, "company", gone).await.is_deleted());
    assert_eq!(get(&store, "deal", deal).await.relation("customer"), Some(kept));
    assert_eq!(get(&store, "contact", contact).await.get("companies"), Some(&json!([{"id": kept, "role": "Buyer"}])));
    let to = store.went_to(&RecordKey::new("company", gone)).await.expect("read").expect("merged");
    assert_eq!(to.id, kept);
    assert_eq!(store.all_of(kept).await.expect("read"), [kept, gone]);
    assert!(matches!(
        store.merge(of("company"), kept, gone, BTreeMap::new()).await,
        Err(MergeFailure::Merge(outpost_core::dedupe::MergeError::Deleted(_)))
    ));

    // Somebody goes on with the deal.
    store.write(vec![Op::patch("deal", deal, patch(json!({"customer": null})))]).await.expect("written");
    let stays = store.undo_merge(gone).await.expect("taken back");
    assert_eq!(stays, [(RecordKey::new("deal", deal), "customer".to_owned())]);
    assert!(!get(&store, "company", gone).await.is_deleted());
    assert_eq!(get(&store, "company", kept).await.get("phones"), Some(&json!(["+49 30 1111111"])));
    assert_eq!(get(&store, "contact", contact).await.get("companies"), Some(&json!([{"id": gone, "role": "Buyer"}])));
    assert_eq!(store.went_to(&RecordKey::new("company", gone)).await.expect("read"), None);
    assert!(matches!(store.undo_merge(gone).await, Err(MergeFailure::Undo(_))));
}

#[wasm_bindgen_test]
async fn what_was_linked_late_is_led_on_once() {
    let store = new_store().await;
    let kept = make(&store, "tag", json!({"name": "Wood"})).await;
    let gone = make(&store, "tag", json!({"name": "wood"})).await;
    store.merge(of("tag"), kept, gone, BTreeMap::new()).await.expect("merged");
    // As another device does that has not heard of it.
    let company = make(&store, "company", json!({"name": "Nordkai", "tags": [gone, kept]})).await;
    let product = make(&store, "product", json!({"name": "Beam", "tags": [gone]})).await;
    let before = unsent(&store).await.len();
    store.follow_merges(&all_kinds()).await.expect("followed");
    assert_eq!(get(&store, "company", company).await.get("tags"), Some(&json!([kept])));
    assert_eq!(get(&store, "product", product).await.get("tags"), Some(&json!([kept])));
    let after = unsent(&store).await.len();
    assert_eq!(after, before + 2, "one change for each");
    store.follow_merges(&all_kinds()).await.expect("followed");
    assert_eq!(unsent(&store).await.len(), after, "and then nothing");
    // Both are noted: they go back with the merge.
    assert_eq!(store.undo_merge(gone).await.expect("taken back"), []);
    assert_eq!(get(&store, "product", product).await.get("tags"), Some(&json!([gone])));
}

#[wasm_bindgen_test]
async fn a_merge_with_more_links_than_one_change_holds_is_whole_all_the_same() {
    let store = new_store().await;
    let kept = make(&store, "company", json!({"name": "Nordkai"})).await;
    let gone = make(&store, "company", json!({"name": "Nord-Kai"})).await;
    let deal = |_| vec![Op::patch("deal", ids::new_record_id(), patch(json!({"title": "Roof", "customer": gone})))];
    let deals: Vec<Vec<Op>> = (0..700).map(deal).collect();
    store.write_many(deals).await.expect("written");
    store.merge(of("company"), kept, gone, BTreeMap::new()).await.expect("merged");
    assert_eq!(store.children(kept, "deal").await.expect("read").len(), 700);
    assert_eq!(store.undo_merge(gone).await.expect("taken back"), []);
    assert_eq!(store.children(gone, "deal").await.expect("read").len(), 700);
}

#[wasm_bindgen_test]
async fn twins_are_found_while_somebody_types_and_quickly() {
    let store = new_store().await;
    let lead = |at: u32| {
        let fields = json!({
            "name": format!("Person {at}"), "status": "new", "emails": [format!("p{at}@example.com")],
            "phones": [format!("+49 (0)30 {}", 1_000_000 + at)],
        });
        vec![Op::patch("lead", ids::new_record_id(), patch(fields))]
    };
    store.write_many((0..5_000).map(lead).collect()).await.expect("written");
    let contact = make(&store, "contact", json!({"name": "P. Eleven", "phones": ["0049 30 1000011"]})).await;
    let asked = patch(json!({"name": "PERSON 12", "emails": ["P10@example.com "], "phones": ["+4930 1000011"]}));
    // The first question takes up the words of all.
    store.twins(of("lead"), &asked, None).await.expect("found");
    let begin = time::monotonic_ms();
    let found = store.twins(of("lead"), &asked, None).await.expect("found");
    let took = time::monotonic_ms() - begin;
    let told: Vec<(Likeness, &str)> = found.iter().map(|(alike, record)| (*alike, record.text("name"))).collect();
    assert_eq!(
        told,
        [
            (Likeness::Email, "Person 10"),
            (Likeness::Phone, "Person 11"),
            (Likeness::Phone, "P. Eleven"),
            (Likeness::Name, "Person 12"),
        ]
    );
    web_sys::console::log_1(&format!("twins among 5,000: {took:.1} ms").into());
    assert!(took < 250.0, "{took} ms, in a build that is not optimised");
    let own = store.twins(of("contact"), &patch(json!({"phones": ["+49 30 1000011"]})), Some(contact)).await;
    assert_eq!(own.expect("found").len(), 1, "nobody is like themselves");
    make(&store, "lead", json!({"name": "person  7"})).await;
    let groups = store.twin_groups(of("lead")).await.expect("found");
    assert_eq!(groups.len(), 1);
    assert_eq!(groups[0].len(), 2);
}

#[wasm_bindgen_test]
async fn two_that_are_not_the_same_are_no_twins_until_that_is_taken_back() {
    let store = new_store().await;
    let phones = json!(["+49 30 1000011"]);
    let one = make(&store, "contact", json!({"name": "Ana", "phones": phones})).await;
    let other = make(&store, "contact", json!({"name": "Bo", "phones": phones})).await;
    let third = make(&store, "contact", json!({"name": "Cleo", "phones": phones})).await;
    let twins = async |id| {
        let record = get(&store, "contact", id).await;
        let twins = store.twins_of(of("contact"), &record).await.expect("found");
        twins.into_iter().map(|(_, twin)| twin.id).collect::<BTreeSet<RecordId>>()
    };
    let groups = async || store.twin_groups(of("contact")).await.expect("found");
    let written = store.keep_apart(of("contact"), other, one).await.expect("written");
    assert_eq!(twins(one).await, [third].into());
    assert_eq!(twins(other).await, [third].into());
    assert_eq!(groups().await, [[third, other]], "with the one that was edited last");
    let before = unsent(&store).await.len();
    store.keep_apart(of("contact"), one, other).await.expect("written");
    assert_eq!(unsent(&store).await.len(), before, "said once is enough");
    store.write(written.inverse).await.expect("written");
    assert_eq!(twins(one).await, [other, third].into());
    assert_eq!(groups().await, [[third, other, one]]);
    store.keep_apart(of("contact"), one, other).await.expect("written");
    assert_eq!(twins(other).await, [third].into());
}
