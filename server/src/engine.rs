//! The server's sync without its network: the same path that `POST /api/v1/sync` and its sisters take, from the plain bytes of a body to
//! the bytes of an answer, with the time as an argument and nothing left to chance. For the simulation, which must do the
//! same each time; a server is started with [`crate::serve()`].
//!
//! ```text
//! bytes → limits of the body → limits of the request → push → pull → bytes
//! ```

/// Does the same with whichever store it is.
macro_rules! with_store {
    ($kept:expr, $store:ident => $work:expr) => {
        match $kept {
            Kept::Memory($store) => $work,
            Kept::Sqlite { store: $store, .. } => $work,
        }
    };
}

mod fetch;
mod people;

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::time::Duration;
use std::{fs, io};

use outpost_core::access::Role;
use outpost_core::id::DeviceId;
use outpost_core::protocol::{Account, MAX_ROWS};
use outpost_core::record::RecordKey;
use serde::Serialize;
use thiserror::Error;
use tokio::sync::Mutex;

use crate::accounts::email::Email;
use crate::accounts::session::Session;
use crate::config::Limits;
use crate::error::ApiError;
use crate::http::body::JsonBytes;
pub use crate::snapshot::Sizes;
use crate::store::{MemoryData, MemoryStore, NewAccount, NewSession, OpenError, SqliteStore, Store, StoreError};
use crate::sync;
use crate::upkeep::{self, Tended, Terms, UpkeepError};

/// The one account of an engine.
const EMAIL: &str = "everybody@example.org";

/// Which of the API's addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Door {
    /// `POST /api/v1/sync`
    Sync,
    /// `POST /api/v1/check`
    Check,
    /// `POST /api/v1/repair`
    Repair,
    /// `POST /api/v1/scope`
    Scope,
}

/// A server with one workspace, reached by function calls.
pub struct Engine {
    store: Kept,
    /// Who makes a snapshot keeps others from making the same.
    maker: Mutex<()>,
    /// The most rows in an answer.
    rows: u32,
    /// What the people may do of whom something else is known than that they are members, by their device. It outlasts a
    /// restart and a restore: it stands for people, of whom the one account knows nothing.
    roles: std::sync::Mutex<HashMap<DeviceId, Role>>,
}

enum Kept {
    Memory(Box<MemoryStore>),
    Sqlite { store: Box<SqliteStore>, folder: PathBuf },
}

/// What the engine's database was at a time.
pub struct Backup(Copied);

enum Copied {
    Memory(Box<MemoryData>),
    /// A folder with the files.
    Sqlite(PathBuf),
}

/// An answer that is not a success, as it goes over the wire.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The HTTP status.
    pub status: u16,
    /// `{"error": {"code", "message"}}`.
    pub body: Vec<u8>,
    /// The `Retry-After` header, in seconds.
    pub retry_s: Option<u64>,
}

impl From<ApiError> for Refusal {
    fn from(error: ApiError) -> Self {
        Self { status: error.status().as_u16(), body: error.body().to_string().into_bytes(), retry_s: error.retry_s() }
    }
}

/// The engine cannot be made, or cannot go on.
#[derive(Debug, Error)]
pub enum EngineError {
    /// The data folder cannot be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// A backup's files cannot be copied.
    #[error("the database's files cannot be copied: {0}")]
    Copy(#[from] io::Error),
    /// The store failed.
    #[error("{0}")]
    Store(String),
    /// The server refuses, as it would over HTTP.
    #[error("the server refuses with status {}", .0.status)]
    Refused(Refusal),
}

impl From<ApiError> for EngineError {
    fn from(error: ApiError) -> Self {
        Self::Refused(error.into())
    }
}

impl From<StoreError> for EngineError {
    fn from(error: StoreError) -> Self {
        Self::Store(error.to_string())
    }
}

impl Engine {
    /// On a store in memory. Its futures pause where a database would wait, and may be polled by hand.
    ///
    /// # Errors
    /// None in practice.
    pub async fn in_memory() -> Result<Self, EngineError> {
        Self::with(Kept::Memory(Box::default())).await
    }

    /// On SQLite, in a folder of its own. Wants tokio's runtime.
    ///
    /// # Errors
    /// The folder cannot be opened.
    pub async fn sqlite(folder: &Path) -> Result<Self, EngineError> {
        let store = Box::new(SqliteStore::open(folder, None).await?);
        Self::with(Kept::Sqlite { store, folder: folder.to_owned() }).await
    }

    async fn with(store: Kept) -> Result<Self, EngineError> {
        let email = Email::parse(EMAIL).map_err(|error| EngineError::Store(error.to_string()))?;
        let account = NewAccount {
            email,
            password_hash: String::new(),
            workspace: "Everybody's".to_owned(),
            workspace_id: "01a0c450-6c00-7a31-9d3c-2f1e8a6b4c01".to_owned(),
            epoch: "epoch-0".to_owned(),
        };
        with_store!(&store, store => store.create_account(account, 0).await?);
        Ok(Self { store, maker: Mutex::default(), rows: MAX_ROWS, roles: std::sync::Mutex::default() })
    }

    /// Sends no more rows at once than this.
    #[must_use]
    pub fn with_page(mut self, rows: u32) -> Self {
        self.rows = rows;
        self
    }

