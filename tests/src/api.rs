//! A second client of the sync API, in memory: to look at what the server has, to make data, and to measure.

use std::{
    collections::BTreeMap,
    io::{Read, Write},
    time::{SystemTime, UNIX_EPOCH},
};

use flate2::{Compression, read::GzDecoder, write::GzEncoder};
use outpost_core::{
    hlc::Clock,
    id::{DeviceId, RecordId},
    mutation::{Mutation, Op, Patch},
    protocol::{Account, Credentials, DeviceInfo, PROTOCOL, Receipt, SyncRequest, SyncResponse},
    record::{Record, RecordKey},
    records::SCHEMA_VERSION,
    scope::Age,
    sync::Position,
};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

use crate::trouble::{Result, Trouble, trouble};

/// A signed-in device without a browser.
#[derive(Debug)]
pub struct Client {
    http: reqwest::Client,
    url: String,
    cookie: String,
    device: DeviceId,
    account: Account,
    clock: Clock,
    next_n: u64,
    position: Position,
    /// Everything it was sent, merged.
    pub records: BTreeMap<RecordKey, Record>,
    /// What its requests weighed.
    pub traffic: Traffic,
}

/// Sizes of bodies as they travelled, in bytes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Traffic {
    /// Sent.
    pub up: usize,
    /// Received.
    pub down: usize,
}

/// The time in milliseconds since 1970.
pub fn now_ms() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

/// A new record's id.
pub fn new_id() -> RecordId {
    RecordId::v7(now_ms(), random())
}

/// A new device's id.
pub fn new_device() -> DeviceId {
    DeviceId(u64::from_be_bytes(random()))
}

fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("the system has random numbers");
    bytes
}

impl Client {
    /// Makes an account with a workspace.
    ///
    /// # Errors
    /// The server refuses.
    pub async fn sign_up(url: &str, email: &str, password: &str) -> Result<Self> {
        Self::sign_up_as(url, email, password, "Test").await
    }

    /// Makes an account with a workspace of that name.
    ///
    /// # Errors
    /// The server refuses.
    pub async fn sign_up_as(url: &str, email: &str, password: &str, workspace: &str) -> Result<Self> {
        Self::enter(url, "sign-up", email, password, Some(workspace.to_owned())).await
    }

    /// Signs in as a new device.
    ///
    /// # Errors
    /// The server refuses.
    pub async fn sign_in(url: &str, email: &str, password: &str) -> Result<Self> {
        Self::enter(url, "sign-in", email, password, None).await
    }

    async fn enter(url: &str, how: &str, email: &str, password: &str, workspace: Option<String>) -> Result<Self> {
        let http = reqwest::Client::builder().no_proxy().build()?;
        let device = new_device();
        let credentials = Credentials {
            email: email.to_owned(),
            password: password.to_owned(),
            workspace,
            device: DeviceInfo { id: device, name: "A test".to_owned() },
        };
        let request = http.post(format!("{url}/api/v1/{how}")).header("content-type", "application/json");
        let answer = request.header("x-outpost", "1").body(serde_json::to_vec(&credentials)?).send().await?;
        let cookie = answer.headers().get("set-cookie").and_then(|value| value.to_str().ok()?.split(';').next());
        let cookie = cookie.unwrap_or_default().to_owned();
        let status = answer.status();
        let body = answer.bytes().await?;
        if !status.is_success() {
            return trouble(format!("{how}: {status} {}", String::from_utf8_lossy(&body)));
        }
        Ok(Self {
            http,
            url: url.to_owned(),
            cookie,
            device,
            account: serde_json::from_slice(&body)?,
            clock: Clock::new(device),
            next_n: 1,
            position: Position::default(),
            records: BTreeMap::new(),
            traffic: Traffic::default(),
        })
    }

    /// The account, with the number series of this device.
    pub fn account(&self) -> &Account {
        &self.account
    }

    /// The session's cookie, as it is sent.
    pub fn cookie(&self) -> &str {
        &self.cookie
    }

    /// Its device.
    pub fn device(&self) -> DeviceId {
        self.device
    }

    /// Makes the next mutation, stamped now.
    ///
    /// # Errors
    /// The clock is at its end.
    pub fn mutation(&mut self, ops: Vec<Op>) -> Result<Mutation> {
        let hlc = self.clock.tick(now_ms()).map_err(|error| Trouble::Said(error.to_string()))?;
        let n = self.next_n;
        self.next_n += 1;
        Ok(Mutation { n, schema: SCHEMA_VERSION, hlc, ops })
    }

