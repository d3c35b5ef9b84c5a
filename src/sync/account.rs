//! Making, using and leaving an account.

use std::rc::Rc;

use leptos::prelude::*;
use outpost_core::access::{self, Role};
use outpost_core::protocol::{Account, Credentials, DeviceInfo};
use outpost_core::sync::Status;
use serde_json::json;

use super::driver::Driver;
use super::error::AccountError;
use super::{Seen, lead, share};
use crate::platform::http::classify::{self, NoAnswer};
use crate::platform::{http, page, spawn, storage};
use crate::store::StoreError;

/// Where the store keeps the [`Account`].
const ACCOUNT: &str = "account";
/// Where it keeps what the person calls this device.
pub(super) const DEVICE_NAME: &str = "device name";
/// Kept apart from the store, which a sign-out empties: the server has not heard of the last sign-out yet.
const OWED: &str = "sign-out-owed";
/// A cookie that says that this browser has an account. It is there without one if the browser has cleared the data.
const MARK: &str = "outpost-account";
/// What is said then.
const CLEARED: &str =
    "This browser has cleared Outpost’s data on this device. Sign in to fetch it from the server again.";
/// How long a sign-out waits for the server, in milliseconds. The data goes in any case.
const SIGN_OUT_MS: u32 = 5_000;

impl Seen {
    /// Reads whom this device's data belongs to, at the start.
    pub(super) async fn read_account(&self) {
        match self.store.meta::<Account>(ACCOUNT).await {
            Ok(Some(account)) => self.take_account(account),
            Ok(None) if page::has_cookie_mark(MARK) => self.status.set(Status::SignIn(CLEARED.to_owned())),
            Ok(None) => {}
            Err(error) => self.trouble.set(Some(error.to_string())),
        }
    }

    /// Reads it again, once what other tabs say of it is heard: it may have come or gone before.
    pub(super) async fn read_account_again(&self) {
        match self.store.meta::<Account>(ACCOUNT).await {
            Ok(None) if self.account.with_untracked(Option::is_some) => page::open("/"),
            Ok(Some(account)) if self.account.with_untracked(|own| own.as_ref() != Some(&account)) => {
                self.take_account(account);
            }
            Ok(_) => {}
            Err(error) => self.trouble.set(Some(error.to_string())),
        }
    }

    /// From now on this device belongs to an account; what is waiting is known, and the first answer says the rest.
    pub(super) fn take_account(&self, account: Account) {
        let first = self.account.with_untracked(Option::is_none);
        self.account.set(Some(account));
        page::set_cookie_mark(MARK, true);
        if first {
            self.status.set(Status::Waiting(self.store.waiting().get_untracked()));
        }
    }
}

impl Driver {
    pub(super) async fn sign_up(
        self: &Rc<Self>,
        email: String,
        password: String,
        workspace: String,
        device_name: String,
    ) -> Result<Account, AccountError> {
        if let Some(account) = self.account.get_untracked() {
            return Err(AccountError::AlreadySignedIn { email: account.email });
        }
        let pause = lead::pause(self).await;
        let account = self.ask("/api/v1/sign-up", email, password, Some(workspace), &device_name).await?;
        self.settle(account, &device_name, pause).await
    }

    pub(super) async fn sign_in(
        self: &Rc<Self>,
        email: String,
        password: String,
        device_name: String,
    ) -> Result<Account, AccountError> {
        // Not even for a moment: a session of theirs in the name of this device would send what is here.
        let is_other = |own: &Account| !own.email.eq_ignore_ascii_case(email.trim());
        if let Some(owner) = self.account.get_untracked().filter(is_other) {
            return Err(AccountError::OtherWorkspace { email: owner.email });
        }
        let pause = lead::pause(self).await;
        let account = match self.ask("/api/v1/sign-in", email.clone(), password, None, &device_name).await {
            Err(AccountError::Refused { code, message }) => {
                if code == access::REMOVED {
                    self.hears_of_removal(&email).await?;
                }
                return Err(AccountError::Refused { code, message });
            }
            answer => answer?,
        };
        if let Some(owner) = self.account.get_untracked().filter(|_| !self.is_own(&account)) {
            // The session is of somebody else now, and must be gone before anybody syncs again.
            tell_server().await;
            return Err(AccountError::OtherWorkspace { email: owner.email });
        }
        self.settle(account, &device_name, pause).await
    }

    /// Takes what is the workspace's off this device, if it is its person who was removed: their session was over before anything could
    /// tell it so. Nobody else leads meanwhile.
    async fn hears_of_removal(&self, email: &str) -> Result<(), AccountError> {
        let is_own = |own: &Account| own.email.eq_ignore_ascii_case(email.trim());
        if self.account.with_untracked(|own| own.as_ref().is_some_and(is_own)) {
            self.store.take_lead().await.map_err(store_error)?;
            self.take_off(self.turn()).await.map_err(store_error)?;
        }
        Ok(())
    }

