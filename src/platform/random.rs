//! Randomness from the browser's cryptographic generator.

/// `N` random bytes.
///
/// # Panics
/// If the browser has no generator at all, which none that runs WebAssembly does: to go on with guessable identities
/// would be worse.
pub fn bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("this browser has no source of randomness");
    bytes
}

/// A random number.
pub fn number() -> u64 {
    u64::from_le_bytes(bytes())
}
