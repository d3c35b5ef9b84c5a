//! Starting, listening and stopping.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use thiserror::Error;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};
use tower::ServiceExt;

use crate::accounts::password::{HashError, Hasher};
use crate::config::{Config, Limits};
use crate::http::{client_address::Peer, router};
use crate::patient::Patient;
use crate::state::AppState;
use crate::store::{Backend, BackendError, ConnectError, OpenError, Store};
use crate::upkeep::{self, Tended, UpkeepError};

/// Why a server did not start.
#[derive(Debug, Error)]
pub enum StartError {
    /// The address is taken, or not this machine's.
    #[error("Cannot listen on {address}: {source}. Choose another address with --listen.")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// What the system says.
        source: io::Error,
    },
    /// The data folder or what is in it.
    #[error(transparent)]
    Data(#[from] OpenError),
    /// The PostgreSQL database.
    #[error(transparent)]
    Database(#[from] ConnectError),
    /// The password hash does not work on this machine.
    #[error(transparent)]
    Hash(#[from] HashError),
}

impl From<BackendError> for StartError {
    fn from(error: BackendError) -> Self {
        match error {
            BackendError::Folder(error) => Self::Data(error),
            BackendError::Connect(error) => Self::Database(error),
        }
    }
}

/// A server that runs.
pub struct Running {
    address: SocketAddr,
    finished: JoinHandle<()>,
    state: AppState,
}

impl Running {
    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Waits until it has stopped: after the `shutdown` given to [`serve`], once running requests are answered and the
    /// database is closed.
    pub async fn finished(self) {
        if let Err(error) = self.finished.await {
            tracing::error!(%error, "the server ended badly");
        }
    }

    /// Does now what the server does by itself once a day: drops what nobody needs any more.
    ///
    /// # Errors
    /// A sentence that says what failed.
    pub async fn tend(&self) -> Result<Tended, UpkeepError> {
        upkeep::once(&self.state).await
    }

    /// Fills the demo account's workspace with about `leads` leads and what belongs to them, through the ordinary push.
    /// Returns what to sign in with.
    ///
    /// # Errors
    /// A sentence that says what failed.
    pub async fn fill_demo(&self, leads: u32) -> Result<crate::demo::DemoAccount, crate::demo::DemoError> {
        crate::demo::fill(&self.state, leads).await
    }
}

/// Opens the database, listens, and serves in the background until `shutdown` is ready.
///
/// # Errors
/// When the data folder is locked or unreadable, the database cannot be reached or is of a newer version, or the address cannot be listened on.
pub async fn serve(config: Config, shutdown: impl Future<Output = ()> + Send + 'static) -> Result<Running, StartError> {
    allow_many_files();
    let store = Backend::open(&config).await?;
    let hasher = Hasher::new().await?;
    let listen = |source| StartError::Listen { address: config.listen, source };
    let listener = TcpListener::bind(config.listen).await.map_err(listen)?;
    let address = listener.local_addr().map_err(listen)?;
    let state = AppState::new(config, store, hasher);
    tracing::info!(%address, "listening");
    let finished = tokio::spawn(run(listener, state.clone(), shutdown));
    Ok(Running { address, finished, state })
}

/// Each connection is a file to the system, and its usual limit is a thousand.
fn allow_many_files() {
    #[cfg(unix)]
    {
        use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
        let limit = getrlimit(Resource::Nofile);
        if let Err(error) = setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, ..limit }) {
            tracing::warn!(%error, "the limit of open files stays as it is");
        }
    }
}

async fn run(listener: TcpListener, state: AppState, shutdown: impl Future<Output = ()> + Send) {
    let app = router(state.clone());
    let limits = state.config.limits.clone();
    let open = Arc::new(Semaphore::new(limits.connections));
    let graceful = GracefulShutdown::new();
    let upkeep = tokio::spawn(upkeep::run(state.clone()));
    let mut shutdown = std::pin::pin!(shutdown);
    loop {
        let accepted = tokio::select! {
            () = &mut shutdown => break,
            accepted = accept(&listener, &open) => accepted,
        };
        if let Some(accepted) = accepted {
            tokio::spawn(connection(accepted, app.clone(), limits.clone(), graceful.watcher()));
        }
    }
    drop(listener);
    state.live.close();
    // A transaction that it has begun is finished all the same: the store sees to that.
    upkeep.abort();
    tracing::info!("stopping: running requests are finished first");
    if timeout(limits.drain_time, graceful.shutdown()).await.is_err() {
        tracing::warn!("some requests did not finish in time");
    }
    state.store.close().await;
    tracing::info!("stopped");
}

type Accepted = (TcpStream, SocketAddr, OwnedSemaphorePermit);

/// The next connection, once there is room for it. `None` when the system refused one: the next may do.
async fn accept(listener: &TcpListener, open: &Arc<Semaphore>) -> Option<Accepted> {
    let permit = Arc::clone(open).acquire_owned().await.ok()?;
    match listener.accept().await {
        Ok((stream, peer)) => {
            if let Err(error) = stream.set_nodelay(true) {
                tracing::debug!(%error, "no TCP_NODELAY");
            }
            Some((stream, peer, permit))
        }
        Err(error) => {
            tracing::warn!(%error, "a connection could not be accepted");
            sleep(std::time::Duration::from_millis(50)).await;
            None
        }
    }
}

/// Answers the requests of one connection, until either side has enough or the server stops.
async fn connection((stream, peer, place): Accepted, app: Router, limits: Limits, stop: Watcher) {
    let service = service_fn(move |request: hyper::Request<Incoming>| {
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(Peer(peer));
        app.clone().oneshot(request)
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.header_time)
        .serve_connection(TokioIo::new(Patient::new(stream, limits.unread_time)), service);
    if let Err(error) = stop.watch(connection).await {
        tracing::debug!(%error, "a connection ended early");
    }
    drop(place);
}
