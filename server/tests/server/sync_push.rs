//! Pushing: numbers, replays, gaps, verdicts, stamps.

use std::sync::atomic::Ordering;

use outpost_core::hlc::{Hlc, MAX_SKEW_MS};
use outpost_core::mutation::Op;
use outpost_core::protocol::{SyncResponse, Verdict};
use serde_json::json;

use crate::http::error;
use crate::support::{Device, NOW, Server, applied, id, lead};

#[tokio::test]
async fn what_is_pushed_is_there() {
    let server = Server::start().await;
    let mut device = server.sign_up("ana@example.org", 7).await;
    let (one, two) =
        (device.mutation(vec![lead(1, json!({"name": "Bia"}))]), device.mutation(vec![lead(1, json!({"notes": "x"}))]));
    let answer = device.exchange(vec![one, two]).await;
    assert_eq!((applied(&answer.receipts), answer.next_n, answer.rows.len()), (2, 3, 0), "no echo of one's own");
    assert_eq!((answer.has_more, answer.cursor, answer.since, answer.server_ms), (false, 1, 1, NOW));

    let mut other = server.sign_in("ana@example.org", 8).await;
    assert_eq!(other.catch_up().await, 1);
    let record = other.record("lead", id(1));
    assert_eq!((record.text("name"), record.text("notes")), ("Bia", "x"));
    assert_eq!(record.fields["name"].hlc(), Hlc { ms: NOW + 1, counter: 0, device: device.id });
}

#[tokio::test]
async fn a_replay_gets_the_same_receipts_and_does_nothing() {
    let server = Server::start().await;
    let mut device = server.sign_up("ana@example.org", 7).await;
    let batch: Vec<_> = [
        vec![lead(1, json!({"name": "Bia"}))],
        vec![lead(2, json!({"name": 5}))],
        vec![lead(3, json!({"name": "Caio"}))],
    ]
    .map(|ops| device.mutation(ops))
    .into();
    let request = device.request(batch.clone());
    let first: SyncResponse = serde_json::from_slice(&device.send(&request).await.body).expect("an answer");
    assert!(matches!(first.receipts[1].verdict, Verdict::Rejected { .. }));
    for _ in 0..3 {
        let again: SyncResponse = serde_json::from_slice(&device.send(&request).await.body).expect("an answer");
        assert_eq!((&again.receipts, again.next_n, again.cursor), (&first.receipts, 4, first.cursor));
    }
    // Part replay, part new: each gets its own receipt.
    let mut mixed = batch[1..].to_vec();
    mixed.push(device.mutation(vec![lead(4, json!({"name": "Davi"}))]));
    let answer = device.exchange(mixed).await;
    let receipts: Vec<u64> = answer.receipts.iter().map(|receipt| receipt.n).collect();
    assert_eq!((receipts, &answer.receipts[..2], answer.next_n), (vec![2, 3, 4], &first.receipts[1..], 5));
    let mut other = server.sign_in("ana@example.org", 8).await;
    assert_eq!(other.catch_up().await, 3);
}

#[tokio::test]
async fn a_gap_is_answered_with_the_number_that_is_wanted() {
    let server = Server::start().await;
    let mut device = server.sign_up("ana@example.org", 7).await;
    device.push(vec![lead(1, json!({"name": "Bia"}))]).await;
    device.next_n = 5;
    let ahead = device.mutation(vec![lead(2, json!({"name": "Caio"}))]);
    let answer = device.exchange(vec![ahead]).await;
    assert_eq!((answer.next_n, answer.receipts.len(), answer.cursor), (2, 0, 1));
}

#[tokio::test]
async fn a_copied_device_is_noticed_and_nothing_of_it_is_swallowed() {
    let server = Server::start().await;
    let mut device = server.sign_up("ana@example.org", 7).await;
    let mut copy = device.clone();
    device.push(vec![lead(1, json!({"name": "Bia"}))]).await;
    copy.ms += 500;
    let other = copy.mutation(vec![lead(2, json!({"name": "Caio"}))]);
    assert_eq!(copy.send(&copy.request(vec![other])).await.error(), error(409, "device_forked"));
}

#[tokio::test]
async fn a_copied_device_is_noticed_though_both_give_one_stamp() {
    let server = Server::start().await;
    let mut device = server.sign_up("ana@example.org", 7).await;
    let mut copy = device.clone();
    device.push(vec![lead(1, json!({"name": "Bia"}))]).await;
    let same = copy.clone().mutation(vec![lead(1, json!({"name": "Bia"}))]);
    assert_eq!(applied(&copy.clone().exchange(vec![same]).await.receipts), 1, "what both had is what it was");
    let empty = copy.clone().mutation(Vec::new());
    assert_eq!(applied(&copy.clone().exchange(vec![empty]).await.receipts), 1, "what was taken back says nothing else");
    let other = copy.mutation(vec![lead(2, json!({"name": "Caio"}))]);
    assert_eq!(copy.send(&copy.request(vec![other])).await.error(), error(409, "device_forked"));
}

