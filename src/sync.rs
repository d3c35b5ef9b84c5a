//! Brings what is on this device to the others, and theirs here, without being asked.
//!
//! What to do and when is decided by [`outpost_core::sync::Machine`], which knows neither browser nor network; here is
//! what drives it: the lock that lets one tab sync (`lead`), the requests and timers (`driver`), what the
//! server says by itself (`live`), what is seldom and mends (`upkeep`), what tabs tell each other (`share`), the account
//! (`account`), and what is noted of it all (`log`). All of that is in the app's second part: the first shows what is seen of it.

mod account;
mod archive;
mod driver;
mod error;
mod fetch;
mod lead;
mod live;
mod log;
mod past;
mod share;
mod upkeep;

#[cfg(test)]
mod tests;

use std::any::Any;
use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use leptos::prelude::*;
use outpost_core::access::Role;
use outpost_core::hlc::Hlc;
use outpost_core::id::RecordId;
use outpost_core::protocol::{Account, ArchivePage, History};
use outpost_core::record::{Record, RecordKey};
use outpost_core::sync::Status;

use crate::platform::{channel, spawn, visibility};
use crate::store::{Store, StoreError};
use driver::Driver;

pub use archive::ArchiveError;
pub use error::AccountError;
pub use log::Round;

/// The lock that one tab holds to sync.
const LOCK: &str = "outpost-sync";

/// The sync loop of this tab, as pages see it. Cheap to clone.
#[derive(Clone)]
pub struct SyncHandle(Rc<Seen>);

/// What is seen of syncing.
struct Seen {
    store: Store,
    status: RwSignal<Status>,
    account: RwSignal<Option<Account>>,
    trouble: RwSignal<Option<String>>,
    /// Whether this tab is just asking the server.
    busy: RwSignal<bool>,
    /// Turned over whenever something was added to the log.
    logged: RwSignal<bool>,
    /// The [`Driver`], once it runs. Of any type: the first part of the app must not lead to the second.
    driver: OnceCell<Rc<dyn Any>>,
    /// Wakes it.
    wake: OnceCell<Box<dyn Fn()>>,
}

impl Seen {
    fn new(store: Store) -> Rc<Self> {
        Rc::new(Self {
            store,
            status: RwSignal::new(Status::Local),
            account: RwSignal::new(None),
            trouble: RwSignal::new(None),
            busy: RwSignal::new(false),
            logged: RwSignal::new(false),
            driver: OnceCell::new(),
            wake: OnceCell::new(),
        })
    }
}

/// Says how this device stands. Nothing is sent or fetched before [`SyncHandle::run`].
pub async fn open(store: Store) -> SyncHandle {
    let seen = Seen::new(store);
    seen.read_account().await;
    SyncHandle(seen)
}

impl SyncHandle {
    /// Syncs, for as long as the page lives. One tab of the browser does the work; the others see its status.
    ///
    /// Works without an account too: then it waits for one.
    pub fn run(&self) {
        self.driver();
    }

    fn driver(&self) -> Rc<Driver> {
        if let Some(Ok(driver)) = self.0.driver.get().map(|driver| driver.clone().downcast()) {
            return driver;
        }
        let driver = Driver::new(self.0.clone(), channel::shared(), LOCK);
        self.0.driver.get_or_init(|| driver.clone());
        let woken = driver.clone();
        self.0.wake.get_or_init(|| Box::new(move || woken.wake()));
        lead::hear_other_tabs(&driver);
        account::hear_other_tabs(&driver);
        log::hear_other_tabs(&driver);
        let (shown, online) = (driver.clone(), driver.clone());
        visibility::on_visible(move || shown.wake()).forever();
        visibility::on_online(move || {
            online.wake();
            online.repay_sign_out();
        })
        .forever();
        driver.repay_sign_out();
        let leading = driver.clone();
        spawn(async move {
            // What other tabs have said of the account since this one was opened was said to nobody.
            leading.read_account_again().await;
            lead::lead(leading).await;
        });
        driver
    }

    /// How this device and its server stand, the same in all tabs.
    pub fn status(&self) -> Signal<Status> {
        self.0.status.into()
    }

    /// Whom this device's data belongs to; `None` while it belongs to nobody but the device.
    pub fn account(&self) -> Signal<Option<Account>> {
        self.0.account.into()
    }

    /// What this device's owner may do in the workspace, as the server last said; without one, everything.
    pub fn role(&self) -> Signal<Role> {
        let account = self.0.account;
        Signal::derive(move || account.with(|account| account.as_ref().map_or(Role::Member, |account| account.role)))
    }

