//! What a push is, and how it refuses as a whole.

use std::collections::HashMap;

use outpost_core::hlc::Hlc;
use outpost_core::id::DeviceId;
use outpost_core::mutation::Mutation;
use outpost_core::protocol::Receipt;
use thiserror::Error;

/// A batch of a device's mutations, contiguous and within the limits.
#[derive(Debug, Clone)]
pub(crate) struct Push {
    /// Whose; from the session.
    pub(crate) workspace: i64,
    /// Which device's; from the session.
    pub(crate) device: DeviceId,
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

/// What is known of mutations that came before, by number: the stamp that the device gave and what became of it.
pub(crate) type Known = HashMap<u64, (Hlc, Receipt)>;

/// The receipts of those mutations that are replays.
///
/// # Errors
/// [`PushRefused::DeviceForked`] if one of them is not what it was.
pub(crate) fn replay(replayed: &[Mutation], known: &mut Known) -> Result<Vec<Receipt>, PushRefused> {
    let receipt = |mutation: &Mutation| match known.remove(&mutation.n) {
        Some((stamp, receipt)) if stamp == mutation.hlc => Ok(receipt),
        _ => Err(PushRefused::DeviceForked { n: mutation.n }),
    };
    replayed.iter().map(receipt).collect()
}
