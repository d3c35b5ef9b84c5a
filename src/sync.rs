//! Brings what is on this device to the others, and theirs here, without being asked.
//!
//! What to do and when is decided by [`outpost_core::sync::Machine`], which knows neither browser nor network; here is
//! what drives it: the lock that lets one tab sync (`lead`), the requests and timers (`driver`), what tabs tell each
//! other (`share`), and the account (`account`).

mod account;
mod driver;
mod error;
mod lead;
mod share;

#[cfg(test)]
mod tests;

use std::rc::Rc;

use leptos::prelude::*;
use outpost_core::protocol::Account;
use outpost_core::sync::Status;

use crate::platform::{channel, spawn, visibility};
use crate::store::Store;
use driver::Driver;

pub use error::AccountError;

/// The lock that one tab holds to sync.
const LOCK: &str = "outpost-sync";

/// The sync loop of this tab, as pages see it. Cheap to clone.
#[derive(Clone)]
pub struct SyncHandle(Rc<Driver>);

/// Starts syncing, for as long as the page lives. One tab of the browser does the work; the others see its status.
///
/// Works without an account too: then it waits for one.
pub async fn start(store: Store) -> SyncHandle {
    let driver = Driver::new(store, channel::shared(), LOCK);
    driver.read_account().await;
    let handle = SyncHandle(driver);
    lead::hear_other_tabs(&handle.0);
    account::hear_other_tabs(&handle.0);
    let (shown, online, repaid) = (handle.clone(), handle.clone(), handle.clone());
    visibility::on_visible(move || shown.wake()).forever();
    visibility::on_online(move || {
        online.wake();
        repaid.0.repay_sign_out();
    })
    .forever();
    handle.0.repay_sign_out();
    spawn(lead::lead(handle.0.clone()));
    handle
}

impl SyncHandle {
    /// How this device and its server stand, the same in all tabs.
    pub fn status(&self) -> Signal<Status> {
        self.0.status.into()
    }

    /// Whom this device's data belongs to; `None` while it belongs to nobody but the device.
    pub fn account(&self) -> Signal<Option<Account>> {
        self.0.account.into()
    }

    /// What went wrong with this device's store while syncing, as a sentence, until it goes well again.
    pub fn last_error(&self) -> Signal<Option<String>> {
        self.0.trouble.into()
    }

    /// Looks now whether there is something to send or to fetch: after a write, or because a person asks.
    ///
    /// Many calls in a row are one. A pause after failures is cut short.
    pub fn wake(&self) {
        self.0.wake();
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
        self.0.sign_up(email, password, workspace, device_name).await
    }

    /// Connects this device to an account: what is here is uploaded to its workspace, what is there comes here. Also
    /// renews a session that is over.
    ///
    /// # Errors
    /// As [`SyncHandle::sign_up`]; also if what is on this device belongs to another workspace.
    pub async fn sign_in(&self, email: String, password: String, device_name: String) -> Result<Account, AccountError> {
        self.0.sign_in(email, password, device_name).await
    }

    /// Takes the account and **all data** off this device, in all tabs, and opens the app anew. What is not sent yet is
    /// lost: to warn and to offer the export comes before.
    ///
    /// Works without a network: the server hears of it later.
    ///
    /// # Errors
    /// If the data could not be removed; the account stays then.
    pub async fn sign_out(&self) -> Result<(), AccountError> {
        self.0.sign_out().await
    }
}
