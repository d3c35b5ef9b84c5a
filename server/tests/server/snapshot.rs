//! What a new device is sent: what it needs first at once, then everything in segments that are made once.

use std::collections::BTreeMap;
use std::io::Read;

use flate2::read::GzDecoder;
use outpost_core::mutation::Op;
use outpost_core::protocol::{Newest, Snapshot, Verdict};
use outpost_core::record::{Record, RecordKey};
use serde_json::json;

use crate::http::{Ask, Reply, error};
use crate::support::{Device, Server, id, lead, patch};

pub(crate) async fn get(device: &Device, path: &str) -> Reply {
    Ask::get(path).cookie(&device.cookie).send(device.server).await
}

pub(crate) async fn snapshot(device: &Device, query: &str) -> Option<Snapshot> {
    let reply = get(device, &format!("/api/v1/snapshot{query}")).await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    serde_json::from_slice(&reply.body).expect("a snapshot")
}

/// All records of a snapshot; each segment is what is said of it.
pub(crate) async fn fetch(device: &Device, snapshot: &Snapshot) -> BTreeMap<RecordKey, Record> {
    let mut records = BTreeMap::new();
    for segment in &snapshot.segments {
        let reply = get(device, &format!("/api/v1/snapshot/{}/{}", snapshot.name, segment.number)).await;
        assert_eq!((reply.status, reply.header("content-encoding")), (200, "gzip"));
        assert!(reply.header("cache-control").contains("immutable"));
        assert_eq!(reply.body.len(), segment.bytes as usize);
        let mut text = String::new();
        GzDecoder::new(&reply.body[..]).read_to_string(&mut text).expect("packed text");
        let rows: Vec<Record> = text.lines().map(|line| serde_json::from_str(line).expect("a record")).collect();
        assert_eq!(rows.len(), segment.rows as usize);
        assert!(rows.is_sorted_by_key(Record::key) && rows.iter().all(|row| row.kind == segment.first.kind));
        assert_eq!((rows[0].key(), rows[rows.len() - 1].key()), (segment.first.clone(), segment.last.clone()));
        records.extend(rows.into_iter().map(|row| (row.key(), row)));
    }
    records
}

pub(crate) async fn import(device: &mut Device, kind: &str, range: std::ops::Range<u128>) {
    for chunk in range.collect::<Vec<_>>().chunks(500) {
        let op = |i: &u128| Op::patch(kind, id(*i), [("name".to_owned(), json!(format!("No. {i}")))].into());
        let batch = chunk.iter().map(|i| device.mutation(vec![op(i)])).collect();
        device.exchange(batch).await;
    }
}

#[tokio::test]
async fn a_snapshot_holds_everything_and_is_made_once() {
    let server = Server::start().await;
    let mut ana = server.sign_up("ana@example.org", 7).await;
    import(&mut ana, "lead", 0..3_000).await;
    let mut bo = server.sign_in("ana@example.org", 8).await;
    assert_eq!(snapshot(&bo, "").await, None, "pages will do");
    import(&mut ana, "lead", 3_000..4_500).await;
    import(&mut ana, "future", 9_000..9_010).await;
    ana.push(vec![Op::delete("lead", id(5))]).await;

    let made = snapshot(&bo, "").await.expect("a snapshot");
    let sizes: Vec<(&str, u32)> = made.segments.iter().map(|s| (s.first.kind.as_str(), s.rows)).collect();
    assert_eq!(sizes, [("lead", 500), ("lead", 2_000), ("lead", 2_000), ("future", 10)], "the newest first");
    let records = fetch(&bo, &made).await;
    bo.begin_again().await;
    assert_eq!(records, bo.records, "the same as page by page");
    assert_eq!(made.head, bo.cursor);

    // A little later it is still the same, and what came after it comes by an ordinary sync.
    ana.push(vec![lead(7, json!({"name": "Changed"})), lead(20_000, json!({"name": "New"}))]).await;
    assert_eq!(snapshot(&bo, "").await.as_ref(), Some(&made));
    let mut cy = server.sign_in("ana@example.org", 9).await;
    (cy.records, cy.cursor, cy.since) = (fetch(&cy, &made).await, made.head, made.head);
    assert_eq!(cy.catch_up().await, 2);
    bo.catch_up().await;
    assert_eq!(cy.records, bo.records);

    // Much later there is another, and the one that somebody has begun is still there.
    import(&mut ana, "lead", 4_500..10_000).await;
    let newer = snapshot(&bo, "").await.expect("a snapshot");
    assert_ne!(newer.name, made.name);
    assert_eq!(snapshot(&bo, &format!("?name={}", made.name)).await, Some(made));
    assert_eq!(snapshot(&bo, "?name=gone").await, Some(newer));
}

