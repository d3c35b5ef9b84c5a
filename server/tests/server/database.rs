//! Where a test's server keeps its data: a file in a folder of its own, or, if `OUTPOST_TEST_POSTGRES` is the address of
//! a PostgreSQL server on which databases may be made, a fresh database there, dropped afterwards.

use std::cell::RefCell;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::UNIX_EPOCH;

use outpost_server::Config;
use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, Executor, Row};
use tempfile::TempDir;

/// A folder, and a database if it is not in there.
pub(crate) struct Home {
    pub(crate) folder: TempDir,
    pub(crate) database: Option<Database>,
}

impl Home {
    /// For a test that holds on any database.
    pub(crate) async fn new() -> Self {
        let database = match std::env::var("OUTPOST_TEST_POSTGRES") {
            Ok(server) => Some(Database::make(&server).await),
            Err(_) => None,
        };
        Self { database, ..Self::sqlite() }
    }

    /// For a test of the data folder and the file in it.
    pub(crate) fn sqlite() -> Self {
        Self { folder: tempfile::tempdir().expect("a folder"), database: None }
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// Of a server here, on a free port.
    pub(crate) fn config(&self) -> Config {
        let mut config = Config::new(([127, 0, 0, 1], 0).into(), self.data());
        config.database_url = self.database.as_ref().map(|database| database.url().into());
        config
    }

    /// All that is stored, in pieces.
    pub(crate) async fn everything(&self) -> Vec<Vec<u8>> {
        match &self.database {
            Some(database) => database.everything().await,
            None => {
                let files = std::fs::read_dir(self.data()).expect("a folder");
                files.map(|file| std::fs::read(file.expect("a file").path()).expect("its bytes")).collect()
            }
        }
    }

    /// A copy of all that is stored, made by other means than ours. No server may run here.
    pub(crate) async fn copy(&self) -> Self {
        let copy = Self { database: None, ..Self::sqlite() };
        match &self.database {
            Some(database) => Self { database: Some(database.copy().await), ..copy },
            None => {
                copy_files(&self.data(), &copy.data());
                copy
            }
        }
    }

    /// Puts a copy in the place of all that is stored.
    pub(crate) async fn put_back(&self, copy: &Self) {
        match self.database.as_ref().zip(copy.database.as_ref()) {
            Some((database, copy)) => database.put_back(copy).await,
            None => {
                std::fs::remove_dir_all(self.data()).expect("removed");
                copy_files(&copy.data(), &self.data());
            }
        }
    }

    /// Changes what is stored by other means than ours.
    pub(crate) async fn execute(&self, statement: &'static str) {
        match &self.database {
            Some(database) => drop(database.connect().await.execute(statement).await.expect("done")),
            None => {
                let mut file = sqlite(&self.data()).connect().await.expect("a database");
                file.execute(statement).await.expect("done");
                file.close().await.expect("closed");
            }
        }
    }

    /// Fails if the file is damaged; a database of its own has somebody else who looks after that.
    pub(crate) async fn check_file(&self) {
        if self.database.is_none() {
            let mut database = sqlite(&self.data()).connect().await.expect("a database");
            let check: String =
                sqlx::query_scalar("PRAGMA integrity_check").fetch_one(&mut database).await.expect("an answer");
            assert_eq!(check, "ok");
        }
    }
}

fn copy_files(from: &Path, to: &Path) {
    std::fs::create_dir(to).expect("a folder");
    for file in std::fs::read_dir(from).expect("a folder") {
        let file = file.expect("a file");
        std::fs::copy(file.path(), to.join(file.file_name())).expect("copied");
    }
}

/// The file in a data folder.
pub(crate) fn sqlite(data: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new().filename(data.join("outpost.sqlite"))
}

/// A database on a PostgreSQL server; it is dropped after the test, whoever is still connected to it.
pub(crate) struct Database {
    /// The server's own database.
    pub(crate) server: PgConnectOptions,
    pub(crate) name: String,
}

impl Database {
    async fn make(server: &str) -> Self {
        let server = PgConnectOptions::from_str(server).expect("OUTPOST_TEST_POSTGRES is a postgres:// address");
        let made = Self { server, name: Self::new_name() };
        tell(&made.server, format!("CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8'", made.name)).await;
        made
    }

    /// Another one with the same in it.
    async fn copy(&self) -> Self {
        let copy = Self { server: self.server.clone(), name: Self::new_name() };
        self.become_of(&copy.name, &self.name).await;
        copy
    }

    async fn put_back(&self, copy: &Self) {
        tell(&self.server, format!("DROP DATABASE {} WITH (FORCE)", self.name)).await;
        self.become_of(&self.name, &copy.name).await;
    }

    /// The database waits a few seconds for whoever is just leaving the other one.
    async fn become_of(&self, name: &str, other: &str) {
        tell(&self.server, format!("CREATE DATABASE {name} TEMPLATE {other}")).await;
    }

    fn new_name() -> String {
        static MADE: AtomicU32 = AtomicU32::new(0);
        let number = MADE.fetch_add(1, Ordering::Relaxed);
        let nanos = UNIX_EPOCH.elapsed().expect("a time after 1970").subsec_nanos();
        format!("outpost_test_{}_{number}_{nanos}", std::process::id())
    }

    pub(crate) fn options(&self) -> PgConnectOptions {
        self.server.clone().database(&self.name)
    }

    /// With the password.
    pub(crate) fn url(&self) -> String {
        self.options().to_url_lossy().to_string()
    }

    /// A connection beside the servers'.
    pub(crate) async fn connect(&self) -> PgConnection {
        self.options().application_name("a test").connect().await.expect("a connection")
    }

    async fn everything(&self) -> Vec<Vec<u8>> {
        let mut connection = self.connect().await;
        let tables: Vec<String> =
            sqlx::query_scalar("SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = 'public'")
                .fetch_all(&mut connection)
                .await
                .expect("names");
        assert!(tables.len() > 6, "{tables:?}");
        let mut pieces = Vec::new();
        for table in tables {
            let read = AssertSqlSafe(format!("SELECT t::text FROM {table} AS t"));
            let rows = sqlx::query(read).fetch_all(&mut connection).await.expect("rows");
            pieces.extend(rows.iter().map(|row| row.get::<String, _>(0).into_bytes()));
        }
        pieces
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        LEFT.with_borrow_mut(|left| left.0.push((self.server.clone(), std::mem::take(&mut self.name))));
    }
}

thread_local! {
    /// The databases of the test that ran on this thread.
    static LEFT: RefCell<Left> = RefCell::default();
}

/// Drops databases when the thread ends, and so the runtime of its test is gone: a server that was just connecting
/// would never get further while its runtime waits here, and the database waits for whoever is connecting.
#[derive(Default)]
struct Left(Vec<(PgConnectOptions, String)>);

impl Drop for Left {
    fn drop(&mut self) {
        let left = std::mem::take(&mut self.0);
        if left.is_empty() {
            return;
        }
        // The thread that is ending has no runtime any more, nor can it have another one.
        let dropping = std::thread::spawn(|| {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
            runtime.block_on(async {
                for (server, name) in left {
                    tell(&server, format!("DROP DATABASE {name} WITH (FORCE)")).await;
                }
            });
        });
        if dropping.join().is_err() {
            eprintln!("a database could not be dropped");
        }
    }
}

async fn tell(server: &PgConnectOptions, statement: String) {
    let mut connection = server.connect().await.expect("OUTPOST_TEST_POSTGRES answers");
    connection.execute(AssertSqlSafe(statement)).await.expect("the server does it");
    connection.close().await.expect("closed");
}
