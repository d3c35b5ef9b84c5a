//! What Outpost's app and server must agree on: record types, money, clocks, merge, the rules, the sync machine.
//!
//! Architecture invariant: no I/O, no clock and no randomness of its own. Time and random bytes come in as arguments,
//! so everything here runs in native tests in milliseconds, and the same on both sides.

pub mod access;
pub mod calendar;
pub mod catalogue;
pub mod date;
pub mod decimal;
mod declare;
pub mod dedupe;
pub mod demo;
pub mod exchange;
pub mod filter;
pub mod hlc;
pub mod horizon;
pub mod id;
pub mod index;
pub mod list_view;
pub mod money;
pub mod mutation;
pub mod news;
pub mod pipelines;
pub mod pricing;
pub mod protocol;
pub mod record;
pub mod records;
pub mod rules;
pub mod schema;
pub mod scope;
pub mod search;
pub mod sorting;
pub mod sums;
pub mod sync;
pub mod totals;
pub mod validate;
