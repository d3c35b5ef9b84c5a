//! Connections are many, but not without end.

use std::time::Duration;

use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use crate::http::{Ask, error};
use crate::support::{Server, until};

#[tokio::test]
async fn who_comes_when_all_places_are_taken_waits_for_one() {
    let server = Server::with(|config| {
        config.limits.connections = 2;
        config.limits.header_time = Duration::from_secs(60);
    })
    .await;
    let mut idle = Vec::new();
    for _ in 0..2 {
        idle.push(TcpStream::connect(server.address).await.expect("connected"));
    }
    let address = server.address;
    let waiting = tokio::spawn(async move { Ask::get("/healthz").send(address).await.status });
    // The system queues the third connection; the server takes it up only when there is room.
    let soon = tokio::time::timeout(Duration::from_millis(300), async {
        until("the third is answered", async || waiting.is_finished()).await;
    });
    assert!(soon.await.is_err(), "there was no place");
    idle.clear();
    assert_eq!(waiting.await.expect("answered"), 200);
}

#[tokio::test]
async fn who_would_sync_while_too_many_do_is_told_to_come_back() {
    let server = Server::with(|config| {
        config.limits.sync_requests = 1;
        config.limits.sync_wait = Duration::from_millis(200);
    })
    .await;
    let mut device = server.sign_up("ana@example.org", 7).await;
    // One that never sends its body to the end holds the only place.
    let mut slow = TcpStream::connect(server.address).await.expect("connected");
    let head = format!(
        "POST /api/v1/sync HTTP/1.1\r\nHost: a\r\nCookie: {}\r\nContent-Type: application/json\r\nX-Outpost: 1\r\n\
         Content-Length: 100\r\n\r\n{{",
        device.cookie
    );
    slow.write_all(head.as_bytes()).await.expect("written");
    let request = device.request(Vec::new());
    until("the place is taken", async || device.send(&request).await.status == 503).await;
    let busy = device.send(&request).await;
    assert_eq!((busy.error(), busy.header("retry-after")), (error(503, "busy"), "2"));
    assert_eq!(server.send(Ask::get("/api/v1/me").cookie(&device.cookie)).await.status, 200, "others are served");
    drop(slow);
    until("the place is free again", async || device.send(&request).await.status == 200).await;
    assert_eq!(device.catch_up().await, 0);
}
