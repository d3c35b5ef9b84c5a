//! Sync as a whole, in one process and from one seed: the real machine of a device, the real server logic on both of its
//! stores, and everything that networks, clocks, tabs, disks and people do. What a seed does once it does again.
//!
//! A story has two phases. In the first, people work and everything goes wrong ([`Fault`]); in the second nobody works and
//! nothing goes wrong, and all must come to rest within bounded time. Then `check` holds every device against an oracle
//! that knows nothing but which mutations the server took.
//!
//! | here | stands for |
//! |---|---|
//! | `disk`, `disk/` | IndexedDB: transactions that are written wholly or not at all, and may be the last thing that happens |
//! | `device`, `tabs`, `driver` | two tabs of one app, of which the one with the lock runs [`outpost_core::sync::Machine`] |
//! | `network` | the way to the server, and all that happens on it |
//! | `servers` | [`outpost_server::engine`], in memory, on SQLite, or both held against each other |
//! | `people`, `work` | people |
//! | `journal`, `oracle`, `check`, `fate`, `copies`, `lost`, `own`, `seam` | what must be true |
//! | `shrink` | the shortest story that still goes wrong |
//!
//! `cargo xtask simulate --seed S` tells as many stories as are wanted; `tests/simulation.rs` tells those of CI.

mod check;
mod classify;
mod copies;
mod device;
mod disk;
mod driver;
mod fate;
mod fault;
mod fetching;
mod horizon;
mod journal;
mod lost;
mod network;
mod oracle;
mod own;
mod people;
mod random;
mod roles;
mod rollback;
mod scope;
mod seam;
mod servers;
mod shrink;
#[cfg(test)]
mod stories;
mod story;
mod tabs;
mod tally;
mod tell;
mod work;
mod world;

pub use fault::Fault;
pub use shrink::shrink;
pub use story::{StoreKind, Story, UnreadableStory};
pub use tally::Tally;
pub use tell::{Broken, Summary, by_turns, tell, tell_at_length, tell_many};
