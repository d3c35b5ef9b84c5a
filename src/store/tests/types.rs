use std::collections::BTreeMap;

use outpost_core::index::{Query, Sort};
use outpost_core::records::{CustomField, CustomObject, FieldKind};
use outpost_core::schema::RecordType;
use outpost_core::search::Question;
use wasm_bindgen_test::wasm_bindgen_test;

use super::*;
use crate::store::index::Phase;

/// The definition of a field of leads or another type.
fn field(id: RecordId, of: &str, kind: FieldKind, to: &str) -> Op {
    let field = CustomField { label: "Added".into(), kind, of: of.into(), to: to.into(), ..CustomField::default() };
    Op::patch("field", id, field.to_patch().expect("a patch"))
}

fn object(id: RecordId) -> Op {
    let object = CustomObject { plural: "Vehicles".into(), label: "Vehicle".into(), ..CustomObject::default() };
    Op::patch("object", id, object.to_patch().expect("a patch"))
}

fn with(kind: &str, id: RecordId, name: &str, field: &str, value: Value) -> Op {
    let fields = BTreeMap::from([("name".to_owned(), json!(name)), (field.to_owned(), value)]);
    Op::patch(kind, id, fields.into_iter().collect())
}

async fn found(store: &Store, typed: &str) -> Vec<String> {
    let (records, _) = store.search(&Question::new(typed), 10, false).await.expect("searched");
    let mut names: Vec<String> = records.iter().map(|record| record.text("name").to_owned()).collect();
    names.sort();
    names
}

#[wasm_bindgen_test]
async fn records_that_came_before_their_definitions_are_found_and_linked_once_these_come() {
    let store = new_store().await;
    let [definition, about, type_id, van, ana, note] = std::array::from_fn(|_| ids::new_record_id());
    let (number, kind) = (CustomField::name(definition), CustomObject::kind(type_id));
    let leads = vec![
        with("lead", ana, "Ana", &number, json!("KD 4711")),
        with(&kind, van, "White van", &number, json!("no field of this type")),
        Op::patch("note", note, patch(json!({ "text": "Flat tyre", CustomField::name(about): van }))),
    ];
    store.write(leads).await.expect("written");
    assert_eq!(found(&store, "4711").await, [""; 0]);
    assert!(store.types().schema(&kind).is_none(), "nobody knows of it yet");

    let definitions = vec![
        field(definition, "lead", FieldKind::Text, ""),
        object(type_id),
        field(about, "note", FieldKind::Relation, &kind),
    ];
    store.write(definitions).await.expect("written");
    let types = store.learn_types().await.expect("read");
    assert!(types.schema("lead").is_some_and(|lead| lead.field(&number).is_some()));
    assert_eq!(found(&store, "4711").await, ["Ana"]);
    assert_eq!(found(&store, "white").await, ["White van"]);
    let by_name = Query { sort: Sort::Title, ..Query::recent(kind.as_str()) };
    assert_eq!(store.window(&by_name, 0, 9).await.expect("read").total, Some(1));
    let children = store.children(van, "note").await.expect("read");
    assert_eq!(children.iter().map(|record| record.id).collect::<Vec<_>>(), [note], "in its timeline and panels");
    let filter = json!({ "field": number, "op": "contains", "values": ["47"] }).to_string();
    let filtered = Query { filter, ..Query::recent("lead") };
    assert_eq!(store.window(&filtered, 0, 9).await.expect("read").total, Some(1));

    // What is hidden is found no more, and nothing of it is lost.
    store.write(vec![Op::delete("field", definition)]).await.expect("written");
    store.learn_types().await.expect("read");
    assert_eq!(found(&store, "4711").await, [""; 0]);
    store.write(vec![Op::restore("field", definition)]).await.expect("written");
    store.learn_types().await.expect("read");
    assert_eq!(found(&store, "4711").await, ["Ana"]);
}

#[wasm_bindgen_test]
async fn definitions_that_come_while_the_index_is_loaded_are_not_missed() {
    let store = new_store().await;
    let [definition, ana] = std::array::from_fn(|_| ids::new_record_id());
    let number = CustomField::name(definition);
    store.write(vec![with("lead", ana, "Ana", &number, json!("KD 4711"))]).await.expect("written");
    store.index_ready().await.expect("loaded");
    store.start_index();
    store.write(vec![field(definition, "lead", FieldKind::Text, "")]).await.expect("written");
    store.learn_types().await.expect("read");
    assert_ne!(store.0.memory.phase(), Phase::Ready, "it is still being loaded");
    assert_eq!(found(&store, "4711").await, ["Ana"]);
}

#[wasm_bindgen_test]
async fn a_saved_index_is_read_only_by_those_who_know_the_same_fields() {
    let name = new_name();
    let store = open(&name).await;
    let [definition, ana] = std::array::from_fn(|_| ids::new_record_id());
    let number = CustomField::name(definition);
    store.write(vec![with("lead", ana, "Ana", &number, json!("KD 4711"))]).await.expect("written");
    store.index_ready().await.expect("loaded");
    store.save_index().await.expect("saved");
    let before = store.saved_index().await.expect("read").expect("saved");
    assert!(before.types.is_empty());
    // The definition comes, and the page is closed before anybody has learnt of it.
    store.write(vec![field(definition, "lead", FieldKind::Text, "")]).await.expect("written");

    let again = open(&name).await;
    again.index_ready().await.expect("loaded");
    assert_eq!(found(&again, "4711").await, ["Ana"], "the index was made anew");
    again.save_index().await.expect("saved");
    let after = again.saved_index().await.expect("read").expect("saved");
    assert_eq!(after.types.keys().collect::<Vec<_>>(), ["lead"]);
    assert_ne!(after.generation, before.generation);

    let third = open(&name).await;
    third.index_ready().await.expect("loaded");
    assert_eq!(found(&third, "4711").await, ["Ana"]);
    assert_eq!(third.0.memory.base.borrow().as_ref().map(|base| base.stamp), Some(after.stamp), "from what was saved");
}
