//! What an acknowledged push rests on, whatever the database's own defaults are.

use futures::future::join_all;
use serde_json::json;
use sqlx::{AssertSqlSafe, Executor};

use crate::support::{Server, lead, until};
use crate::{database, home, outside};

#[tokio::test]
async fn a_push_is_on_the_disk_and_sees_what_is_committed_even_if_the_defaults_are_others() {
    let home = home().await;
    let database = home.database.as_ref().expect("a database");
    for default in ["synchronous_commit = off", "default_transaction_isolation = serializable", "jit = on"] {
        let alter = AssertSqlSafe(format!("ALTER DATABASE {} SET {default}", database.name));
        outside(database).await.execute(alter).await.expect("set");
    }
    let mut beside = database.connect().await;
    let server = Server::at(home, |_| {}).await;
    // Within the push's own transaction.
    let spy = "CREATE TABLE seen (durable TEXT, isolation TEXT);
        CREATE FUNCTION spy() RETURNS trigger LANGUAGE plpgsql AS
            'BEGIN INSERT INTO seen VALUES
                (current_setting(''synchronous_commit''), current_setting(''transaction_isolation'')); RETURN NULL; END';
        CREATE TRIGGER spy AFTER INSERT ON receipts FOR EACH ROW EXECUTE FUNCTION spy()";
    sqlx::raw_sql(spy).execute(&mut beside).await.expect("made");
    let mut device = server.sign_up("ana@example.org", 7).await;
    device.push(vec![lead(1, json!({"name": "Kept"}))]).await;
    let seen: (String, String) =
        sqlx::query_as("SELECT durable, isolation FROM seen").fetch_one(&mut beside).await.expect("it was seen");
    assert_eq!(seen, ("on".to_owned(), "read committed".to_owned()));
}

/// A disk that takes long for a commit makes pushes wait, but each commit takes along those that wait for it.
#[tokio::test(flavor = "multi_thread")]
async fn pushes_that_wait_share_a_commit_and_one_that_fails_fails_alone() {
    let server = Server::at(home().await, |_| {}).await;
    let mut beside = database(&server).connect().await;
    let broken = server.sign_up("ana@example.org", 100).await;
    let mut devices = vec![broken];
    for number in 1..=11 {
        devices.push(server.sign_in("ana@example.org", 100 + number).await);
    }
    let slow = "CREATE TABLE seen (transaction BIGINT);
        CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS
            'BEGIN PERFORM pg_sleep(0.02); INSERT INTO seen VALUES (txid_current()); RETURN NULL; END';
        CREATE CONSTRAINT TRIGGER slow AFTER INSERT ON receipts DEFERRABLE INITIALLY DEFERRED
            FOR EACH ROW EXECUTE FUNCTION slow()";
    sqlx::raw_sql(slow).execute(&mut beside).await.expect("made");
    let mut round = 0..;
    until("two pushes share a transaction", async || {
        let base = round.next().unwrap_or(0) * 100;
        join_all((base..).zip(&mut devices).map(|(i, device)| device.push(vec![lead(i, json!({"name": "Shared"}))])))
            .await;
        let most = "SELECT max(count) FROM (SELECT count(*) FROM seen GROUP BY transaction) AS of";
        sqlx::query_scalar::<_, Option<i64>>(most).fetch_one(&mut beside).await.expect("a count") > Some(1)
    })
    .await;

    let refuse = "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
            'BEGIN IF NEW.id::text LIKE ''%666'' THEN RAISE EXCEPTION ''no''; END IF; RETURN NEW; END';
        CREATE TRIGGER refuse BEFORE INSERT ON records FOR EACH ROW EXECUTE FUNCTION refuse()";
    sqlx::raw_sql(refuse).execute(&mut beside).await.expect("made");
    let ids = (0..devices.len() as u128).map(|i| if i == 0 { 0x666 } else { 0x1000 + i });
    let requests: Vec<_> = ids
        .zip(&mut devices)
        .map(|(id, device)| {
            let mutation = device.mutation(vec![lead(id, json!({"name": "Beside"}))]);
            device.request(vec![mutation])
        })
        .collect();
    let answers = join_all(devices.iter().zip(&requests).map(|(device, request)| device.send(request))).await;
    let codes: Vec<u16> = answers.iter().map(|answer| answer.status).collect();
    assert_eq!(codes[1..], [200; 11], "{codes:?}");
    assert!(codes[0] >= 500, "{codes:?}");
}
