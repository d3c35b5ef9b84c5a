//! Many devices that push at once, and one that asks all the while.

use std::collections::HashMap;

use outpost_core::protocol::{Receipt, Verdict};
use outpost_core::record::RecordKey;
use serde_json::json;

use crate::support::{Device, applied, id, lead};

const BATCHES: u64 = 12;
const EACH: u64 = 25;

/// Pushes new leads, and now and then the shared one.
async fn pusher(mut device: Device, number: u64) {
    for batch in 0..BATCHES {
        let mutations: Vec<_> = (0..EACH)
            .map(|i| {
                let own = u128::from(1_000 * (number + 1) + batch * EACH + i);
                let shared = lead(0, json!({"name": "Shared", format!("by_{number}"): batch}));
                let ops = if i == 0 {
                    vec![lead(own, json!({"name": "Own"})), shared]
                } else {
                    vec![lead(own, json!({"name": "Own"}))]
                };
                device.mutation(ops)
            })
            .collect();
        device.limit = 0;
        let (cursor, since) = (device.cursor, device.since);
        let answer = device.exchange(mutations).await;
        assert_eq!(applied(&answer.receipts) + superseded(&answer.receipts), EACH as usize);
        (device.cursor, device.since) = (cursor, since);
    }
}

/// The shared name is written by all, so some of those writes come late.
fn superseded(receipts: &[Receipt]) -> usize {
    receipts.iter().filter(|receipt| matches!(receipt.verdict, Verdict::Superseded { .. })).count()
}

/// Lets the devices push until they are done. The poller must get each row, and those that are written once, once; it is
/// returned as it is then.
pub(crate) async fn storm(mut poller: Device, devices: Vec<Device>) -> Device {
    let count = devices.len() as u64;
    let pushers: Vec<_> = (0..).zip(devices).map(|(number, device)| tokio::spawn(pusher(device, number))).collect();
    poller.limit = 60;
    let mut deliveries: HashMap<RecordKey, usize> = HashMap::new();
    let mut finished = false;
    loop {
        let before = poller.cursor;
        let answer = poller.exchange(Vec::new()).await;
        assert!(answer.cursor >= before, "the cursor never goes back");
        for row in &answer.rows {
            *deliveries.entry(row.key()).or_default() += 1;
        }
        if finished && !answer.has_more {
            break;
        }
        finished = pushers.iter().all(|pusher| pusher.is_finished());
    }
    for pusher in pushers {
        pusher.await.expect("it pushed all");
    }
    let expected = usize::try_from(count * BATCHES * EACH).expect("small") + 1;
    assert_eq!(poller.records.len(), expected, "rows were skipped");
    let shared = poller.record("lead", id(0));
    for number in 0..count {
        assert_eq!(shared.get(&format!("by_{number}")), Some(&json!(BATCHES - 1)), "the last write of pusher {number}");
    }
    let twice = deliveries.iter().filter(|(key, times)| key.id != id(0) && **times != 1).count();
    assert_eq!(twice, 0, "what is written once is delivered once");
    poller
}
