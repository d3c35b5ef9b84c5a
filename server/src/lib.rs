//! Outpost's server: accounts, sync, and the app itself, in one process on one port.
//!
//! [`serve()`] starts one; the binary is a thin shell around it. Inside, `http` speaks to the network, `accounts` knows
//! people and their devices, `sync` decides what a push does, `store` keeps it; [`engine`] is a way in without a network,
//! for the simulation. `docs/sync-protocol.md` is the
//! specification of what is said over the wire.

mod accounts;
pub mod admin;
pub mod cli;
mod clock;
mod config;
mod demo;
pub mod engine;
mod error;
mod first;
mod http;
mod live;
pub mod log;
mod patient;
mod random;
mod serve;
mod snapshot;
mod state;
mod store;
mod sync;
mod upkeep;

pub use clock::Clock;
pub use config::{Config, DatabaseUrl, Limits, PublicUrl, PublicUrlError, Rate};
pub use demo::{DemoAccount, DemoError};
pub use serve::{Running, StartError, serve};
pub use store::{ConnectError, OpenError};
pub use upkeep::{Tended, UpkeepError};
