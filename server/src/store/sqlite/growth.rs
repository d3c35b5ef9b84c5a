//! Whether SQLite does more for the same request where there is more: counted in its own steps, not in time, so that a
//! statement which looks at rows that it need not look at is found on any machine.

use outpost_core::mutation::Op;
use outpost_core::protocol::Verdict;
use outpost_core::scope::Age;
use serde_json::json;

use super::SqliteStore;
use super::interrupted::{ANA, BO, ask, furnished, id, request, set};
use super::steps::{Steps, watched};
use crate::store::Store;

/// Leads of the small workspace, and of the large one. `cargo xtask bench` has it built with optimisation, and so there is time
/// to fill a large one.
const SMALL: u64 = if cfg!(debug_assertions) { 1_000 } else { 10_000 };
const LARGE: u64 = if cfg!(debug_assertions) { 20_000 } else { 1_000_000 };

/// Steps for a push of one change, and for the pull by which the other device gets it.
async fn cost(store: &SqliteStore, steps: &Steps, rows: u64) -> [u64; 2] {
    // Each by a push of its own, so that receipts and history are as many as that many days would leave.
    let mut next = 4;
    while next < 4 + rows {
        let batch: Vec<Vec<Op>> =
            (next..next + 100).map(|n| vec![set("lead", n.into(), json!({ "name": "One of many" }))]).collect();
        ask(store, ANA, &request(ANA, next, batch, 3)).await.expect("taken");
        next += 100;
    }
    let head = store.sums(1, Age::everything()).await.expect("summed").head;
    // What is looked up for the first time is compiled first.
    let mut found = [0; 2];
    for round in 0..3 {
        let change = vec![vec![set("lead", 1_000, json!({ "phones": [format!("+49 30 555 {round:04}")] }))]];
        steps.fail(1, 0);
        let answer = ask(store, ANA, &request(ANA, next + round, change, head + round)).await.expect("taken");
        assert!(answer.receipts.iter().all(|receipt| receipt.verdict == Verdict::Applied), "{answer:?}");
        assert_eq!(answer.receipts.len(), 1);
        let push = steps.count();
        steps.fail(1, 0);
        let pulled = ask(store, BO, &request(BO, 2, Vec::new(), head + round)).await.expect("answered");
        assert_eq!(pulled.rows.iter().map(|row| row.id).collect::<Vec<_>>(), [id(1_000)]);
        found = [push, steps.count()];
    }
    found
}

#[tokio::test]
async fn a_change_costs_the_same_among_many_times_as_many_records() {
    let mut costs = Vec::new();
    for rows in [SMALL, LARGE] {
        let folder = tempfile::tempdir().expect("a folder");
        furnished(folder.path()).await;
        let (store, steps) = watched(folder.path()).await;
        costs.push(cost(&store, &steps, rows).await);
        store.close().await;
    }
    let [small, large] = &costs[..] else { panic!("two of them") };
    for (what, small, large) in [("push", small[0], large[0]), ("pull", small[1], large[1])] {
        assert!(small > 10, "a {what} takes {small} steps");
        eprintln!("a {what} takes {small} steps of SQLite among {SMALL} records, and {large} among {LARGE}");
        assert!(
            large * 10 <= small * 12,
            "a {what} takes {small} steps among {SMALL} records, and {large} among {LARGE}"
        );
    }
}
