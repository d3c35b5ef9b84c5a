//! Waiting times after failures: doubling, bounded, and jittered so that a thousand devices that lost one server do
//! not come back to it in step.

/// The first waiting time, in milliseconds.
const FIRST_MS: u64 = 1_000;
/// The longest.
const LONGEST_MS: u64 = 60_000;

/// Doubling, jittered waiting times.
#[derive(Debug, Clone)]
pub(super) struct Backoff {
    failures: u32,
    state: u64,
}

impl Backoff {
    /// With a seed for the jitter; two devices should have different ones.
    pub(super) const fn new(seed: u64) -> Self {
        Self { failures: 0, state: seed }
    }

    /// All is well again.
    pub(super) const fn reset(&mut self) {
        self.failures = 0;
    }

    /// How long to wait after one more failure, in milliseconds: between half and the whole of the doubled time.
    pub(super) fn next(&mut self) -> u64 {
        let wait = self.same();
        self.failures = self.failures.saturating_add(1);
        wait
    }

    /// How long to wait after a failure that says no more than the one before: as long as was to be waited for anyway.
    pub(super) fn same(&mut self) -> u64 {
        let ceiling = FIRST_MS.saturating_mul(1 << self.failures.min(16)).min(LONGEST_MS);
        ceiling / 2 + self.random() % (ceiling / 2 + 1)
    }

    /// SplitMix64: small, seeded, good enough for jitter.
    fn random(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
}
