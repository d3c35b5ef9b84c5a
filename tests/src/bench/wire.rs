//! Push and pull over HTTP, as devices do them, against the server with its database on disk.

use std::time::Instant;

use futures::future::try_join_all;
use outpost_core::{mutation::Op, protocol::SyncResponse};
use serde_json::json;

use super::data::{AllApplied, leads};
use crate::{
    api::{Client, Traffic, new_id, patch},
    app::PASSWORD,
    trouble::{Result, check},
};

/// What one of the app's requests carries at most.
const BATCH: usize = 500;
/// What it asks for at most.
const ROWS: u32 = 1_000;

/// Rows a second that several devices of one workspace push at the same time, one mutation a row.
///
/// # Errors
/// The server refuses something.
pub async fn pushes(url: &str, email: &str, devices: usize, rows: usize) -> Result<f64> {
    Client::sign_up(url, email, PASSWORD).await?;
    let mut clients = Vec::new();
    for _ in 0..devices {
        clients.push(Client::sign_in(url, email, PASSWORD).await?);
    }
    let patches = leads(rows);
    let mut batches = Vec::new();
    for (client, share) in clients.iter_mut().zip(patches.chunks(rows.div_ceil(devices))) {
        let mut of_device = Vec::new();
        for batch in share.chunks(BATCH) {
            let mut mutations = Vec::new();
            for patch in batch {
                mutations.push(client.mutation(vec![Op::patch("lead", new_id(), patch.clone())])?);
            }
            of_device.push(mutations);
        }
        batches.push(of_device);
    }
    let begun = Instant::now();
    let work = clients.iter_mut().zip(batches).map(|(client, batches)| async move {
        for mutations in batches {
            client.sync(mutations, 0).await?.all_applied()?;
        }
        Ok::<_, crate::trouble::Trouble>(())
    });
    try_join_all(work).await?;
    Ok(per_second(rows, begun))
}

/// Rows a second that several new devices fetch at the same time.
///
/// # Errors
/// The server does not give them all.
pub async fn pulls(url: &str, email: &str, devices: usize, rows: usize) -> Result<f64> {
    let mut clients = Vec::new();
    for _ in 0..devices {
        clients.push(Client::sign_in(url, email, PASSWORD).await?);
    }
    let begun = Instant::now();
    let work = clients.iter_mut().map(|client| async move {
        let mut came = 0;
        loop {
            let answer: SyncResponse = client.sync(Vec::new(), ROWS).await?;
            came += answer.rows.len();
            if !answer.has_more {
                return check(came == rows, format!("{came} rows came of {rows}"));
            }
        }
    });
    try_join_all(work).await?;
    Ok(per_second(rows * devices, begun))
}

/// What the bodies weigh that bring 200 changes of one field each to the server, and the answers back.
///
/// # Errors
/// The server refuses something.
pub async fn one_field_changes(url: &str, email: &str) -> Result<Traffic> {
    const CHANGES: usize = 200;
    let mut client = super::workspace(url, email, CHANGES).await?;
    client.pull().await?;
    let mut ids: Vec<_> = client.all("lead").iter().map(|record| record.id).collect();
    check(ids.is_empty(), "a device is not sent its own writes")?;
    let mut other = Client::sign_in(url, email, PASSWORD).await?;
    other.pull().await?;
    ids.extend(other.all("lead").iter().map(|record| record.id));
    let mut mutations = Vec::new();
    for (at, id) in ids.into_iter().enumerate() {
        let field = patch(json!({ "phones": [format!("+49 30 {:07}", 1_234_567 + at * 7_919)] }));
        mutations.push(other.mutation(vec![Op::patch("lead", id, field)])?);
    }
    check(mutations.len() == CHANGES, "200 changes are wanted")?;
    let before = other.traffic;
    other.sync(mutations, ROWS).await?.all_applied()?;
    Ok(Traffic { up: other.traffic.up - before.up, down: other.traffic.down - before.down })
}

#[expect(clippy::cast_precision_loss, reason = "a rate to be read by people")]
fn per_second(rows: usize, begun: Instant) -> f64 {
    rows as f64 / begun.elapsed().as_secs_f64()
}
