//! The messages of the sync API. One request carries what the device has to say and asks for what it lacks, so that a
//! day's work costs one round trip. `docs/sync-protocol.md` is the specification for strangers; this is its types.
//!
//! # Push
//! `mutations` are contiguous: the first has the `next_n` that the server last gave (1 for a new device). A mutation
//! whose `n` the server has already seen is a replay: its stored receipt is returned and nothing is applied. If the
//! first mutation is beyond the server's `next_n`, nothing is applied, and the answer's `next_n` says what is wanted.
//!
//! # Pull
//! Rows come in the order of the workspace's sequence, those in `(cursor, head]`, where `head` is the workspace's head
//! before this request's own mutations: a device is not sent its own writes. Each row holds just the registers that
//! changed after `since`: the cursor at which this round of pulls began. While `has_more` is true, ask again with the
//! answer's `cursor` and `since`. When it is false, both are the new head.
//!
//! A device asks for rows (`limit` above 0) only in a request that carries all that it has to say. A mutation that it
//! holds back may have been rewritten or refused in an answer that was lost; a row that lost against it on the device,
//! and should not have, would not come again.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::access::Role;
use crate::hlc::Hlc;
use crate::id::{DeviceId, RecordId};
use crate::mutation::Mutation;
use crate::record::{Record, RecordKey};
use crate::scope::Age;
use crate::sums::Sum;

/// The version of these messages.
pub const PROTOCOL: u32 = 1;
/// The oldest version that a server takes. It never rises: a device that comes back after years still has work to hand in.
pub const OLDEST: u32 = 1;

/// The most mutations in one request.
pub const MAX_MUTATIONS: usize = 1_000;
/// The most ops in one mutation.
pub const MAX_OPS: usize = 500;
/// The most fields in one patch.
pub const MAX_FIELDS: usize = 300;
/// The longest text value, in bytes of UTF-8.
pub const MAX_TEXT: usize = 64 * 1024;
/// The deepest nesting of a request's JSON.
pub const MAX_DEPTH: usize = 16;
/// The largest request body as sent, in bytes.
pub const MAX_BODY: usize = 2 * 1024 * 1024;
/// The largest request body after decompression, in bytes.
pub const MAX_BODY_PLAIN: usize = 8 * 1024 * 1024;
/// The most rows in one answer.
pub const MAX_ROWS: u32 = 2_000;
/// Why a server refuses what is dated later than its clock shows, which only what is sent again can be.
pub const STAMP_AHEAD: &str = "stamp_ahead";
/// The most records that one request may ask for by name.
pub const MAX_WANTED: usize = 500;

/// `POST /api/v1/sync`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SyncRequest {
    /// [`PROTOCOL`].
    pub protocol: u32,
    /// Who asks; enrolled at sign-in.
    pub device: DeviceId,
    /// The server's epoch as last heard; absent at first. If it is not the server's, the server refuses with
    /// `epoch_changed`, and the device starts again from cursor 0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub epoch: Option<String>,
    /// Up to where in the workspace's sequence this device has everything.
    pub cursor: u64,
    /// The cursor at which this round of pulls began.
    pub since: u64,
    /// The most rows wanted; 0 for a mere push. The server may send fewer ([`MAX_ROWS`]).
    pub limit: u32,
    /// What the device has to say, in the order of `n`.
    #[serde(default)]
    pub mutations: Vec<Mutation>,
    /// Records to be sent whole, wherever the cursor is: the device has taken something off them, and no longer knows
    /// what they are. At most [`MAX_WANTED`]; asked for only along with all that the device has to say.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub wanted: Vec<RecordKey>,
    /// What the device keeps: nothing that is older.
    #[serde(default = "Age::everything", skip_serializing_if = "is_everything")]
    pub scope: Age,
}

