//! A server on a free port with a data folder of its own, and devices that sync with it.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Once};
use std::time::{Duration, Instant};

use outpost_core::hlc::Hlc;
use outpost_core::id::{DeviceId, RecordId};
use outpost_core::mutation::{Mutation, Op, Patch};
use outpost_core::protocol::{PROTOCOL, Receipt, SyncRequest, SyncResponse, Verdict};
use outpost_core::record::{Record, RecordKey};
use outpost_core::scope::Age;
use outpost_server::{Clock, Config, Running, serve};
use serde_json::{Value, json};
use tokio::sync::oneshot;

use crate::database::Home;
use crate::http::{Ask, Reply};

/// What o'clock it is on the server at first.
pub(crate) const NOW: u64 = 1_790_000_000_000;
pub(crate) const PASSWORD: &str = "correct horse battery";

pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    pub(crate) now_ms: Arc<AtomicU64>,
    pub(crate) home: Home,
    pub(crate) running: Running,
    stop: oneshot::Sender<()>,
}

impl Server {
    pub(crate) async fn start() -> Self {
        Self::with(|_| {}).await
    }

    /// With a configuration of one's own.
    pub(crate) async fn with(change: impl FnOnce(&mut Config)) -> Self {
        Self::at(Home::new().await, change).await
    }

    /// With its data in a folder, whatever the others are tested with.
    pub(crate) async fn on_sqlite() -> Self {
        Self::at(Home::sqlite(), |_| {}).await
    }

    /// Where a server may have been before.
    pub(crate) async fn at(home: Home, change: impl FnOnce(&mut Config)) -> Self {
        static LOGS: Once = Once::new();
        if std::env::var_os("OUTPOST_LOG").is_some() {
            LOGS.call_once(outpost_server::log::init);
        }
        let now_ms = Arc::new(AtomicU64::new(NOW));
        let clock = Arc::clone(&now_ms);
        let mut config = home.config();
        config.clock = Clock::from_fn(move || clock.load(Ordering::SeqCst));
        change(&mut config);
        let (stop, stopped) = oneshot::channel();
        let running = serve(config, async move { drop(stopped.await) }).await.expect("a server");
        Self { address: running.address(), now_ms, home, running, stop }
    }

    pub(crate) async fn send(&self, ask: Ask) -> Reply {
        ask.send(self.address).await
    }

    pub(crate) async fn get(&self, path: &str) -> Reply {
        self.send(Ask::get(path)).await
    }

    pub(crate) async fn post(&self, path: &str, json: &Value) -> Reply {
        self.send(Ask::post(path, json)).await
    }

    /// Stops it and returns where it was.
    pub(crate) async fn stop(self) -> Home {
        self.stop.send(()).expect("it runs");
        self.running.finished().await;
        self.home
    }

    /// A new account with one device.
    pub(crate) async fn sign_up(&self, email: &str, device: u64) -> Device {
        let mut made = Device::new(self.address, device);
        let reply = made.enter("/api/v1/sign-up", email).await;
        assert_eq!(reply.status, 201, "{}", reply.text());
        made
    }

    /// One more device of an account.
    pub(crate) async fn sign_in(&self, email: &str, device: u64) -> Device {
        let mut made = Device::new(self.address, device);
        let reply = made.enter("/api/v1/sign-in", email).await;
        assert_eq!(reply.status, 200, "{}", reply.text());
        made
    }
}

pub(crate) fn credentials(email: &str, password: &str, device: u64) -> Value {
    json!({"email": email, "password": password, "device": {"id": DeviceId(device), "name": "A phone"}})
}

/// A device that keeps what it is told, as simply as can be.
#[derive(Clone)]
pub(crate) struct Device {
    pub(crate) server: SocketAddr,
    pub(crate) id: DeviceId,
    pub(crate) cookie: String,
    pub(crate) series: String,
    pub(crate) next_n: u64,
    pub(crate) ms: u64,
    pub(crate) cursor: u64,
    pub(crate) since: u64,
    pub(crate) limit: u32,
    pub(crate) records: BTreeMap<RecordKey, Record>,
    pub(crate) scope: Age,
}

impl Device {
    pub(crate) fn new(server: SocketAddr, id: u64) -> Self {
        Self {
            server,
            id: DeviceId(id),
            cookie: String::new(),
            series: String::new(),
            next_n: 1,
            ms: NOW,
            cursor: 0,
            since: 0,
            limit: 1_000,
            records: BTreeMap::new(),
            scope: Age::everything(),
        }
    }

