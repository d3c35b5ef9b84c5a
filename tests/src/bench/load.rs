//! How many pushes a server bears, and how long they take at a rate that does not wait for it.

use std::time::{Duration, Instant};

use futures::future::try_join_all;
use outpost_core::{id::RecordId, mutation::Op};
use serde_json::json;
use tokio::time::{Instant as Moment, sleep_until};

use super::{data::AllApplied, percentile};
use crate::{
    api::{Client, new_id, patch},
    app::PASSWORD,
    trouble::{Result, Trouble},
};

/// Changes in a push, each a mutation of one field.
const CHANGES: usize = 10;
/// Leads that each device changes.
const LEADS: usize = 100;
/// How long each rate is held.
const TIME: Duration = Duration::from_secs(10);
/// What is not counted at its beginning.
const WARMUP: Duration = Duration::from_secs(1);

/// Devices of one workspace, each with leads of its own.
#[derive(Debug)]
pub struct Crowd(Vec<(Client, Vec<RecordId>)>);

/// How long pushes took, in milliseconds from the moment at which each was due.
#[derive(Debug, Clone, Copy)]
pub struct Latency {
    /// Pushes a second that were answered.
    pub rate: f64,
    /// Of half of them.
    pub p50: f64,
    /// Of 99 in a hundred.
    pub p99: f64,
}

impl Crowd {
    /// Signs so many devices in to a new account.
    ///
    /// # Errors
    /// The server refuses something.
    pub async fn gather(url: &str, email: &str, devices: usize) -> Result<Self> {
        Client::sign_up(url, email, PASSWORD).await?;
        let mut crowd = Vec::new();
        for _ in 0..devices {
            let mut client = Client::sign_in(url, email, PASSWORD).await?;
            let ids: Vec<RecordId> = (0..LEADS).map(|_| new_id()).collect();
            let make = |id: &RecordId| Op::patch("lead", *id, patch(json!({ "name": "A lead", "status": "new" })));
            let mutation = client.mutation(ids.iter().map(make).collect())?;
            client.sync(vec![mutation], 0).await?.all_applied()?;
            crowd.push((client, ids));
        }
        Ok(Self(crowd))
    }

    /// Pushes a second when so many devices push one after the other, each as soon as it has its answer. With more devices
    /// there are more, up to the most that the server does.
    ///
    /// # Errors
    /// The server refuses something.
    pub async fn flat_out(&mut self, devices: usize) -> Result<f64> {
        let begun = Instant::now();
        let work = self.0.iter_mut().take(devices).map(|(client, ids)| async move {
            let mut pushed = 0;
            while begun.elapsed() < TIME / 2 {
                push(client, ids, pushed).await?;
                pushed += 1;
            }
            Ok::<_, Trouble>(pushed)
        });
        let pushed: usize = try_join_all(work).await?.into_iter().sum();
        Ok(pushed as f64 / begun.elapsed().as_secs_f64())
    }

    /// Pushes that fall due at a steady rate, whether or not those before have been answered, by turns of all devices. What
    /// has to wait for its turn is late by that, too: nothing is left out because the server was slow (coordinated omission).
    ///
    /// # Errors
    /// The server refuses something.
    pub async fn at_rate(&mut self, rate: f64) -> Result<Latency> {
        let total = (rate * TIME.as_secs_f64()) as usize;
        let devices = self.0.len();
        let begun = Moment::now() + Duration::from_millis(50);
        let work = self.0.iter_mut().enumerate().map(|(device, (client, ids))| async move {
            let mut taken = Vec::new();
            for turn in (device..total).step_by(devices) {
                let after = Duration::from_secs_f64(turn as f64 / rate);
                sleep_until(begun + after).await;
                push(client, ids, turn / devices).await?;
                if after >= WARMUP {
                    taken.push((begun + after).elapsed().as_secs_f64() * 1_000.0);
                }
            }
            Ok::<_, Trouble>(taken)
        });
        let taken: Vec<f64> = try_join_all(work).await?.into_iter().flatten().collect();
        let rate = total as f64 / begun.elapsed().as_secs_f64();
        Ok(Latency { rate, p50: percentile(&taken, 50), p99: percentile(&taken, 99) })
    }
}

async fn push(client: &mut Client, ids: &[RecordId], round: usize) -> Result {
    let mut mutations = Vec::with_capacity(CHANGES);
    for at in 0..CHANGES {
        let id = ids[(round * CHANGES + at) % ids.len()];
        let field = patch(json!({ "phones": [format!("+49 30 {round:05}{at:02}")] }));
        mutations.push(client.mutation(vec![Op::patch("lead", id, field)])?);
    }
    client.sync(mutations, 0).await?.all_applied()
}
