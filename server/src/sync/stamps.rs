//! Bounds how far ahead of the server's clock a device's stamps may be.
//!
//! A clock that runs a year ahead would win every clash for a year. Such a stamp is rewritten to the present; one that
//! is merely old is taken as it is, for ever. The device's own order is kept: a rewritten stamp comes after all that
//! the server has accepted of the device before, and after what it changes, which another clock may have dated a little ahead.

use outpost_core::hlc::{Hlc, MAX_SKEW_MS};

/// One device's stamps, as the server accepts them.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Stamps {
    /// The server's time, in milliseconds since 1970.
    now_ms: u64,
    /// The latest accepted.
    last: Hlc,
}

impl Stamps {
    /// Goes on after the latest that was accepted of the device.
    pub(crate) fn new(now_ms: u64, last: Hlc) -> Self {
        Self { now_ms, last }
    }

    /// The stamp by which a mutation is applied: its own, or a rewritten one if it is too far ahead. `changed` is the latest of
    /// what it changes, none of which is too far ahead itself.
    pub(crate) fn accept(&mut self, stamp: Hlc, changed: impl FnOnce() -> Hlc) -> Hlc {
        let accepted = if stamp.ms <= self.latest_ms() { stamp } else { self.rewrite(stamp, changed()) };
        self.last = self.last.max(accepted);
        accepted
    }

    /// Beyond it, in milliseconds since 1970, a stamp is too far ahead.
    pub(crate) fn latest_ms(&self) -> u64 {
        self.now_ms.saturating_add(MAX_SKEW_MS)
    }

    /// The latest accepted, to be kept for the device's next push.
    pub(crate) fn last(&self) -> Hlc {
        self.last
    }

    fn rewrite(&self, stamp: Hlc, changed: Hlc) -> Hlc {
        let before = self.last.max(changed);
        let (ms, counter) = if self.now_ms > before.ms {
            (self.now_ms, 0)
        } else {
            before.counter.checked_add(1).map_or((before.ms + 1, 0), |counter| (before.ms, counter))
        };
        Hlc { ms, counter, device: stamp.device }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use outpost_core::id::DeviceId;

    const NOW: u64 = 1_750_000_000_000;
    const HOUR: u64 = 3_600_000;

    fn at(ms: u64, counter: u16) -> Hlc {
        Hlc { ms, counter, device: DeviceId(7) }
    }

    fn none() -> Hlc {
        Hlc::ZERO
    }

    #[test]
    fn a_stamp_within_a_minute_or_from_long_ago_is_taken_as_it_is() {
        let mut stamps = Stamps::new(NOW, Hlc::ZERO);
        for stamp in [at(5, 0), at(NOW - HOUR, 3), at(NOW, 0), at(NOW + MAX_SKEW_MS, 9)] {
            assert_eq!(stamps.accept(stamp, none), stamp);
        }
    }

    #[test]
    fn stamps_of_a_clock_ahead_become_the_present_in_their_order() {
        let mut stamps = Stamps::new(NOW, Hlc::ZERO);
        let sent = [at(NOW + 50_000, 0), at(NOW + HOUR, 0), at(NOW + HOUR, 1), at(NOW + 10 * HOUR, 0)];
        let accepted = sent.map(|stamp| stamps.accept(stamp, none));
        assert!(accepted.is_sorted() && accepted.windows(2).all(|pair| pair[0] < pair[1]), "{accepted:?}");
        assert!(accepted.iter().all(|stamp| stamp.ms <= NOW + MAX_SKEW_MS), "{accepted:?}");
    }

    #[test]
    fn a_later_push_comes_after_what_was_rewritten_before() {
        let mut first = Stamps::new(NOW, Hlc::ZERO);
        let before = first.accept(at(NOW + HOUR, 0), none);
        let mut second = Stamps::new(NOW, first.last());
        assert!(second.accept(at(NOW + HOUR, 1), none) > before);
    }

    #[test]
    fn a_full_counter_carries_over_into_the_next_millisecond() {
        let mut stamps = Stamps::new(NOW, at(NOW, u16::MAX));
        assert_eq!(stamps.accept(at(NOW + HOUR, 0), none), at(NOW + 1, 0));
    }

    #[test]
    fn what_is_changed_is_not_the_later_one() {
        let changed = Hlc { ms: NOW + 58_000, counter: 4, device: DeviceId(9) };
        let mut stamps = Stamps::new(NOW, Hlc::ZERO);
        assert_eq!(stamps.accept(at(NOW + HOUR, 0), || changed), at(NOW + 58_000, 5));
        assert_eq!(stamps.accept(at(NOW + HOUR, 1), none), at(NOW + 58_000, 6), "in its own order");
        let mut stamps = Stamps::new(NOW, Hlc::ZERO);
        assert_eq!(
            stamps.accept(at(NOW + 59_000, 0), || changed),
            at(NOW + 59_000, 0),
            "what is not too far ahead stays"
        );
    }
}
