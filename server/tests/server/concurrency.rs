//! Many devices at once: one total order, and a poller that misses nothing of it.

use std::collections::HashMap;

use outpost_core::record::RecordKey;
use serde_json::json;

use crate::support::{Device, Server, applied, id, lead};

const PUSHERS: u64 = 8;
const BATCHES: u64 = 12;
const EACH: u64 = 25;

/// Pushes new leads, and now and then the shared one.
async fn pusher(mut device: Device, number: u64) {
    for batch in 0..BATCHES {
        let mutations: Vec<_> = (0..EACH)
            .map(|i| {
                let own = u128::from(1_000 * (number + 1) + batch * EACH + i);
                let shared = lead(0, json!({"name": "Shared", format!("by_{number}"): batch}));
                let ops = if i == 0 {
                    vec![lead(own, json!({"name": "Own"})), shared]
                } else {
                    vec![lead(own, json!({"name": "Own"}))]
                };
                device.mutation(ops)
            })
            .collect();
        device.limit = 0;
        let (cursor, since) = (device.cursor, device.since);
        let answer = device.exchange(mutations).await;
        assert_eq!(applied(&answer.receipts) + superseded(&answer.receipts), EACH as usize);
        (device.cursor, device.since) = (cursor, since);
    }
}

/// The shared name is written by all, so some of those writes come late.
fn superseded(receipts: &[outpost_core::protocol::Receipt]) -> usize {
    use outpost_core::protocol::Verdict;
    receipts.iter().filter(|receipt| matches!(receipt.verdict, Verdict::Superseded { .. })).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_poller_skips_nothing_while_many_push() {
    let server = Server::start().await;
    let mut poller = server.sign_up("ana@example.org", 100).await;
    let mut pushers = Vec::new();
    for number in 0..PUSHERS {
        pushers.push(tokio::spawn(pusher(server.sign_in("ana@example.org", number + 1).await, number)));
    }
    poller.limit = 60;
    let mut deliveries: HashMap<RecordKey, usize> = HashMap::new();
    let mut finished = false;
    loop {
        let before = poller.cursor;
        let answer = poller.exchange(Vec::new()).await;
        assert!(answer.cursor >= before, "the cursor never goes back");
        for row in &answer.rows {
            *deliveries.entry(row.key()).or_default() += 1;
        }
        if finished && !answer.has_more {
            break;
        }
        finished = pushers.iter().all(|pusher| pusher.is_finished());
    }
    for pusher in pushers {
        pusher.await.expect("it pushed all");
    }
    let expected = usize::try_from(PUSHERS * BATCHES * EACH).expect("small") + 1;
    assert_eq!(poller.records.len(), expected);
    let shared = poller.record("lead", id(0));
    for number in 0..PUSHERS {
        assert_eq!(shared.get(&format!("by_{number}")), Some(&json!(BATCHES - 1)), "the last write of pusher {number}");
    }
    let twice = deliveries.iter().filter(|(key, times)| key.id != id(0) && **times != 1).count();
    assert_eq!(twice, 0, "what is written once is delivered once");

    // Who begins now gets the same.
    let mut fresh = server.sign_in("ana@example.org", 101).await;
    fresh.catch_up().await;
    assert_eq!(fresh.records, poller.records);
}

/// The same request many times at once, as after a lost acknowledgement: applied once, one receipt.
#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_is_sent_many_times_at_once_is_applied_once() {
    let server = Server::start().await;
    let mut device = server.sign_up("ana@example.org", 7).await;
    let mutations: Vec<_> =
        (0..50).map(|i| device.mutation(vec![lead(i, json!({"name": format!("Lead {i}")}))])).collect();
    let request = device.request(mutations);
    let copies = (0..8).map(|_| {
        let (device, request) = (device.clone(), request.clone());
        tokio::spawn(async move { device.send(&request).await })
    });
    let mut receipts = Vec::new();
    for copy in copies.collect::<Vec<_>>() {
        receipts.push(copy.await.expect("an answer").json()["receipts"].clone());
    }
    assert!(receipts.iter().all(|others| *others == receipts[0]), "every copy gets the same receipts");
    device.next_n = 51;
    let answer = device.exchange(Vec::new()).await;
    assert_eq!((answer.cursor, answer.next_n), (50, 51), "each record was written once");
}
