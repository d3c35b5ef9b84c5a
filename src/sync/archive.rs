//! The archive on the server: looked through, looked at, and brought back from. Nothing of it is kept on this device until
//! it is brought back.

use leptos::prelude::*;
use outpost_core::id::RecordId;
use outpost_core::protocol::{ArchivePage, Group, PROTOCOL, RecallRequest, RecallResponse};
use outpost_core::record::{Record, RecordKey};
use thiserror::Error;

use super::Seen;
use crate::platform::http;
use crate::platform::http::classify::{self, NoAnswer};
use crate::store::StoreError;

/// How long the server may take, in milliseconds.
const LIMIT_MS: u32 = 20_000;

/// Why the archive does not answer.
#[derive(Debug, Error)]
pub enum ArchiveError {
    /// Without a server nothing is ever archived.
    #[error("Everything is on this device: an archive comes with an account.")]
    NoAccount,
    /// No network, or the server is not there.
    #[error("The archive is on the server, which cannot be reached now. Try again when you have a connection.")]
    Unreachable,
    /// The session is over.
    #[error("Sign in again to look into the archive.")]
    SignedOut,
    /// The server says why not.
    #[error("The server did not answer: {0}")]
    Refused(String),
    /// What this device keeps cannot be read.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<NoAnswer> for ArchiveError {
    fn from(reason: NoAnswer) -> Self {
        match reason {
            NoAnswer::Refused(refusal) if refusal.status == 401 => Self::SignedOut,
            NoAnswer::Refused(refusal) if refusal.status < 500 => Self::Refused(refusal.message),
            _ => Self::Unreachable,
        }
    }
}

/// Records of a type that this device does not keep, the newest first; with `of`, only those that are linked to one of these.
pub(super) async fn search(
    seen: &Seen,
    kind: &str,
    text: &str,
    of: &[RecordId],
    before: Option<RecordId>,
) -> Result<ArchivePage, ArchiveError> {
    signed_in(seen)?;
    let scope = u8::from(seen.store.scope().await?.keep);
    let before = before.map(|id| format!("&before={id}")).unwrap_or_default();
    let text = js_sys::encode_uri_component(text);
    let of = of.iter().map(RecordId::to_string).collect::<Vec<_>>().join(",");
    let path = format!("/api/v1/archive?type={kind}&scope={scope}&text={text}&of={of}{before}");
    Ok(classify::read(http::get(&path, LIMIT_MS).await.as_ref())?)
}

/// A record and its parts as the server has them, the record first; none if it has no such record.
pub(super) async fn group(seen: &Seen, key: &RecordKey) -> Result<Vec<Record>, ArchiveError> {
    signed_in(seen)?;
    let path = format!("/api/v1/archive/{}/{}", key.kind, key.id);
    let group: Group = classify::read(http::get(&path, LIMIT_MS).await.as_ref())?;
    Ok(group.rows)
}

/// Brings records back, with their parts, to all devices; they come with the next look at the server.
pub(super) async fn recall(seen: &Seen, records: Vec<RecordKey>) -> Result<(), ArchiveError> {
    signed_in(seen)?;
    let request = RecallRequest { protocol: PROTOCOL, device: seen.store.device(), records };
    let _: RecallResponse = classify::read(http::post("/api/v1/recall", &request, LIMIT_MS).await.as_ref())?;
    Ok(())
}

fn signed_in(seen: &Seen) -> Result<(), ArchiveError> {
    if seen.account.with_untracked(Option::is_some) { Ok(()) } else { Err(ArchiveError::NoAccount) }
}