    /// Whether whatever is written here is refused, as this device's owner may look at the workspace and not change it.
    pub fn may_only_look(&self) -> Signal<bool> {
        let role = self.role();
        Signal::derive(move || role.get() == Role::Viewer)
    }

    /// What went wrong with this device's store while syncing, as a sentence, until it goes well again.
    pub fn last_error(&self) -> Signal<Option<String>> {
        self.0.trouble.into()
    }

    /// Whether this tab is just asking the server.
    pub fn busy(&self) -> Signal<bool> {
        self.0.busy.into()
    }

    /// Turned over whenever something was added to the log, here or by another tab.
    pub fn logged(&self) -> Signal<bool> {
        self.0.logged.into()
    }

    /// What the last rounds did, the newest first.
    ///
    /// # Errors
    /// The store cannot be read.
    pub async fn log(&self) -> Result<Vec<Round>, StoreError> {
        log::read(&self.0.store).await
    }

    /// What was done to a record, the newest first, as the server knows it; `None` if it does not answer. `before` asks for
    /// what was done before that.
    pub async fn history(&self, key: &RecordKey, before: Option<Hlc>) -> Option<History> {
        past::ask(&self.0, key, before).await
    }

    /// Archived records of a type that have each word of `text` in a searched field and are linked to one of `of`, if there are
    /// any in it; the newest first; `before` goes on.
    ///
    /// # Errors
    /// [`ArchiveError`].
    pub async fn search_archive(
        &self,
        kind: &str,
        text: &str,
        of: &[RecordId],
        before: Option<RecordId>,
    ) -> Result<ArchivePage, ArchiveError> {
        archive::search(&self.0, kind, text, of, before).await
    }

    /// A record and its parts as the server has them, the record first; none if it has no such record.
    ///
    /// # Errors
    /// [`ArchiveError`].
    pub async fn archived(&self, key: &RecordKey) -> Result<Vec<Record>, ArchiveError> {
        archive::group(&self.0, key).await
    }

    /// Brings records back from the archive, with their parts, to all devices.
    ///
    /// # Errors
    /// [`ArchiveError`]; they are where they were then, or come back later.
    pub async fn recall(&self, records: Vec<RecordKey>) -> Result<(), ArchiveError> {
        archive::recall(&self.0, records).await?;
        self.wake();
        Ok(())
    }

    /// What the workspace's other devices are called, as far as this one has heard: by their ids.
    pub async fn device_names(&self) -> BTreeMap<String, String> {
        past::names(&self.0.store).await
    }

    /// Looks now whether there is something to send or to fetch: after a write, or because a person asks.
    ///
    /// Many calls in a row are one. A pause after failures is cut short.
    pub fn wake(&self) {
        // Before it runs there is no need: it begins with a look.
        if let Some(wake) = self.0.wake.get() {
            wake();
        }
    }

    /// Wakes after every write of this tab. To be called once, below the reactive root.
    pub fn follow_writes(&self) {
        let handle = self.clone();
        let waiting = self.0.store.waiting();
        Effect::new(move |before: Option<usize>| {
            let now = waiting.get();
            if before.is_some_and(|before| now > before) {
                handle.wake();
            }
            now
        });
    }

    /// Makes an account with a workspace of its own. Everything on this device is uploaded to it.
    ///
    /// # Errors
    /// Why there is none, as a sentence for the person; nothing has changed on this device then.
    pub async fn sign_up(
        &self,
        email: String,
        password: String,
        workspace: String,
        device_name: String,
    ) -> Result<Account, AccountError> {
        self.driver().sign_up(email, password, workspace, device_name).await
    }

    /// Connects this device to an account: what is here is uploaded to its workspace, what is there comes here. Also
    /// renews a session that is over.
    ///
    /// # Errors
    /// As [`SyncHandle::sign_up`]; also if what is on this device belongs to another workspace.
    pub async fn sign_in(&self, email: String, password: String, device_name: String) -> Result<Account, AccountError> {
        self.driver().sign_in(email, password, device_name).await
    }

    /// Takes the account and **all data** off this device, in all tabs, and opens the app anew. What is not sent yet is
    /// lost: to warn and to offer the export comes before.
    ///
    /// Works without a network: the server hears of it later.
    ///
    /// # Errors
    /// If the data could not be removed; the account stays then.
    pub async fn sign_out(&self) -> Result<(), AccountError> {
        self.driver().sign_out().await
    }
}
