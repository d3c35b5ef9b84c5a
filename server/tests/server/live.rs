//! The live connection: a device is told how far the sequence goes, soon after it goes further, and of nothing else.

use std::time::Duration;

use serde_json::json;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::support::{Device, Server, lead};

/// What a device hears.
struct Ear(BufReader<TcpStream>);

impl Ear {
    async fn open(device: &Device) -> Self {
        let mut stream = TcpStream::connect(device.server).await.expect("a connection");
        let head = format!("GET /api/v1/live HTTP/1.1\r\nHost: {}\r\nCookie: {}\r\n\r\n", device.server, device.cookie);
        stream.write_all(head.as_bytes()).await.expect("it is sent");
        Self(BufReader::new(stream))
    }

    /// The next line of the answer that `wanted` likes; `None` at its end.
    async fn line(&mut self, wanted: impl Fn(&str) -> bool) -> Option<String> {
        loop {
            let mut line = String::new();
            let read = timeout(Duration::from_secs(20), self.0.read_line(&mut line)).await;
            if read.expect("something is said within 20 s").expect("it can be read") == 0 {
                return None;
            }
            let line = line.trim();
            if wanted(line) {
                return Some(line.to_owned());
            }
            // The last chunk: the answer is over, though the connection is kept.
            if line == "0" {
                return None;
            }
        }
    }

    async fn head(&mut self) -> Option<u64> {
        let line = self.line(|line| line.starts_with("data:")).await?;
        Some(line.trim_start_matches("data:").trim().parse().expect("a number"))
    }
}

#[tokio::test]
async fn a_device_is_told_of_news_of_its_own_workspace_only() {
    let server = Server::start().await;
    let mut ana = server.sign_up("ana@example.org", 7).await;
    let mut stranger = server.sign_up("eve@example.org", 9).await;
    let bo = server.sign_in("ana@example.org", 8).await;
    let mut ear = Ear::open(&bo).await;
    assert_eq!(ear.head().await, Some(0), "where things stand is said at once");
    stranger.push(vec![lead(1, json!({"name": "Not for Bo"})), lead(2, json!({"name": "Nor this"}))]).await;
    ana.push(vec![lead(3, json!({"name": "For Bo"}))]).await;
    assert_eq!(ear.head().await, Some(1));
    ana.push(vec![lead(3, json!({"name": "For Bo"})), lead(4, json!({"name": "And this"}))]).await;
    let mut head = 1;
    while head < 3 {
        head = ear.head().await.expect("it goes on");
    }
    assert_eq!(head, 3);
}

#[tokio::test]
async fn the_number_is_repeated_so_that_a_dead_connection_is_noticed() {
    let server = Server::with(|config| config.limits.live_beat = Duration::from_millis(50)).await;
    let ana = server.sign_up("ana@example.org", 7).await;
    let mut ear = Ear::open(&ana).await;
    for _ in 0..3 {
        assert_eq!(ear.head().await, Some(0));
    }
}

#[tokio::test]
async fn nobody_hears_anything_without_a_session_or_after_it() {
    let server = Server::start().await;
    let nobody = Device::new(server.address, 7);
    let mut ear = Ear::open(&nobody).await;
    assert!(ear.line(|line| line.starts_with("HTTP/1.1")).await.is_some_and(|line| line.contains(" 401 ")));
    let ana = server.sign_up("ana@example.org", 7).await;
    let mut ear = Ear::open(&ana).await;
    assert_eq!(ear.head().await, Some(0));
    let reply = crate::http::Ask::post("/api/v1/sign-out", &json!({})).cookie(&ana.cookie).send(server.address).await;
    assert_eq!(reply.status, 204);
    assert_eq!(ear.head().await, None);
}

#[tokio::test]
async fn a_server_that_stops_lets_its_listeners_go() {
    let server = Server::start().await;
    let ana = server.sign_up("ana@example.org", 7).await;
    let mut ear = Ear::open(&ana).await;
    assert_eq!(ear.head().await, Some(0));
    let stopped = timeout(Duration::from_secs(5), server.stop()).await;
    assert!(stopped.is_ok(), "a listener held the server up");
    assert_eq!(ear.head().await, None);
}

#[tokio::test]
async fn only_so_many_may_listen_and_the_others_ask() {
    let server = Server::with(|config| config.limits.listeners = 1).await;
    let ana = server.sign_up("ana@example.org", 7).await;
    let mut ear = Ear::open(&ana).await;
    assert_eq!(ear.head().await, Some(0));
    let mut another = Ear::open(&ana).await;
    assert!(another.line(|line| line.starts_with("HTTP/1.1")).await.is_some_and(|line| line.contains(" 503 ")));
}