/// The answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SyncResponse {
    /// The server's epoch: another one after it was restored from a backup.
    pub epoch: String,
    /// The server's time, in milliseconds since 1970.
    pub server_ms: u64,
    /// The number that the device's next mutation must have.
    pub next_n: u64,
    /// What became of each mutation, in order.
    #[serde(default)]
    pub receipts: Vec<Receipt>,
    /// What changed, in order.
    #[serde(default)]
    pub rows: Vec<Record>,
    /// To be sent next time.
    pub cursor: u64,
    /// To be sent next time.
    pub since: u64,
    /// Whether there are more rows to ask for now.
    pub has_more: bool,
    /// The records that were [`wanted`](SyncRequest::wanted), after this request's own mutations. One that the server has
    /// not is there without any register.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub records: Vec<Record>,
    /// Records that went to the archive: they are no longer in the device's scope, and it drops them, unless something of
    /// them is unsent.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub forget: Vec<RecordKey>,
    /// Whether this device was last up to date (`since`) before the [horizon](crate::horizon) up to which the server has
    /// dropped what lay beneath deletions: it holds what nobody else need have any more. What it sent is taken and what it
    /// lacks is sent as always; it may then begin anew from a snapshot.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub outdated: bool,
    /// What the person may do from now on; left out of a member's.
    #[serde(default, skip_serializing_if = "Role::is_member")]
    pub role: Role,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks so")]
fn is_everything(scope: &Age) -> bool {
    *scope == Age::everything()
}

/// `POST /api/v1/check`: whether this device has what the server has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckRequest {
    /// [`PROTOCOL`].
    pub protocol: u32,
    /// Who asks.
    pub device: DeviceId,
    /// The sum of all of the device's records.
    pub total: Sum,
    /// See [`SyncRequest::scope`].
    #[serde(default = "Age::everything", skip_serializing_if = "is_everything")]
    pub scope: Age,
}

/// The answer, of one snapshot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckResponse {
    /// The server's epoch.
    pub epoch: String,
    /// How far the workspace's sequence goes. The sums say something only to a device whose cursor is there.
    pub head: u64,
    /// The sum of each bucket, if the total differs; else empty.
    #[serde(default)]
    pub buckets: Vec<Sum>,
}

/// `POST /api/v1/repair`: all records of some buckets, in the order of type and id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RepairRequest {
    /// [`PROTOCOL`].
    pub protocol: u32,
    /// Who asks.
    pub device: DeviceId,
    /// Of which buckets: the last byte of an id.
    pub buckets: Vec<u8>,
    /// Beyond which record; absent at first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<RecordKey>,
    /// See [`SyncRequest::scope`].
    #[serde(default = "Age::everything", skip_serializing_if = "is_everything")]
    pub scope: Age,
}

/// The answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RepairResponse {
    /// The server's epoch.
    pub epoch: String,
    /// Whole records.
    pub rows: Vec<Record>,
    /// Those of the range that are in the archive.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub forget: Vec<RecordKey>,
    /// Up to where these are all; absent if there are no more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<RecordKey>,
}

/// `POST /api/v1/scope`: what a device that keeps more or less from now on takes up or drops, in the order of type and id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScopeRequest {
    /// [`PROTOCOL`].
    pub protocol: u32,
    /// Who asks.
    pub device: DeviceId,
    /// What it has kept.
    pub from: Age,
    /// What it keeps now.
    pub to: Age,
    /// Beyond which record; absent at first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<RecordKey>,
}

/// The answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ScopeResponse {
    /// The server's epoch.
    pub epoch: String,
    /// Whole records, to be taken up.
    #[serde(default)]
    pub rows: Vec<Record>,
    /// To be dropped.
    #[serde(default)]
    pub forget: Vec<RecordKey>,
    /// Up to where these are all; absent if there are no more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<RecordKey>,
}

/// `GET /api/v1/archive?type=…&text=…&scope=…&before=…`: a search among what the device does not keep, the newest first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ArchivePage {
    /// Whole records, without their parts.
    pub rows: Vec<Record>,
    /// Where to go on, if there may be more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<RecordId>,
}

/// `GET /api/v1/archive/{type}/{id}`: one record and its parts, wherever they are.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Group {
    /// Whole; empty if the server has no such record.
    pub rows: Vec<Record>,
}

/// `POST /api/v1/recall`: brings records back from the archive, each with its parts, to all devices of the workspace. They
/// stay for as long as if they had been changed now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecallRequest {
    /// [`PROTOCOL`].
    pub protocol: u32,
    /// Who asks.
    pub device: DeviceId,
    /// At most [`MAX_WANTED`].
    pub records: Vec<RecordKey>,
}

/// The answer: they come with the next sync.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecallResponse {
    /// How far the workspace's sequence goes now.
    pub head: u64,
}

