//! The hybrid logical clock: wall time where clocks agree, order of cause and effect where they do not.
//!
//! A stamp is 48 bits of milliseconds, a 16-bit counter and the 64-bit device. Stamps are totally ordered, and the
//! text form (`018f3a2b4c5d-0001-a1b2c3d4e5f60718`) has fixed width, so that text order is clock order.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use thiserror::Error;

use crate::id::DeviceId;

/// The largest time a stamp can hold, in milliseconds since 1970 (the year 10889).
pub const MAX_MS: u64 = (1 << 48) - 1;

/// How far ahead of the server's clock a stamp may be, in milliseconds, before the server rewrites it.
pub const MAX_SKEW_MS: u64 = 60_000;

/// One stamp. Ordered by time, then counter, then device, which breaks every tie the same way everywhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Hlc {
    /// Milliseconds since 1970, below 2^48.
    pub ms: u64,
    /// Order within a millisecond.
    pub counter: u16,
    /// Who stamped.
    pub device: DeviceId,
}

impl Hlc {
    /// The stamp before all others.
    pub const ZERO: Self = Self { ms: 0, counter: 0, device: DeviceId(0) };
}

impl fmt::Display for Hlc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:012x}-{:04x}-{}", self.ms, self.counter, self.device)
    }
}

impl FromStr for Hlc {
    type Err = HlcError;

    fn from_str(text: &str) -> Result<Self, HlcError> {
        let fail = || HlcError::Malformed(text.chars().take(64).collect());
        let hex = |part: &str| {
            let lower = part.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
            if lower { u64::from_str_radix(part, 16).map_err(|_| fail()) } else { Err(fail()) }
        };
        if !text.is_ascii() || text.len() != 34 || &text[12..13] != "-" || &text[17..18] != "-" {
            return Err(fail());
        }
        let counter = u16::try_from(hex(&text[13..17])?).map_err(|_| fail())?;
        Ok(Self { ms: hex(&text[..12])?, counter, device: DeviceId(hex(&text[18..])?) })
    }
}

impl Serialize for Hlc {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Hlc {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// A device's clock. It is kept in the store and advances only in the transaction that commits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Clock {
    /// The last stamp given or seen.
    pub last: Hlc,
    /// Whose clock it is.
    pub device: DeviceId,
    /// Server time minus this device's wall time, in milliseconds, as last measured; 0 before any server was met.
    #[serde(default)]
    pub offset_ms: i64,
    /// The latest stamp that came from elsewhere: below it this clock is never reined in.
    #[serde(default = "zero")]
    pub seen: Hlc,
}

const fn zero() -> Hlc {
    Hlc::ZERO
}

impl Clock {
    /// A new device's clock.
    pub const fn new(device: DeviceId) -> Self {
        Self { last: Hlc::ZERO, device, offset_ms: 0, seen: Hlc::ZERO }
    }

    /// This device's wall time, corrected by what the server said of it.
    pub fn corrected(&self, wall_ms: u64) -> u64 {
        wall_ms.saturating_add_signed(self.offset_ms).min(MAX_MS)
    }

    /// The next stamp: later than every stamp given or seen, whatever the wall clock does.
    ///
    /// # Errors
    /// [`HlcError::Exhausted`] when time and counter are both at their end.
    pub fn tick(&mut self, wall_ms: u64) -> Result<Hlc, HlcError> {
        let now = self.corrected(wall_ms);
        let (ms, counter) = if now > self.last.ms {
            (now, 0)
        } else if self.last.counter < u16::MAX {
            (self.last.ms, self.last.counter + 1)
        } else if self.last.ms < MAX_MS {
            (self.last.ms + 1, 0)
        } else {
            return Err(HlcError::Exhausted);
        };
        self.last = Hlc { ms, counter, device: self.device };
        Ok(self.last)
    }

    /// Takes note of a stamp that came from elsewhere, so that the next one given is later.
    ///
    /// Only stamps that the server has bounded are seen, so a peer's wild clock cannot drag this one along.
    pub fn observe(&mut self, seen: Hlc) {
        self.seen = self.seen.max(seen);
        self.last = self.last.max(seen);
    }

    /// Takes the server's time from an answer, `server_ms`, received when the wall showed `wall_ms`.
    ///
    /// Half the round trip is at most a few seconds and does not matter to order, which the counter keeps.
    pub fn correct(&mut self, server_ms: u64, wall_ms: u64) {
        let server = i64::try_from(server_ms).unwrap_or(i64::MAX);
        let wall = i64::try_from(wall_ms).unwrap_or(i64::MAX);
        self.offset_ms = server.saturating_sub(wall);
    }

    /// Brings back a clock that had run ahead: to the corrected time of now, or to the latest stamp that was ever seen
    /// (`seen` among them) if that is later, so that an edit still wins over what its author had before their eyes.
    ///
    /// Only to be called when the server has rewritten every stamp that this clock gave ahead of time, and none is on
    /// its way: otherwise a later edit could be given an earlier stamp.
    pub fn rein_in(&mut self, seen: Hlc, wall_ms: u64) {
        let now = Hlc { ms: self.corrected(wall_ms), counter: 0, device: self.device };
        self.seen = self.seen.max(seen);
        self.last = self.last.min(self.seen.max(now));
    }
}

/// What can be wrong with a stamp.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum HlcError {
    /// Not of the fixed-width text form.
    #[error("“{0}” is not a clock stamp; the form 018f3a2b4c5d-0001-a1b2c3d4e5f60718 is wanted")]
    Malformed(String),
    /// No later stamp exists.
    #[error("this device's clock stands at the end of time; set its date and reload")]
    Exhausted,
}

#[cfg(test)]
mod tests {
    use super::*;

    const DEVICE: DeviceId = DeviceId(7);

    #[test]
    fn a_clock_that_ran_ahead_is_brought_back_to_now_and_never_before_what_it_has_seen() {
        let hour = 3_600_000;
        let mut clock = Clock::new(DEVICE);
        clock.tick(1_000_000 + hour).expect("a stamp");
        clock.correct(1_000_000, 1_000_000 + hour);
        clock.rein_in(Hlc::ZERO, 1_000_000 + hour);
        let back = clock.tick(1_000_000 + hour).expect("a stamp");
        assert_eq!((back.ms, back.counter), (1_000_000, 1));

        let seen = Hlc { ms: 1_000_500, counter: 3, device: DeviceId(9) };
        clock.tick(9_000_000 + hour).expect("a stamp");
        clock.rein_in(seen, 1_000_000 + hour);
        assert!(clock.tick(1_000_000 + hour).expect("a stamp") > seen);
    }

    #[test]
    fn a_clock_that_is_right_is_not_moved() {
        let mut clock = Clock::new(DEVICE);
        clock.tick(5_000).expect("a stamp");
        let before = clock;
        clock.rein_in(Hlc { ms: 9_000, counter: 0, device: DEVICE }, 8_000);
        assert_eq!(clock.last, before.last);
    }
}
