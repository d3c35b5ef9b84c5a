//! What every handler can reach.

use std::ops::Deref;
use std::sync::Arc;

use tokio::sync::Semaphore;

use crate::accounts::password::Hasher;
use crate::accounts::session::Session;
use crate::accounts::throttle::Throttles;
use crate::config::Config;
use crate::live::{Live, Word};
use crate::snapshot::Makers;
use crate::store::{Backend, Store};

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
    pub(crate) live: Arc<Live>,
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
        let (live, makers) = (Arc::default(), Makers::default());
        store.hear_others(&live, config.limits.live_again);
        Self(Arc::new(Shared { config, store, hasher, throttles, live, live_places, sync_places, makers }))
    }

    /// Tells a workspace's devices how far its sequence goes, wherever they listen. To be called once that is durable.
    pub(crate) fn tell(&self, workspace: i64, head: u64) {
        self.say(workspace, Word::Head(head));
    }

    /// Ends what a device hears, because its session has ended.
    pub(crate) fn leave(&self, session: &Session) {
        self.say(session.workspace, Word::Left(session.device));
    }

    fn say(&self, workspace: i64, word: Word) {
        self.live.say(workspace, word);
        self.store.tell_others(workspace, word);
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
