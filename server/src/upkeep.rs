//! What a server does by itself once a day, a little at a time: it drops what nobody needs any more.
//!
//! Each step is done to one workspace after the other, in transactions of a few hundred rows with pauses in between, so
//! that no push waits longer for it than for another push. Any process may do it at any time, and several may at once: a
//! step finds out for itself what is left to do, in the transaction that does it.

use std::time::{Duration, Instant};

use thiserror::Error;
use tokio::time::sleep;

use crate::state::AppState;
use crate::store::{Store, StoreError};

/// How long others have the database to themselves between two transactions, at least.
const PAUSE: Duration = Duration::from_millis(50);

/// And how many times as long as the last one took: where much is looked at, others still have most of the machine.
const SHARE: u32 = 4;

/// But no longer than this, if it only waited for others.
const MOST: Duration = Duration::from_secs(1);

/// One thing that is done to each workspace. A further one is a further entry here, and in [`Step::run`].
#[derive(Debug, Clone, Copy)]
enum Step {
    /// What lies beneath deletions beyond the [horizon](outpost_core::horizon) goes.
    Compact,
    /// What is done with and old goes to the [archive](outpost_core::scope).
    Age,
    /// History that is older than it is kept goes.
    Forget,
}

/// All steps, in their order.
const STEPS: [Step; 3] = [Step::Compact, Step::Age, Step::Forget];

/// What the steps go by.
#[derive(Clone, Copy)]
pub(crate) struct Terms<'s> {
    /// What o'clock it is, in milliseconds since 1970.
    pub(crate) now_ms: u64,
    /// How long history is kept, in milliseconds; `None` is for ever.
    pub(crate) history_ms: Option<u64>,
    /// How long to wait between two transactions.
    pub(crate) pause: Duration,
    /// Whom to tell that a workspace's sequence goes further now.
    pub(crate) tell: &'s (dyn Fn(i64, u64) + Send + Sync),
}

/// What was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tended {
    /// Workspaces that were looked at.
    pub workspaces: u64,
    /// Deleted records of which the server has dropped all but that.
    pub compacted: u64,
    /// Chunks of records of which something went to the archive.
    pub archived: u64,
    /// Changes that were dropped from histories.
    pub forgotten: u64,
}

/// Upkeep was not finished. What was done until then is done; the rest is, the next time.
#[derive(Debug, Error)]
#[error("upkeep was not finished: {0}")]
pub struct UpkeepError(#[from] StoreError);

impl Step {
    /// Does it to a workspace, wholly.
    async fn run(
        self,
        store: &impl Store,
        workspace: i64,
        terms: &Terms<'_>,
        tended: &mut Tended,
    ) -> Result<(), StoreError> {
        match self {
            Self::Compact => loop {
                let begun = Instant::now();
                let compacted = store.compact(workspace, terms.now_ms).await?;
                tended.compacted += compacted.dropped;
                if !compacted.has_more {
                    return Ok(());
                }
                terms.rest(begun).await;
            },
            Self::Age => {
                let mut after = None;
                loop {
                    let begun = Instant::now();
                    let aged = store.age(workspace, after, terms.now_ms).await?;
                    if let Some(head) = aged.head {
                        tended.archived += 1;
                        (terms.tell)(workspace, head);
                    }
                    after = aged.next;
                    if after.is_none() {
                        return Ok(());
                    }
                    terms.rest(begun).await;
                }
            }
            Self::Forget => {
                let Some(history_ms) = terms.history_ms else { return Ok(()) };
                let before_ms = terms.now_ms.saturating_sub(history_ms);
                let mut after = None;
                loop {
                    let begun = Instant::now();
                    let forgotten = store.forget(workspace, before_ms, after).await?;
                    tended.forgotten += forgotten.dropped;
                    after = forgotten.next;
                    if after.is_none() {
                        return Ok(());
                    }
                    terms.rest(begun).await;
                }
            }
        }
    }
}

impl Terms<'_> {
    /// Leaves the database to others after a transaction that was begun then.
    async fn rest(&self, begun: Instant) {
        if !self.pause.is_zero() {
            sleep(self.pause.max((begun.elapsed() * SHARE).min(MOST))).await;
        }
    }
}

/// Does all steps to all workspaces. One in which something cannot be read keeps nobody else waiting.
pub(crate) async fn tend(store: &impl Store, terms: &Terms<'_>) -> Result<Tended, UpkeepError> {
    let (mut tended, mut last, mut unreadable) = (Tended::default(), 0, None);
    loop {
        let workspaces = store.workspaces(last).await?;
        let Some(end) = workspaces.last() else { break };
        last = *end;
        for workspace in workspaces {
            tended.workspaces += 1;
            for step in STEPS {
                match step.run(store, workspace, terms, &mut tended).await {
                    Ok(()) => {}
                    Err(error @ (StoreError::Corrupt(_) | StoreError::Missing(_) | StoreError::Panicked)) => {
                        tracing::error!(workspace, ?step, %error, "a workspace's upkeep was left out");
                        unreadable = Some(error);
                    }
                    Err(error) => return Err(error.into()),
                }
            }
            terms.rest(Instant::now()).await;
        }
    }
    unreadable.map_or(Ok(tended), |error| Err(error.into()))
}

/// Tends all workspaces now.
pub(crate) async fn once(state: &AppState) -> Result<Tended, UpkeepError> {
    let history_ms = state.config.limits.history_ms();
    let tell = |workspace, head| state.tell(workspace, head);
    tend(&state.store, &Terms { now_ms: state.now_ms(), history_ms, pause: PAUSE, tell: &tell }).await
}

/// Tends all workspaces some time after the start and then from time to time, for ever.
pub(crate) async fn run(state: AppState) {
    sleep(state.config.limits.upkeep_first).await;
    loop {
        match once(&state).await {
            Ok(tended) if (tended.compacted, tended.archived, tended.forgotten) == (0, 0, 0) => {
                tracing::debug!(?tended, "nothing to tend");
            }
            Ok(Tended { workspaces, compacted, archived, forgotten }) => {
                tracing::info!(workspaces, compacted, archived, forgotten, "upkeep is done");
            }
            Err(error) => tracing::warn!(%error, "it is tried again the next time"),
        }
        sleep(state.config.limits.upkeep_every).await;
    }
}
