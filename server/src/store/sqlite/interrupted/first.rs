//! What a new device is sent first, while the storage fails at each step in turn: the records that changed last, and a snapshot
//! that has to be made for it, segment by segment.

use outpost_core::record::Record;
use outpost_core::scope::Age;

use super::super::steps::watched;
use super::{NOW, copy_of, everything, furnished};
use crate::snapshot::{Sizes, fresh};
use crate::store::{Store, StoreError};

/// Small enough that a few records are several pages and several segments.
const SIZES: Sizes = Sizes { worth_it: 1, behind: 0, segment: 2, page: 3, aside: false };

/// All that a new device is sent; a snapshot that has to be made is called `name`.
async fn fetched(store: &impl Store, name: &str) -> Result<(Vec<Record>, Vec<Vec<u8>>), StoreError> {
    let newest = store.newest(1, Age::everything(), 400).await?;
    let made = fresh(store, 1, Age::everything(), SIZES, name.to_owned(), NOW).await?.expect("it is worth it");
    let mut segments = Vec::new();
    for segment in &made.segments {
        let body = store.segment(1, made.name.clone(), segment.number).await?;
        segments.push(body.expect("a snapshot that is known has all of its segments"));
    }
    Ok((newest.rows, segments))
}

/// What people wrote, and how many segments there are, of whatever snapshot.
fn told_apart(everything: Vec<String>) -> (Vec<String>, usize) {
    let (made, written): (Vec<_>, Vec<_>) =
        everything.into_iter().partition(|line| line.starts_with("segments ") || line.starts_with("snapshots "));
    (written, made.iter().filter(|line| line.starts_with("segments ")).count())
}

/// Fails it at its step 1, 2, 3, … until one comes that it does not have, as `failing_everywhere` does.
async fn failing_everywhere(lasting: bool) -> u64 {
    let folder = tempfile::tempdir().expect("a folder");
    furnished(folder.path()).await;
    let (undisturbed, before) = {
        let folder = copy_of(folder.path());
        let (store, _steps) = watched(folder.path()).await;
        let (before, _) = told_apart(everything(&store).await);
        (fetched(&store, "undisturbed").await.expect("made"), before)
    };
    let count = undisturbed.1.len();
    assert!(count > 2, "{count} segments");
    let mut step = 1;
    loop {
        let folder = copy_of(folder.path());
        let (store, steps) = watched(folder.path()).await;
        steps.fail(step, if lasting { u64::MAX } else { step });
        let outcome = fetched(&store, "disturbed").await;
        let taken = steps.count();
        steps.fail(1, 0);
        match outcome {
            Ok(found) if taken < step => {
                assert!(found == undisturbed);
                store.close().await;
                return taken;
            }
            Ok(found) => assert!(found == undisturbed, "step {step}"),
            Err(StoreError::Database(_) | StoreError::Commit(_)) => {}
            Err(error) => panic!("step {step}: {error:?}"),
        }
        // The one that was made, if it is known, or else another one, which takes what is left of the first along.
        let again = fetched(&store, "again").await.unwrap_or_else(|error| panic!("step {step}, again: {error:?}"));
        assert!(again == undisturbed, "step {step}, again");
        assert_eq!(told_apart(everything(&store).await), (before.clone(), count), "step {step}: nothing else is left");
        store.close().await;
        step += if lasting { 5 } else { 1 };
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_first_sync_that_fails_at_any_step_leaves_no_snapshot_with_a_gap_and_can_be_begun_again() {
    let steps = failing_everywhere(false).await;

    assert!(steps > 300, "{steps} steps");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_first_sync_from_whose_step_on_everything_fails_can_be_begun_again_when_the_disk_is_back() {
    let steps = failing_everywhere(true).await;

    assert!(steps > 300, "{steps} steps");
}
