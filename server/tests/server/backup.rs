//! Copies that are made while devices push.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use outpost_core::id::RecordId;
use outpost_core::protocol::Verdict;
use outpost_server::admin;
use outpost_server::cli::Command;
use serde_json::json;

use crate::database::Home;
use crate::support::{Device, Server, id, lead, until};

const DEVICES: u64 = 4;
const COPIES: usize = 5;

/// Pushes two leads at a time; the first of each that was acknowledged.
async fn push_until(mut device: Device, number: u64, over: Arc<AtomicBool>, done: Arc<Mutex<BTreeSet<RecordId>>>) {
    let mut i = u128::from(number) * 1_000_000;
    while !over.load(Ordering::SeqCst) {
        let pair = vec![lead(i, json!({"name": "One"})), lead(i + 1, json!({"name": "The other"}))];
        assert_eq!(device.push(pair).await, Verdict::Applied);
        done.lock().expect("unharmed").insert(id(i));
        i += 2;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_made_while_devices_push_is_of_one_moment_and_has_all_that_was_acknowledged() {
    let server = Server::on_sqlite().await;
    let reader = server.sign_up("ana@example.org", 100).await;
    let (over, done) = (Arc::new(AtomicBool::new(false)), Arc::<Mutex<BTreeSet<RecordId>>>::default());
    let mut pushers = Vec::new();
    for number in 1..=DEVICES {
        let device = server.sign_in("ana@example.org", number).await;
        pushers.push(tokio::spawn(push_until(device, number, Arc::clone(&over), Arc::clone(&done))));
    }
    let acknowledged = || done.lock().expect("unharmed").clone();
    let mut copies = Vec::new();
    for number in 0..COPIES {
        let before = acknowledged();
        until("more is pushed", async || acknowledged().len() > before.len() + 20).await;
        let before = acknowledged();
        let file = server.home.folder.path().join(format!("backup-{number}.sqlite"));
        admin::run(&Command::Backup { file: file.clone() }, &server.home.config()).await.expect("a backup");
        copies.push((file, before));
    }
    over.store(true, Ordering::SeqCst);
    for pusher in pushers {
        pusher.await.expect("it pushed");
    }
    let all = acknowledged().len();
    for (file, before) in copies {
        let home = Home::sqlite();
        admin::run(&Command::Restore { file, replace: false }, &home.config()).await.expect("restored");
        home.check_file().await;
        let restored = Server::at(home, |_| {}).await;
        let mut reader = Device { server: restored.address, ..reader.clone() };
        reader.begin_again().await;
        let held: BTreeSet<RecordId> = reader.records.keys().map(|key| key.id).collect();
        let lost: Vec<_> = before.difference(&held).collect();
        assert!(lost.is_empty(), "acknowledged before the backup, and not in it: {lost:?}");
        assert!(held.len() < 2 * all, "devices pushed while it was made, and after");
        assert_eq!(reader.cursor, held.len() as u64, "the sequence is that of its rows");
        let firsts = (1..=DEVICES).flat_map(|number| {
            let first = u128::from(number) * 1_000_000;
            (first..).step_by(2).take_while(|i| held.contains(&id(*i))).collect::<Vec<_>>()
        });
        let firsts: Vec<u128> = firsts.collect();
        assert_eq!(firsts.len() * 2, held.len(), "no device has a gap");
        assert!(firsts.iter().all(|i| held.contains(&id(i + 1))), "what was one push is there as one");
        // So are the sums.
        reader.equals_the_server().await;
    }
}
