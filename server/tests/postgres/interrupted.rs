//! A push and a pull that lose the database at each message that the server sends it, in turn.

use outpost_core::protocol::{SyncResponse, Verdict};
use serde_json::json;

use crate::home;
use crate::http::error;
use crate::relay::{Cut, Relay};
use crate::support::{Server, applied, id, lead};

/// Cuts the `n`-th message of one request after another, `n` = 1, 2, 3, … until a request has fewer; returns how many it had.
async fn cut_everywhere(cut: impl Fn(u64) -> Cut) -> u64 {
    let home = home().await;
    let options = home.database.as_ref().expect("a database").options();
    let relay = Relay::before((options.get_host().to_owned(), options.get_port())).await;
    let through = options.host("127.0.0.1").port(relay.address.port()).ssl_mode(sqlx::postgres::PgSslMode::Disable);
    let url = sqlx::ConnectOptions::to_url_lossy(&through).to_string();
    let server = Server::at(home, |config| config.database_url = Some(url.into())).await;
    let mut ana = server.sign_up("ana@example.org", 7).await;
    let mut bo = server.sign_in("ana@example.org", 8).await;
    let mut refused = 0;
    for n in 1_u64.. {
        let pushed = bo.push(vec![lead(1_000_000 + u128::from(n), json!({"name": "Bo’s"}))]).await;
        assert_eq!(pushed, Verdict::Applied);
        let ops = vec![lead(n.into(), json!({"name": "Kept"})), lead(1, json!({"notes": format!("{n}")}))];
        let mutation = ana.mutation(ops);
        let request = ana.request(vec![mutation]);
        relay.cut(cut(n));
        let mut reply = ana.send(&request).await;
        let (count, is_to_come) = relay.done();
        // One connection is lost; the pool may have to notice that of others, too.
        for _ in 0..20 {
            if reply.status == 200 {
                break;
            }
            assert_eq!(reply.error(), error(503, "unavailable"), "message {n}");
            refused += 1;
            reply = ana.send(&request).await;
        }
        let answer: SyncResponse = serde_json::from_slice(&reply.body).expect("an answer");
        assert_eq!(applied(&answer.receipts), 1, "message {n}: {}", reply.text());
        ana.keep(&answer);
        // Bo’s takes one place in the sequence, hers two: lead 1 moves each time.
        assert_eq!(ana.cursor, 3 * n - 1, "message {n}: nothing is lost, nothing is written twice");
        if is_to_come {
            assert!(refused > n / 4, "{refused} of {n} requests were disturbed");
            assert_eq!(ana.begin_again().await as u64, 2 * n);
            assert_eq!(ana.record("lead", id(1)).text("notes"), format!("{n}"));
            return count;
        }
        assert!(n < 500, "a request has no end");
    }
    unreachable!("numbers have no end")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_push_cut_off_before_any_message_to_the_database_can_be_sent_again() {
    let count = cut_everywhere(Cut::Before).await;
    assert!(count > 10, "{count} messages");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_push_cut_off_before_any_answer_of_the_database_can_be_sent_again() {
    let count = cut_everywhere(Cut::After).await;
    assert!(count > 10, "{count} messages");
}
