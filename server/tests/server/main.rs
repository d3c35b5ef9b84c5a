//! The server as its clients see it: over HTTP, started in-process on a free port, or as a process where it must die.

mod accounts;
mod assets;
mod bad_requests;
mod concurrency;
mod connections;
mod convergence;
mod cross_site;
mod demo;
mod full_disk;
mod fuzz;
mod headers;
mod history;
mod http;
mod live;
mod process;
mod repair;
mod snapshot;
mod specification;
mod start;
mod support;
mod sync_pull;
mod sync_push;
mod sync_rules;
