//! Whether PostgreSQL reads more for the same changes where there is more: counted by itself, not in time.

use serde_json::json;
use sqlx::Executor;

use crate::database::Home;
use crate::support::{Device, Server, lead, until};
use crate::{database, home};

/// Leads of the small workspace, and of the large one.
const SMALL: u128 = 2_000;
const LARGE: u128 = 40_000;
/// How many changes are made, each by a push of its own, and pulled by another device.
const CHANGES: u32 = 40;

/// Stops a server; rows that were read by then, and entries of indexes. Who is connected still has not told all.
async fn stopped(server: Server) -> (Home, i64) {
    let home = server.stop().await;
    let mut beside = home.database.as_ref().expect("a database").connect().await;
    until("nobody is connected", async || {
        let left = "SELECT count(*) FROM pg_stat_activity
            WHERE datname = current_database() AND application_name LIKE 'outpost%'";
        sqlx::query_scalar::<_, i64>(left).fetch_one(&mut beside).await.expect("a count") == 0
    })
    .await;
    let count = "SELECT (SELECT coalesce(sum(seq_tup_read), 0) FROM pg_stat_user_tables)::bigint
        + (SELECT coalesce(sum(idx_tup_read), 0) FROM pg_stat_user_indexes)::bigint";
    (home, sqlx::query_scalar(count).fetch_one(&mut beside).await.expect("a count"))
}

/// What is read from a server's start to its end while so many changes are made.
async fn reading(home: Home, devices: &mut [Device; 2], changes: u32) -> (Home, i64) {
    let (home, before) = stopped(Server::at(home, |_| {}).await).await;
    let server = Server::at(home, |_| {}).await;
    let [ana, bo] = devices;
    (ana.server, bo.server) = (server.address, server.address);
    for change in 0..changes {
        ana.push(vec![lead(change.into(), json!({"notes": format!("{change}")}))]).await;
        assert_eq!(bo.catch_up().await, 1);
    }
    let (home, after) = stopped(server).await;
    (home, after - before)
}

/// What is read for one change.
async fn cost(rows: u128) -> i64 {
    let server = Server::at(home().await, |_| {}).await;
    let mut ana = server.sign_up("ana@example.org", 7).await;
    for first in (0..rows).step_by(400) {
        let ops: Vec<_> = (first..first + 400).map(|i| lead(i, json!({"name": "One of many"}))).collect();
        // As many pushes as that many days would leave.
        let mutations = ops.chunks(10).map(|ops| ana.mutation(ops.to_vec())).collect();
        ana.exchange(mutations).await;
    }
    let mut bo = server.sign_in("ana@example.org", 8).await;
    bo.catch_up().await;
    database(&server).connect().await.execute("VACUUM ANALYZE").await.expect("analyzed");
    let mut devices = [ana, bo];
    let (home, idle) = reading(server.stop().await, &mut devices, 0).await;
    let (_home, busy) = reading(home, &mut devices, CHANGES).await;
    (busy - idle) / i64::from(CHANGES)
}

#[tokio::test]
async fn a_change_reads_as_little_among_twenty_times_as_many_records() {
    let (small, large) = (cost(SMALL).await, cost(LARGE).await);
    assert!((1..100).contains(&small), "{small} rows a change among {SMALL} records");
    assert!(large * 10 <= small * 12, "{small} rows a change among {SMALL} records, and {large} among {LARGE}");
}
