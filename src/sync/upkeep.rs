//! Comparing with the server, and mending; see `outpost_core::sync::Machine`, which says when.

use outpost_core::access::Role;
use outpost_core::protocol::{
    Account, CheckRequest, CheckResponse, DeviceInfo, Enrolment, PROTOCOL, RepairRequest, RepairResponse, ScopeRequest,
    ScopeResponse,
};
use outpost_core::record::RecordKey;
use outpost_core::scope::{Age, Moving};
use outpost_core::sync::{Event, Failure, Finding, compare};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::account::DEVICE_NAME;
use super::driver::Driver;
use super::share;
use crate::platform::http::classify::{self, NoAnswer};
use crate::platform::{http, ids, notify, page, sleep};
use crate::store::StoreError;

/// A server of before there was what is asked for.
const TOO_OLD: &str = "The server is too old for this; ask whoever runs it to update it.";
/// How long a page that is loaded anew has to go, in milliseconds.
const STAYS_MS: u32 = 3_000;
/// How long the server may take, in milliseconds.
const LIMIT_MS: u32 = 60_000;

impl Driver {
    pub(super) async fn check(&self) -> Event {
        let summary = match self.store.summary().await {
            Ok(summary) => summary,
            Err(error) => return self.failed(&error),
        };
        if summary.unsent {
            return Event::Checked(Finding::Moved);
        }
        let (device, scope) = (self.store.device(), summary.scope.keep);
        let request = CheckRequest { protocol: PROTOCOL, device, total: summary.sums.total(), scope };
        let answer = match ask::<CheckResponse>("/api/v1/check", &request).await {
            Ok(answer) => answer,
            Err(Event::Failed(Failure::Refused(why))) if why == TOO_OLD => return Event::Checked(Finding::Unknown),
            Err(failed) => return failed,
        };
        let mut finding = compare(&answer, &summary.position, &summary.sums);
        if !summary.damaged.is_empty() && finding != Finding::Moved {
            let mut buckets = summary.damaged;
            if let Finding::Differs(differing) = finding {
                buckets.extend(differing);
            }
            finding = Finding::Differs(buckets.into_iter().collect());
        }
        if let Finding::Differs(buckets) = &finding {
            page::warn(&format!(
                "this device and the server differ in {} of 256 parts; they are compared",
                buckets.len()
            ));
        }
        Event::Checked(finding)
    }

    pub(super) async fn repair(&self, buckets: Vec<u8>, after: Option<RecordKey>) -> Event {
        let scope = match self.store.scope().await {
            Ok(scope) => scope.keep,
            Err(error) => return self.failed(&error),
        };
        let (device, buckets_asked) = (self.store.device(), buckets.clone());
        let request = RepairRequest { protocol: PROTOCOL, device, buckets: buckets_asked, after: after.clone(), scope };
        let answer = match ask::<RepairResponse>("/api/v1/repair", &request).await {
            Ok(answer) => answer,
            Err(failed) => return failed,
        };
        let next = answer.next.clone();
        match self.store.repair(&buckets, after, answer).await {
            Ok(mended) => {
                self.note(|round| round.mended += mended);
                Event::Repaired(next)
            }
            // No trouble of the store's: somebody works meanwhile. It is tried again later.
            Err(error) => {
                page::warn(&error.to_string());
                Event::StoreFailed
            }
        }
    }

    /// One step from one scope to another.
    pub(super) async fn rescope(&self, to: Age, moving: Moving) -> Event {
        let (device, after) = (self.store.device(), moving.after.clone());
        let request = ScopeRequest { protocol: PROTOCOL, device, from: moving.from, to, after };
        let answer = match ask::<ScopeResponse>("/api/v1/scope", &request).await {
            // It archives nothing, so nothing is to be taken up or dropped.
            Err(Event::Failed(Failure::Refused(why))) if why == TOO_OLD => {
                ScopeResponse { epoch: String::new(), rows: Vec::new(), forget: Vec::new(), next: None }
            }
            Err(failed) => return failed,
            Ok(answer) => answer,
        };
        let next = answer.next.clone();
        match self.store.rescope(to, moving, answer).await {
            Ok(()) => Event::Rescoped(next),
            Err(error) => {
                page::warn(&error.to_string());
                Event::StoreFailed
            }
        }
    }

    pub(super) async fn rebase(&self, epoch: String, next_n: u64) -> Event {
        match self.store.rebase(epoch, next_n).await {
            Ok(()) => Event::Rebased,
            Err(error) => self.failed(&error),
        }
    }

    /// The person was removed from the workspace. Pages are loaded anew where there was something to drop: whatever they hold of it
    /// goes from memory, too.
    pub(super) async fn purge(&self) -> Event {
        match self.take_off(self.turn()).await {
            Ok(dropped) => {
                if dropped {
                    page::reload();
                    // The new page says what there is to say; should this one stay after all, it does.
                    sleep(STAYS_MS).await;
                }
                Event::Purged
            }
            Err(error) => self.failed(&error),
        }
    }

    /// Takes what is the workspace's off this device, and has the other tabs' pages loaded anew. Returns whether there was something, if
    /// this is still the same turn.
    pub(super) async fn take_off(&self, turn: u64) -> Result<bool, StoreError> {
        let dropped = self.store.purge().await?;
        self.take_role(turn, Role::Removed).await;
        let is_news = dropped && self.turn() == turn;
        if is_news {
            // They say what stood in the workspace's tasks.
            notify::withdraw().await;
            self.tabs.post(share::PURGED, &());
        }
        Ok(is_news)
    }

    /// Another device has this one's identity. What is here stays; only who this device is changes. A page may end between the answer, by
    /// which the session is that of the new identity, and its being stored: the next one asks for the same.
    pub(super) async fn enrol(&self) -> Event {
        let id = match self.store.asks_for(ids::new_device_id()).await {
            Ok(id) => id,
            Err(error) => return self.failed(&error),
        };
        let name = match self.store.meta::<String>(DEVICE_NAME).await {
            Ok(name) => name.unwrap_or_default(),
            Err(error) => return self.failed(&error),
        };
        let account = match ask::<Account>("/api/v1/enrol", &Enrolment { device: DeviceInfo { id, name } }).await {
            Ok(account) => account,
            Err(failed) => return failed,
        };
        if !self.is_own(&account) {
            return Event::Failed(Failure::SignedOut);
        }
        if let Err(error) = self.store.become_device(id, &account.series).await {
            return self.failed(&error);
        }
        match self.keep_account(&account).await {
            Ok(()) => {
                self.tabs.post(share::ACCOUNT, &account);
                self.take_account(account);
                Event::Enrolled
            }
            Err(error) => self.failed(&error),
        }
    }
}

/// An answer, or the event that there is none.
async fn ask<T: DeserializeOwned>(path: &str, body: &impl Serialize) -> Result<T, Event> {
    let reply = http::post(path, body, LIMIT_MS).await;
    classify::read(reply.as_ref()).map_err(|reason| match reason {
        NoAnswer::Refused(refusal) if refusal.status == 404 => Event::Failed(Failure::Refused(TOO_OLD.to_owned())),
        reason => Event::Failed(match classify::failure(reason) {
            // It is not asked for the epoch here; the next sync finds out what is the matter.
            Failure::EpochChanged(_) | Failure::TooLarge | Failure::Forked => Failure::Offline,
            failure => failure,
        }),
    })
}
