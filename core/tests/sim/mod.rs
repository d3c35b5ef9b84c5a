//! The whole of sync in one process and one thread: a server, devices with stores that survive crashes, a network that
//! does what networks do, all driven by a seed. What a seed does once it does again.
//!
//! A run has two phases. In the first, people work and everything goes wrong ([`Faults`]); in the second nobody works
//! and nothing goes wrong, and all must come to rest within bounded time ([`World::heal`]). Then [`check`] compares.

#![allow(dead_code, unreachable_pub, reason = "a test's module is public to the rest of the test")]

pub mod check;
pub mod device;
pub mod disk;
pub mod faults;
mod network;
pub mod random;
pub mod server;
pub mod work;
pub mod world;

#[allow(unused_imports, reason = "not every test changes what goes wrong")]
pub use faults::Faults;
pub use world::World;
