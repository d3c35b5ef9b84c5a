//! Devices and server find out that they differ, and become equal again; also after a backup was put back.

use outpost_core::hlc::Hlc;
use outpost_core::mutation::{Op, Registers};
use outpost_core::protocol::{CheckResponse, PROTOCOL, RepairResponse, Verdict};
use outpost_core::record::{Record, Register};
use outpost_core::sums::{Delta, Sum, Sums};
use outpost_core::sync::{rebase, repair};
use outpost_server::cli::Command;
use outpost_server::{Config, admin};
use serde_json::{Value, json};

use crate::http::{Ask, error};
use crate::support::{Device, NOW, Server, id, lead};
use crate::sync_rules::{code, draft, invoice, issue};

impl Device {
    pub(crate) fn sums(&self) -> Sums {
        let (mut sums, mut delta) = (Sums::default(), Delta::default());
        self.records.values().for_each(|record| delta.add(record));
        sums.apply(&delta);
        sums
    }

    pub(crate) async fn ask<T: serde::de::DeserializeOwned>(&self, path: &str, body: Value) -> T {
        let reply = Ask::post(path, &body).cookie(&self.cookie).send(self.server).await;
        assert_eq!(reply.status, 200, "{}", reply.text());
        serde_json::from_slice(&reply.body).expect("an answer")
    }

    async fn check(&self, total: Sum) -> CheckResponse {
        self.ask("/api/v1/check", json!({"protocol": PROTOCOL, "device": self.id, "total": total})).await
    }

    async fn repair(&self, buckets: &[u8]) -> (Vec<Record>, usize) {
        let (mut rows, mut pages, mut after) = (Vec::new(), 0, Value::Null);
        loop {
            let body = json!({"protocol": PROTOCOL, "device": self.id, "buckets": buckets, "after": after});
            let page: RepairResponse = self.ask("/api/v1/repair", body).await;
            rows.extend(page.rows);
            pages += 1;
            match page.next {
                Some(next) => after = json!(next),
                None => return (rows, pages),
            }
        }
    }

    /// What the app does when sums differ; how many records it sends again.
    pub(crate) async fn mend(&mut self) -> usize {
        self.catch_up().await;
        let answer = self.check(self.sums().total()).await;
        let buckets = self.sums().differing(&answer.buckets);
        let (rows, _) = self.repair(&buckets).await;
        let ours = self.records.clone().into_iter().filter(|(key, _)| buckets.contains(&key.id.as_bytes()[15]));
        let mended = repair(ours.collect(), rows, &[]);
        mended.put.into_iter().for_each(|record| drop(self.records.insert(record.key(), record)));
        let count = mended.resend.len();
        for ops in mended.resend.chunks(100) {
            assert_eq!(code(&self.push(ops.to_vec()).await), "applied");
        }
        count
    }

    pub(crate) async fn equals_the_server(&self) {
        let answer = self.check(self.sums().total()).await;
        assert!(answer.buckets.is_empty(), "they differ in {:?}", self.sums().differing(&answer.buckets));
        assert_eq!(answer.head, self.cursor);
    }
}

#[tokio::test]
async fn sums_follow_whatever_a_push_does() {
    let server = Server::start().await;
    let mut ana = server.sign_up("ana@example.org", 7).await;
    ana.equals_the_server().await;
    ana.push((0..20).map(|i| lead(i, json!({"name": "Bia", "score": i}))).collect()).await;
    ana.push(vec![lead(3, json!({"name": "Bea", "phones": ["1"]})), Op::delete("lead", id(4))]).await;
    ana.push(vec![lead(4, json!({"name": "Beneath"})), Op::delete("lead", id(5))]).await;
    ana.push(vec![Op::restore("lead", id(5)), lead(6, json!({"name": null}))]).await;
    assert_eq!(code(&ana.push(vec![lead(7, json!({"emails": 5}))]).await), "invalid_value");
    ana.ms -= 2_000;
    assert_eq!(code(&ana.push(vec![lead(3, json!({"name": "Too late", "company": "Acme"}))]).await), "superseded");
    ana.ms += 4_000;
    ana.push(vec![lead(3, json!({"name": "Again"})), lead(3, json!({"name": "And again"}))]).await;
    let mut bo = server.sign_in("ana@example.org", 8).await;
    bo.catch_up().await;
    bo.equals_the_server().await;
    assert_eq!(bo.sums().total().count, 20);
}

