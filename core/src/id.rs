//! Identifiers. They are made on the device and never replaced, so that a record can be linked to, opened and
//! issued before any server has heard of it.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use thiserror::Error;
use uuid::Uuid;

/// A record's identity: a UUIDv7 made on the device, or a UUIDv5 where two devices must derive the same one.
///
/// In JSON it is the usual hyphenated lower-case text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RecordId(Uuid);

impl RecordId {
    /// A new UUIDv7 from the time in milliseconds since 1970 and ten random bytes, both handed in by the caller.
    pub fn v7(now_ms: u64, random: [u8; 10]) -> Self {
        Self(uuid::Builder::from_unix_timestamp_millis(now_ms, &random).into_uuid())
    }

    /// The identity that every device derives alike from a record and a name (UUIDv5).
    pub fn derived(from: RecordId, name: &str) -> Self {
        Self(Uuid::new_v5(&from.0, name.as_bytes()))
    }

    /// An identity that is the same in every workspace, for records of which there is just one.
    pub const fn singleton(value: u128) -> Self {
        Self(Uuid::from_u128(value))
    }

    /// The 16 bytes.
    pub const fn as_bytes(&self) -> &[u8; 16] {
        self.0.as_bytes()
    }

    /// From 16 bytes, as [`RecordId::as_bytes`] gives them.
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(Uuid::from_bytes(bytes))
    }
}

impl fmt::Display for RecordId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for RecordId {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        Uuid::try_parse(text).map(Self).map_err(|_| IdError::Record(text.chars().take(64).collect()))
    }
}

/// A device's identity: 64 random bits, drawn when the device's store is made. 16 hex digits in JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct DeviceId(pub u64);

impl fmt::Display for DeviceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

impl FromStr for DeviceId {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        let fail = || IdError::Device(text.chars().take(64).collect());
        if text.len() != 16 || !text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b)) {
            return Err(fail());
        }
        u64::from_str_radix(text, 16).map(Self).map_err(|_| fail())
    }
}

impl Serialize for DeviceId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for DeviceId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// Text that is no identifier.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum IdError {
    /// Not a UUID.
    #[error("“{0}” is not a record id; a UUID such as 0190b3f4-7a1c-7e55-9d3c-2f1e8a6b4c01 is wanted")]
    Record(String),
    /// Not 16 lower-case hex digits.
    #[error("“{0}” is not a device id; 16 lower-case hex digits are wanted")]
    Device(String),
}
