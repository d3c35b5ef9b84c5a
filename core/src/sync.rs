//! The sync client as a machine without I/O: events go in, commands come out, and whoever drives it (a browser, a test
//! with a thousand simulated devices) does what they say. See [`Machine`].

mod aside;
mod backoff;
mod commit;
mod machine;
mod purge;
mod repair;
mod words;

pub use aside::take_off;
pub use commit::{Commit, Outcome, RecordState, settle};
pub use machine::Machine;
pub use purge::{Purged, own_part, purge};
pub use repair::{Rebased, Repair, compare, parcels, rebase, repair, wanted_by_rebase};
pub use words::{Effect, Event, Failure, Finding, Pending, Position, Status};