#[tokio::test]
async fn what_differs_is_told_by_its_bucket_and_read_in_pages() {
    let server = Server::start().await;
    let mut ana = server.sign_up("ana@example.org", 7).await;
    for first in [0, 400, 800] {
        let batch = (first..first + 400).map(|i| ana.mutation(vec![lead(i, json!({"name": "Bia"}))])).collect();
        ana.exchange(batch).await;
    }
    let mut bo = server.sign_in("ana@example.org", 8).await;
    bo.catch_up().await;
    let stale = bo.clone();
    ana.push(vec![lead(3, json!({"name": "Bea"})), lead(300, json!({"name": "Bea"}))]).await;
    let answer = stale.check(stale.sums().total()).await;
    assert_eq!(stale.sums().differing(&answer.buckets), [3, 44]);
    let (rows, pages) = stale.repair(&[3, 44]).await;
    assert_eq!((rows.len(), pages), (10, 1), "3, 259, 515, … and 44, 300, 556, …");
    assert!(rows.is_sorted_by_key(Record::key));
    let all: Vec<u8> = (0..=255).collect();
    let (rows, pages) = bo.repair(&all).await;
    assert_eq!((rows.len(), pages), (1_200, 3));
    // A device that has lost a row finds and gets it, and sends nothing.
    bo.catch_up().await;
    let key = bo.record("lead", id(9)).key();
    bo.records.remove(&key);
    assert_eq!(bo.mend().await, 0);
    bo.equals_the_server().await;
}

fn merge(kind: &str, i: u128, fields: &[(&str, Value)], at: Hlc) -> Op {
    let fields = fields.iter().map(|(name, value)| ((*name).to_owned(), Register(value.clone(), at))).collect();
    Op::merge(lead_key(kind, i), Registers { fields, deleted: None })
}

fn lead_key(kind: &str, i: u128) -> outpost_core::record::RecordKey {
    outpost_core::record::RecordKey::new(kind, id(i))
}

#[tokio::test]
async fn a_merge_keeps_the_stamps_of_whoever_gave_them_and_bends_no_rule() {
    let server = Server::start().await;
    let mut ana = server.sign_up("ana@example.org", 7).await;
    let theirs = |ms: u64| Hlc { ms, counter: 3, device: outpost_core::id::DeviceId(99) };
    let old = merge("lead", 1, &[("name", json!("Bia"))], theirs(NOW - 5_000));
    assert_eq!(code(&ana.push(vec![old]).await), "applied");
    let mut bo = server.sign_in("ana@example.org", 8).await;
    bo.catch_up().await;
    assert_eq!(bo.record("lead", id(1)).fields["name"], Register(json!("Bia"), theirs(NOW - 5_000)));
    // What it says is late is late.
    ana.push(vec![lead(1, json!({"name": "Bea"}))]).await;
    let late = merge("lead", 1, &[("name", json!("Cy"))], theirs(NOW - 4_000));
    assert_eq!(code(&ana.push(vec![late]).await), "superseded");
    let ahead = merge("lead", 1, &[("name", json!("Dee"))], theirs(NOW + 61_000));
    assert_eq!(code(&ana.push(vec![ahead]).await), "stamp_ahead");
    assert_eq!(code(&ana.push(vec![merge("lead", 2, &[("emails", json!(5))], theirs(NOW))]).await), "invalid_value");

    ana.push(vec![draft(1)]).await;
    ana.push(vec![issue(1, "2026-K7-00001")]).await;
    let later = theirs(ana.ms + 50);
    for (fields, refused) in [
        (vec![("currency", json!("USD"))], "already_issued"),
        (vec![("status", json!("draft"))], "already_issued"),
        (vec![("issued", json!({"number": "x"}))], "issued_twice"),
    ] {
        assert_eq!(code(&ana.push(vec![merge("invoice", 1, &fields, later)]).await), refused);
    }
    let forged = merge("invoice", 2, &[("status", json!("issued")), ("buyer_name", json!("Acme"))], theirs(NOW));
    assert_eq!(code(&ana.push(vec![forged]).await), "incomplete_issue");
    let moved = merge("invoice_line", 12, &[("invoice", json!(id(1))), ("description", json!("Hay"))], later);
    assert_eq!(code(&ana.push(vec![moved]).await), "already_issued");
    ana.begin_again().await;
    ana.equals_the_server().await;
}

