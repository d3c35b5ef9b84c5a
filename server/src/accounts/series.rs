//! Number series: the part of an invoice's number that tells devices apart (`2026-K7-00042`).

use std::collections::HashSet;

/// Letters and digits that nobody takes for one another, on paper or on the phone: no I, O, 0 or 1.
const LETTERS: &[u8; 24] = b"ABCDEFGHJKLMNPQRSTUVWXYZ";
const DIGITS: &[u8; 8] = b"23456789";

/// A series that is not in `used`: a letter and a digit while there are any left, then more digits.
///
/// `random` spreads the choice, so that two installations seldom give the same one first.
pub(crate) fn free_series(used: &HashSet<String>, random: u64) -> String {
    let mut digits = 1_u32;
    loop {
        let space = LETTERS.len() as u64 * (DIGITS.len() as u64).pow(digits);
        let start = random % space;
        let found = (0..space).map(|step| nth((start + step) % space, digits)).find(|series| !used.contains(series));
        if let Some(series) = found {
            return series;
        }
        digits += 1;
    }
}

fn nth(mut index: u64, digits: u32) -> String {
    let mut tail = Vec::new();
    for _ in 0..digits {
        tail.push(pick(DIGITS, index));
        index /= DIGITS.len() as u64;
    }
    std::iter::once(pick(LETTERS, index)).chain(tail.into_iter().rev()).collect()
}

fn pick(from: &[u8], index: u64) -> char {
    let at = usize::try_from(index % from.len() as u64).unwrap_or(0);
    char::from(from[at])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn series_are_unique_short_first_and_free_of_lookalikes() {
        let mut used = HashSet::new();
        for device in 0..1_000_u64 {
            let series = free_series(&used, device.wrapping_mul(0x9e37_79b9_7f4a_7c15));
            assert_eq!(series.len(), if device < 192 { 2 } else { 3 }, "{series} for device {device}");
            assert!(!series.contains(['0', 'O', '1', 'I']), "{series}");
            assert!(used.insert(series));
        }
    }
}
