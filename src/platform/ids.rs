//! Identities made on this device.

use outpost_core::id::{DeviceId, RecordId};

use super::{random, time};

/// A new record's identity: a UUIDv7 of now.
pub fn new_record_id() -> RecordId {
    RecordId::v7(time::now_ms(), random::bytes())
}

/// A new device's identity: 64 random bits.
pub fn new_device_id() -> DeviceId {
    DeviceId(random::number())
}
