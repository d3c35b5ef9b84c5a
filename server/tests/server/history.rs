//! What was done to a record, and what lost where two people did not know of each other.

use outpost_core::hlc::Hlc;
use outpost_core::id::{DeviceId, RecordId};
use outpost_core::mutation::Op;
use outpost_core::record::Record;
use serde_json::{Value, json};

use crate::http::Ask;
use crate::support::{Device, Server, id, lead};

async fn two() -> (Server, Device, Device) {
    let server = Server::start().await;
    let mut ana = server.sign_up("ana@example.org", 7).await;
    ana.push(vec![lead(1, json!({"name": "Mira", "company": "1"}))]).await;
    let mut max = server.sign_in("ana@example.org", 8).await;
    max.catch_up().await;
    max.ms = ana.ms + 1_000;
    (server, ana, max)
}

fn conflicts(device: &Device) -> Vec<Record> {
    device.records.values().filter(|record| record.kind == "conflict" && !record.is_deleted()).cloned().collect()
}

pub(crate) async fn history(device: &Device, query: &str) -> Value {
    let path = format!("/api/v1/history?type=lead&{query}");
    Ask::get(&path).cookie(&device.cookie).send(device.server).await.json()
}

#[tokio::test]
async fn the_value_that_lost_is_kept_for_both_and_only_where_neither_knew_of_the_other() {
    let (_server, mut ana, mut max) = two().await;
    // Both offline: Ana first, Max later, and Max's arrives first.
    let ours = ana.mutation(vec![lead(1, json!({"company": "of Ana", "owner": "Same"}))]);
    let stamp = ana.stamp();
    max.push(vec![lead(1, json!({"company": "of Max", "owner": "Same", "notes": "alone"}))]).await;
    ana.exchange(vec![ours]).await;
    ana.catch_up().await;
    max.catch_up().await;
    assert_eq!(ana.record("lead", id(1)).get("company"), Some(&json!("of Max")));
    for device in [&ana, &max] {
        let [lost] = &conflicts(device)[..] else { panic!("{:?}", conflicts(device)) };
        assert_eq!((lost.text("field"), lost.get("value")), ("company", Some(&json!("of Ana"))));
        assert_eq!((lost.relation("record"), lost.text("of")), (Some(id(1)), "lead"));
        assert_eq!((lost.get("at"), lost.text("device")), (Some(&json!(stamp.ms)), DeviceId(7).to_string().as_str()));
        assert_eq!((lost.text("by"), lost.text("won_by")), ("A phone", "A phone"));
        assert_eq!(
            lost.id,
            RecordId::derived(id(1), &format!("company/{stamp}")),
            "whoever keeps it keeps the same one"
        );
    }
    // Who has seen a value and changes it clashes with nobody.
    ana.ms = max.ms + 1_000;
    ana.push(vec![lead(1, json!({"company": "again of Ana"}))]).await;
    max.catch_up().await;
    assert_eq!(conflicts(&max).len(), 1);
    // One tap takes the other value, and is done with it.
    let lost = conflicts(&max)[0].id;
    max.ms = ana.ms + 1_000;
    max.push(vec![lead(1, json!({"company": "of Ana"})), Op::delete("conflict", lost)]).await;
    ana.catch_up().await;
    assert_eq!((conflicts(&ana).len(), ana.record("lead", id(1)).get("company")), (0, Some(&json!("of Ana"))));
}

