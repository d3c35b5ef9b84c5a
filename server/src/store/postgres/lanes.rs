//! One push of a workspace at a time in this process: the next ones wait here, where they hold no connection. The
//! row lock in the database would make them wait anyway, but with a connection each, so that a workspace in which
//! much is written would take them all, and other workspaces would wait for it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{Mutex as Queue, OwnedMutexGuard};

/// A queue for each workspace in which something is written now.
#[derive(Default)]
pub(super) struct Lanes {
    of: Mutex<HashMap<i64, Arc<Queue<()>>>>,
}

/// The right to push to a workspace, or a place in its queue.
pub(super) struct Turn<'l> {
    lanes: &'l Lanes,
    workspace: i64,
    lane: Option<Arc<Queue<()>>>,
    right: Option<OwnedMutexGuard<()>>,
}

impl Lanes {
    /// Waits until those who came before are done.
    pub(super) async fn turn(&self, workspace: i64) -> Turn<'_> {
        let lane = Arc::clone(self.of().entry(workspace).or_default());
        let mut turn = Turn { lanes: self, workspace, lane: Some(Arc::clone(&lane)), right: None };
        turn.right = Some(lane.lock_owned().await);
        turn
    }

    fn of(&self) -> MutexGuard<'_, HashMap<i64, Arc<Queue<()>>>> {
        self.of.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.right = None;
        self.lane = None;
        // Whoever joins a queue takes it from the map, under this lock.
        let mut of = self.lanes.of();
        if of.get(&self.workspace).is_some_and(|lane| Arc::strong_count(lane) == 1) {
            of.remove(&self.workspace);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use tokio::time::timeout;

    #[tokio::test(start_paused = true)]
    async fn a_workspace_waits_for_itself_and_for_no_other_and_leaves_nothing_behind() {
        let lanes = Lanes::default();
        let second = Duration::from_secs(1);
        let first = lanes.turn(1).await;
        assert!(timeout(second, lanes.turn(2)).await.is_ok(), "another workspace does not wait");
        assert!(timeout(second, lanes.turn(1)).await.is_err(), "the same one does, and may give up");
        let (next, ()) = tokio::join!(lanes.turn(1), async { drop(first) });
        assert_eq!(lanes.of().len(), 1);
        drop(next);
        assert_eq!(lanes.of().len(), 0);
    }
}
