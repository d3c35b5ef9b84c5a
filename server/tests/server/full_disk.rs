//! A disk that is full: what is not stored is not acknowledged, and what is acknowledged stays.

use outpost_core::protocol::SyncResponse;
use serde_json::json;

use crate::database::Home;
use crate::http::error;
use crate::support::{Server, applied, lead};

#[tokio::test]
async fn what_does_not_fit_is_not_acknowledged_and_is_taken_later_once() {
    let small = Server::at(Home::sqlite(), |config| config.limits.database_bytes = Some(600 * 1024)).await;
    let mut device = small.sign_up("ana@example.org", 7).await;
    let text = "x".repeat(20_000);
    let mut acknowledged = 0;
    let refused = loop {
        let before = device.clone();
        let mutation = device.mutation(vec![lead(acknowledged, json!({"name": "Bia", "extra": text}))]);
        let request = device.request(vec![mutation]);
        let reply = device.send(&request).await;
        if reply.status != 200 {
            assert_eq!(reply.error(), error(503, "unavailable"));
            assert_eq!(reply.header("retry-after"), "10");
            device = before;
            break request;
        }
        device.keep(&serde_json::from_slice(&reply.body).expect("an answer"));
        acknowledged += 1;
        assert!(acknowledged < 100, "the disk is never full");
    };
    assert!(acknowledged > 5);
    assert_eq!(device.send(&refused).await.status, 503, "still full");
    let rows = device.begin_again().await;
    assert_eq!(rows as u128, acknowledged, "what was acknowledged can still be read");
    assert_eq!(small.get("/healthz").await.status, 200);

    let large = Server::at(small.stop().await, |_| {}).await;
    device.server = large.address;
    for _ in 0..2 {
        let answer: SyncResponse = serde_json::from_slice(&device.send(&refused).await.body).expect("an answer");
        assert_eq!((applied(&answer.receipts), u128::from(answer.cursor)), (1, acknowledged + 1));
    }
}
