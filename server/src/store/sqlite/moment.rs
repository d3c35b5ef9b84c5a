//! Reading more than one thing of one moment.

use std::ops::{Deref, DerefMut};

use sqlx::pool::PoolConnection;
use sqlx::{Sqlite, SqliteConnection, SqlitePool};

/// A reader that sees the database as it was when it first read, until its [`end`](Self::end).
///
/// If it comes to no good end, its connection is closed and the pool makes another one. Whether the transaction is still there
/// is not to be known then: SQLite ends it by itself when the disk fails, and a `ROLLBACK` fails then, too. A reader
/// that goes back with one would show that moment to everybody from then on.
pub(super) struct Moment {
    reader: PoolConnection<Sqlite>,
    is_over: bool,
}

impl Moment {
    /// Takes a reader.
    pub(super) async fn begin(readers: &SqlitePool) -> Result<Self, sqlx::Error> {
        let mut moment = Self { reader: readers.acquire().await?, is_over: false };
        sqlx::query("BEGIN").execute(&mut *moment).await?;
        Ok(moment)
    }

    /// Gives it back; the next one sees another moment.
    pub(super) async fn end(mut self) -> Result<(), sqlx::Error> {
        sqlx::query("ROLLBACK").execute(&mut *self).await?;
        self.is_over = true;
        Ok(())
    }
}

impl Deref for Moment {
    type Target = SqliteConnection;

    fn deref(&self) -> &SqliteConnection {
        &self.reader
    }
}

impl DerefMut for Moment {
    fn deref_mut(&mut self) -> &mut SqliteConnection {
        &mut self.reader
    }
}

impl Drop for Moment {
    fn drop(&mut self) {
        if !self.is_over {
            self.reader.close_on_drop();
        }
    }
}

#[cfg(test)]
mod tests {
    use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions};

    use super::*;

    async fn one_reader(folder: &tempfile::TempDir) -> (SqlitePool, SqlitePool) {
        let file = folder.path().join("test.sqlite");
        let options = SqliteConnectOptions::new().filename(file).journal_mode(SqliteJournalMode::Wal);
        let one = || SqlitePoolOptions::new().max_connections(1);
        let writer = one().connect_with(options.clone().create_if_missing(true)).await.expect("a writer");
        sqlx::query("CREATE TABLE written (x INTEGER)").execute(&writer).await.expect("a table");
        let reader = one().connect_with(options.read_only(true)).await.expect("a reader");
        (writer, reader)
    }

    async fn count(conn: &mut SqliteConnection) -> i64 {
        sqlx::query_scalar("SELECT count(*) FROM written").fetch_one(conn).await.expect("a count")
    }

    async fn insert(writer: &SqlitePool) {
        sqlx::query("INSERT INTO written VALUES (1)").execute(writer).await.expect("written");
    }

    #[tokio::test]
    async fn it_sees_one_moment_and_the_next_one_another() {
        let folder = tempfile::tempdir().expect("a folder");
        let (writer, reader) = one_reader(&folder).await;
        for before in 0..3 {
            let mut moment = Moment::begin(&reader).await.expect("begun");
            assert_eq!(count(&mut moment).await, before);
            insert(&writer).await;
            assert_eq!(count(&mut moment).await, before);
            moment.end().await.expect("ended");
        }
    }

    #[tokio::test]
    async fn one_that_breaks_off_holds_nobody_else_in_its_moment() {
        let folder = tempfile::tempdir().expect("a folder");
        let (writer, reader) = one_reader(&folder).await;
        for before in 0..6 {
            let mut moment = Moment::begin(&reader).await.expect("begun");
            assert_eq!(count(&mut moment).await, before);
            if before % 2 == 0 {
                // As SQLite itself does when a disk fails: the transaction is gone under everyone's feet.
                sqlx::query("ROLLBACK").execute(&mut *moment).await.expect("rolled back");
            }
            drop(moment);
            insert(&writer).await;
        }
    }
}
