//! Many devices at once: one total order, and a poller that misses nothing of it.

use serde_json::json;

use crate::storm::storm;
use crate::support::{Server, lead};

#[tokio::test(flavor = "multi_thread")]
async fn a_poller_skips_nothing_while_many_push() {
    let server = Server::start().await;
    let poller = server.sign_up("ana@example.org", 100).await;
    let mut pushers = Vec::new();
    for number in 1..=8 {
        pushers.push(server.sign_in("ana@example.org", number).await);
    }
    let poller = storm(poller, pushers).await;

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
