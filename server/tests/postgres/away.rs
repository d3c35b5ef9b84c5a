//! The database goes away and comes back: nothing is acknowledged that is not stored, and nothing is stored twice.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use outpost_core::protocol::SyncResponse;
use serde_json::json;
use sqlx::{AssertSqlSafe, Executor, PgConnection};

use crate::http::error;
use crate::support::{Device, Server, applied, lead, until};
use crate::{database, home, outside};

/// Ends all connections that servers have.
async fn cut(beside: &mut PgConnection) {
    let cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = current_database() AND application_name LIKE 'outpost%'";
    sqlx::query(cut).execute(beside).await.expect("cut");
}

#[derive(Default)]
struct Count {
    answered: AtomicU64,
    refused: AtomicU64,
}

/// Pushes batches of five; one that is refused is sent again as it was, until it is answered.
async fn push_through(mut device: Device, first: u64, batches: u64, count: Arc<Count>) -> Device {
    for batch in 0..batches {
        let next = first + batch * 5;
        let mutations =
            (next..next + 5).map(|i| device.mutation(vec![lead(i.into(), json!({"name": "Kept"}))])).collect();
        let request = device.request(mutations);
        loop {
            let reply = device.send(&request).await;
            if reply.status == 200 {
                let answer: SyncResponse = serde_json::from_slice(&reply.body).expect("an answer");
                assert_eq!(applied(&answer.receipts), 5, "{}", reply.text());
                device.keep(&answer);
                count.answered.fetch_add(1, Ordering::SeqCst);
                break;
            }
            assert_eq!(reply.error(), error(503, "unavailable"));
            count.refused.fetch_add(1, Ordering::SeqCst);
        }
    }
    device
}

#[tokio::test(flavor = "multi_thread")]
async fn cut_off_in_the_middle_of_pushes_nothing_is_lost_and_nothing_is_written_twice() {
    const DEVICES: u64 = 6;
    const BATCHES: u64 = 60;
    let server = Server::at(home().await, |_| {}).await;
    let mut reader = server.sign_up("ana@example.org", 100).await;
    let count = Arc::new(Count::default());
    let mut pushers = Vec::new();
    for number in 1..=DEVICES {
        let device = server.sign_in("ana@example.org", number).await;
        pushers.push(tokio::spawn(push_through(device, number * 1_000_000, BATCHES, Arc::clone(&count))));
    }
    let mut beside = database(&server).connect().await;
    // Each time after some more answers, wherever the others are by then.
    let mut rounds = 0;
    until("all is pushed", async || {
        if count.answered.load(Ordering::SeqCst) > 7 * rounds {
            cut(&mut beside).await;
            rounds += 1;
        }
        pushers.iter().all(|pusher| pusher.is_finished())
    })
    .await;
    for pusher in pushers {
        pusher.await.expect("it pushed");
    }
    assert!(rounds > 10 && count.refused.load(Ordering::SeqCst) > 3, "the test did something: {rounds} rounds");
    reader.begin_again().await;
    for number in 1..=DEVICES {
        for i in number * 1_000_000..number * 1_000_000 + BATCHES * 5 {
            assert!(reader.records.contains_key(&lead(i.into(), json!({})).key()), "device {number} lost lead {i}");
        }
    }
    assert_eq!(reader.records.len() as u64, DEVICES * BATCHES * 5);
    assert_eq!(reader.cursor, reader.records.len() as u64, "nothing was written twice");
}

#[tokio::test]
async fn while_the_database_is_away_nothing_is_acknowledged_and_then_it_goes_on() {
    let server = Server::at(home().await, |_| {}).await;
    let mut device = server.sign_up("ana@example.org", 7).await;
    device.push(vec![lead(1, json!({"name": "Before"}))]).await;
    let mut above = outside(database(&server)).await;
    let shut =
        |open: bool| AssertSqlSafe(format!("ALTER DATABASE {} ALLOW_CONNECTIONS {open}", database(&server).name));
    let mut inside = database(&server).connect().await;
    above.execute(shut(false)).await.expect("shut");
    cut(&mut inside).await;
    let mutation = device.mutation(vec![lead(2, json!({"name": "Meanwhile"}))]);
    let request = device.request(vec![mutation]);
    for _ in 0..3 {
        let reply = device.send(&request).await;
        assert_eq!(reply.error(), error(503, "unavailable"));
        assert_eq!(reply.header("retry-after"), "10");
    }
    assert_eq!(server.get("/healthz").await.status, 503);
    above.execute(shut(true)).await.expect("open");
    until("it answers again", async || server.get("/healthz").await.status == 200).await;
    for _ in 0..2 {
        let answer: SyncResponse = serde_json::from_slice(&device.send(&request).await.body).expect("an answer");
        assert_eq!((applied(&answer.receipts), answer.cursor), (1, 2), "once, however often it is sent");
    }
    tokio::time::timeout(Duration::from_secs(10), server.stop()).await.expect("it stops in time");
}
