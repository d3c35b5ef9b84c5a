//! Pulling: pages, what is left out, and that nothing is lost between them.

use outpost_core::protocol::{MAX_WANTED, SyncResponse};
use outpost_core::record::{Record, RecordKey};
use serde_json::json;

use crate::http::error;
use crate::support::{Device, Server, id, lead};

async fn import(device: &mut Device, leads: std::ops::Range<u128>) {
    for chunk in leads.collect::<Vec<_>>().chunks(500) {
        let batch =
            chunk.iter().map(|i| device.mutation(vec![lead(*i, json!({"name": format!("Lead {i}")}))])).collect();
        device.exchange(batch).await;
    }
}

#[tokio::test]
async fn pages_follow_one_another_to_the_end() {
    let server = Server::start().await;
    let mut ana = server.sign_up("ana@example.org", 7).await;
    import(&mut ana, 0..1_100).await;
    let mut bo = server.sign_in("ana@example.org", 8).await;
    bo.limit = 300;
    let mut pages = Vec::new();
    loop {
        let answer = bo.exchange(Vec::new()).await;
        pages.push((answer.rows.len(), answer.cursor, answer.since, answer.has_more));
        if !answer.has_more {
            break;
        }
    }
    let expected = [(300, 300, 0, true), (300, 600, 0, true), (300, 900, 0, true), (200, 1_100, 1_100, false)];
    assert_eq!(pages, expected);
    assert_eq!(bo.records.len(), 1_100);
    assert_eq!(bo.catch_up().await, 0, "a second sync moves no row");
}

#[tokio::test]
async fn a_row_that_moves_between_two_pages_loses_no_field() {
    let server = Server::start().await;
    let mut ana = server.sign_up("ana@example.org", 7).await;
    import(&mut ana, 0..10).await;
    // The first row is now the last one, and one of its registers is older than Bo's first page will be.
    ana.push(vec![lead(0, json!({"company": "Acme"}))]).await;
    let mut bo = server.sign_in("ana@example.org", 8).await;
    bo.limit = 4;
    assert!(bo.exchange(Vec::new()).await.has_more);
    // The last row moves beyond the pages that Bo has asked for so far, and so does one that he has.
    ana.push(vec![lead(9, json!({"notes": "moved"})), lead(0, json!({"notes": "moved too"}))]).await;
    bo.catch_up().await;
    assert_eq!(bo.records.len(), 10);
    let last = bo.record("lead", id(9));
    assert_eq!((last.text("name"), last.text("notes")), ("Lead 9", "moved"));
    let first = bo.record("lead", id(0));
    assert_eq!((first.text("name"), first.text("company"), first.text("notes")), ("Lead 0", "Acme", "moved too"));
}

#[tokio::test]
async fn only_what_changed_is_sent() {
    let server = Server::start().await;
    let mut ana = server.sign_up("ana@example.org", 7).await;
    let mut bo = server.sign_in("ana@example.org", 8).await;
    ana.push(vec![lead(1, json!({"name": "Bia", "notes": "long ".repeat(1_000)}))]).await;
    bo.catch_up().await;
    ana.push(vec![lead(1, json!({"company": "Acme"}))]).await;
    let answer = bo.exchange(Vec::new()).await;
    assert_eq!(answer.rows.len(), 1);
    assert_eq!(answer.rows[0].fields.keys().collect::<Vec<_>>(), ["company"]);
}

#[tokio::test]
async fn a_row_that_both_changed_brings_the_others_fields_and_not_ones_own() {
    let server = Server::start().await;
    let mut ana = server.sign_up("ana@example.org", 7).await;
    let mut bo = server.sign_in("ana@example.org", 8).await;
    ana.push(vec![lead(1, json!({"name": "Bia"})), lead(2, json!({"name": "Caio"}))]).await;
    bo.catch_up().await;
    ana.push(vec![lead(1, json!({"notes": "by Ana"}))]).await;
    // Bo changes the same row without having seen that: his own write moves it, and must not hide hers.
    let ops = vec![lead(1, json!({"company": "by Bo"})), lead(2, json!({"company": "by Bo"}))];
    let mutation = bo.mutation(ops);
    let answer = bo.exchange(vec![mutation]).await;
    assert_eq!((answer.rows.len(), answer.has_more), (1, false));
    assert_eq!(answer.rows[0].fields.keys().collect::<Vec<_>>(), ["notes"]);
    assert_eq!(bo.catch_up().await, 0);
}

