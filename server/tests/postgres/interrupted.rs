//! A push and a pull that lose the database at each message that the server sends it, in turn.

use outpost_core::protocol::{SyncRequest, SyncResponse, Verdict};
use serde_json::json;

use crate::home;
use crate::http::{Reply, error};
use crate::relay::{Cut, Relay};
use crate::support::{Device, Server, applied, id, lead};

/// More messages than any request takes.
const MESSAGES: u64 = 500;

/// A server that reaches its database by way of a relay.
async fn behind_a_relay() -> (Relay, Server) {
    let home = home().await;
    let options = home.database.as_ref().expect("a database").options();
    let relay = Relay::before((options.get_host().to_owned(), options.get_port())).await;
    let through = options.host("127.0.0.1").port(relay.address.port()).ssl_mode(sqlx::postgres::PgSslMode::Disable);
    let url = sqlx::ConnectOptions::to_url_lossy(&through).to_string();
    let server = Server::at(home, |config| config.database_url = Some(url.into())).await;
    (relay, server)
}

/// What came of a request that was cut off.
struct Disturbed {
    /// What it got in the end.
    reply: Reply,
    /// How often it was refused before.
    refused: u64,
    /// How many messages it took the first time.
    count: u64,
    /// Whether it had fewer than were to be let through.
    is_whole: bool,
}

/// Cuts a request off and sends it again until it is answered. One connection is lost; the pool may have to notice that of
/// others, too.
async fn disturbed(relay: &Relay, cut: Cut, device: &Device, request: &SyncRequest) -> Disturbed {
    relay.cut(cut);
    let mut reply = device.send(request).await;
    let (count, is_whole) = relay.done();
    let mut refused = 0;
    while reply.status != 200 {
        assert_eq!(reply.error(), error(503, "unavailable"), "{cut:?}");
        refused += 1;
        assert!(refused <= 20, "{cut:?}: it is never answered");
        reply = device.send(request).await;
    }
    Disturbed { reply, refused, count, is_whole }
}

/// Disturbs one request after another at its `n`-th message, `n` = 1, 2, 3, … until one has fewer.
async fn at_every_message(mut request: impl AsyncFnMut(u64) -> Disturbed) {
    let mut refused = 0;
    for n in 1..MESSAGES {
        let end = request(n).await;
        refused += end.refused;
        if end.is_whole {
            assert!(end.count > 10, "{} messages", end.count);
            assert!(refused > n / 4, "{refused} of {n} requests were disturbed");
            return;
        }
    }
    panic!("a request has no end")
}

/// Each push is another one.
async fn pushes_cut_everywhere(cut: impl Fn(u64) -> Cut) {
    let (relay, server) = behind_a_relay().await;
    let mut ana = server.sign_up("ana@example.org", 7).await;
    let mut bo = server.sign_in("ana@example.org", 8).await;
    at_every_message(async |n| {
        let pushed = bo.push(vec![lead(1_000_000 + u128::from(n), json!({"name": "Bo’s"}))]).await;
        assert_eq!(pushed, Verdict::Applied);
        let ops = vec![lead(n.into(), json!({"name": "Kept"})), lead(1, json!({"notes": format!("{n}")}))];
        let mutation = ana.mutation(ops);
        let request = ana.request(vec![mutation]);
        let end = disturbed(&relay, cut(n), &ana, &request).await;
        let answer: SyncResponse = serde_json::from_slice(&end.reply.body).expect("an answer");
        assert_eq!(applied(&answer.receipts), 1, "message {n}: {}", end.reply.text());
        ana.keep(&answer);
        // Bo’s takes one place in the sequence, hers two: lead 1 moves each time.
        assert_eq!(ana.cursor, 3 * n - 1, "message {n}: nothing is lost, nothing is written twice");
        end
    })
    .await;
    let pushed = ana.next_n - 1;
    assert_eq!(ana.begin_again().await as u64, 2 * pushed);
    assert_eq!(ana.record("lead", id(1)).text("notes"), format!("{pushed}"));
}

/// Each pull is the same, is answered as if nothing had been, and writes nothing.
async fn pulls_cut_everywhere(cut: impl Fn(u64) -> Cut) {
    let (relay, server) = behind_a_relay().await;
    let ana = server.sign_up("ana@example.org", 7).await;
    let mut bo = server.sign_in("ana@example.org", 8).await;
    for i in 0..3 {
        assert_eq!(bo.push(vec![lead(i, json!({"name": "Bo’s"}))]).await, Verdict::Applied);
    }
    let mut request = ana.request(Vec::new());
    (request.limit, request.wanted) = (2, vec![lead(2, json!({})).key()]);
    let undisturbed = ana.send(&request).await;
    let answer: SyncResponse = serde_json::from_slice(&undisturbed.body).expect("an answer");
    assert_eq!((answer.rows.len(), answer.records.len(), answer.has_more), (2, 1, true), "{}", undisturbed.text());
    let kept = server.home.everything().await;
    at_every_message(async |n| {
        let end = disturbed(&relay, cut(n), &ana, &request).await;
        assert_eq!(end.reply.text(), undisturbed.text(), "message {n}");
        assert!(server.home.everything().await == kept, "message {n}: something was written");
        end
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_push_cut_off_before_any_message_to_the_database_can_be_sent_again() {
    pushes_cut_everywhere(Cut::Before).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_push_cut_off_before_any_answer_of_the_database_can_be_sent_again() {
    pushes_cut_everywhere(Cut::After).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pull_cut_off_before_any_message_to_the_database_can_be_asked_again() {
    pulls_cut_everywhere(Cut::Before).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pull_cut_off_before_any_answer_of_the_database_can_be_asked_again() {
    pulls_cut_everywhere(Cut::After).await;
}
