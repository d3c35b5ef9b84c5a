//! Copies of the database: made while the server runs, and put back.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions, Connection};
use thiserror::Error;

use super::open::{self, OpenError};
use crate::store::Store;

/// Why there is no backup, or none was put back.
#[derive(Debug, Error)]
pub enum BackupError {
    /// The data folder.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// Nothing to copy.
    #[error("There is no database in {}. Choose its folder with --data.", .0.display())]
    Nothing(PathBuf),
    /// The target is there.
    #[error("{} exists already. Choose another name, or move it away.", .0.display())]
    Exists(PathBuf),
    /// The data folder has a database.
    #[error("There is a database in {} already. With --replace it is put aside.", .0.display())]
    Occupied(PathBuf),
    /// The backup is no database, or is damaged.
    #[error("{} is not a sound backup: {reason}. Take another.", .file.display())]
    Unsound {
        /// Which.
        file: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// Permissions, a full disk.
    #[error("{} cannot be written: {source}.", .file.display())]
    File {
        /// Which.
        file: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The database refused.
    #[error("The database refused: {0}.")]
    Database(#[from] sqlx::Error),
}

/// Copies the database of a data folder into a new file: all of one moment, whether or not a server runs on it. When this
/// returns, the copy is on the disk.
pub(crate) async fn backup(folder: &Path, file: &Path) -> Result<(), BackupError> {
    let database = folder.join(open::FILE);
    if !database.is_file() {
        return Err(BackupError::Nothing(folder.to_path_buf()));
    }
    if file.exists() {
        return Err(BackupError::Exists(file.to_path_buf()));
    }
    let mut part = file.as_os_str().to_owned();
    part.push(".part");
    let part = PathBuf::from(part);
    // Left by one that was cut short. It may hold everything, so nobody else may read it while it grows either.
    fs::remove_file(&part).or_else(missing).map_err(|source| unwritable(&part, source))?;
    drop(open::own_file(&part).map_err(|source| unwritable(&part, source))?);
    let mut conn = open::options(&database).connect().await?;
    let copied = sqlx::query("VACUUM INTO ?1").bind(part.display().to_string()).execute(&mut conn).await;
    let closed = conn.close().await;
    if let Err(error) = copied.map(drop).and(closed) {
        fs::remove_file(&part).ok();
        return Err(error.into());
    }
    let lasting = File::open(&part).and_then(|copy| copy.sync_all()).and_then(|()| fs::rename(&part, file));
    lasting.map_err(|source| unwritable(file, source))
}

/// Puts a backup in a data folder, with new epochs that begin with the seed. Returns where the database that was there is now.
pub(crate) async fn restore(
    folder: &Path,
    file: &Path,
    replace: bool,
    seed: &str,
) -> Result<Option<PathBuf>, BackupError> {
    check(file).await?;
    open::make_folder(folder).map_err(|source| unwritable(folder, source))?;
    let lock = open::lock(folder)?;
    let database = folder.join(open::FILE);
    let copy = folder.join("outpost.restored");
    let place = || -> io::Result<()> {
        drop(open::own_file(&copy)?);
        fs::copy(file, &copy)?;
        File::open(&copy)?.sync_all()
    };
    let occupied = fs::metadata(&database).is_ok_and(|database| database.len() > 0);
    if occupied && !replace {
        return Err(BackupError::Occupied(folder.to_path_buf()));
    }
    // Left by one that was cut short.
    for end in ["", "-wal", "-shm"] {
        let left = folder.join(format!("outpost.restored{end}"));
        fs::remove_file(&left).or_else(missing).map_err(|source| unwritable(&left, source))?;
    }
    place().map_err(|source| unwritable(&copy, source))?;
    renew(&copy, seed).await?;
    // The log of a database that is gone would be read into this one.
    let remains = ["-wal", "-shm"].iter().any(|end| folder.join(format!("{}{end}", open::FILE)).exists());
    let aside = if occupied || remains { Some(put_aside(folder)?) } else { None };
    fs::rename(&copy, &database).map_err(|source| unwritable(&database, source))?;
    drop(lock);
    // Brought up to date now, so that a backup of an older version is found out to be one that can be.
    open::open(folder.to_path_buf(), None).await?.close().await;
    Ok(aside)
}

/// Gives each workspace of a data folder a new epoch, which begins with the seed; how many there are.
pub(crate) async fn new_epochs(folder: &Path, seed: &str) -> Result<u64, BackupError> {
    let database = folder.join(open::FILE);
    if !database.is_file() {
        return Err(BackupError::Nothing(folder.to_path_buf()));
    }
    let _lock = open::lock(folder)?;
    renew(&database, seed).await
}

async fn renew(database: &Path, seed: &str) -> Result<u64, BackupError> {
    let mut conn = open::options(database).connect().await?;
    let changed = sqlx::query("UPDATE workspaces SET epoch = ?1 || lower(hex(randomblob(8)))")
        .bind(seed)
        .execute(&mut conn)
        .await?;
    // With the write-ahead log folded in, the file alone is the database.
    sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").execute(&mut conn).await?;
    conn.close().await?;
    Ok(changed.rows_affected())
}

/// Whether a file is a sound database of ours.
async fn check(file: &Path) -> Result<(), BackupError> {
    let unsound = |reason: String| BackupError::Unsound { file: file.to_path_buf(), reason };
    if !file.is_file() {
        return Err(unsound("there is no such file".to_owned()));
    }
    let options = SqliteConnectOptions::new().filename(file).read_only(true).immutable(true);
    let mut conn: SqliteConnection = options.connect().await.map_err(|error| unsound(error.to_string()))?;
    let found: Result<Vec<String>, _> = sqlx::query_scalar("PRAGMA integrity_check").fetch_all(&mut conn).await;
    match found.map_err(|error| unsound(error.to_string()))?.as_slice() {
        [ok] if ok == "ok" => {}
        faults => return Err(unsound(faults.join("; "))),
    }
    let known = sqlx::query("SELECT workspace, epoch FROM workspaces LIMIT 1").fetch_optional(&mut conn).await;
    known.map_err(|_| unsound("it is no database of Outpost’s".to_owned()))?;
    conn.close().await?;
    Ok(())
}

/// Moves a database with its logs out of the way.
fn put_aside(folder: &Path) -> Result<PathBuf, BackupError> {
    let free = (1..).map(|i| folder.join(format!("before-restore-{i}"))).find(|aside| !aside.exists());
    let aside = free.unwrap_or_else(|| folder.join("before-restore"));
    open::make_folder(&aside).map_err(|source| unwritable(&aside, source))?;
    for name in ["", "-wal", "-shm"].map(|end| format!("{}{end}", open::FILE)) {
        fs::rename(folder.join(&name), aside.join(&name))
            .or_else(missing)
            .map_err(|source| unwritable(&aside, source))?;
    }
    Ok(aside)
}

fn missing(error: io::Error) -> io::Result<()> {
    if error.kind() == io::ErrorKind::NotFound { Ok(()) } else { Err(error) }
}

fn unwritable(file: &Path, source: io::Error) -> BackupError {
    BackupError::File { file: file.to_path_buf(), source }
}