#[tokio::test]
async fn a_mere_push_leaves_the_cursor_until_there_is_nothing_before_it() {
    let server = Server::start().await;
    let mut ana = server.sign_up("ana@example.org", 7).await;
    let mut bo = server.sign_in("ana@example.org", 8).await;
    import(&mut ana, 0..3).await;
    bo.limit = 0;
    let mutation = bo.mutation(vec![lead(9, json!({"name": "Bo's"}))]);
    let answer = bo.exchange(vec![mutation]).await;
    assert_eq!((answer.rows.len(), answer.cursor, answer.since, answer.has_more), (0, 0, 0, true));
    bo.limit = 100;
    assert_eq!(bo.catch_up().await, 4);
    bo.limit = 0;
    let mutation = bo.mutation(vec![lead(9, json!({"notes": "x"}))]);
    let answer = bo.exchange(vec![mutation]).await;
    assert_eq!((answer.cursor, answer.since, answer.has_more), (5, 5, false));
}

#[tokio::test]
async fn an_answer_is_bounded_in_bytes_too() {
    let server = Server::start().await;
    let mut ana = server.sign_up("ana@example.org", 7).await;
    let text = "x".repeat(60_000);
    for i in 0..12 {
        let field = |name: usize| (format!("extra_{name}"), json!(text));
        let mut fields: serde_json::Map<_, _> = (0..14).map(field).collect();
        fields.insert("name".into(), json!("Large"));
        ana.push(vec![lead(i, fields.into())]).await;
    }
    let mut bo = server.sign_in("ana@example.org", 8).await;
    let first = bo.exchange(Vec::new()).await;
    assert!(first.has_more && (1..=5).contains(&first.rows.len()), "{} rows", first.rows.len());
    bo.catch_up().await;
    assert_eq!(bo.records.len(), 12);
}

#[tokio::test]
async fn another_epoch_or_a_cursor_from_the_future_means_begin_again() {
    let server = Server::start().await;
    let mut device = server.sign_up("ana@example.org", 7).await;
    device.push(vec![lead(1, json!({"name": "Bia"}))]).await;
    let ask = async |device: &Device, epoch: Option<&str>, cursor: u64| {
        let mut request = device.request(Vec::new());
        (request.epoch, request.cursor) = (epoch.map(str::to_owned), cursor);
        device.send(&request).await
    };
    let answer = ask(&device, None, 1).await;
    let answer: SyncResponse = serde_json::from_slice(&answer.body).expect("an answer");
    assert_eq!(ask(&device, Some(&answer.epoch), 1).await.status, 200);
    for (epoch, cursor) in [(Some("another"), 1), (Some(answer.epoch.as_str()), 2), (None, 1_000)] {
        let reply = ask(&device, epoch, cursor).await;
        assert_eq!(reply.error(), error(409, "epoch_changed"));
        assert_eq!(reply.json()["error"]["epoch"], json!(answer.epoch));
    }
}

#[tokio::test]
async fn records_are_sent_whole_to_whoever_asks_for_them_by_name_and_only_in_their_own_workspace() {
    let server = Server::start().await;
    let mut ana = server.sign_up("ana@example.org", 7).await;
    ana.push(vec![lead(1, json!({"name": "Ana", "notes": "old"}))]).await;
    let key = |number| RecordKey::new("lead", id(number));
    let mut request = ana.request(Vec::new());
    request.mutations = vec![ana.mutation(vec![lead(1, json!({"notes": "new"}))])];
    request.wanted = vec![key(2), key(1)];
    let answer: SyncResponse = serde_json::from_slice(&ana.send(&request).await.body).expect("an answer");
    assert_eq!(answer.rows, [], "its own write is not news");
    assert_eq!(answer.records[0], Record::empty(key(2)), "one that there is not has nothing in it");
    assert_eq!((answer.records[1].text("name"), answer.records[1].text("notes")), ("Ana", "new"));

    let max = server.sign_up("max@example.org", 8).await;
    let mut request = max.request(Vec::new());
    request.wanted = vec![key(1)];
    let answer: SyncResponse = serde_json::from_slice(&max.send(&request).await.body).expect("an answer");
    assert_eq!(answer.records, [Record::empty(key(1))]);
    request.wanted = vec![key(1); MAX_WANTED + 1];
    assert_eq!(max.send(&request).await.status, 400);
}
