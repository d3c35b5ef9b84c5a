//! The archive: what goes there and when, who forgets it, and how it comes back.

use std::collections::BTreeMap;

use outpost_core::mutation::Op;
use outpost_core::protocol::{
    ArchivePage, CheckRequest, CheckResponse, Group, Newest, PROTOCOL, RecallRequest, RepairRequest, RepairResponse,
    ScopeRequest, ScopeResponse,
};
use outpost_core::record::{Record, RecordKey};
use outpost_core::scope::Age;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::horizon::{self, DAY};
use crate::http::error;
use crate::snapshot::{fetch, get, snapshot};
use crate::support::{Device, Server, id, lead, patch};

/// A server, a device that keeps everything, and one that keeps 90 days.
async fn start() -> (Server, Device, Device) {
    let (server, ana, mut bo) = horizon::start().await;
    bo.scope = Age::Recent;
    (server, ana, bo)
}

impl Server {
    /// So many days go by, and the server tends.
    async fn days_later(&self, days: u64) {
        self.pass(days);
        self.tend().await;
    }
}

impl Device {
    async fn get<T: DeserializeOwned>(&self, path: &str) -> T {
        let reply = get(self, path).await;
        assert_eq!(reply.status, 200, "{}", reply.text());
        serde_json::from_slice(&reply.body).expect("an answer")
    }

    /// Whether it holds just what the server thinks is in its scope.
    async fn is_same(&self) -> bool {
        let total = self.sums().total();
        let request = CheckRequest { protocol: PROTOCOL, device: self.id, total, scope: self.scope };
        self.ask::<CheckResponse>("/api/v1/check", json!(request)).await.buckets.is_empty()
    }

    async fn recall(&self, records: Vec<RecordKey>) {
        let request = RecallRequest { protocol: PROTOCOL, device: self.id, records };
        self.ask::<Value>("/api/v1/recall", json!(request)).await;
    }

    /// Keeps something else; does what the server says.
    async fn rescope(&mut self, to: Age) -> (usize, usize) {
        let (mut after, mut came, mut went) = (None, 0, 0);
        loop {
            let request = ScopeRequest { protocol: PROTOCOL, device: self.id, from: self.scope, to, after };
            let answer: ScopeResponse = self.ask("/api/v1/scope", json!(request)).await;
            came += answer.rows.len();
            went += answer.forget.len();
            for row in answer.rows {
                self.records.insert(row.key(), row);
            }
            self.records.retain(|key, _| !answer.forget.contains(key));
            after = answer.next;
            if after.is_none() {
                self.scope = to;
                return (came, went);
            }
        }
    }

    fn has(&self, kind: &str, i: u128) -> bool {
        self.records.contains_key(&RecordKey::new(kind, id(i)))
    }
}

fn deal(i: u128, stage: &str) -> Op {
    Op::patch("deal", id(i), patch(json!({"title": format!("Deal {i}"), "stage": stage})))
}

fn event(i: u128, deal: u128, to: &str) -> Op {
    Op::patch("stage_event", id(i), patch(json!({"deal": id(deal), "to": to, "at": 1})))
}

fn key(kind: &str, i: u128) -> RecordKey {
    RecordKey::new(kind, id(i))
}

#[tokio::test]
async fn what_is_done_with_and_old_is_forgotten_by_those_who_do_not_keep_it() {
    let (server, mut ana, mut bo) = start().await;
    let leads =
        (1..=3).map(|i| lead(i, json!({"name": "Bia", "status": if i == 1 { "contacted" } else { "qualified" }})));
    ana.push(leads.collect()).await;
    ana.push(vec![deal(11, "won"), event(12, 11, "won"), deal(13, "proposal")]).await;
    bo.catch_up().await;
    ana.begin_again().await;
    assert_eq!(bo.records.len(), 6);
    server.days_later(89).await;
    assert_eq!((bo.catch_up().await, bo.records.len()), (0, 6));
    server.days_later(2).await;
    assert_eq!((ana.catch_up().await, ana.records.len()), (0, 6), "who keeps everything hears nothing of it");
    bo.catch_up().await;
    let kept: Vec<&RecordKey> = bo.records.keys().collect();
    assert_eq!(kept, [&key("deal", 13), &key("lead", 1)], "a deal's stages go with it");
    assert!(ana.is_same().await && bo.is_same().await);
    // A new device gets no more than it keeps, page by page and at once.
    let mut cy = server.sign_in("ana@example.org", 9).await;
    cy.scope = Age::Recent;
    cy.catch_up().await;
    assert_eq!(cy.records, bo.records);
    let newest: Newest = cy.get("/api/v1/newest?scope=0").await;
    assert_eq!((newest.count, newest.rows.len()), (2, 2));
    cy.scope = Age::Year;
    assert_eq!(cy.begin_again().await, 6);
    server.days_later(300).await;
    cy.catch_up().await;
    assert_eq!(cy.records.len(), 2);
    assert!(cy.is_same().await && ana.is_same().await && bo.is_same().await);
}

