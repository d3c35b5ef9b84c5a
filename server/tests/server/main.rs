//! The server as its clients see it: over HTTP, started in-process on a free port, or as a process where it must die.
//! It keeps its data in SQLite, or in PostgreSQL if `OUTPOST_TEST_POSTGRES` says where that is (`database.rs`).

mod accounts;
mod archive;
mod assets;
mod backup;
mod bad_requests;
mod concurrency;
mod connections;
mod convergence;
mod cross_site;
mod database;
mod demo;
mod ear;
mod epoch;
mod frozen;
mod full_disk;
mod fuzz;
mod headers;
mod history;
mod horizon;
mod http;
mod live;
mod people;
mod process;
mod repair;
mod snapshot;
mod specification;
mod start;
mod storm;
mod support;
mod sync_pull;
mod sync_push;
mod sync_rules;
mod tenancy;
