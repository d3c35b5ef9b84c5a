//! SplitMix64: small, seeded, the same on every machine. Not for secrets.

/// A deterministic source of numbers.
#[derive(Debug, Clone)]
pub(super) struct Random(u64);

impl Random {
    /// From a seed; equal seeds give equal numbers.
    pub(super) const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next 64 bits.
    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number from `least` to `most`, both included.
    pub(super) fn between(&mut self, least: i64, most: i64) -> i64 {
        let width = most.abs_diff(least).saturating_add(1).max(1);
        least.saturating_add_unsigned(self.next() % width)
    }

    /// Whether something of so many per cent happens.
    pub(super) fn chance(&mut self, per_cent: i64) -> bool {
        self.between(1, 100) <= per_cent
    }

    /// One of several; there must be one.
    pub(super) fn pick<T: Copy>(&mut self, of: &[T]) -> T {
        let count = u64::try_from(of.len()).unwrap_or(u64::MAX).max(1);
        of[usize::try_from(self.next() % count).unwrap_or_default()]
    }

    /// Ten bytes, for a record id.
    pub(super) fn ten_bytes(&mut self) -> [u8; 10] {
        let mut bytes = [0; 10];
        bytes[..8].copy_from_slice(&self.next().to_le_bytes());
        bytes[8..].copy_from_slice(&self.next().to_le_bytes()[..2]);
        bytes
    }

    /// A text with a digit for each `#`, never a zero at the head of a number.
    pub(super) fn digits(&mut self, pattern: &str) -> String {
        let mut before = ' ';
        pattern
            .chars()
            .map(|c| {
                let least = if before.is_numeric() { 0 } else { 1 };
                let digit = u32::try_from(self.between(least, 9)).unwrap_or_default();
                before = if c == '#' { '9' } else { c };
                if c == '#' { char::from_digit(digit, 10).unwrap_or('1') } else { c }
            })
            .collect()
    }
}
