//! Several processes that drop the same things at once, while devices push.

use std::sync::atomic::Ordering;
use std::time::Duration;

use outpost_core::horizon::HORIZON_MS;
use outpost_core::mutation::Op;
use outpost_core::record::Record;
use serde_json::json;

use crate::storm::storm;
use crate::support::{Server, id, lead};
use crate::{home, twin};

/// How many are deleted.
const GONE: u128 = 1_200;

#[tokio::test]
async fn processes_that_tend_at_once_drop_each_thing_once_and_hold_up_nobody() {
    let years = Duration::from_hours(20 * 365 * 24);
    let one = Server::at(home().await, |config| config.limits.session_time = years).await;
    let two = twin(&one).await;
    let mut ana = one.sign_up("ana@example.org", 100).await;
    let all: Vec<u128> = (100_000..100_000 + GONE).collect();
    for chunk in all.chunks(400) {
        ana.push(chunk.iter().map(|i| lead(*i, json!({"name": "Bia"}))).collect()).await;
        ana.push(chunk.iter().map(|i| Op::delete("lead", id(*i))).collect()).await;
    }
    let mut devices = Vec::new();
    for number in 1..=6 {
        devices.push(one.sign_in("ana@example.org", number).await);
    }
    ana.catch_up().await;
    let full = ana.clone();
    ana.records.clear();
    one.running.tend().await.expect("the head is noted");
    for server in [&one, &two] {
        server.now_ms.fetch_add(2 * HORIZON_MS, Ordering::SeqCst);
    }
    // Whoever polls is sent each row once: nothing that is dropped is news.
    let (by_one, by_two, mut ana) = tokio::join!(one.running.tend(), two.running.tend(), storm(ana, devices));
    let compacted = [by_one, by_two].map(|tended| tended.expect("tended").compacted);
    assert_eq!(compacted.iter().sum::<u64>(), GONE as u64, "{compacted:?}");
    ana.begin_again().await;
    let bare = |record: &&Record| record.is_deleted() && record.fields.is_empty();
    assert_eq!(ana.records.values().filter(bare).count(), all.len());
    assert!(full.send(&full.request(Vec::new())).await.json().get("outdated").is_none(), "it had read that far");
}