#[tokio::test]
async fn a_segment_of_long_texts_has_fewer_records() {
    let server = Server::start().await;
    let mut ana = server.sign_up("ana@example.org", 7).await;
    import(&mut ana, "future", 10_000..14_000).await;
    for from in [0, 25, 50, 75] {
        let long = |i| lead(i, json!({"name": "Ana", "notes": "x".repeat(20_000)}));
        assert_eq!(ana.push((from..from + 25).map(long).collect()).await, Verdict::Applied);
    }
    let made = snapshot(&ana, "").await.expect("a snapshot");
    let sizes: Vec<(&str, u32)> = made.segments.iter().map(|s| (s.first.kind.as_str(), s.rows)).collect();
    assert_eq!(sizes, [("lead", 25), ("lead", 75), ("future", 2_000), ("future", 2_000)]);
    assert_eq!(fetch(&ana, &made).await.len(), 4_100, "and all of them are there");
}

#[tokio::test]
async fn what_all_else_is_made_of_comes_first_and_what_is_under_way_and_what_changed_last() {
    let server = Server::start().await;
    let mut ana = server.sign_up("ana@example.org", 7).await;
    let stage = Op::patch("stage", id(70_000), patch(json!({"label": "Site visit", "pipeline": id(1), "place": 3})));
    let deal = |i, stage: &str| Op::patch("deal", id(i), patch(json!({"title": "Roof", "stage": stage})));
    let task = |i, status: &str| Op::patch("task", id(i), patch(json!({"title": "Call", "status": status})));
    let early = vec![stage, deal(80_000, "proposal"), deal(80_001, "lost"), task(90_000, "open"), task(90_001, "done")];
    ana.push(early).await;
    ana.push(vec![task(90_002, "open"), Op::delete("task", id(90_002))]).await;
    import(&mut ana, "lead", 0..1_000).await;
    ana.push(vec![lead(3, json!({"company": "Acme"}))]).await;

    let (newest, bytes) = first(&ana).await;
    assert_eq!((newest.count, newest.rows.len()), (1_006, 400));
    let keys: Vec<RecordKey> = newest.rows.iter().take(3).map(Record::key).collect();
    assert_eq!(keys, [key("stage", 70_000), key("deal", 80_000), key("task", 90_000)]);
    assert!(newest.rows[3..].iter().all(|row| row.kind == "lead"), "what is over or deleted waits its turn");
    assert_eq!(newest.rows[3].text("name"), "No. 3", "whole, the last changed first");
    assert_eq!(newest.rows[3].text("company"), "Acme");
    assert!(bytes < 200_000, "{bytes} bytes");
}

#[tokio::test]
async fn what_comes_first_is_small_however_much_each_says() {
    let server = Server::start().await;
    let mut ana = server.sign_up("ana@example.org", 7).await;
    import(&mut ana, "lead", 0..40).await;
    let long = |i| lead(i, json!({"notes": "x".repeat(20_000)}));
    ana.push((0..30).map(long).collect()).await;
    let (newest, bytes) = first(&ana).await;
    assert!(bytes < 200_000, "{bytes} bytes");
    let long = newest.rows.iter().filter(|row| !row.text("notes").is_empty()).count();
    assert_eq!((newest.count, newest.rows.len(), long), (40, 19, 9), "and those that fit after them");
}

fn key(kind: &str, i: u128) -> RecordKey {
    RecordKey::new(kind, id(i))
}

async fn first(device: &Device) -> (Newest, usize) {
    let reply = get(device, "/api/v1/newest").await;
    (serde_json::from_slice(&reply.body).expect("an answer"), reply.body.len())
}

#[tokio::test]
async fn nobody_sees_another_workspaces_snapshot() {
    let server = Server::start().await;
    let mut ana = server.sign_up("ana@example.org", 7).await;
    import(&mut ana, "lead", 0..4_000).await;
    let made = snapshot(&ana, "").await.expect("a snapshot");
    let eve = server.sign_up("eve@example.org", 9).await;
    let path = format!("/api/v1/snapshot/{}/0", made.name);
    assert_eq!(get(&eve, &path).await.error(), error(404, "not_found"));
    assert_eq!(snapshot(&eve, &format!("?name={}", made.name)).await, None);
    let nobody = Ask::get(&path).send(server.address).await;
    assert_eq!(nobody.error(), error(401, "no_session"));
}