    async fn ask(
        &self,
        path: &str,
        email: String,
        password: String,
        workspace: Option<String>,
        device_name: &str,
    ) -> Result<Account, AccountError> {
        let device = DeviceInfo { id: self.store.device(), name: device_name.to_owned() };
        let credentials = Credentials { email, password, workspace, device };
        let reply = http::post(path, &credentials, http::TIME_LIMIT_MS).await;
        classify::read(reply.as_ref()).map_err(|reason| match reason {
            NoAnswer::Unreachable => AccountError::Unreachable,
            NoAnswer::Refused(refusal) => AccountError::Refused { code: refusal.code, message: refusal.message },
        })
    }

    /// Keeps the account on this device, tells the other tabs, and lets syncing begin.
    async fn settle(&self, account: Account, device_name: &str, pause: lead::Pause) -> Result<Account, AccountError> {
        forget_debt();
        // What was only there to look around with is nobody's, and goes to no server.
        self.store.remove_samples().await.map_err(store_error)?;
        self.store.set_series(&account.series).await.map_err(store_error)?;
        self.store.set_meta(DEVICE_NAME, &device_name).await.map_err(store_error)?;
        self.keep_account(&account).await.map_err(store_error)?;
        self.tabs.post(share::ACCOUNT, &account);
        self.take_account(account.clone());
        drop(pause);
        // Some browsers ask the person, who has just shown that the data matters.
        spawn(async {
            storage::persist().await;
        });
        Ok(account)
    }

    /// Whether this is whose data this device has. Somebody else of the workspace is not: what one has written and never sent is nobody
    /// else's to send.
    pub(super) fn is_own(&self, account: &Account) -> bool {
        let is_same = |own: &Account| own.workspace_id == account.workspace_id && own.email == account.email;
        self.account.with_untracked(|own| own.as_ref().is_some_and(is_same))
    }

    /// Keeps whose this device is.
    pub(super) async fn keep_account(&self, account: &Account) -> Result<(), StoreError> {
        self.store.set_meta(ACCOUNT, account).await
    }

    /// Keeps what the person may do from now on, if that is something else, and tells the other tabs: for the machine of this turn.
    pub(super) async fn take_role(&self, turn: u64, role: Role) {
        // What comes for an account that was left is not kept.
        let own = self.account.get_untracked().filter(|own| own.role != role && self.turn() == turn);
        let Some(account) = own.map(|own| Account { role, ..own }) else { return };
        match self.keep_account(&account).await {
            Ok(()) if self.turn() == turn => {
                self.tabs.post(share::ACCOUNT, &account);
                self.take_account(account);
            }
            Ok(()) => {}
            // The next answer says it again.
            Err(error) => page::warn(&format!("what you may do here cannot be kept: {error}")),
        }
    }

    pub(super) async fn sign_out(self: &Rc<Self>) -> Result<(), AccountError> {
        let pause = lead::pause(self).await;
        // Noted first: if the page is closed here, the server is told at the next start.
        page::remember(OWED, "1");
        if tell_server().await {
            forget_debt();
        }
        if let Err(error) = self.store.wipe().await {
            forget_debt();
            return Err(store_error(error));
        }
        page::set_cookie_mark(MARK, false);
        self.account.set(None);
        self.status.set(Status::Local);
        self.tabs.post(share::SIGNED_OUT, &());
        page::open("/");
        // Never dropped: nothing of this page may touch the emptied store.
        std::mem::forget(pause);
        Ok(())
    }

    /// Ends the session of an earlier sign-out that the server could not be told of.
    pub(super) fn repay_sign_out(&self) {
        if page::remembered(OWED).is_none() {
            return;
        }
        if self.account.with_untracked(Option::is_some) {
            return forget_debt();
        }
        spawn(async {
            if tell_server().await {
                forget_debt();
            }
        });
    }
}

/// Takes note of what other tabs do with the account.
pub(super) fn hear_other_tabs(driver: &Rc<Driver>) {
    let told = driver.clone();
    driver
        .tabs
        .on(share::ACCOUNT, move |account: Account| {
            told.take_account(account);
            told.begin();
            told.wake();
        })
        .forever();
    driver.tabs.on(share::PURGED, |()| page::reload()).forever();
    let gone = driver.clone();
    driver
        .tabs
        .on(share::SIGNED_OUT, move |()| {
            gone.end();
            page::open("/");
        })
        .forever();
}

/// Whether the server has ended the session, or says that there is none.
async fn tell_server() -> bool {
    let reply = http::post("/api/v1/sign-out", &json!({}), SIGN_OUT_MS).await;
    reply.is_some_and(|reply| !reply.redirected && matches!(reply.status, 204 | 401))
}

fn forget_debt() {
    page::forget(OWED);
}

fn store_error(error: impl ToString) -> AccountError {
    AccountError::Store(error.to_string())
}
