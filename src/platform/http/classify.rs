//! What an answer means. Only what is surely the server's own word counts as such; everything else is “offline”, because
//! a wrong “offline” costs a retry and a wrong “refused” costs somebody's trust.

use outpost_core::access;
use outpost_core::protocol::ErrorDetail;
use outpost_core::sync::Failure;
use serde::Deserialize;
use serde::de::DeserializeOwned;

/// How long to wait when the server asks for patience but does not say for how long, in milliseconds.
const BUSY_MS: u64 = 2_000;
/// The longest wait that a server can ask for, in milliseconds: a wrong header must not silence a device for a day.
const LONGEST_BUSY_MS: u64 = 10 * 60_000;

/// What came over the network.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Reply {
    /// The status code.
    pub status: u16,
    /// Whether the request was redirected, which the API never does and captive portals do.
    pub redirected: bool,
    /// The header, or empty.
    pub content_type: String,
    /// The header, if there is one.
    pub retry_after: Option<String>,
    /// The body as text.
    pub body: String,
    /// How many bytes of body went up, as they travelled.
    pub bytes_up: u64,
    /// How many came down: as they travelled, where the browser says so.
    pub bytes_down: u64,
}

/// The server's own word: an error with its name, its sentence and what it asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The status code, 4xx or 503.
    pub status: u16,
    /// For programs.
    pub code: String,
    /// For people: a sentence.
    pub message: String,
    /// The server's epoch, with `epoch_changed`.
    pub epoch: Option<String>,
    /// How long to wait, in milliseconds, if the server said so.
    pub retry_after_ms: Option<u64>,
}

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NoAnswer {
    /// Nothing, or nothing that is surely from the server.
    Unreachable,
    /// The server said no.
    Refused(Refusal),
}

#[derive(Deserialize)]
struct ErrorAnswer {
    error: ErrorDetail,
}

#[derive(Deserialize)]
struct Epoch {
    epoch: Option<String>,
}

#[derive(Deserialize)]
struct EpochAnswer {
    error: Epoch,
}

impl Reply {
    fn is_json(&self) -> bool {
        let essence = self.content_type.split(';').next().unwrap_or_default().trim();
        essence.eq_ignore_ascii_case("application/json")
    }

    fn retry_after_ms(&self) -> Option<u64> {
        // The header can also be a date; nobody who runs Outpost sends one, and a guess from a wrong clock is worse than none.
        let seconds: u64 = self.retry_after.as_deref()?.trim().parse().ok()?;
        Some(seconds.saturating_mul(1_000).min(LONGEST_BUSY_MS))
    }
}

/// Reads an answer as a `T`, or says why there is none.
pub fn read<T: DeserializeOwned>(reply: Option<&Reply>) -> Result<T, NoAnswer> {
    let reply = reply.filter(|reply| reply.is_json() && !reply.redirected).ok_or(NoAnswer::Unreachable)?;
    if (200..300).contains(&reply.status) {
        return serde_json::from_str(&reply.body).map_err(|_| NoAnswer::Unreachable);
    }
    let detail = match serde_json::from_str::<ErrorAnswer>(&reply.body) {
        Ok(answer) if (400..500).contains(&reply.status) || reply.status == 503 => answer.error,
        _ => return Err(NoAnswer::Unreachable),
    };
    let epoch = serde_json::from_str::<EpochAnswer>(&reply.body).ok().and_then(|answer| answer.error.epoch);
    Err(NoAnswer::Refused(Refusal {
        status: reply.status,
        code: detail.code,
        message: detail.message,
        epoch,
        retry_after_ms: reply.retry_after_ms(),
    }))
}

/// What a sync request's failure means to the sync machine.
pub fn failure(reason: NoAnswer) -> Failure {
    let NoAnswer::Refused(refusal) = reason else { return Failure::Offline };
    match (refusal.status, refusal.code.as_str()) {
        (401, _) => Failure::SignedOut,
        (413, _) => Failure::TooLarge,
        // The versions' fault, or the batch's, and no mutation's.
        (400, "unsupported_protocol" | "not_contiguous") => Failure::Refused(refusal.message),
        (400, _) => Failure::Malformed(refusal.message),
        (429 | 503, _) => Failure::Busy(refusal.retry_after_ms.unwrap_or(BUSY_MS)),
        // The request arrived too slowly: the network's fault.
        (408, _) => Failure::Offline,
        // The session is another device's: a new one, in this one's name, puts that right.
        (403, "foreign_device") => Failure::SignedOut,
        (403, access::REMOVED) => Failure::Removed,
        (409, "device_forked") => Failure::Forked,
        (409, "epoch_changed") => match refusal.epoch {
            Some(epoch) => Failure::EpochChanged(epoch),
            None => Failure::Refused(refusal.message),
        },
        _ => Failure::Refused(refusal.message),
    }
}

#[cfg(test)]
mod tests;