#[tokio::test]
async fn a_server_restored_from_an_older_backup_gets_back_what_it_has_lost() {
    let server = Server::on_sqlite().await;
    let mut ana = server.sign_up("ana@example.org", 7).await;
    let mut bo = server.sign_in("ana@example.org", 8).await;
    ana.push((0..30).map(|i| lead(i, json!({"name": format!("Lead {i}")}))).collect()).await;
    ana.push(vec![draft(100)]).await;
    let config = server.home.config();
    let backup = server.home.folder.path().join("backup.sqlite");
    let done = admin::run(&Command::Backup { file: backup.clone() }, &config).await.expect("a backup while it runs");
    assert!(done.contains("backup.sqlite"), "{done}");

    // What nobody but the devices has afterwards.
    bo.catch_up().await;
    bo.push(vec![lead(3, json!({"name": "Bo’s name", "notes": "kept"})), Op::delete("lead", id(4))]).await;
    bo.push((200..900).take(400).map(|i| lead(i, json!({"name": "New"}))).collect()).await;
    ana.catch_up().await;
    ana.push(vec![issue(100, "2026-K7-00001")]).await;
    ana.push(vec![invoice(100, json!({"status": "void"}))]).await;
    bo.begin_again().await;
    ana.begin_again().await;
    let before = ana.records.clone();

    let occupied = Command::Restore { file: backup.clone(), replace: false };
    let error_now = admin::run(&occupied, &config).await.expect_err("in use").to_string();
    assert!(error_now.contains("in use by another server"), "{error_now}");
    let home = server.stop().await;
    let occupied = admin::run(&occupied, &config).await.expect_err("occupied").to_string();
    assert!(occupied.contains("--replace"), "{occupied}");
    let done = admin::run(&Command::Restore { file: backup, replace: true }, &config).await.expect("restored");
    assert!(done.contains("before-restore-1"), "{done}");
    let server = Server::at(home, |_| {}).await;

    for device in [&mut ana, &mut bo] {
        device.server = server.address;
        let mut request = device.request(Vec::new());
        request.epoch = Some("of before".into());
        assert_eq!(device.send(&request).await.error(), error(409, "epoch_changed"));
    }
    // Ana has something unsent that stands on what the server has lost.
    let unsent = ana.mutation(vec![lead(250, json!({"notes": "unsent"})), lead(901, json!({"name": "Unsent, new"}))]);
    for op in &unsent.ops {
        let record = ana.records.entry(op.key()).or_insert_with(|| Record::empty(op.key()));
        outpost_core::mutation::apply(record, op, unsent.hlc);
    }
    (ana.cursor, ana.since, bo.cursor, bo.since) = (0, 0, 0, 0);
    let probe = ana.send(&ana.request(Vec::new())).await.json();
    let next_n = probe["next_n"].as_u64().expect("a number");
    assert_eq!(next_n, 3, "it has lost two of hers");
    let stamp = ana.stamp();
    let rebased = rebase(vec![unsent], next_n, &ana.records, stamp, 1);
    assert_eq!(rebased.outbox.iter().map(|mutation| mutation.n).collect::<Vec<_>>(), [3, 4]);
    let answer = ana.exchange(rebased.outbox).await;
    assert!(answer.receipts.iter().all(|receipt| receipt.verdict == Verdict::Applied), "{:?}", answer.receipts);
    bo.exchange(Vec::new()).await;
    ana.mend().await;
    assert_eq!(bo.mend().await, 0, "one of them has sent it all");
    ana.equals_the_server().await;
    bo.equals_the_server().await;
    assert_eq!(ana.records, bo.records);
    for (key, record) in before {
        let now = &ana.records[&key];
        for (name, register) in record.fields {
            assert_eq!(now.fields.get(&name), Some(&register), "{name} of {key:?}");
        }
        assert_eq!(now.deleted, record.deleted);
    }
    assert_eq!(ana.record("lead", id(250)).text("notes"), "unsent");
    // And the number is given again.
    bo.push(vec![draft(101)]).await;
    assert_eq!(code(&bo.push(vec![issue(101, "2026-K7-00001")]).await), "number_taken");
}

