//! What an answer means to a device: as `src/platform/http/classify.rs` of the app does it.

use outpost_core::access;
use outpost_core::sync::Failure;
use outpost_server::engine::Refusal;
use serde::Deserialize;
use serde::de::DeserializeOwned;

/// What came back from the network: the bytes of an answer, a refusal, or nothing of the server's.
pub(crate) type Reply = Result<Vec<u8>, Refusal>;

/// How long to wait when the server asks for patience but does not say for how long, in milliseconds.
const BUSY_MS: u64 = 2_000;

#[derive(Deserialize)]
struct ErrorBody {
    error: Error,
}

#[derive(Deserialize)]
struct Error {
    code: String,
    message: String,
    epoch: Option<String>,
}

/// Reads an answer. What is no JSON is nobody's word.
pub(crate) fn read<T: DeserializeOwned>(reply: &Reply) -> Result<T, Failure> {
    let refusal = match reply {
        Ok(body) => return serde_json::from_slice(body).map_err(|_| Failure::Offline),
        Err(refusal) => refusal,
    };
    let Ok(ErrorBody { error }) = serde_json::from_slice(&refusal.body) else { return Err(Failure::Offline) };
    Err(match (refusal.status, error.code.as_str()) {
        (401, _) => Failure::SignedOut,
        (403, access::REMOVED) => Failure::Removed,
        (413, _) => Failure::TooLarge,
        (429 | 503, _) => Failure::Busy(refusal.retry_s.map_or(BUSY_MS, |seconds| seconds * 1_000)),
        (408 | 500.., _) => Failure::Offline,
        // The versions' fault, or the batch's, and no mutation's.
        (400, "unsupported_protocol" | "not_contiguous") => Failure::Refused(error.message),
        (400, _) => Failure::Malformed(error.message),
        (409, "device_forked") => Failure::Forked,
        (409, "epoch_changed") => error.epoch.map_or(Failure::Refused(error.message), Failure::EpochChanged),
        _ => Failure::Refused(format!("{}: {}", error.code, error.message)),
    })
}

/// A refusal that somebody on the way, or the server, makes of itself.
pub(crate) fn refusal(status: u16, code: &str, retry_s: Option<u64>) -> Refusal {
    let body = serde_json::json!({"error": {"code": code, "message": code}});
    Refusal { status, body: body.to_string().into_bytes(), retry_s }
}
