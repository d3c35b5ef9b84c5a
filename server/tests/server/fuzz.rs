//! Ten thousand damaged requests, the same ones each time: never a fault of the server, never a write that was not
//! acknowledged.

use outpost_core::mutation::Op;
use outpost_core::protocol::SyncResponse;
use serde_json::{Value, json};

use crate::http::Ask;
use crate::support::{Device, Server, id, lead, patch};

const TASKS: u64 = 4;
const ROUNDS: usize = 2_500;

/// Xorshift: the same numbers from the same seed.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % bound as u64).expect("small")
    }
}

/// A good request of several kinds of ops, to be damaged.
fn good(device: &Device) -> Value {
    let mut device = device.clone();
    let ops = vec![
        lead(1, json!({"name": "Bia", "emails": ["bia@example.org"], "value": {"minor": 100, "currency": "EUR"}})),
        Op::patch("invoice", id(2), patch(json!({"status": "draft", "buyer_name": "Acme", "currency": "EUR"}))),
        Op::patch("invoice_line", id(3), patch(json!({"invoice": id(2), "quantity": "1.5", "tax": 200_000}))),
        Op::delete("lead", id(4)),
    ];
    let mutations = vec![device.mutation(ops), device.mutation(vec![Op::restore("lead", id(4))])];
    serde_json::to_value(device.request(mutations)).expect("JSON")
}

/// Damages the text.
fn break_bytes(body: &mut Vec<u8>, random: &mut Random) {
    const PALETTE: &[u8] = b"{}[]\",:0\\u-eE.\x00\xff\xc3nulltrue";
    for _ in 0..=random.below(4) {
        let at = random.below(body.len());
        match random.below(3) {
            0 => body[at] = PALETTE[random.below(PALETTE.len())],
            1 => drop(body.drain(at..(at + 1 + random.below(20)).min(body.len()))),
            _ => body.insert(at, PALETTE[random.below(PALETTE.len())]),
        }
        if body.is_empty() {
            body.push(b' ');
        }
    }
}

/// Puts something else in place of one part of the value, or takes it away, so that it stays JSON.
fn break_value(value: &mut Value, random: &mut Random) {
    match value {
        Value::Object(fields) if !fields.is_empty() && random.below(8) > 0 => {
            let name = fields.keys().nth(random.below(fields.len())).cloned().expect("a field");
            if random.below(12) == 0 {
                fields.remove(&name);
            } else {
                break_value(&mut fields[&name], random);
            }
        }
        Value::Array(items) if !items.is_empty() && random.below(8) > 0 => {
            let at = random.below(items.len());
            match random.below(12) {
                0 => drop(items.remove(at)),
                1 => items.push(items[at].clone()),
                _ => break_value(&mut items[at], random),
            }
        }
        _ => {
            let others = [
                json!(null),
                json!(true),
                json!(0),
                json!(-1),
                json!(u64::MAX),
                json!(i64::MIN),
                json!(1e308),
                json!(0.1),
                json!(""),
                json!("\u{0}"),
                json!("x".repeat(300)),
                json!([]),
                json!({}),
                json!([[[[[[[[[[[1]]]]]]]]]]]),
                json!({"": {"": []}}),
                json!("ffffffffffff-ffff-ffffffffffffffff"),
                json!("000000000000-0000-0000000000000007"),
                json!("00000000-0000-0000-0000-000000000000"),
                json!("invoice"),
                json!("issued"),
                json!("2026-02-30"),
            ];
            *value = others[random.below(others.len())].clone();
        }
    }
}

async fn shower(mut device: Device, seed: u64) -> (usize, usize) {
    let mut random = Random(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15));
    let (mut taken, mut refused) = (0, 0);
    for round in 0..ROUNDS {
        let mut value = good(&device);
        let body = if random.below(2) == 0 {
            let mut body = value.to_string().into_bytes();
            break_bytes(&mut body, &mut random);
            body
        } else {
            for _ in 0..=random.below(3) {
                // Mostly deep inside, where the rules are.
                let inside =
                    ["", "/mutations", "/mutations/0/ops", "/mutations/0/ops/0/patch", "/mutations/0/ops/1/patch"];
                let part = value.pointer_mut(inside[random.below(inside.len())]);
                break_value(part.unwrap_or(&mut Value::Null), &mut random);
            }
            value.to_string().into_bytes()
        };
        let ask = Ask::post("/api/v1/sync", &json!({})).cookie(&device.cookie).body(body.clone());
        let reply = ask.send(device.server).await;
        let shown = || format!("seed {seed}, round {round}: {}\n{}", reply.text(), String::from_utf8_lossy(&body));
        assert!(reply.status == 200 || (400..500).contains(&reply.status), "{}", shown());
        if reply.status == 200 {
            let answer: SyncResponse =
                serde_json::from_slice(&reply.body).unwrap_or_else(|error| panic!("{error} {}", shown()));
            device.next_n = answer.next_n;
            device.ms += 10;
            taken += 1;
        } else {
            refused += 1;
        }
    }
    (taken, refused)
}

#[tokio::test(flavor = "multi_thread")]
async fn no_damaged_request_is_a_fault_of_the_server() {
    let server = Server::start().await;
    server.sign_up("ana@example.org", 100).await;
    let mut showers = Vec::new();
    for seed in 1..=TASKS {
        showers.push(tokio::spawn(shower(server.sign_in("ana@example.org", seed).await, seed)));
    }
    let (mut taken, mut refused) = (0, 0);
    for shower in showers {
        let (more_taken, more_refused) = shower.await.expect("no fault");
        taken += more_taken;
        refused += more_refused;
    }
    assert!(taken > 500 && refused > 2_000, "both happen: {taken} taken, {refused} refused");
    // Whatever was stored of it can be read by a device that begins now.
    let mut reader = server.sign_in("ana@example.org", 101).await;
    assert!(reader.catch_up().await > 0);
}
