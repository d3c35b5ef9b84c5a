//! Devices that edit, sync, lose answers and have wrong clocks, with the client's own logic against the real server:
//! in the end all hold the same, and so does a device that begins anew.

use std::collections::BTreeMap;

use outpost_core::hlc::Clock;
use outpost_core::id::DeviceId;
use outpost_core::mutation::{self, Mutation, Op};
use outpost_core::protocol::SyncResponse;
use outpost_core::record::{Record, RecordKey};
use outpost_core::sync::{Commit, settle};
use serde_json::json;

use crate::support::{Device, NOW, Server, id, lead};

const SEEDS: u64 = 12;
const STEPS: usize = 220;
const DEVICES: u64 = 3;
const RECORDS: usize = 6;

struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % bound as u64).expect("small")
    }
}

/// A device with an outbox and a clock, as the app has them.
struct Client {
    device: Device,
    clock: Clock,
    wall_ms: u64,
    next_n: u64,
    outbox: Vec<Mutation>,
    records: BTreeMap<RecordKey, Record>,
}

impl Client {
    fn new(device: Device, ahead_ms: i64) -> Self {
        let clock = Clock::new(device.id);
        let wall_ms = NOW.saturating_add_signed(ahead_ms);
        Self { device, clock, wall_ms, next_n: 1, outbox: Vec::new(), records: BTreeMap::new() }
    }

    fn edit(&mut self, ops: Vec<Op>) {
        let hlc = self.clock.tick(self.wall_ms).expect("time goes on");
        for op in &ops {
            let record = self.records.entry(op.key()).or_insert_with(|| Record::empty(op.key()));
            mutation::apply(record, op, hlc);
        }
        self.outbox.push(Mutation { n: self.next_n, schema: 1, hlc, ops });
        self.next_n += 1;
    }

    /// Sends the first `most` of what waits. A lost answer changes nothing here.
    async fn exchange(&mut self, most: usize, limit: u32, lost: bool) -> bool {
        self.device.limit = limit;
        let sent: Vec<Mutation> = self.outbox.iter().take(most).cloned().collect();
        let reply = self.device.send(&self.device.request(sent)).await;
        assert_eq!(reply.status, 200, "{}", reply.text());
        if lost {
            return true;
        }
        let answer: SyncResponse = serde_json::from_slice(&reply.body).expect("an answer");
        let has_more = answer.has_more;
        (self.device.cursor, self.device.since) = (answer.cursor, answer.since);
        self.clock.correct(answer.server_ms, self.wall_ms);
        let commit = Commit::new(answer);
        let wanted = commit.wanted_mutations();
        let mutations: Vec<_> = self.outbox.iter().filter(|mutation| wanted.contains(&mutation.n)).cloned().collect();
        let keys = commit.wanted_records(&mutations);
        let state = keys.iter().filter_map(|key| Some((key.clone(), self.records.get(key)?.clone()))).collect();
        let outcome = settle(&commit, &mutations, state);
        self.records.extend(outcome.put.into_iter().map(|record| (record.key(), record)));
        outcome.remove.iter().for_each(|key| drop(self.records.remove(key)));
        outcome.seen.into_iter().for_each(|seen| self.clock.observe(seen));
        self.outbox.retain(|mutation| !outcome.done.contains(&mutation.n));
        has_more
    }

    async fn settle_down(&mut self) {
        while self.exchange(100, 3, false).await || !self.outbox.is_empty() {}
    }
}

/// One of the things that people do; now and then one that the server refuses.
fn some_ops(random: &mut Random, who: DeviceId, step: usize) -> Vec<Op> {
    let which = random.below(RECORDS) as u128;
    let text = format!("{who} at step {step}");
    match random.below(12) {
        0 => vec![Op::delete("lead", id(which))],
        1 => vec![Op::restore("lead", id(which))],
        2 => vec![lead(which, json!({"emails": 5, "notes": text}))],
        3 => vec![lead(which, json!({"name": text})), lead((which + 1) % RECORDS as u128, json!({"name": text}))],
        4..=7 => vec![lead(which, json!({"name": text, "notes": text}))],
        _ => vec![lead(which, json!({"name": "Same", "company": text}))],
    }
}

async fn run(server: &Server, seed: u64) {
    let mut random = Random(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15));
    let email = format!("seed{seed}@example.org");
    let mut clients = vec![Client::new(server.sign_up(&email, 1).await, 0)];
    for (number, ahead_ms) in (2..=DEVICES).zip([3_600_000, -86_400_000]) {
        clients.push(Client::new(server.sign_in(&email, number).await, ahead_ms));
    }
    for step in 0..STEPS {
        let who = random.below(clients.len());
        let client = &mut clients[who];
        client.wall_ms += random.below(50) as u64;
        if random.below(2) == 0 {
            let ops = some_ops(&mut random, client.device.id, step);
            client.edit(ops);
        } else {
            let limit = u32::try_from(random.below(5)).expect("small");
            client.exchange(random.below(6), limit, random.below(5) == 0).await;
        }
    }
    // Twice: what the last one pushed must reach the first.
    for _ in 0..2 {
        for client in &mut clients {
            client.settle_down().await;
        }
    }
    let mut fresh = server.sign_in(&email, 9).await;
    fresh.limit = 2;
    fresh.catch_up().await;
    for client in &clients {
        assert_eq!(client.records, fresh.records, "seed {seed}, device {}", client.device.id);
    }
    assert!(!fresh.records.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_happens_on_the_way_all_devices_hold_the_same_in_the_end() {
    let server = Server::start().await;
    for seed in 1..=SEEDS {
        run(&server, seed).await;
    }
}
