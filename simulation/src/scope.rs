//! Which records a device is to have: today all of its workspace.
//!
//! Roles and archives do not exist yet. When they do, the predicate that the server and the devices evaluate is asked here, and `check` needs no other change: (1) compares what is in scope, (7)
//! demands that nothing else is left on a device.

use outpost_core::record::RecordKey;

use crate::device::Device;

/// Whether a device is to have a record.
pub(crate) fn sees(_device: &Device, _key: &RecordKey) -> bool {
    true
}
