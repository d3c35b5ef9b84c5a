//! Connections are many, but not without end.

use std::time::Duration;

use tokio::net::TcpStream;

use crate::http::Ask;
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