    async fn enter(&mut self, path: &str, email: &str) -> Reply {
        let reply = Ask::post(path, &credentials(email, PASSWORD, self.id.0)).send(self.server).await;
        self.cookie = reply.session();
        if reply.status < 300 {
            self.series = reply.json()["series"].as_str().unwrap_or_default().to_owned();
        }
        reply
    }

    /// The device's next mutation, a millisecond after its last.
    pub(crate) fn mutation(&mut self, ops: Vec<Op>) -> Mutation {
        self.ms += 1;
        let mutation = Mutation { n: self.next_n, schema: 1, hlc: self.stamp(), ops };
        self.next_n += 1;
        mutation
    }

    pub(crate) fn stamp(&self) -> Hlc {
        Hlc { ms: self.ms, counter: 0, device: self.id }
    }

    pub(crate) fn request(&self, mutations: Vec<Mutation>) -> SyncRequest {
        let Self { id: device, cursor, since, limit, scope, .. } = *self;
        SyncRequest {
            protocol: PROTOCOL,
            device,
            epoch: None,
            cursor,
            since,
            limit,
            mutations,
            wanted: Vec::new(),
            scope,
        }
    }

    /// The raw exchange, which changes nothing here.
    pub(crate) async fn send(&self, request: &SyncRequest) -> Reply {
        self.send_json(&serde_json::to_value(request).expect("JSON")).await
    }

    pub(crate) async fn send_json(&self, request: &Value) -> Reply {
        Ask::post("/api/v1/sync", request).cookie(&self.cookie).send(self.server).await
    }

    /// One round trip; what comes is kept.
    pub(crate) async fn exchange(&mut self, mutations: Vec<Mutation>) -> SyncResponse {
        let reply = self.send(&self.request(mutations)).await;
        assert_eq!(reply.status, 200, "{}", reply.text());
        let answer: SyncResponse = serde_json::from_slice(&reply.body).expect("an answer");
        self.keep(&answer);
        answer
    }

    pub(crate) fn keep(&mut self, answer: &SyncResponse) {
        for row in &answer.rows {
            let place = self.records.entry(row.key()).or_insert_with(|| Record::empty(row.key()));
            place.merge(row.clone());
        }
        self.records.retain(|key, _| !answer.forget.contains(key));
        (self.cursor, self.since, self.next_n) = (answer.cursor, answer.since, answer.next_n);
    }

    /// Pushes one mutation of these ops; what it did.
    pub(crate) async fn push(&mut self, ops: Vec<Op>) -> Verdict {
        let mutation = self.mutation(ops);
        let mut receipts = self.exchange(vec![mutation]).await.receipts;
        assert_eq!(receipts.len(), 1);
        receipts.remove(0).verdict
    }

    /// Pulls until there is no more; how many rows came.
    pub(crate) async fn catch_up(&mut self) -> usize {
        let mut rows = 0;
        loop {
            let answer = self.exchange(Vec::new()).await;
            rows += answer.rows.len();
            if !answer.has_more {
                return rows;
            }
        }
    }

    /// Forgets everything and asks for it anew.
    pub(crate) async fn begin_again(&mut self) -> usize {
        (self.cursor, self.since) = (0, 0);
        self.records.clear();
        self.catch_up().await
    }

    pub(crate) fn record(&self, kind: &str, id: RecordId) -> &Record {
        self.records.get(&RecordKey::new(kind, id)).expect("the record is here")
    }
}

/// The id of the i-th record.
pub(crate) fn id(i: u128) -> RecordId {
    RecordId::from_bytes((0x0190_0000_0000_7000_8000_0000_0000_0000 + i).to_be_bytes())
}

pub(crate) fn patch(fields: Value) -> Patch {
    serde_json::from_value(fields).expect("an object")
}

/// Sets fields of a lead.
pub(crate) fn lead(i: u128, fields: Value) -> Op {
    Op::patch("lead", id(i), patch(fields))
}

pub(crate) fn applied(receipts: &[Receipt]) -> usize {
    receipts.iter().filter(|receipt| receipt.verdict == Verdict::Applied).count()
}

/// Waits until something is so, asking again and again, at most half a minute.
pub(crate) async fn until(what: &str, mut so: impl AsyncFnMut() -> bool) {
    let started = Instant::now();
    while !so().await {
        assert!(started.elapsed() < Duration::from_secs(30), "in half a minute it did not happen that {what}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}
