//! Fixtures for tests of the whole system: the real server as a process that can be killed, real browsers driven as a
//! person would drive them, a second client of the sync API, and what the benchmarks and the pictures share.
//!
//! `cargo xtask test`, `bench` and `screenshots` build everything and set the environment that [`mod@env`] reads. All that
//! a fixture starts is its child and ends with it; each has a folder of its own for its data.

pub mod accessible;
pub mod api;
pub mod app;
pub mod before;
pub mod bench;
pub mod browser;
pub mod clock;
pub mod day;
pub mod dist;
pub mod env;
pub mod person;
pub mod portal;
pub mod process;
pub mod relay;
pub mod server;
pub mod trouble;
pub mod ui;
pub mod wait;
pub mod workspace;