#[tokio::test]
async fn what_people_have_added_is_relayed_untouched_and_keeps_what_lost() {
    const FIELD: &str = "x_9c3d2f1e8a6b4c00";
    const KIND: &str = "x_9c3d2f1e8a6b4c01";
    let (server, mut ana, mut max) = two().await;
    let course = |fields: Value| Op::patch(KIND, id(5), serde_json::from_value(fields).expect("fields"));
    ana.push(vec![course(json!({"name": "Welding", FIELD: "Monday"})), lead(1, json!({FIELD: {"any": [1, null]}}))])
        .await;
    max.catch_up().await;
    // Whatever it is: the server has no schema of it, and must not ask another workspace's.
    assert_eq!(max.record("lead", id(1)).get(FIELD), Some(&json!({"any": [1, null]})));
    let other = server.sign_up("cy@example.org", 11).await;
    assert!(other.records.is_empty());

    let ours = ana.mutation(vec![course(json!({FIELD: "of Ana"})), lead(1, json!({FIELD: "of Ana"}))]);
    max.ms = ana.ms + 1_000;
    max.push(vec![course(json!({FIELD: "of Max"})), lead(1, json!({FIELD: "of Max"}))]).await;
    ana.exchange(vec![ours]).await;
    ana.catch_up().await;
    max.catch_up().await;
    for device in [&ana, &max] {
        let mut lost: Vec<(String, Option<Value>)> =
            conflicts(device).iter().map(|lost| (lost.text("of").to_owned(), lost.get("value").cloned())).collect();
        lost.sort_by(|a, b| a.0.cmp(&b.0));
        assert_eq!(lost, [("lead".to_owned(), Some(json!("of Ana"))), (KIND.to_owned(), Some(json!("of Ana")))]);
    }
    assert_eq!(ana.record(KIND, id(5)).get(FIELD), Some(&json!("of Max")));
}

#[tokio::test]
async fn a_later_edit_keeps_what_it_overwrote_unseen() {
    let (_server, mut ana, mut max) = two().await;
    ana.push(vec![lead(1, json!({"company": "of Ana"}))]).await;
    let answer = max.mutation(vec![lead(1, json!({"company": "of Max"}))]);
    max.limit = 0;
    max.exchange(vec![answer]).await;
    max.limit = 1_000;
    max.catch_up().await;
    ana.catch_up().await;
    for device in [&ana, &max] {
        assert_eq!(conflicts(device)[0].get("value"), Some(&json!("of Ana")));
        assert_eq!(device.record("lead", id(1)).get("company"), Some(&json!("of Max")));
    }
}

#[tokio::test]
async fn a_records_history_tells_each_change_with_what_was_before_and_to_its_workspace_only() {
    let (server, mut ana, mut max) = two().await;
    max.push(vec![lead(1, json!({"company": "2", "score": 5}))]).await;
    // It loses, and is told all the same.
    ana.push(vec![lead(1, json!({"company": "3"}))]).await;
    ana.push(vec![lead(1, json!({"score": "very"}))]).await;
    ana.ms = max.ms + 1_000;
    ana.push(vec![Op::delete("lead", id(1))]).await;
    let told = history(&ana, &format!("id={}", id(1))).await;
    let list = told["changes"].as_array().expect("a list");
    assert_eq!((list.len(), told["more"].as_bool()), (4, Some(false)), "what was refused never happened: {told}");
    assert_eq!((list[0]["deleted"].as_bool(), list[0]["by"].as_str()), (Some(true), Some("A phone")));
    let stamp: Hlc = list[1]["stamp"].as_str().expect("a stamp").parse().expect("a stamp");
    assert_eq!((stamp.device, &list[1]["fields"]["company"]), (DeviceId(8), &json!(["3", "2"])));
    assert_eq!(list[2]["fields"], json!({"company": ["1", "3"]}));
    assert_eq!(list[3]["fields"]["name"], json!([null, "Mira"]));
    let older = history(&ana, &format!("id={}&before={stamp}", id(1))).await;
    assert_eq!(older["changes"].as_array().map(Vec::len), Some(2));

    let eve = server.sign_up("eve@example.org", 9).await;
    assert_eq!(history(&eve, &format!("id={}", id(1))).await["changes"], json!([]));
    let stranger = Ask::get(&format!("/api/v1/history?type=lead&id={}", id(1))).send(ana.server).await;
    assert_eq!(stranger.status, 401);
    assert_eq!(history(&ana, "id=nobody").await["error"]["code"], "malformed");
}
