//! Opening a data folder: who may read it, that nobody else has it open, and that its database is up to date.

use std::fs::{self, DirBuilder, File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::Duration;

use sqlx::migrate::{MigrateError, Migrator};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{ConnectOptions, SqliteConnection, SqlitePool};
use thiserror::Error;

use super::writer::Writer;
use super::{SqliteStore, sums};

/// The database's name in its folder.
pub(super) const FILE: &str = "outpost.sqlite";

static MIGRATIONS: Migrator = sqlx::migrate!("./migrations/sqlite");

/// Readers beside the writer.
pub(super) const READERS: u32 = 8;

/// Bytes in a page of the database.
const PAGE: u64 = 4096;

/// SQLite's own limit.
const MOST_PAGES: u64 = 4_294_967_294;

/// Why a data folder cannot be opened.
#[derive(Debug, Error)]
pub enum OpenError {
    /// Permissions, a full disk, a file in the way.
    #[error("The data folder {} cannot be used: {source}. Check that it is yours, or choose another with --data.", .folder.display())]
    Folder {
        /// Which.
        folder: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// Two servers, one folder.
    #[error("The data folder {} is in use by another server. Stop that one, or choose another with --data.", .folder.display())]
    Locked {
        /// Which.
        folder: PathBuf,
    },
    /// The file is not a database, or is damaged.
    #[error("The database in {} cannot be opened: {source}.", .folder.display())]
    Database {
        /// In which folder.
        folder: PathBuf,
        /// What the database says.
        source: sqlx::Error,
    },
    /// A newer Outpost wrote it.
    #[error("The database in {} was written by a newer Outpost (its migration {version} is not known here). Start that version.", .folder.display())]
    Newer {
        /// In which folder.
        folder: PathBuf,
        /// The migration that this version does not have.
        version: i64,
    },
    /// No server has ever used it.
    #[error("There is no database in {}. Choose its folder with --data.", .folder.display())]
    Nothing {
        /// Which.
        folder: PathBuf,
    },
    /// An older Outpost wrote it, and it is not for this to bring it up to date.
    #[error("The database in {} was written by an older Outpost. Start a server of this version on it first.", .folder.display())]
    Older {
        /// In which folder.
        folder: PathBuf,
    },
    /// What an older version wrote could not be summed up.
    #[error("The database in {} cannot be summed up: {reason}.", .folder.display())]
    Sums {
        /// In which folder.
        folder: PathBuf,
        /// What went wrong.
        reason: String,
    },
    /// A migration failed; it was rolled back.
    #[error("The database in {} cannot be brought up to date: {source}.", .folder.display())]
    Migration {
        /// In which folder.
        folder: PathBuf,
        /// What went wrong.
        source: MigrateError,
    },
}

/// Opens, locks and migrates.
pub(super) async fn open(folder: PathBuf, max_bytes: Option<u64>) -> Result<SqliteStore, OpenError> {
    let unusable = |source| OpenError::Folder { folder: folder.clone(), source };
    make_folder(&folder).map_err(unusable)?;
    let lock = lock(&folder)?;
    let file = folder.join(FILE);
    drop(own_file(&file).map_err(unusable)?);

    let broken = |source| OpenError::Database { folder: folder.clone(), source };
    let pages = max_bytes.map_or(MOST_PAGES, |bytes| bytes / PAGE);
    let writer = options(&file).pragma("max_page_count", pages.to_string());
    let mut writer = writer.connect().await.map_err(broken)?;
    migrate(&mut writer, &folder).await?;
    sums::catch_up(&mut writer)
        .await
        .map_err(|source| OpenError::Sums { folder: folder.clone(), reason: source.to_string() })?;
    let readers = readers(&file, READERS).await.map_err(broken)?;
    Ok(SqliteStore { writer: Writer::start(writer), readers, lock: Some(lock), watcher: Mutex::default() })
}

/// Opens what a server may have open, too: SQLite lets the two write in turn. Nothing is made and nothing is brought up to date.
pub(super) async fn beside(folder: PathBuf) -> Result<SqliteStore, OpenError> {
    let file = folder.join(FILE);
    if !file.is_file() {
        return Err(OpenError::Nothing { folder });
    }
    let broken = |source| OpenError::Database { folder: folder.clone(), source };
    let mut writer = options(&file).connect().await.map_err(broken)?;
    let last: Option<i64> = sqlx::query_scalar("SELECT max(version) FROM _sqlx_migrations WHERE success")
        .fetch_one(&mut writer)
        .await
        .map_err(broken)?;
    match (last, MIGRATIONS.iter().map(|migration| migration.version).max()) {
        (Some(version), known) if Some(version) > known => return Err(OpenError::Newer { folder, version }),
        (last, known) if last < known => return Err(OpenError::Older { folder }),
        _ => {}
    }
    let readers = readers(&file, 1).await.map_err(broken)?;
    Ok(SqliteStore { writer: Writer::start(writer), readers, lock: None, watcher: Mutex::default() })
}

async fn readers(file: &Path, count: u32) -> Result<SqlitePool, sqlx::Error> {
    let readers = SqlitePoolOptions::new().max_connections(count).acquire_timeout(Duration::from_secs(10));
    readers.connect_with(options(file).read_only(true)).await
}

/// Takes a data folder for this process alone, as long as the returned file is open.
pub(super) fn lock(folder: &Path) -> Result<File, OpenError> {
    let unusable = |source| OpenError::Folder { folder: folder.to_path_buf(), source };
    let lock = own_file(&folder.join("outpost.lock")).map_err(unusable)?;
    lock.try_lock().map_err(|error| match error {
        TryLockError::WouldBlock => OpenError::Locked { folder: folder.to_path_buf() },
        TryLockError::Error(source) => unusable(source),
    })?;
    Ok(lock)
}

pub(super) fn options(file: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(file)
        .journal_mode(SqliteJournalMode::Wal)
        // FULL: a commit that was acknowledged is on the disk, whatever happens to the power.
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(Duration::from_secs(5))
        .page_size(4096)
        .pragma("cache_size", "-65536")
        .pragma("temp_store", "MEMORY")
        .disable_statement_logging()
}

async fn migrate(writer: &mut SqliteConnection, folder: &Path) -> Result<(), OpenError> {
    MIGRATIONS.run(writer).await.map_err(|source| {
        let folder = folder.to_path_buf();
        match source {
            MigrateError::VersionMissing(version) => OpenError::Newer { folder, version },
            MigrateError::Execute(source) => OpenError::Database { folder, source },
            source => OpenError::Migration { folder, source },
        }
    })
}

/// A folder for its owner alone, made with its parents if it is missing.
pub(super) fn make_folder(folder: &Path) -> io::Result<()> {
    if folder.is_dir() {
        return fs::read_dir(folder).map(drop);
    }
    if let Some(parent) = folder.parent() {
        fs::create_dir_all(parent)?;
    }
    let mut builder = DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// A file that its owner alone may read, made if it is missing and otherwise left as it is.
pub(super) fn own_file(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}