#[tokio::test]
async fn what_changes_comes_back_whole_with_all_that_belongs_to_it() {
    let (server, mut ana, mut bo) = start().await;
    ana.push(vec![deal(11, "won"), event(12, 11, "won"), deal(21, "won"), event(22, 21, "lost")]).await;
    ana.push(vec![lead(1, json!({"name": "Bia", "company": "Quinta", "status": "qualified"}))]).await;
    bo.catch_up().await;
    server.days_later(100).await;
    bo.catch_up().await;
    assert!(bo.records.is_empty());
    // A part that is new brings its deal back, and the parts that were there before.
    ana.ms += 100 * DAY;
    ana.push(vec![event(13, 11, "won")]).await;
    ana.push(vec![lead(1, json!({"notes": "Called again"}))]).await;
    bo.catch_up().await;
    assert!(bo.has("deal", 11) && bo.has("stage_event", 12) && bo.has("stage_event", 13) && !bo.has("deal", 21));
    assert_eq!(bo.record("lead", id(1)).text("company"), "Quinta", "all of it, not just what changed");
    assert!(bo.is_same().await);
    // Who changes what it does not hold is sent the rest of it, too.
    bo.ms += 100 * DAY;
    bo.push(vec![Op::patch("deal", id(21), patch(json!({"notes": "Paid"})))]).await;
    bo.catch_up().await;
    assert_eq!(bo.record("deal", id(21)).text("title"), "Deal 21");
    assert!(bo.has("stage_event", 22) && bo.is_same().await);
    ana.begin_again().await;
    assert!(ana.is_same().await);
    // And from now on it is as recent as its last change.
    server.days_later(89).await;
    bo.catch_up().await;
    assert!(bo.has("deal", 11));
}

#[tokio::test]
async fn what_loses_to_an_archived_record_brings_it_back_to_be_settled() {
    let (server, mut ana, mut bo) = start().await;
    ana.push(vec![lead(1, json!({"name": "Bia", "status": "qualified"}))]).await;
    bo.catch_up().await;
    ana.ms += 5_000;
    ana.push(vec![lead(1, json!({"notes": "Called in June"}))]).await;
    server.days_later(100).await;
    // Written before, without a network.
    bo.push(vec![lead(1, json!({"notes": "Called in May"}))]).await;
    bo.catch_up().await;
    assert_eq!(bo.record("lead", id(1)).text("notes"), "Called in June");
    let about = |record: &&Record| record.kind == "conflict" && record.relation("record") == Some(id(1));
    assert_eq!(bo.records.values().filter(about).count(), 1, "{:?}", bo.records);
    ana.catch_up().await;
    assert!(ana.is_same().await && bo.is_same().await);
}

#[tokio::test]
async fn what_is_brought_back_stays_as_if_it_had_been_changed() {
    let (server, mut ana, mut bo) = start().await;
    ana.push(vec![deal(11, "won"), event(12, 11, "won")]).await;
    server.days_later(100).await;
    bo.catch_up().await;
    let found: ArchivePage = bo.get("/api/v1/archive?type=deal&scope=0&text=DEAL%2011").await;
    assert_eq!(found.rows.iter().map(Record::key).collect::<Vec<_>>(), [key("deal", 11)]);
    let group: Group = bo.get(&format!("/api/v1/archive/deal/{}", id(11))).await;
    assert_eq!(group.rows.iter().map(Record::key).collect::<Vec<_>>(), [key("deal", 11), key("stage_event", 12)]);
    // By any of its records.
    bo.recall(vec![key("stage_event", 12), key("deal", 99)]).await;
    assert_eq!(bo.catch_up().await, 2);
    let empty: ArchivePage = bo.get("/api/v1/archive?type=deal&scope=0").await;
    assert_eq!(empty, ArchivePage { rows: vec![], next: None });
    server.days_later(80).await;
    assert_eq!((bo.catch_up().await, bo.records.len()), (0, 2));
    assert!(bo.is_same().await);
    server.days_later(20).await;
    bo.catch_up().await;
    assert!(bo.records.is_empty());
}

