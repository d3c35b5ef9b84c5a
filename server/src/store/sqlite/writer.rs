//! The one writer. It takes all writes that wait, gives each a savepoint in one transaction, commits once, and only
//! then answers: a disk that manages 500 commits a second serves many more writes than that.

use std::collections::VecDeque;
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use futures::FutureExt;
use futures::future::BoxFuture;
use sqlx::{Connection, SqliteConnection};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;

use crate::store::StoreError;

/// The most writes that are taken up at once.
const GROUP: usize = 64;

/// After so long a transaction takes up no further write: bounds how long the first of them waits for its answer.
const GROUP_TIME: Duration = Duration::from_millis(50);

/// The most writes that wait.
const QUEUE: usize = 1_024;

/// A handle on the writing task.
pub(super) struct Writer {
    jobs: Mutex<Option<mpsc::Sender<Box<dyn Job>>>>,
    task: Mutex<Option<JoinHandle<()>>>,
}

impl Writer {
    /// Hands a connection to a task that does nothing but write.
    pub(super) fn start(connection: SqliteConnection) -> Self {
        let (jobs, waiting) = mpsc::channel(QUEUE);
        let task = tokio::spawn(run(connection, waiting));
        Self { jobs: Mutex::new(Some(jobs)), task: Mutex::new(Some(task)) }
    }

    /// Whether the task is there.
    pub(super) fn is_running(&self) -> bool {
        self.sender().is_some_and(|jobs| !jobs.is_closed())
    }

    /// Does some work on the writing connection. Returns when what it wrote is on the disk.
    ///
    /// An error undoes the work, and only it. Once begun, it is finished even if the caller goes away.
    pub(super) async fn write<T, W>(&self, work: W) -> Result<T, StoreError>
    where
        T: Send + 'static,
        W: for<'c> FnOnce(&'c mut SqliteConnection) -> BoxFuture<'c, Result<T, StoreError>> + Send + 'static,
    {
        let jobs = self.sender().ok_or(StoreError::Closed)?;
        let (answer, answered) = oneshot::channel();
        let job = Work { work: Some(work), done: None, answer };
        jobs.send(Box::new(job)).await.map_err(|_closed| StoreError::Closed)?;
        answered.await.map_err(|_gone| StoreError::Closed)?
    }

    /// Takes no more work, does what waits, and closes the connection.
    pub(super) async fn close(&self) {
        drop(self.jobs.lock().unwrap_or_else(PoisonError::into_inner).take());
        let task = self.task.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(task) = task
            && let Err(error) = task.await
        {
            tracing::error!(%error, "the writer ended badly");
        }
    }

    fn sender(&self) -> Option<mpsc::Sender<Box<dyn Job>>> {
        self.jobs.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// A write that waits.
trait Job: Send {
    /// Does the work, within a savepoint of the caller's.
    fn run<'c>(&'c mut self, connection: &'c mut SqliteConnection) -> BoxFuture<'c, Result<(), StoreError>>;

    /// Tells the caller how it ended.
    fn answer(self: Box<Self>, outcome: Result<(), StoreError>);
}

struct Work<W, T> {
    work: Option<W>,
    done: Option<T>,
    answer: oneshot::Sender<Result<T, StoreError>>,
}

impl<T, W> Job for Work<W, T>
where
    T: Send + 'static,
    W: for<'c> FnOnce(&'c mut SqliteConnection) -> BoxFuture<'c, Result<T, StoreError>> + Send + 'static,
{
    fn run<'c>(&'c mut self, connection: &'c mut SqliteConnection) -> BoxFuture<'c, Result<(), StoreError>> {
        Box::pin(async {
            let work = self.work.take().ok_or(StoreError::Closed)?;
            let caught = AssertUnwindSafe(async { work(connection).await }).catch_unwind().await;
            self.done = Some(caught.map_err(|_panic| StoreError::Panicked)??);
            Ok(())
        })
    }

    fn answer(self: Box<Self>, outcome: Result<(), StoreError>) {
        let Self { done, answer, .. } = *self;
        if answer.send(outcome.and_then(|()| done.ok_or(StoreError::Closed))).is_err() {
            tracing::debug!("nobody waits for a write's outcome any more");
        }
    }
}

async fn run(mut connection: SqliteConnection, mut waiting: mpsc::Receiver<Box<dyn Job>>) {
    let mut received = Vec::with_capacity(GROUP);
    while waiting.recv_many(&mut received, GROUP).await > 0 {
        let mut group = VecDeque::from_iter(received.drain(..));
        while !group.is_empty() {
            commit(&mut connection, &mut group).await;
        }
    }
    if let Err(error) = connection.close().await {
        tracing::warn!(%error, "the database was not closed cleanly; it recovers at the next start");
    }
}

/// One transaction for as much of a group of writes as there is time for.
async fn commit(connection: &mut SqliteConnection, group: &mut VecDeque<Box<dyn Job>>) {
    let mut written = Vec::with_capacity(group.len());
    let mut outcome = write_all(connection, group, &mut written).await;
    if outcome.is_ok() {
        outcome = execute(connection, "COMMIT").await;
    }
    let Err(error) = outcome else {
        written.into_iter().for_each(|job| job.answer(Ok(())));
        return;
    };
    if let Err(also) = execute(connection, "ROLLBACK").await {
        // SQLite rolls back by itself when the disk is full or fails.
        tracing::debug!(%also, "there was nothing left to roll back");
    }
    tracing::error!(%error, writes = written.len(), "a group of writes was not committed");
    let error = Arc::new(error);
    written.into_iter().for_each(|job| job.answer(Err(StoreError::Commit(Arc::clone(&error)))));
}

