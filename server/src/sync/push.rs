//! What a push is, and how it refuses as a whole.

use std::collections::HashMap;

use outpost_core::access::Role;
use outpost_core::hlc::Hlc;
use outpost_core::id::DeviceId;
use outpost_core::mutation::Mutation;
use outpost_core::protocol::Receipt;
use sha2::{Digest, Sha256};
use thiserror::Error;

/// A batch of a device's mutations, contiguous and within the limits.
#[derive(Debug, Clone)]
pub(crate) struct Push {
    /// Whose; from the session.
    pub(crate) workspace: i64,
    /// Which device's; from the session.
    pub(crate) device: DeviceId,
    /// What its person may do; from the session.
    pub(crate) role: Role,
    /// The server's time, in milliseconds since 1970.
    pub(crate) now_ms: u64,
    /// Up to where the device has everything: what it overwrites beyond that, it has not seen.
    pub(crate) cursor: u64,
    /// In the order of `n`.
    pub(crate) mutations: Vec<Mutation>,
}

/// Why nothing of a push was done, and nothing of it would ever be.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(crate) enum PushRefused {
    /// A mutation with this number came before, and it was another one: the device's store was copied.
    #[error("mutation {n} differs from the one sent before")]
    DeviceForked {
        /// Its number.
        n: u64,
    },
}

/// A mutation that came before.
#[derive(Debug, Clone)]
pub(crate) struct Before {
    /// The stamp that the device gave it.
    pub(crate) stamp: Hlc,
    /// The [`digest`] of what it did; `None` of one that was taken before this was noted.
    pub(crate) ops: Option<u64>,
    /// What became of it.
    pub(crate) receipt: Receipt,
}

/// What is known of mutations that came before, by number.
pub(crate) type Known = HashMap<u64, Before>;

/// What tells a mutation from another of the same number and stamp. Two copies of a device whose clock is behind what it has
/// seen give the same stamps. It is kept for ever: however ops are written one day, those of today must come to the same.
pub(crate) fn digest(mutation: &Mutation) -> u64 {
    let ops = serde_json::to_vec(&mutation.ops).unwrap_or_default();
    let [a, b, c, d, e, f, g, h, ..] = <[u8; 32]>::from(Sha256::digest(ops));
    u64::from_be_bytes([a, b, c, d, e, f, g, h])
}

impl Before {
    /// Whether this is that mutation. One that is empty may have been taken back meanwhile: it says nothing else.
    fn is(&self, mutation: &Mutation) -> bool {
        let is_same = || self.ops.is_none_or(|ops| ops == digest(mutation));
        self.stamp == mutation.hlc && (mutation.ops.is_empty() || is_same())
    }
}

/// The receipts of those mutations that are replays.
///
/// # Errors
/// [`PushRefused::DeviceForked`] if one of them is not what it was.
pub(crate) fn replay(replayed: &[Mutation], known: &mut Known) -> Result<Vec<Receipt>, PushRefused> {
    let receipt = |mutation: &Mutation| match known.remove(&mutation.n) {
        Some(before) if before.is(mutation) => Ok(before.receipt),
        _ => Err(PushRefused::DeviceForked { n: mutation.n }),
    };
    replayed.iter().map(receipt).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_mutation_did_is_known_again_by_every_later_version() {
        let ops = r#"[{"type":"lead","id":"0190a6f0-0000-7000-8000-000000000001","patch":{"name":"Ana","score":7}},
            {"type":"deal","id":"0190a6f0-0000-7000-8000-000000000002","delete":true},
            {"type":"deal","id":"0190a6f0-0000-7000-8000-000000000003","restore":true}]"#;
        let mutation = Mutation { n: 1, schema: 1, hlc: Hlc::ZERO, ops: serde_json::from_str(ops).unwrap() };
        assert_eq!(digest(&mutation), 28_366_041_454_496_019);
    }
}
