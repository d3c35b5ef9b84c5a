//! One push of a workspace at a time in this process: the next ones wait here, where they hold no connection. The
//! row lock in the database would make them wait anyway, but with a connection each, so that a workspace in which
//! much is written would take them all, and other workspaces would wait for it.
//!
//! Who gets the turn takes along what waits behind it: one transaction and one commit for a group of pushes, however
//! long the disk takes for a commit.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{Mutex as Queue, OwnedMutexGuard, oneshot};

use crate::store::{Pushed, StoreError};
use crate::sync::push::{Push, PushRefused};

/// The most pushes, and the most mutations beyond the first push, that share a transaction.
const GROUP: usize = 64;
const GROUP_MUTATIONS: usize = 2_000;

/// What became of a push.
pub(super) type Outcome = Result<Result<Pushed, PushRefused>, StoreError>;

/// A push, and who waits for it.
pub(super) struct Waiting {
    /// What is to be done.
    pub(super) push: Push,
    /// Where its outcome is told.
    pub(super) answer: oneshot::Sender<Outcome>,
}

/// A queue for each workspace in which something is written now.
#[derive(Default)]
pub(super) struct Lanes {
    of: Mutex<HashMap<i64, Arc<Lane>>>,
}

#[derive(Default)]
struct Lane {
    turn: Arc<Queue<()>>,
    waiting: Mutex<Vec<Waiting>>,
}

/// The right to write to a workspace, or a place in its queue.
pub(super) struct Turn<'l> {
    lanes: &'l Lanes,
    workspace: i64,
    lane: Option<Arc<Lane>>,
    right: Option<OwnedMutexGuard<()>>,
}

impl Lanes {
    /// Joins a workspace's queue, with or without a push that others may take along.
    pub(super) fn join(&self, workspace: i64, push: Option<Waiting>) -> Turn<'_> {
        let lane = Arc::clone(self.of().entry(workspace).or_default());
        lane.waiting().extend(push);
        Turn { lanes: self, workspace, lane: Some(lane), right: None }
    }

    /// Waits until those who came before are done.
    pub(super) async fn turn(&self, workspace: i64) -> Turn<'_> {
        let mut turn = self.join(workspace, None);
        turn.come().await;
        turn
    }

    fn of(&self) -> MutexGuard<'_, HashMap<i64, Arc<Lane>>> {
        self.of.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Lane {
    fn waiting(&self) -> MutexGuard<'_, Vec<Waiting>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Turn<'_> {
    /// Waits until those who came before are done.
    pub(super) async fn come(&mut self) {
        if let Some(lane) = &self.lane {
            self.right = Some(Arc::clone(&lane.turn).lock_owned().await);
        }
    }

    /// Takes the pushes that wait, in the order in which they came, as many as go into one transaction.
    pub(super) fn take(&self) -> Vec<Waiting> {
        let Some(lane) = &self.lane else { return Vec::new() };
        let mut waiting = lane.waiting();
        let mut mutations = 0;
        let mut fits = |it: &Waiting| {
            let fits = mutations == 0 || mutations + it.push.mutations.len() <= GROUP_MUTATIONS;
            mutations += it.push.mutations.len();
            fits
        };
        let count = waiting.iter().take(GROUP).take_while(|it| fits(it)).count();
        waiting.drain(..count).collect()
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