/// Runs each job within a savepoint. A job that fails is undone and answered at once; the others are left in `written`,
/// to be answered with the commit's outcome. An error is the transaction's own: none of it will be kept.
async fn write_all(
    connection: &mut SqliteConnection,
    group: &mut VecDeque<Box<dyn Job>>,
    written: &mut Vec<Box<dyn Job>>,
) -> Result<(), sqlx::Error> {
    let started = Instant::now();
    let mut transaction = begin(connection).await;
    while let Some(mut job) = group.pop_front() {
        if transaction.is_ok() {
            transaction = execute(connection, "SAVEPOINT job").await;
        }
        if transaction.is_err() {
            written.push(job);
            continue;
        }
        match job.run(connection).await {
            Ok(()) => written.push(job),
            Err(error) => {
                transaction = execute(connection, "ROLLBACK TO job").await;
                job.answer(Err(error));
            }
        }
        if transaction.is_ok() {
            transaction = execute(connection, "RELEASE job").await;
        }
        if transaction.is_ok() && started.elapsed() > GROUP_TIME {
            break;
        }
    }
    transaction
}

/// Begins a transaction. One that could not be rolled back while the disk failed is still there, and is rolled back first.
async fn begin(connection: &mut SqliteConnection) -> Result<(), sqlx::Error> {
    match execute(connection, "BEGIN IMMEDIATE").await {
        Err(_) if execute(connection, "ROLLBACK").await.is_ok() => execute(connection, "BEGIN IMMEDIATE").await,
        begun => begun,
    }
}

async fn execute(connection: &mut SqliteConnection, sql: &'static str) -> Result<(), sqlx::Error> {
    sqlx::query(sql).execute(connection).await.map(|_done| ())
}

#[cfg(test)]
mod tests {
    use sqlx::ConnectOptions;
    use sqlx::sqlite::SqliteConnectOptions;

    use super::*;

    async fn writer(folder: &tempfile::TempDir) -> Writer {
        let file = folder.path().join("test.sqlite");
        let options = SqliteConnectOptions::new().filename(file).create_if_missing(true);
        let mut connection = options.connect().await.expect("a database");
        execute(&mut connection, "CREATE TABLE written (x INTEGER)").await.expect("a table");
        Writer::start(connection)
    }

    async fn written(writer: &Writer) -> Vec<i64> {
        let read = writer.write(|conn| {
            Box::pin(async { Ok(sqlx::query_scalar("SELECT x FROM written ORDER BY x").fetch_all(conn).await?) })
        });
        read.await.expect("it can be read")
    }

    async fn insert(conn: &mut SqliteConnection, x: i64) -> Result<(), StoreError> {
        sqlx::query("INSERT INTO written VALUES (?1)").bind(x).execute(conn).await?;
        Ok(())
    }

    #[tokio::test]
    async fn of_writes_that_share_a_commit_only_the_bad_ones_are_undone() {
        let folder = tempfile::tempdir().expect("a folder");
        let writer = writer(&folder).await;
        let job = |x: i64| {
            writer.write(move |conn| {
                Box::pin(async move {
                    insert(conn, x).await?;
                    match x % 4 {
                        1 => Err(StoreError::Missing("fourth")),
                        2 => panic!("a bug"),
                        _ => Ok(x),
                    }
                })
            })
        };
        let outcomes = futures::future::join_all((0..40).map(job)).await;
        for (x, outcome) in (0..).zip(outcomes) {
            match x % 4 {
                1 => assert!(matches!(outcome, Err(StoreError::Missing("fourth")))),
                2 => assert!(matches!(outcome, Err(StoreError::Panicked))),
                _ => assert_eq!(outcome.expect("written"), x),
            }
        }
        assert_eq!(written(&writer).await, (0..40).filter(|x| ![1, 2].contains(&(x % 4))).collect::<Vec<_>>());
    }

    #[tokio::test]
    async fn a_transaction_that_breaks_is_acknowledged_to_nobody_and_the_next_one_works() {
        let folder = tempfile::tempdir().expect("a folder");
        let writer = writer(&folder).await;
        // As SQLite itself does when the disk is full: the transaction is gone under everyone's feet.
        let breaker = writer.write(|conn| Box::pin(async { Ok(execute(conn, "ROLLBACK").await?) }));
        let others = (0..10).map(|x| writer.write(move |conn| Box::pin(insert(conn, x))));
        let (broken, others) = futures::join!(breaker, futures::future::join_all(others));
        assert!(matches!(broken, Err(StoreError::Commit(_))));
        let acknowledged = others.iter().filter(|outcome| outcome.is_ok()).count();
        assert_eq!(written(&writer).await.len(), acknowledged);
        writer.write(|conn| Box::pin(insert(conn, 99))).await.expect("the next one works");
    }

    #[tokio::test]
    async fn closing_finishes_what_waits_and_takes_nothing_more() {
        let folder = tempfile::tempdir().expect("a folder");
        let writer = writer(&folder).await;
        let waiting = futures::future::join_all((0..100).map(|x| writer.write(move |conn| Box::pin(insert(conn, x)))));
        let (outcomes, ()) = futures::join!(waiting, writer.close());
        assert!(outcomes.iter().all(|outcome| matches!(outcome, Ok(()) | Err(StoreError::Closed))));
        assert!(!writer.is_running());
        assert!(matches!(writer.write(|conn| Box::pin(insert(conn, 1))).await, Err(StoreError::Closed)));
    }
}
