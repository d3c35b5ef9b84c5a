//! Passwords: which are taken, and how they are kept.

use std::sync::Arc;

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use thiserror::Error;
use tokio::sync::{Semaphore, TryAcquireError};
use tokio::task::spawn_blocking;

use crate::error::ApiError;

/// The fewest and the most characters.
const LENGTH: std::ops::RangeInclusive<usize> = 8..=256;

/// The commonest passwords of eight characters and more, one a line.
const COMMON: &str = include_str!("common_passwords.txt");

/// Memory in KiB, passes, lanes: 19 MiB, 2, 1, the least that OWASP recommends.
const COST: (u32, u32, u32) = (19 * 1024, 2, 1);

/// How many callers may wait for one of the hashing places, each.
const QUEUE: usize = 32;

/// Refuses a password that is too short, too long, among the commonest, or the address itself.
pub(super) fn check_policy(password: &str, email: &str) -> Result<(), ApiError> {
    let refuse = |message: &str| Err(ApiError::Invalid { code: "invalid_password", message: message.to_owned() });
    let lower = password.to_lowercase();
    if !LENGTH.contains(&password.chars().count()) {
        return refuse("A password has 8 to 256 characters.");
    }
    if COMMON.lines().any(|common| common == lower) || is_one_character(password) {
        return refuse("That password is among the first that anyone would guess; choose another one.");
    }
    if lower == email || email.split('@').next() == Some(lower.as_str()) {
        return refuse("The password must not be your e-mail address.");
    }
    Ok(())
}

fn is_one_character(password: &str) -> bool {
    let mut characters = password.chars();
    let first = characters.next();
    characters.all(|c| Some(c) == first)
}

/// Hashes and verifies, a few at a time: each takes 19 MiB and a twentieth of a second of a core.
pub(crate) struct Hasher {
    places: Arc<Semaphore>,
    waiting: Arc<Semaphore>,
    /// Verified when there is no account, so that its absence takes as long as a wrong password.
    nobody: Arc<str>,
}

/// The hash failed, which is a fault of this machine.
#[derive(Debug, Error)]
#[error("Password hashing does not work here: {0}.")]
pub struct HashError(String);

impl Hasher {
    /// One place a core.
    pub(crate) async fn new() -> Result<Self, HashError> {
        let places = std::thread::available_parallelism().map_or(2, usize::from);
        let nobody = spawn_blocking(|| hash("there is no such account"))
            .await
            .map_err(|error| HashError(error.to_string()))??;
        Ok(Self {
            places: Arc::new(Semaphore::new(places)),
            waiting: Arc::new(Semaphore::new(places + QUEUE)),
            nobody: nobody.into(),
        })
    }

    /// A PHC string with a random salt.
    pub(crate) async fn hash(&self, password: String) -> Result<String, ApiError> {
        self.run(move || hash(&password)).await
    }

    /// Whether the password is that of the hash; without a hash, the same work and `false`.
    pub(crate) async fn verify(&self, password: String, stored: Option<String>) -> Result<bool, ApiError> {
        let known = stored.is_some();
        let stored = stored.unwrap_or_else(|| self.nobody.to_string());
        let right = self.run(move || verify(&password, &stored)).await?;
        Ok(right && known)
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, HashError> + Send + 'static,
    ) -> Result<T, ApiError> {
        let _waiting = self.waiting.try_acquire().map_err(|full: TryAcquireError| {
            tracing::warn!(%full, "too many passwords at once");
            ApiError::Busy
        })?;
        // The place is handed to the work itself: a caller that goes away must not let another one start beside it.
        let place = Arc::clone(&self.places).acquire_owned().await.map_err(|_closed| ApiError::Busy)?;
        let done = spawn_blocking(move || {
            let done = work();
            drop(place);
            done
        });
        done.await.map_err(|error| HashError(error.to_string())).flatten().map_err(|error| {
            tracing::error!(%error, "password hashing");
            ApiError::Internal
        })
    }
}

fn argon2() -> Result<Argon2<'static>, HashError> {
    let (memory, passes, lanes) = COST;
    let params = Params::new(memory, passes, lanes, None).map_err(|error| HashError(error.to_string()))?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

fn hash(password: &str) -> Result<String, HashError> {
    let hash = argon2()?.hash_password(password.as_bytes()).map_err(|error| HashError(error.to_string()))?;
    Ok(hash.to_string())
}

fn verify(password: &str, stored: &str) -> Result<bool, HashError> {
    let stored = PasswordHash::new(stored).map_err(|error| HashError(error.to_string()))?;
    Ok(argon2()?.verify_password(password.as_bytes(), &stored).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_guessable_password_is_refused_and_a_long_one_is_not() {
        let code = |password: &str| check_policy(password, "ana.silva@example.org").err().map(|error| error.code());
        for weak in ["short", "1234567", "password", "PassWord1", "qwertyuiop", "aaaaaaaaaaaa", "ana.silva"] {
            assert_eq!(code(weak), Some("invalid_password"), "{weak}");
        }
        for fine in ["correct horse", "ñandú-8472", &"x7 ".repeat(85)] {
            assert_eq!(code(fine), None, "{fine}");
        }
        assert_eq!(code(&"ab".repeat(129)), Some("invalid_password"));
    }

    #[tokio::test]
    async fn a_hash_is_argon2id_of_the_promised_cost_and_salted() {
        let hasher = Hasher::new().await.expect("a hasher");
        let first = hasher.hash("correct horse".into()).await.expect("a hash");
        let second = hasher.hash("correct horse".into()).await.expect("a hash");
        assert!(first.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{first}");
        assert_ne!(first, second);
        assert!(hasher.verify("correct horse".into(), Some(first.clone())).await.expect("an answer"));
        assert!(!hasher.verify("correct house".into(), Some(first)).await.expect("an answer"));
        assert!(!hasher.verify("there is no such account".into(), None).await.expect("an answer"));
    }
}