    /// Sets fields of a record, at once on the server. Returns the receipt.
    ///
    /// # Errors
    /// The server does not take the request; a refusal is a receipt.
    pub async fn set(&mut self, kind: &str, id: RecordId, patch: Patch) -> Result<Receipt> {
        let mutation = self.mutation(vec![Op::patch(kind, id, patch)])?;
        let answer = self.sync(vec![mutation], 0).await?;
        answer.receipts.into_iter().next().ok_or_else(|| Trouble::Said("no receipt came".to_owned()))
    }

    /// One request. What it brings is merged into [`Client::records`].
    ///
    /// # Errors
    /// The server does not take it.
    pub async fn sync(&mut self, mutations: Vec<Mutation>, limit: u32) -> Result<SyncResponse> {
        let request = SyncRequest {
            protocol: PROTOCOL,
            device: self.device,
            epoch: self.position.epoch.clone(),
            cursor: self.position.cursor,
            since: self.position.since,
            limit,
            mutations,
            wanted: Vec::new(),
            scope: Age::everything(),
        };
        let answer: SyncResponse = self.post("sync", &request).await?;
        self.next_n = self.next_n.max(answer.next_n);
        self.position = Position { epoch: Some(answer.epoch.clone()), cursor: answer.cursor, since: answer.since };
        for row in &answer.rows {
            self.clock.observe(row.latest());
            self.records.entry(row.key()).or_insert_with(|| Record::empty(row.key())).merge(row.clone());
        }
        Ok(answer)
    }

    /// Fetches everything that is new; returns how many rows came.
    ///
    /// # Errors
    /// The server does not answer.
    pub async fn pull(&mut self) -> Result<usize> {
        let mut rows = 0;
        loop {
            let answer = self.sync(Vec::new(), outpost_core::protocol::MAX_ROWS).await?;
            rows += answer.rows.len();
            if !answer.has_more {
                return Ok(rows);
            }
        }
    }

    /// Goes to where the sequence ends, without what lies before.
    ///
    /// # Errors
    /// The server does not answer.
    pub async fn stand_at_head(&mut self) -> Result {
        #[derive(serde::Deserialize)]
        struct Answer {
            epoch: String,
            head: u64,
        }
        let total = outpost_core::sums::Sum::default();
        let asked = outpost_core::protocol::CheckRequest {
            protocol: PROTOCOL,
            device: self.device,
            total,
            scope: Age::everything(),
        };
        let Answer { epoch, head } = self.post("check", &asked).await?;
        self.position = Position { epoch: Some(epoch), cursor: head, since: head };
        Ok(())
    }

    /// Reaches the server by another address from now on, on new connections.
    ///
    /// # Errors
    /// The system has no more connections.
    pub fn go_by(&mut self, url: &str) -> Result {
        url.clone_into(&mut self.url);
        self.http = reqwest::Client::builder().no_proxy().build()?;
        Ok(())
    }

    /// Undeleted records of a type, as last pulled.
    pub fn all(&self, kind: &str) -> Vec<&Record> {
        self.records.values().filter(|record| record.kind == kind && !record.is_deleted()).collect()
    }

    async fn post<A: DeserializeOwned>(&mut self, path: &str, body: &impl Serialize) -> Result<A> {
        let mut packer = GzEncoder::new(Vec::new(), Compression::new(6));
        packer.write_all(&serde_json::to_vec(body)?)?;
        let packed = packer.finish()?;
        self.traffic.up += packed.len();
        let request = self.http.post(format!("{}/api/v1/{path}", self.url)).header("cookie", &self.cookie);
        let request = request.header("content-type", "application/json").header("x-outpost", "1");
        let request = request.header("content-encoding", "gzip").header("accept-encoding", "gzip");
        let answer = request.body(packed).send().await?;
        let status = answer.status();
        let is_packed = answer.headers().get("content-encoding").is_some_and(|value| value == "gzip");
        let body = answer.bytes().await?;
        self.traffic.down += body.len();
        let mut plain = Vec::new();
        if is_packed {
            GzDecoder::new(&body[..]).read_to_end(&mut plain)?;
        } else {
            plain.extend_from_slice(&body);
        }
        if !status.is_success() {
            return trouble(format!("{path}: {status} {}", String::from_utf8_lossy(&plain)));
        }
        Ok(serde_json::from_slice(&plain)?)
    }
}

/// A patch from a JSON object; anything else is an empty patch.
pub fn patch(fields: Value) -> Patch {
    match fields {
        Value::Object(map) => map.into_iter().collect(),
        _ => Patch::new(),
    }
}