#[tokio::test]
async fn one_bad_change_holds_nobody_up() {
    let server = Server::start().await;
    let mut device = server.sign_up("ana@example.org", 7).await;
    let batch: Vec<_> = (1..=9_u128)
        .map(|i| {
            // The fifth sets a good field and a bad one, and touches a second record: none of it may stay.
            let ops = if i == 5 {
                vec![lead(50, json!({"name": "Innocent"})), lead(5, json!({"name": "Bad", "emails": 7}))]
            } else {
                vec![lead(i, json!({"name": format!("Lead {i}")}))]
            };
            device.mutation(ops)
        })
        .collect();
    let answer = device.exchange(batch).await;
    assert_eq!((applied(&answer.receipts), answer.next_n), (8, 10));
    let Verdict::Rejected { code, message, current } = &answer.receipts[4].verdict else { panic!("it was taken") };
    assert_eq!((code.as_str(), current.len()), ("invalid_value", 0));
    assert!(message.len() > 10, "{message}");
    let mut other = server.sign_in("ana@example.org", 8).await;
    assert_eq!(other.catch_up().await, 8);
    assert!(!other.records.keys().any(|key| [id(5), id(50)].contains(&key.id)));
}

#[tokio::test]
async fn the_later_write_wins_and_the_earlier_learns_of_it() {
    let server = Server::start().await;
    let mut ana = server.sign_up("ana@example.org", 7).await;
    let mut bo = server.sign_in("ana@example.org", 8).await;
    ana.push(vec![lead(1, json!({"name": "Bia", "notes": "first"}))]).await;
    bo.ms = NOW + 10_000;
    bo.catch_up().await;
    assert_eq!(bo.push(vec![lead(1, json!({"notes": "Bo was later"}))]).await, Verdict::Applied);
    ana.ms = NOW + 5_000;
    let verdict = ana.push(vec![lead(1, json!({"notes": "Ana was earlier", "company": "Acme"}))]).await;
    let Verdict::Superseded { winners } = verdict else { panic!("{verdict:?}") };
    assert_eq!((winners.len(), winners[0].fields.len()), (1, 1), "only what won");
    assert_eq!(winners[0].text("notes"), "Bo was later");
    for device in [&mut ana, &mut bo] {
        device.begin_again().await;
        let record = device.record("lead", id(1));
        assert_eq!((record.text("notes"), record.text("company")), ("Bo was later", "Acme"));
    }
}

#[tokio::test]
async fn a_late_edit_does_not_bring_a_deleted_record_back_and_a_restore_does() {
    let server = Server::start().await;
    let mut ana = server.sign_up("ana@example.org", 7).await;
    let mut bo = server.sign_in("ana@example.org", 8).await;
    ana.push(vec![lead(1, json!({"name": "Bia"}))]).await;
    bo.catch_up().await;
    assert_eq!(ana.push(vec![Op::delete("lead", id(1))]).await, Verdict::Applied);
    bo.ms = NOW + 30_000;
    assert_eq!(bo.push(vec![lead(1, json!({"notes": "edited meanwhile"}))]).await, Verdict::Applied);
    assert!(bo.record("lead", id(1)).is_deleted(), "the deletion came in the same answer");
    ana.begin_again().await;
    assert!(ana.record("lead", id(1)).is_deleted());
    assert_eq!(ana.record("lead", id(1)).text("notes"), "edited meanwhile", "kept beneath");
    bo.push(vec![Op::restore("lead", id(1))]).await;
    ana.catch_up().await;
    assert!(!ana.record("lead", id(1)).is_deleted());
}

#[tokio::test]
async fn a_clock_an_hour_ahead_is_bounded_with_its_order_kept() {
    const HOUR: u64 = 3_600_000;
    let server = Server::start().await;
    let mut fast = server.sign_up("ana@example.org", 7).await;
    let in_time = fast.mutation(vec![lead(1, json!({"notes": "one"}))]);
    fast.ms = NOW + HOUR;
    let ahead = [vec![lead(1, json!({"notes": "two"}))], vec![lead(1, json!({"notes": "three", "name": "Bia"}))]]
        .map(|ops| fast.mutation(ops));
    let request = fast.request([vec![in_time], ahead.to_vec()].concat());
    // Its first write lacks the name that a lead must have, so it is refused; the stamps are bounded all the same.
    let answer: SyncResponse = serde_json::from_slice(&fast.send(&request).await.body).expect("an answer");
    let stamps: Vec<Option<Hlc>> = answer.receipts.iter().map(|receipt| receipt.stamp).collect();
    assert_eq!(stamps[0], None);
    let (two, three) = (stamps[1].expect("rewritten"), stamps[2].expect("rewritten"));
    assert!(two < three && three.ms <= NOW + MAX_SKEW_MS && two.ms >= NOW, "{two} {three}");
    let again: SyncResponse = serde_json::from_slice(&fast.send(&request).await.body).expect("an answer");
    assert_eq!(again.receipts, answer.receipts, "a replay tells the same stamps");

    // Someone whose clock is right writes two minutes later, and wins.
    server.now_ms.fetch_add(120_000, Ordering::SeqCst);
    let mut right = server.sign_in("ana@example.org", 8).await;
    right.catch_up().await;
    assert_eq!(right.record("lead", id(1)).fields["notes"].hlc(), three);
    right.ms = NOW + 120_000;
    assert_eq!(right.push(vec![lead(1, json!({"notes": "four"}))]).await, Verdict::Applied);
}

