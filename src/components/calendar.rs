//! Parts of a calendar: days as columns of hours, months as weeks of days. What stands in them is laid out by whoever shows them.

pub mod block;
pub mod month_grid;
pub mod time_grid;

pub use block::{Block, Hands, Hue};
pub use month_grid::{MonthDay, MonthGrid};
pub use time_grid::{GridDay, TimeGrid};
