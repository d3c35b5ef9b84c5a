//! Tells the other processes what is new, by NOTIFY, after the commit and outside of its transaction: a transaction
//! that notifies takes a lock of the whole database when it commits, so pushes of all workspaces would queue for it.
//!
//! One connection speaks for the whole process. What is said while it is speaking is gathered, and of a workspace's
//! numbers only the greatest is told, so it keeps up however much is pushed. A word may be lost, with the process or
//! the database: the others read the numbers from time to time by themselves.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use outpost_core::id::DeviceId;
use sqlx::PgPool;
use sqlx::postgres::PgConnectOptions;
use tokio::sync::Notify;
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};

use super::{connect::side, work};
use crate::live::Word;
use crate::store::StoreError;

/// Where workspaces' numbers are told: `<workspace>:<head>`.
pub(super) const HEADS: &str = "outpost_head";

/// Where the ends of sessions are told: `<workspace>:<device>`.
pub(super) const LEFT: &str = "outpost_left";

/// Where it is told who was removed: `<workspace>:<account>`.
pub(super) const REMOVED: &str = "outpost_removed";

/// Between two attempts while the database is away: at first, and at most.
pub(super) const PAUSES: (Duration, Duration) = (Duration::from_millis(200), Duration::from_secs(20));

/// How long the last words may take when the process stops.
const LAST_WORDS: Duration = Duration::from_secs(2);

/// A handle on the task that speaks.
pub(super) struct Poke {
    waiting: Arc<Waiting>,
    task: Mutex<Option<JoinHandle<()>>>,
}

/// What is to be said.
#[derive(Default)]
struct Waiting {
    words: Mutex<Words>,
    more: Notify,
}

#[derive(Default)]
struct Words {
    heads: HashMap<i64, u64>,
    left: HashSet<(i64, DeviceId)>,
    removed: HashSet<(i64, i64)>,
    closed: bool,
}

impl Poke {
    /// Starts the task. It connects when there is something to say.
    pub(super) fn start(options: &PgConnectOptions) -> Self {
        let waiting = Arc::new(Waiting::default());
        let task = tokio::spawn(run(side(options, "outpost tells"), Arc::clone(&waiting)));
        Self { waiting, task: Mutex::new(Some(task)) }
    }

    /// Says a word soon.
    pub(super) fn say(&self, workspace: i64, word: Word) {
        self.waiting.words().add(workspace, word);
        self.waiting.more.notify_one();
    }

    /// Says what is still to be said, if the database listens, and stops.
    pub(super) async fn close(&self) {
        self.waiting.words().closed = true;
        self.waiting.more.notify_one();
        let task = self.task.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(mut task) = task
            && timeout(LAST_WORDS, &mut task).await.is_err()
        {
            task.abort();
        }
    }
}

impl Waiting {
    fn words(&self) -> MutexGuard<'_, Words> {
        self.words.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Words {
    fn add(&mut self, workspace: i64, word: Word) {
        match word {
            Word::Head(head) => {
                let told = self.heads.entry(workspace).or_default();
                *told = head.max(*told);
            }
            Word::Left(device) => {
                self.left.insert((workspace, device));
            }
            Word::Removed(user) => {
                self.removed.insert((workspace, user));
            }
        }
    }

    /// Takes all of them: channels and payloads.
    fn take(&mut self) -> Vec<(&'static str, String)> {
        let heads = self.heads.drain().map(|(workspace, head)| (HEADS, format!("{workspace}:{head}")));
        let left = self.left.drain().map(|(workspace, device)| (LEFT, format!("{workspace}:{device}")));
        let removed = self.removed.drain().map(|(workspace, user)| (REMOVED, format!("{workspace}:{user}")));
        heads.chain(left).chain(removed).collect()
    }
}

async fn run(pool: PgPool, waiting: Arc<Waiting>) {
    loop {
        let (words, closed) = {
            let mut words = waiting.words();
            (words.take(), words.closed)
        };
        if words.is_empty() {
            if closed {
                break;
            }
            waiting.more.notified().await;
            continue;
        }
        let mut pause = PAUSES.0;
        while let Err(error) = tell(&pool, &words).await {
            tracing::warn!(%error, "other processes cannot be told what is new; it is tried again");
            sleep(pause).await;
            pause = (pause * 2).min(PAUSES.1);
        }
    }
    pool.close().await;
}

async fn tell(pool: &PgPool, words: &[(&'static str, String)]) -> Result<(), StoreError> {
    let (channels, payloads): (Vec<&'static str>, Vec<String>) = words.iter().cloned().unzip();
    work::run(pool, |conn| {
        Box::pin(async move {
            sqlx::query(
                "SELECT pg_notify(channel, payload) FROM unnest($1::text[], $2::text[]) AS w (channel, payload)",
            )
            .bind(channels)
            .bind(payloads)
            .execute(conn)
            .await?;
            Ok(())
        })
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_what_waits_only_the_greatest_number_of_a_workspace_is_told() {
        let mut words = Words::default();
        for (workspace, word) in [
            (1, Word::Head(5)),
            (1, Word::Head(9)),
            (1, Word::Head(7)),
            (2, Word::Head(3)),
            (2, Word::Left(DeviceId(0xa))),
            (2, Word::Left(DeviceId(0xa))),
            (3, Word::Removed(4)),
        ] {
            words.add(workspace, word);
        }
        let mut taken = words.take();
        taken.sort();
        let left = "2:000000000000000a".to_owned();
        let removed = (REMOVED, "3:4".to_owned());
        assert_eq!(taken, [(HEADS, "1:9".to_owned()), (HEADS, "2:3".to_owned()), (LEFT, left), removed]);
        assert!(words.take().is_empty());
    }
}
