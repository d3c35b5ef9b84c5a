//! What every handler can reach.

use std::ops::Deref;
use std::sync::Arc;

use tokio::sync::Semaphore;

use crate::accounts::password::Hasher;
use crate::accounts::throttle::Throttles;
use crate::config::Config;
use crate::live::Live;
use crate::snapshot::Makers;
use crate::store::Backend;

/// Shared by all requests; cloning it is cheap.
#[derive(Clone)]
pub(crate) struct AppState(Arc<Shared>);

/// What is shared.
pub(crate) struct Shared {
    pub(crate) config: Config,
    pub(crate) store: Backend,
    pub(crate) hasher: Hasher,
    pub(crate) throttles: Throttles,
    /// Devices that are told of news.
    pub(crate) live: Live,
    /// One permit a device that is told: some connections must be left for asking.
    pub(crate) live_places: Arc<Semaphore>,
    /// One permit a sync request under way.
    pub(crate) sync_places: Arc<Semaphore>,
    /// Who makes a snapshot.
    pub(crate) makers: Makers,
}

impl AppState {
    pub(crate) fn new(config: Config, store: Backend, hasher: Hasher) -> Self {
        let throttles = Throttles::new(&config.limits);
        let sync_places = Arc::new(Semaphore::new(config.limits.sync_requests));
        let live_places = Arc::new(Semaphore::new(config.limits.listeners));
        let (live, makers) = (Live::default(), Makers::default());
        Self(Arc::new(Shared { config, store, hasher, throttles, live, live_places, sync_places, makers }))
    }

    /// Milliseconds since 1970.
    pub(crate) fn now_ms(&self) -> u64 {
        self.0.config.clock.now_ms()
    }
}

impl Deref for AppState {
    type Target = Shared;

    fn deref(&self) -> &Shared {
        &self.0
    }
}
