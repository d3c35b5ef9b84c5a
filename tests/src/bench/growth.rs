//! Whether what a device does costs more in a large workspace than in a small one.

use std::time::Instant;

use outpost_core::mutation::Op;
use serde_json::json;

use super::data::{AllApplied, leads};
use super::percentile;
use crate::{
    api::{Client, new_id, patch},
    app::PASSWORD,
    server::Server,
    trouble::{Result, check},
};

/// Changes that are measured.
const CHANGES: usize = 100;
/// Rows pushed at once to fill a workspace.
const BATCH: usize = 4_000;

/// What 100 changes cost, each a request of its own that another device then fetches.
#[derive(Debug, Clone, Copy)]
pub struct Cost {
    /// Bytes there and back, of both devices.
    pub bytes: usize,
    /// Rows that came.
    pub rows: usize,
    /// Milliseconds from the change until the other device has it, of 99 in a hundred.
    pub p99: f64,
}

/// Measures in a workspace of so many rows.
///
/// # Errors
/// The server refuses something.
pub async fn growth(rows: usize) -> Result<Cost> {
    let server = Server::start().await?;
    let url = server.url();
    let mut ana = Client::sign_up(&url, "growth@bench.example", PASSWORD).await?;
    let patches = leads(BATCH.min(rows));
    let mut made = 0;
    while made < rows {
        let some = patches.iter().take(rows - made);
        let mut mutations = Vec::new();
        for patches in some.collect::<Vec<_>>().chunks(100) {
            let ops = patches.iter().map(|patch| Op::patch("lead", new_id(), (*patch).clone())).collect();
            mutations.push(ana.mutation(ops)?);
        }
        ana.sync(mutations, 0).await?.all_applied()?;
        made += patches.len().min(rows - made);
    }
    let mut max = Client::sign_in(&url, "growth@bench.example", PASSWORD).await?;
    max.stand_at_head().await?;
    let id = new_id();
    ana.set("lead", id, patch(json!({ "name": "Measured" }))).await?;
    max.sync(Vec::new(), 1_000).await?;
    let before = (ana.traffic, max.traffic);
    let (mut taken, mut came) = (Vec::new(), 0);
    for change in 0..CHANGES {
        let begun = Instant::now();
        ana.set("lead", id, patch(json!({ "phones": [format!("+49 30 {change:07}")] }))).await?;
        came += max.sync(Vec::new(), 1_000).await?.rows.len();
        taken.push(begun.elapsed().as_secs_f64() * 1_000.0);
    }
    check(came == CHANGES, format!("{came} rows came of {CHANGES} changes"))?;
    let weighs = |now: crate::api::Traffic, before: crate::api::Traffic| now.up + now.down - before.up - before.down;
    let bytes = weighs(ana.traffic, before.0) + weighs(max.traffic, before.1);
    Ok(Cost { bytes, rows: came, p99: percentile(&taken, 99) })
}
