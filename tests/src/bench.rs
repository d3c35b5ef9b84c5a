//! What Outpost is measured by. One run, one machine, everything on it at once: read ratios, not records.

mod browser;
mod data;
mod growth;
mod import;
mod link;
mod size;
mod table;
mod wire;

pub use browser::{FirstSync, first_sync, latencies, saves, spread, starts};
pub use data::{leads, workspace};
pub use growth::{Cost, growth};
pub use import::{Imported, import};
pub use link::day;
pub use size::first_load;
pub use table::{Table, median, percentile};
pub use wire::{one_field_changes, pulls, pushes};
