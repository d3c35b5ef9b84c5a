//! Days, weeks and months as a person sees them on the wall, and the instants that records have.
//!
//! A meeting's moment is an instant; where it stands in a calendar depends on the zone it is looked at from. No zone is known
//! here: whoever asks says how far the clocks are ahead of UTC at an instant ([`Offset`]), as every browser knows.

mod days;
mod free;
mod lanes;
mod wall;
mod when;

pub use days::{month_weeks, next_month, week};
pub use free::free;
pub use lanes::{Lane, lanes};
pub use wall::{DAY_MINUTES, Day, MINUTE_MS, Offset, Span, Wall, instant, is_repeated, wall};
pub use when::{When, is_planned, longest_days, when};
