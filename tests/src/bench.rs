//! What Outpost is measured by. One run, one machine, everything on it at once: read ratios, not records.

mod browser;
mod data;
mod feel;
mod growth;
mod idle;
mod import;
mod link;
mod load;
mod pin;
mod size;
mod table;
mod wire;

pub use browser::{FirstSync, Meanwhile, first_sync, latencies, orders, saves, searches, spread, starts};
pub use data::{business, leads, workspace, workspace_with};
pub use feel::{Felt, Frames, Weight, felt, felt_day, frames, weight};
pub use growth::{Cost, growth};
pub use idle::{Idle, idle};
pub use import::{Imported, import};
pub use link::day;
pub use load::{Crowd, Latency};
pub use pin::pin;
pub use size::first_load;
pub use table::{Table, median, percentile};
pub use wire::{one_field_changes, pulls, pushes};
