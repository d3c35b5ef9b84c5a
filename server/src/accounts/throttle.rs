//! Slows guessing down. Attempts are counted by pair of account and address, and by address alone; never by account
//! alone, because then anyone could lock its owner out by guessing badly.

use std::collections::HashMap;
use std::hash::Hash;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use sha2::{Digest, Sha256};

use crate::config::{Limits, Rate};
use crate::error::ApiError;

/// Beyond so many, buckets that are full again are forgotten.
const MANY: usize = 50_000;

/// The server's token buckets.
pub(crate) struct Throttles {
    sign_in_pair: Buckets<(Network, [u8; 32])>,
    sign_in_address: Buckets<Network>,
    sign_up_address: Buckets<Network>,
}

/// An attempt that was counted before its outcome is known, so that many at once are counted too.
pub(crate) struct Attempt(Network, [u8; 32]);

impl Throttles {
    /// Empty-handed: nobody has tried anything yet.
    pub(crate) fn new(limits: &Limits) -> Self {
        Self {
            sign_in_pair: Buckets::new(limits.sign_in_pair),
            sign_in_address: Buckets::new(limits.sign_in_address),
            sign_up_address: Buckets::new(limits.sign_up_address),
        }
    }

    /// Counts an attempt to sign in.
    ///
    /// # Errors
    /// [`ApiError::TooManyAttempts`].
    pub(crate) fn sign_in(&self, address: IpAddr, email: &str) -> Result<Attempt, ApiError> {
        let network = Network::of(address);
        let account = Sha256::digest(email.trim().to_lowercase()).into();
        self.sign_in_address.take(network)?;
        self.sign_in_pair.take((network, account))?;
        Ok(Attempt(network, account))
    }

    /// Forgets an attempt that turned out to be right, and those before it.
    pub(crate) fn forgive(&self, attempt: Attempt) {
        self.sign_in_address.give_back(attempt.0);
        self.sign_in_pair.forget((attempt.0, attempt.1));
    }

    /// Counts a sign-up.
    ///
    /// # Errors
    /// [`ApiError::TooManyAttempts`].
    pub(crate) fn sign_up(&self, address: IpAddr) -> Result<(), ApiError> {
        self.sign_up_address.take(Network::of(address))
    }
}

/// An IPv4 address, or the /64 that one subscriber has of IPv6.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Network(IpAddr);

impl Network {
    fn of(address: IpAddr) -> Self {
        Self(match address.to_canonical() {
            IpAddr::V6(v6) => Ipv6Addr::from_bits(v6.to_bits() & !u128::from(u64::MAX)).into(),
            v4 @ IpAddr::V4(_) => v4,
        })
    }
}

/// Token buckets by key. A bucket is kept as the time at which it will be full.
struct Buckets<K> {
    rate: Rate,
    full_at: Mutex<HashMap<K, Instant>>,
}

impl<K: Hash + Eq + Copy> Buckets<K> {
    fn new(rate: Rate) -> Self {
        Self { rate, full_at: Mutex::new(HashMap::new()) }
    }

    fn take(&self, key: K) -> Result<(), ApiError> {
        let now = Instant::now();
        let capacity = self.rate.every.saturating_mul(self.rate.burst);
        let mut full_at = self.full_at.lock().unwrap_or_else(PoisonError::into_inner);
        if full_at.len() > MANY {
            full_at.retain(|_, at| *at > now);
        }
        let at = full_at.entry(key).or_insert(now);
        let next = (*at).max(now) + self.rate.every;
        let wait = next.duration_since(now).saturating_sub(capacity);
        if wait > Duration::ZERO {
            return Err(ApiError::TooManyAttempts { retry_s: wait.as_secs() + 1 });
        }
        *at = next;
        Ok(())
    }

    fn give_back(&self, key: K) {
        let mut full_at = self.full_at.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(earlier) = full_at.get(&key).and_then(|at| at.checked_sub(self.rate.every)) {
            full_at.insert(key, earlier);
        }
    }

    fn forget(&self, key: K) {
        self.full_at.lock().unwrap_or_else(PoisonError::into_inner).remove(&key);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn throttles() -> Throttles {
        let slow = |burst| Rate { burst, every: Duration::from_hours(1) };
        let limits = Limits { sign_in_pair: slow(3), sign_in_address: slow(10), ..Limits::default() };
        Throttles::new(&limits)
    }

    fn ip(text: &str) -> IpAddr {
        text.parse().expect("an address")
    }

    #[test]
    fn an_attacker_is_stopped_and_the_owner_elsewhere_is_not() {
        let throttles = throttles();
        for _ in 0..3 {
            assert!(throttles.sign_in(ip("203.0.113.9"), "ana@example.org").is_ok());
        }
        let refused = throttles.sign_in(ip("203.0.113.9"), "Ana@Example.org ");
        assert!(matches!(refused, Err(ApiError::TooManyAttempts { retry_s }) if retry_s > 3_000));
        assert!(throttles.sign_in(ip("198.51.100.7"), "ana@example.org").is_ok());
    }

    #[test]
    fn one_address_cannot_try_a_little_on_every_account() {
        let throttles = throttles();
        let refused = (0..20).filter(|i| throttles.sign_in(ip("203.0.113.9"), &format!("{i}@example.org")).is_err());
        assert_eq!(refused.count(), 10);
    }

    #[test]
    fn signing_in_is_never_throttled_by_itself() {
        let throttles = throttles();
        for _ in 0..100 {
            let attempt = throttles.sign_in(ip("2001:db8::1"), "ana@example.org").expect("allowed");
            throttles.forgive(attempt);
        }
    }

    #[test]
    fn a_subscriber_of_ipv6_is_one_address() {
        let throttles = throttles();
        let attempts = (1..=4).map(|i| throttles.sign_in(ip(&format!("2001:db8::{i}")), "ana@example.org"));
        assert_eq!(attempts.filter(Result::is_err).count(), 1);
        assert!(throttles.sign_in(ip("2001:db8:0:1::1"), "ana@example.org").is_ok());
    }
}