#[tokio::test]
async fn a_search_of_the_archive_goes_by_words_and_page_by_page() {
    let (server, mut ana, bo) = start().await;
    let name = |i: u128| if i.is_multiple_of(2) { "Šilhavý Jan" } else { "Bia Souza" };
    ana.push((0..130).map(|i| lead(i, json!({"name": name(i), "status": "qualified"}))).collect()).await;
    ana.push(vec![lead(500, json!({"name": "Jan Silhavy", "status": "new"}))]).await;
    server.days_later(100).await;
    let (mut found, mut before) = (Vec::new(), String::new());
    loop {
        let path = format!("/api/v1/archive?type=lead&scope=0&text=silhavy%20jan{before}");
        let page: ArchivePage = bo.get(&path).await;
        found.extend(page.rows.iter().map(|row| row.id));
        let Some(next) = page.next else { break };
        before = format!("&before={next}");
    }
    let wanted: Vec<_> = (0..130).rev().filter(|i| i % 2 == 0).map(id).collect();
    assert_eq!(found, wanted, "the newest first, and not what is in use");
    let other = server.sign_up("cy@example.org", 11).await;
    let foreign: ArchivePage = other.get("/api/v1/archive?type=lead&scope=0").await;
    assert!(foreign.rows.is_empty(), "of one's own workspace");
    let foreign: Group = other.get(&format!("/api/v1/archive/lead/{}", id(2))).await;
    assert!(foreign.rows.is_empty());
    let reply = get(&other, "/api/v1/archive?type=lead&scope=7").await;
    assert_eq!(reply.error(), error(400, "malformed"));
}

#[tokio::test]
async fn a_search_of_the_archive_looks_into_what_people_have_added() {
    let (server, mut ana, bo) = start().await;
    ana.push(vec![lead(1, json!({"name": "Bia", "status": "qualified", "x_9c3d2f1e8a6b4c00": ["Löss 7"]}))]).await;
    ana.push(vec![lead(2, json!({"name": "Loss 7", "status": "qualified", "aura": "loss 8"}))]).await;
    server.days_later(100).await;
    for (text, found) in [("loss", vec![id(2), id(1)]), ("loss%20bia", vec![id(1)]), ("8", vec![])] {
        let page: ArchivePage = bo.get(&format!("/api/v1/archive?type=lead&scope=0&text={text}")).await;
        assert_eq!(page.rows.iter().map(|row| row.id).collect::<Vec<_>>(), found, "{text}");
    }
}

#[tokio::test]
async fn a_device_that_changes_its_mind_takes_up_or_drops_the_difference() {
    let (server, mut ana, mut bo) = start().await;
    let leads =
        (0..1_200).map(|i| lead(i, json!({"name": "Bia", "status": if i < 1_000 { "qualified" } else { "new" }})));
    for chunk in leads.collect::<Vec<_>>().chunks(400) {
        ana.push(chunk.to_vec()).await;
    }
    server.days_later(400).await;
    bo.catch_up().await;
    assert_eq!(bo.records.len(), 200);
    assert_eq!(bo.rescope(Age::Year).await, (0, 0));
    assert_eq!(bo.rescope(Age::Old).await, (1_000, 0));
    ana.begin_again().await;
    assert!(bo.records == ana.records);
    assert!(bo.is_same().await);
    assert_eq!(bo.rescope(Age::Recent).await, (0, 1_000));
    assert!(bo.is_same().await);
    // What is still held by mistake is named where buckets are compared, and so is what is lacking.
    let request = RepairRequest {
        protocol: PROTOCOL,
        device: bo.id,
        buckets: (0..=u8::MAX).collect(),
        after: Some(key("lead", 999)),
        scope: Age::Recent,
    };
    let page: RepairResponse = bo.ask("/api/v1/repair", json!(request)).await;
    assert_eq!((page.rows.len(), page.forget.len()), (200, 0));
    let page: RepairResponse = bo.ask("/api/v1/repair", json!(RepairRequest { after: None, ..request })).await;
    assert_eq!((page.rows.len(), page.forget.len()), (0, 500));
}

#[tokio::test]
async fn a_snapshot_is_of_a_scope() {
    let (server, mut ana, _) = start().await;
    for chunk in (0..9_000).collect::<Vec<u128>>().chunks(500) {
        let status = |i: u128| if i.is_multiple_of(2) { "qualified" } else { "new" };
        ana.push(chunk.iter().map(|i| lead(*i, json!({"name": "Bia", "status": status(*i)}))).collect()).await;
    }
    server.days_later(100).await;
    let recent = snapshot(&ana, "?scope=0").await.expect("worth it");
    let all = snapshot(&ana, "").await.expect("worth it");
    let (recent, all): (BTreeMap<_, _>, _) = (fetch(&ana, &recent).await, fetch(&ana, &all).await);
    assert_eq!((recent.len(), all.len()), (4_500, 9_000));
    assert!(recent.values().all(|record| record.text("status") == "new"));
    let again = snapshot(&ana, "?scope=0").await.expect("worth it");
    assert_eq!(fetch(&ana, &again).await, recent);
}
