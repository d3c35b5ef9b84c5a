//! Whether what a device does costs more in a large workspace than in a small one.

use std::time::Instant;

use outpost_core::id::RecordId;
use outpost_core::mutation::Op;
use serde_json::json;

use super::data::{AllApplied, leads};
use super::{median, percentile};
use crate::{
    api::{Client, Traffic, new_id, patch},
    app::PASSWORD,
    server::Server,
    trouble::{Result, check},
};

/// Changes that are counted.
const CHANGES: usize = 100;
/// Changes of a round, whose time is taken in both workspaces by turns, so that neither has the quieter machine.
const TIMED: usize = 1_000;
/// Rounds, of which the quietest counts: what else a machine does only ever adds to a time.
const ROUNDS: usize = 3;
/// Rows pushed at once to fill a workspace.
const BATCH: usize = 4_000;

/// What 100 changes cost, each a request of its own that another device then fetches.
#[derive(Debug, Clone, Copy, Default)]
pub struct Cost {
    /// Bytes there and back, of both devices.
    pub bytes: usize,
    /// Rows that came.
    pub rows: usize,
    /// Milliseconds from a change until the other device has it, of half of them, in the quietest round.
    pub p50: f64,
    /// The same, of 99 in a hundred, in the round that is the quietest by this.
    pub p99: f64,
}

/// A workspace of some size, on a server of its own, with two devices.
struct Workspace {
    ana: Client,
    max: Client,
    id: RecordId,
    cost: Cost,
    /// The milliseconds of each change, by rounds.
    taken: [Vec<f64>; ROUNDS],
    server: Server,
}

impl Workspace {
    async fn of(rows: usize) -> Result<Self> {
        // What the server looks through once a day comes on top of that, however many changes there are.
        let server = Server::with(None, &["--upkeep-after", "86400"]).await?;
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
        Ok(Self { ana, max, id, cost: Cost::default(), taken: Default::default(), server })
    }

    async fn change(&mut self, round: usize, number: usize) -> Result {
        let before = (self.ana.traffic, self.max.traffic);
        let begun = Instant::now();
        self.ana.set("lead", self.id, patch(json!({ "phones": [format!("+49 30 {round}{number:06}")] }))).await?;
        let came = self.max.sync(Vec::new(), 1_000).await?.rows.len();
        self.taken[round].push(begun.elapsed().as_secs_f64() * 1_000.0);
        check(came == 1, format!("{came} rows came of one change"))?;
        if round == 0 && number < CHANGES {
            let weighs = |now: Traffic, before: Traffic| now.up + now.down - before.up - before.down;
            self.cost.bytes += weighs(self.ana.traffic, before.0) + weighs(self.max.traffic, before.1);
            self.cost.rows += came;
        }
        Ok(())
    }

    fn cost(self) -> Cost {
        let quietest = |of: fn(&[f64]) -> f64| self.taken.iter().map(|round| of(round)).fold(f64::INFINITY, f64::min);
        Cost { p50: quietest(median), p99: quietest(|round| percentile(round, 99)), ..self.cost }
    }
}

/// Measures in a workspace of `small` rows and in one of `large`; times are the best of three rounds of 1,000 changes.
///
/// # Errors
/// A server refuses something.
pub async fn growth(small: usize, large: usize) -> Result<[Cost; 2]> {
    let mut large = Workspace::of(large).await?;
    let mut small = Workspace::of(small).await?;
    // What filling them has left to be written is no cost of a change.
    tokio::process::Command::new("sync").status().await?;
    small.server.rests().await?;
    large.server.rests().await?;
    for (round, number) in (0..ROUNDS).flat_map(|round| (0..TIMED).map(move |number| (round, number))) {
        small.change(round, number).await?;
        large.change(round, number).await?;
    }
    Ok([small.cost(), large.cost()])
}