    /// Signs a device in; it is enrolled if it is new.
    ///
    /// # Errors
    /// The store failed, or its person was removed.
    pub async fn sign_in(&self, device: DeviceId, now_ms: u64) -> Result<Account, EngineError> {
        let role = self.session(device)?.role;
        let mut token = [0; 32];
        token[..8].copy_from_slice(&device.0.to_be_bytes());
        let session = NewSession {
            user: 1,
            device,
            device_name: format!("Device {device}"),
            token,
            replaces: Some(token),
            expires_ms: u64::MAX >> 1,
        };
        let account = with_store!(&self.store, store => store.open_session(session, now_ms).await?);
        Ok(Account { role, ..account })
    }

    /// One request of a signed-in device: the plain bytes of its body, and those of the answer.
    ///
    /// # Errors
    /// [`Refusal`], as over HTTP.
    pub async fn ask(&self, door: Door, device: DeviceId, now_ms: u64, body: Vec<u8>) -> Result<Vec<u8>, Refusal> {
        let session = self.session(device)?;
        let body = JsonBytes::checked(body)?;
        let answer = match door {
            Door::Sync => {
                let mut request = sync::read(&body, &session)?;
                request.limit = request.limit.min(self.rows);
                with_store!(&self.store, store => {
                    json(&sync::exchange(&**store, &session, request, now_ms, |push| store.push(push)).await?)
                })
            }
            Door::Check => with_store!(&self.store, store => json(&sync::compared(&**store, &session, &body).await?)),
            Door::Repair => with_store!(&self.store, store => json(&sync::repaired(&**store, &session, &body).await?)),
            Door::Scope => with_store!(&self.store, store => json(&sync::rescoped(&**store, &session, &body).await?)),
        };
        Ok(answer?)
    }

    /// Somebody brings records back from the archive.
    ///
    /// # Errors
    /// The store failed.
    pub async fn recall(&self, heads: Vec<RecordKey>, now_ms: u64) -> Result<(), EngineError> {
        with_store!(&self.store, store => store.recall(1, heads, now_ms).await?);
        Ok(())
    }

    /// What a server does by itself once a day.
    ///
    /// # Errors
    /// The store failed.
    pub async fn tend(&self, now_ms: u64) -> Result<Tended, UpkeepError> {
        let terms =
            Terms { now_ms, history_ms: Limits::default().history_ms(), pause: Duration::ZERO, tell: &|_, _| () };
        with_store!(&self.store, store => upkeep::tend(&**store, &terms).await)
    }

    /// How far the workspace's sequence goes, whoever may know it.
    ///
    /// # Errors
    /// The store failed.
    pub async fn head(&self, device: DeviceId) -> Result<u64, EngineError> {
        let session = Session { user: 1, workspace: 1, device, role: Role::Member };
        Ok(with_store!(&self.store, store => store.place(&session).await?).head)
    }

    /// Copies the database, into `folder` if it is one of files. Nothing else may be under way.
    ///
    /// # Errors
    /// The files cannot be copied, or the database does not open any more.
    pub async fn backup(&mut self, folder: &Path) -> Result<Backup, EngineError> {
        match &mut self.store {
            Kept::Memory(store) => Ok(Backup(Copied::Memory(Box::new(store.backup())))),
            Kept::Sqlite { store, folder: own } => {
                store.close().await;
                copy(own, folder)?;
                **store = SqliteStore::open(own, None).await?;
                Ok(Backup(Copied::Sqlite(folder.to_owned())))
            }
        }
    }

    /// Goes back to a backup; the epoch stays until [`Engine::set_epoch`].
    ///
    /// # Errors
    /// The files cannot be copied, or the backup does not open.
    pub async fn restore(&mut self, backup: &Backup) -> Result<(), EngineError> {
        match (&mut self.store, &backup.0) {
            (Kept::Memory(store), Copied::Memory(backup)) => store.restore(backup),
            (Kept::Sqlite { store, folder }, Copied::Sqlite(copied)) => {
                store.close().await;
                copy(copied, folder)?;
                **store = SqliteStore::open(folder, None).await?;
            }
            _ => return Err(EngineError::Store("the backup is of another kind of store".to_owned())),
        }
        Ok(())
    }

    /// Gives the workspace another epoch, as a restore from a backup does.
    ///
    /// # Errors
    /// The store failed.
    pub async fn set_epoch(&self, epoch: &str) -> Result<(), EngineError> {
        match &self.store {
            Kept::Memory(store) => store.set_epoch(epoch),
            Kept::Sqlite { store, .. } => store.set_epoch(epoch.to_owned()).await?,
        }
        Ok(())
    }

    /// Stops and starts the server: what is on the disk is what is left.
    ///
    /// # Errors
    /// The database does not open any more.
    pub async fn restart(&mut self) -> Result<(), EngineError> {
        if let Kept::Sqlite { store, folder } = &mut self.store {
            store.close().await;
            **store = SqliteStore::open(folder, None).await?;
        }
        Ok(())
    }

    /// Lets go of the files.
    pub async fn close(self) {
        with_store!(&self.store, store => store.close().await);
    }
}

fn json(answer: &impl Serialize) -> Result<Vec<u8>, ApiError> {
    serde_json::to_vec(answer).map_err(|error| StoreError::from(error).into())
}

/// Copies a closed database; its log is in the file by then.
fn copy(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for left_behind in ["outpost.sqlite-wal", "outpost.sqlite-shm"] {
        match fs::remove_file(to.join(left_behind)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    fs::copy(from.join("outpost.sqlite"), to.join("outpost.sqlite")).map(drop)
}