#[tokio::test]
async fn a_backup_that_is_none_is_not_put_in_place() {
    let folder = tempfile::tempdir().expect("a folder");
    let (data, file) = (folder.path().join("data"), folder.path().join("backup.sqlite"));
    let restore = Command::Restore { file: file.clone(), replace: true };
    let config = Config::new(([127, 0, 0, 1], 0).into(), &data);
    let run = async |command: &Command| admin::run(command, &config).await.expect_err("refused").to_string();
    assert!(run(&restore).await.contains("no such file"));
    std::fs::write(&file, "not a database, but long enough to be read as one".repeat(100)).expect("a file");
    assert!(run(&restore).await.contains("not a sound backup"));
    assert!(run(&Command::Backup { file: file.clone() }).await.contains("no database"));
    assert!(run(&Command::NewEpoch).await.contains("no database"));
    assert!(!data.join("outpost.sqlite").exists());
}

#[tokio::test]
async fn a_copied_device_gets_an_identity_and_leaves_the_session_to_the_other() {
    let server = Server::start().await;
    let mut ana = server.sign_up("ana@example.org", 7).await;
    let mut copy = ana.clone();
    ana.push(vec![lead(1, json!({"name": "Bia"}))]).await;
    copy.ms += 5;
    let theirs = copy.mutation(vec![lead(2, json!({"name": "Cy"}))]);
    assert_eq!(copy.send(&copy.request(vec![theirs])).await.error(), error(409, "device_forked"));
    let enrolment = json!({"device": {"id": "0000000000000009", "name": "The copy"}});
    let reply = Ask::post("/api/v1/enrol", &enrolment).cookie(&copy.cookie).send(server.address).await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    assert_ne!(reply.json()["series"], json!(ana.series), "a series of its own");
    (copy.id, copy.cookie, copy.next_n) = (outpost_core::id::DeviceId(9), reply.session(), 1);
    assert_eq!(code(&copy.push(vec![lead(2, json!({"name": "Cy"}))]).await), "applied");
    assert_eq!(code(&ana.push(vec![lead(1, json!({"name": "Bea"}))]).await), "applied", "the other's session goes on");
    let nobody = Ask::post("/api/v1/enrol", &enrolment).send(server.address).await;
    assert_eq!(nobody.error(), error(401, "no_session"));
}

#[tokio::test]
async fn nobody_compares_in_the_name_of_another_device() {
    let server = Server::start().await;
    let ana = server.sign_up("ana@example.org", 7).await;
    for path in ["/api/v1/check", "/api/v1/repair"] {
        let body = json!({"protocol": PROTOCOL, "device": "0000000000000001", "total": [0, "0"], "buckets": [1]});
        let reply = Ask::post(path, &body).cookie(&ana.cookie).send(server.address).await;
        assert_eq!(reply.error(), error(403, "foreign_device"));
        let reply = Ask::post(path, &json!({"protocol": 9})).cookie(&ana.cookie).send(server.address).await;
        assert_eq!(reply.error(), error(400, "unsupported_protocol"));
    }
}

#[tokio::test]
async fn the_log_of_a_database_that_is_gone_is_not_read_into_the_restored_one() {
    let server = Server::on_sqlite().await;
    let mut ana = server.sign_up("ana@example.org", 7).await;
    ana.push(vec![lead(1, json!({"name": "Bia"}))]).await;
    let (data, config) = (server.home.data(), server.home.config());
    let backup = server.home.folder.path().join("backup.sqlite");
    admin::run(&Command::Backup { file: backup.clone() }, &config).await.expect("a backup");
    ana.push(vec![lead(1, json!({"name": "Later"}))]).await;
    // As after a kill: the log is still beside the database, which somebody then moved away.
    let log = data.join("outpost.sqlite-wal");
    let kept = std::fs::read(&log).expect("a log");
    let folder = server.stop().await;
    std::fs::write(&log, &kept).expect("put back");
    std::fs::remove_file(data.join("outpost.sqlite")).expect("moved away");
    let done = admin::run(&Command::Restore { file: backup, replace: false }, &config).await.expect("restored");
    assert!(done.contains("before-restore-1"), "{done}");
    assert!(!log.exists() || std::fs::read(&log).expect("a log") != kept);
    assert_eq!(std::fs::read(data.join("before-restore-1/outpost.sqlite-wal")).expect("put aside"), kept);
    drop(folder);
}
