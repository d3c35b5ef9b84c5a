//! A password for somebody else: long enough that nobody guesses it, and such that it can be read out and typed.

use crate::error::ApiError;
use crate::random;

/// Without those that look alike. A byte chooses one without favour, since 256 is a multiple of their number.
const SIGNS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";

/// Twenty signs in groups of four: 100 bits.
pub(super) fn fresh() -> Result<String, ApiError> {
    let signs = random::bytes::<20>()?.map(|byte| char::from(SIGNS[usize::from(byte) % SIGNS.len()]));
    let groups: Vec<String> = signs.chunks(4).map(String::from_iter).collect();
    Ok(groups.join("-"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_long_never_the_same_and_of_signs_that_nobody_mistakes() {
        let (one, other) = (fresh().expect("random"), fresh().expect("random"));
        assert_ne!(one, other);
        assert_eq!(one.split('-').map(str::len).collect::<Vec<_>>(), [4; 5], "{one}");
        assert!(one.bytes().all(|sign| sign == b'-' || SIGNS.contains(&sign)), "{one}");
        assert!(!SIGNS.iter().any(|sign| b"0o1l".contains(sign)));
    }
}
