//! The live connection: a device is told how far the sequence goes, soon after it goes further, and of nothing else.

use std::time::Duration;

use serde_json::json;
use tokio::time::timeout;

use crate::ear::Ear;
use crate::support::{Device, Server, lead};

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