/// `GET /api/v1/newest?scope=…`: what a new device shows while the rest is on its way.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Newest {
    /// The server's epoch.
    pub epoch: String,
    /// The server's time, in milliseconds since 1970.
    pub server_ms: u64,
    /// How far the workspace's sequence goes.
    pub head: u64,
    /// How many records are in the device's scope, deleted ones among them.
    pub count: u64,
    /// Those that changed last, whole.
    pub rows: Vec<Record>,
}

/// `GET /api/v1/snapshot?scope=…`: everything in a workspace that is in a device's scope, in segments that never change. What was written after `head` is had by
/// an ordinary sync from there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Snapshot {
    /// Part of the segments' addresses: `GET /api/v1/snapshot/{name}/{number}`.
    pub name: String,
    /// The server's epoch.
    pub epoch: String,
    /// Each record is as it was when the sequence went as far as this, or later.
    pub head: u64,
    /// In the order in which they are best fetched.
    pub segments: Vec<Segment>,
}

/// Some records of one type: one a line, as JSON, in the order of their ids.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Segment {
    /// Part of its address.
    pub number: u32,
    /// How many records.
    pub rows: u32,
    /// What it weighs on its way.
    pub bytes: u32,
    /// The first of them.
    pub first: RecordKey,
    /// The last of them.
    pub last: RecordKey,
}

/// `GET /api/v1/history?type=…&id=…&before=…`: what was done to one record, the newest first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct History {
    /// The changes, those that lost among them.
    pub changes: Vec<PastChange>,
    /// Whether there are older ones: ask again `before` the last of these.
    pub more: bool,
}

/// One of them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PastChange {
    /// When, and by which device.
    pub stamp: Hlc,
    /// What that device is called.
    pub by: String,
    /// Fields with what was there before, by stamp, and what was set.
    #[serde(default)]
    pub fields: BTreeMap<String, (Value, Value)>,
    /// Whether it was deleted or restored.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deleted: Option<bool>,
}

/// What became of one mutation. `{"n": 7, "verdict": "applied"}`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Receipt {
    /// Which mutation.
    pub n: u64,
    /// What became of it.
    #[serde(flatten)]
    pub verdict: Verdict,
    /// The stamp that the server gave it, if the device's ran more than [`crate::hlc::MAX_SKEW_MS`] ahead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stamp: Option<Hlc>,
}

/// What became of a mutation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "verdict", rename_all = "snake_case")]
pub enum Verdict {
    /// All of it took effect.
    Applied,
    /// It is accepted, but some of its registers had been overwritten by later ones.
    Superseded {
        /// The registers that won.
        winners: Vec<Record>,
    },
    /// None of it took effect, and it will not help to send it again.
    Rejected {
        /// For programs.
        code: String,
        /// For people: a sentence.
        message: String,
        /// The records it spoke of, as the server holds them; one that the server has not is absent.
        current: Vec<Record>,
    },
}

/// The body of every answer that is not a success: `{"error": {"code", "message"}}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErrorBody {
    /// The error.
    pub error: ErrorDetail,
}

/// What is wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErrorDetail {
    /// For programs, such as `too_deep`.
    pub code: String,
    /// For people: a sentence that says what to do.
    pub message: String,
}

/// The device that signs in: `{"id": "a1b2c3d4e5f60718", "name": "Ana's phone"}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceInfo {
    /// Its identity.
    pub id: DeviceId,
    /// What its owner calls it.
    pub name: String,
}

/// `POST /api/v1/sign-up` and `POST /api/v1/sign-in`.
#[derive(Clone, Serialize, Deserialize)]
pub struct Credentials {
    /// The account's e-mail address.
    pub email: String,
    /// Its password.
    pub password: String,
    /// The workspace's name; for sign-up only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub workspace: Option<String>,
    /// The device to enrol.
    pub device: DeviceInfo,
}

/// `POST /api/v1/enrol`: a new identity for a device that shares its own with another, in a session of its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Enrolment {
    /// The device to be.
    pub device: DeviceInfo,
}

/// The answer to sign-up, sign-in, enrolment and `GET /api/v1/me`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// The account's e-mail address.
    pub email: String,
    /// The workspace's name.
    pub workspace: String,
    /// The workspace's id.
    pub workspace_id: String,
    /// The number series of the asking device's invoices, such as `K7`.
    pub series: String,
    /// What the person may do; left out of a member's.
    #[serde(default, skip_serializing_if = "Role::is_member")]
    pub role: Role,
}
