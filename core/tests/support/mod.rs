//! What several tests share. Each test takes what it needs.
#![allow(dead_code, unreachable_pub, reason = "each test binary uses a part of this")]

pub mod invoice;
pub mod ledger;
pub mod strategies;
