//! A database that was restored by other means than ours, and the word that it was: `outpost-server new-epoch`.

use outpost_core::mutation::{Op, apply};
use outpost_core::record::Record;
use outpost_core::sync::rebase;
use serde_json::json;
use tokio::process::Command;

use crate::database::Home;
use crate::http::error;
use crate::support::{Device, Server, applied, id, lead};
use crate::sync_rules::{code, draft, issue};

/// Runs the program as its owner does; what it said.
async fn new_epoch(home: &Home) -> Result<String, String> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_outpost-server"));
    command.env_remove("OUTPOST_DATABASE_URL").arg("new-epoch").arg("--data").arg(home.data());
    if let Some(database) = &home.database {
        command.arg("--database-url").arg(database.url());
    }
    let done = command.output().await.expect("it ran");
    let said = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim_end().to_owned();
    if done.status.success() { Ok(said(&done.stdout)) } else { Err(said(&done.stderr)) }
}

impl Device {
    /// The epoch that the server names.
    async fn epoch(&self) -> String {
        let answer = self.send(&self.request(Vec::new())).await.json();
        answer["epoch"].as_str().expect("an epoch").to_owned()
    }

    /// What a device does that is told of another epoch: see “A server that was restored” of the specification. `unsent` is what it
    /// has not sent yet. Returns how many records the server had lost.
    async fn come_back(&mut self, known: &str, unsent: Vec<Op>) -> usize {
        let mutation = self.mutation(unsent);
        let mut push = self.request(vec![mutation.clone()]);
        push.epoch = Some(known.to_owned());
        let refused = self.send(&push).await;
        assert_eq!(refused.error(), error(409, "epoch_changed"));
        let epoch = refused.json()["error"]["epoch"].as_str().expect("the new one").to_owned();
        assert_ne!(epoch, known);

        for op in &mutation.ops {
            let record = self.records.entry(op.key()).or_insert_with(|| Record::empty(op.key()));
            apply(record, op, mutation.hlc);
        }
        (self.cursor, self.since) = (0, 0);
        let mut probe = self.request(Vec::new());
        (probe.limit, probe.epoch) = (0, Some(epoch.clone()));
        let next_n = self.send(&probe).await.json()["next_n"].as_u64().expect("a number");
        assert!(next_n < mutation.n, "it has lost some of what it acknowledged");
        let rebased = rebase(vec![mutation], next_n, &self.records, self.stamp(), 1);
        let mut push = self.request(rebased.outbox);
        push.epoch = Some(epoch);
        let reply = self.send(&push).await;
        let answer = serde_json::from_slice(&reply.body).unwrap_or_else(|_| panic!("{}", reply.text()));
        self.keep(&answer);
        assert_eq!(applied(&answer.receipts), push.mutations.len(), "{:?}", answer.receipts);
        self.mend().await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn devices_send_again_what_a_database_lacks_that_was_restored_by_other_means() {
    let server = Server::start().await;
    let mut ana = server.sign_up("ana@example.org", 7).await;
    let mut bo = server.sign_in("ana@example.org", 8).await;
    ana.push((0..30).map(|i| lead(i, json!({"name": format!("Lead {i}")}))).collect()).await;
    ana.push(vec![draft(100)]).await;
    bo.push(vec![lead(5, json!({"notes": "of before"}))]).await;
    let home = server.stop().await;
    let copy = home.copy().await;

    let server = Server::at(home, |_| {}).await;
    (ana.server, bo.server) = (server.address, server.address);
    // What only the devices have after the restore: new, changed, deleted, issued.
    bo.catch_up().await;
    bo.push(vec![lead(3, json!({"name": "Bo’s name", "notes": "kept"})), Op::delete("lead", id(4))]).await;
    bo.push((200..300).map(|i| lead(i, json!({"name": "New"}))).collect()).await;
    ana.push(vec![issue(100, "2026-K7-00001")]).await;
    ana.push(vec![lead(6, json!({"name": "Of nobody else"}))]).await;
    ana.begin_again().await;
    bo.begin_again().await;
    let (known, before) = (ana.epoch().await, ana.records.clone());
    assert_eq!(known, bo.epoch().await);
    let home = server.stop().await;

    home.put_back(&copy).await;
    let said = new_epoch(&home).await.expect("done");
    assert!(said.starts_with("1 workspaces have a new epoch"), "{said}");
    let server = Server::at(home, |_| {}).await;
    (ana.server, bo.server) = (server.address, server.address);
    let unsent = vec![lead(250, json!({"notes": "unsent"})), lead(901, json!({"name": "Unsent, new"}))];
    let lost = ana.come_back(&known, unsent).await;
    assert!(lost > 100, "{lost} records");
    assert_eq!(bo.come_back(&known, vec![lead(7, json!({"notes": "unsent too"}))]).await, 0, "Ana has sent it all");
    ana.catch_up().await;
    ana.equals_the_server().await;
    bo.equals_the_server().await;
    let mut fresh = server.sign_in("ana@example.org", 9).await;
    fresh.catch_up().await;
    assert!(fresh.records == ana.records && fresh.records == bo.records, "all hold the same");
    for (key, record) in before {
        let now = &fresh.records[&key];
        assert!(record.fields.iter().all(|(name, field)| now.fields.get(name) == Some(field)), "{key:?}: {now:?}");
        assert_eq!(record.deleted, now.deleted, "{key:?}");
    }
    assert_eq!(fresh.record("lead", id(250)).text("notes"), "unsent");
    assert_eq!(fresh.record("lead", id(7)).text("notes"), "unsent too");
    // The number of an invoice is given again.
    bo.push(vec![draft(101)]).await;
    assert_eq!(code(&bo.push(vec![issue(101, "2026-K7-00001")]).await), "number_taken");
}

#[tokio::test]
async fn each_new_epoch_is_another_one_and_where_nothing_is_there_is_none() {
    let server = Server::start().await;
    let mut ana = server.sign_up("ana@example.org", 7).await;
    let other = server.sign_up("max@example.org", 8).await;
    let mut epochs = vec![ana.epoch().await, other.epoch().await];
    let home = server.stop().await;
    let empty = Home::new().await;
    let said = new_epoch(&empty).await.expect_err("there is no workspace");
    assert!(said.lines().any(|line| line.starts_with("There is no") && line.ends_with('.')), "a sentence: {said}");
    new_epoch(&home).await.expect("done");
    let said = new_epoch(&home).await.expect("done");
    assert!(said.starts_with("2 workspaces"), "{said}");
    let server = Server::at(home, |_| {}).await;
    ana.server = server.address;
    epochs.extend([ana.epoch().await, Device { server: server.address, ..other }.epoch().await]);
    epochs.sort();
    epochs.dedup();
    assert_eq!(epochs.len(), 4, "{epochs:?}");
}