#[tokio::test]
async fn an_old_stamp_is_taken_for_ever_and_an_empty_mutation_holds_its_number() {
    let server = Server::start().await;
    let mut device = server.sign_up("ana@example.org", 7).await;
    device.ms = 1;
    assert_eq!(device.push(vec![lead(1, json!({"name": "From 1970"}))]).await, Verdict::Applied);
    assert_eq!(device.push(Vec::new()).await, Verdict::Applied);
    assert_eq!(device.next_n, 3);
}

#[tokio::test]
async fn what_this_version_does_not_know_is_kept_and_relayed() {
    let server = Server::start().await;
    let mut new = server.sign_up("ana@example.org", 7).await;
    let odd = json!({"deep": [1, {"x": null}], "n": 12.5});
    let ops = vec![
        lead(1, json!({"name": "Bia", "field_of_2031": odd})),
        Op::patch("satellite", id(2), crate::support::patch(json!({"orbit": odd}))),
    ];
    assert_eq!(new.push(ops).await, Verdict::Applied);
    let mut other = server.sign_in("ana@example.org", 8).await;
    other.catch_up().await;
    assert_eq!(other.record("lead", id(1)).get("field_of_2031"), Some(&odd));
    assert_eq!(other.record("satellite", id(2)).get("orbit"), Some(&odd));
}

#[tokio::test]
async fn every_value_comes_back_as_it_was() {
    let server = Server::start().await;
    let mut device = server.sign_up("ana@example.org", 7).await;
    let values = json!({
        "tiny": 1e-7, "tenth": 0.1, "last_bit": 0.30000000000000004, "huge": 1.7976931348623157e308, "minus_zero": -0.0,
        "most": u64::MAX, "least": i64::MIN, "yes": true, "nothing": null, "empty": "", "none": [], "bare": {},
        "quotes": "\"\\/'`$[0]", "controls": "\u{0}\u{1}\t\r\n\u{7f}\u{2028}", "scripts": "José Łukasz 山田 🦄 ש\u{301}",
        "sql": "'); DROP TABLE records; --", "nested": {"\u{0}": [{"": [0.1, "\u{0}"]}]}
    });
    let fields: serde_json::Map<_, _> =
        values.as_object().expect("fields").iter().map(|(name, value)| (format!("x_{name}"), value.clone())).collect();
    assert_eq!(
        device.push(vec![Op::patch("oddity", id(1), crate::support::patch(fields.clone().into()))]).await,
        Verdict::Applied
    );
    // A second write of another field reads and stores the rest again.
    device.push(vec![Op::patch("oddity", id(1), crate::support::patch(json!({"more": 1})))]).await;
    device.begin_again().await;
    for (name, value) in &fields {
        assert_eq!(device.record("oddity", id(1)).fields[name].value(), value, "{name}");
    }
}

#[tokio::test]
async fn a_record_cannot_grow_without_end() {
    let server = Server::start().await;
    let mut device = server.sign_up("ana@example.org", 7).await;
    device.push(vec![lead(1, json!({"name": "Bia"}))]).await;
    let text = "x".repeat(60_000);
    let mut verdicts = Vec::new();
    for i in 0..20 {
        let mut fields = serde_json::Map::new();
        fields.insert(format!("extra_{i}"), json!(text));
        verdicts.push(device.push(vec![lead(1, fields.into())]).await);
    }
    let refused = |verdict: &Verdict| matches!(verdict, Verdict::Rejected { code, .. } if code == "record_too_large");
    assert_eq!(verdicts.iter().position(refused), Some(17), "just above a megabyte");
    assert!(verdicts[17..].iter().all(refused));
}

#[tokio::test]
async fn two_workspaces_never_meet() {
    let server = Server::start().await;
    let mut ana = server.sign_up("ana@example.org", 7).await;
    let mut bo = server.sign_up("bo@example.org", 7).await;
    ana.push(vec![lead(1, json!({"name": "Ana's"}))]).await;
    assert_eq!(bo.catch_up().await, 0);
    assert_eq!(bo.push(vec![lead(1, json!({"name": "Bo's"}))]).await, Verdict::Applied);
    let seen = async |device: &mut Device| {
        device.begin_again().await;
        device.record("lead", id(1)).text("name").to_owned()
    };
    assert_eq!((seen(&mut ana).await, seen(&mut bo).await), ("Ana's".to_owned(), "Bo's".to_owned()));
}
