use outpost_core::filter::CHANGED;
use outpost_core::index::{Query, Sort};
use wasm_bindgen_test::wasm_bindgen_test;

use super::*;

async fn owned(store: &Store, name: &str, owner: &str, score: i64) -> RecordId {
    let id = ids::new_record_id();
    let fields = json!({ "name": name, "owner": owner, "score": score });
    store.write(vec![Op::patch("lead", id, patch(fields))]).await.expect("written");
    id
}

fn asks(filter: &Value) -> Query {
    Query { filter: filter.to_string(), sort: Sort::Title, descending: false, ..Query::recent("lead") }
}

async fn names(store: &Store, query: &Query) -> Vec<String> {
    let window = store.window(query, 0, 50).await.expect("read");
    assert_eq!(window.total, Some(window.rows.len()));
    window.rows.iter().map(|record| record.text("name").to_owned()).collect()
}

#[wasm_bindgen_test]
async fn a_filter_asks_for_any_field_and_each_change_is_held_against_it() {
    let store = new_store().await;
    owned(&store, "Ana", "Max", 10).await;
    let bea = owned(&store, "Bea", "Zoë", 80).await;
    let cid = owned(&store, "Cid", "Zoë", 20).await;
    let zoe = json!({"field": "owner", "op": "is", "values": ["zoe"]});
    let good = json!({"field": "score", "op": "at_least", "values": ["50"]});
    let today = json!({"field": CHANGED, "op": "days", "values": ["0", "0"]});
    assert_eq!(names(&store, &asks(&zoe)).await, ["Bea", "Cid"]);
    assert_eq!(names(&store, &asks(&json!({"all": [zoe, good, today]}))).await, ["Bea"]);
    assert_eq!(
        names(&store, &asks(&json!({"any": [good, {"field": "name", "op": "is", "values": ["ana"]}]}))).await,
        ["Ana", "Bea"]
    );
    // A new one, one that fits no more, one that is gone.
    owned(&store, "Dee", "Zoë", 90).await;
    store.write(vec![Op::patch("lead", bea, patch(json!({ "owner": "Max" })))]).await.expect("written");
    assert_eq!(names(&store, &asks(&zoe)).await, ["Cid", "Dee"]);
    store.write(vec![Op::delete("lead", cid)]).await.expect("written");
    assert_eq!(names(&store, &asks(&zoe)).await, ["Dee"]);
    let counts = store.facet_counts("lead", "", &zoe.to_string()).await.expect("loaded");
    assert_eq!(counts.iter().map(|count| count.1).sum::<usize>(), 1);
    assert_eq!(store.ids(&asks(&zoe)).await.expect("read").len(), 1);
}

#[wasm_bindgen_test]
async fn a_filter_is_answered_anew_after_the_index_was_made_anew_and_what_another_tab_does_counts() {
    let name = new_name();
    let store = open(&name).await;
    let other = open(&name).await;
    let ana = owned(&store, "Ana", "Zoë", 10).await;
    let zoe = asks(&json!({"field": "owner", "op": "is", "values": ["Zoë"]}));
    assert_eq!(names(&store, &zoe).await, ["Ana"]);
    store.start_index();
    let counts = store.facet_counts("lead", "", &zoe.filter).await.expect("counted once the filter can be");
    assert_eq!(counts.iter().map(|count| count.1).sum::<usize>(), 1);
    assert_eq!(names(&store, &zoe).await, ["Ana"]);
    other.write(vec![Op::patch("lead", ana, patch(json!({ "owner": "Max" })))]).await.expect("written");
    until("the other tab's change has come", async || names(&store, &zoe).await.is_empty()).await;
}

#[wasm_bindgen_test]
async fn a_filter_that_is_not_understood_is_said_and_shows_nothing() {
    let store = new_store().await;
    owned(&store, "Ana", "Zoë", 10).await;
    let newer = asks(&json!({"field": "taste", "op": "is", "values": ["sweet"]}));
    let error = store.window(&newer, 0, 9).await.expect_err("nobody knows what it means");
    assert!(error.to_string().contains("taste"), "{error}");
}

#[wasm_bindgen_test]
async fn a_list_is_sorted_and_grouped_by_any_field_and_each_change_is_kept() {
    let name = new_name();
    let store = open(&name).await;
    let other = open(&name).await;
    owned(&store, "Ana", "max", 10).await;
    let bea = owned(&store, "Bea", "Zoë", 80).await;
    owned(&store, "Cid", "Älva", 20).await;
    let by = |field, descending| Query { sort: Sort::Field(field), descending, ..Query::recent("lead") };
    assert_eq!(names(&store, &by("owner", false)).await, ["Cid", "Ana", "Bea"]);
    assert_eq!(names(&store, &by("score", true)).await, ["Bea", "Cid", "Ana"]);
    // A change here, one of another tab, and an index that was made anew.
    store.write(vec![Op::patch("lead", bea, patch(json!({ "score": 5 })))]).await.expect("written");
    assert_eq!(names(&store, &by("score", true)).await, ["Cid", "Ana", "Bea"]);
    store.start_index();
    assert_eq!(names(&store, &by("score", false)).await, ["Bea", "Ana", "Cid"]);
    other.write(vec![Op::patch("lead", bea, patch(json!({ "score": null })))]).await.expect("written");
    until("the other tab's change has come", async || names(&store, &by("score", false)).await[2] == "Bea").await;

    let grouped = Query { group: "owner", closed: "max\n".into(), ..by("score", true) };
    let window = store.window(&grouped, 0, 50).await.expect("read");
    let heads: Vec<_> = window.groups.iter().map(|group| (group.value.as_str(), group.count, group.line)).collect();
    assert_eq!(heads, [("Älva", 1, 0), ("max", 1, 2), ("Zoë", 1, 3)]);
    assert_eq!((window.rows.len(), window.total, window.count), (2, Some(5), Some(3)));
    assert_eq!(store.ids(&grouped).await.expect("read").len(), 3, "also what is in closed groups");
}
