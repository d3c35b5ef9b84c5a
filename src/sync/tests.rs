//! Several tabs in one page: each driver has a channel of its own by the same name, as tabs have.

use futures::future::{AbortHandle, abortable};
use wasm_bindgen_test::wasm_bindgen_test;

use super::*;
use crate::platform::channel::Channel;
use crate::platform::{locks, random, sleep};

/// A tab. It is closed when this is dropped.
struct Tab {
    driver: Rc<Driver>,
    lead: AbortHandle,
}

impl Tab {
    /// Opens a tab of the browser called `name`, which has one database and one lock.
    async fn open(name: &'static str) -> Self {
        let store = Store::open(name).await.unwrap();
        let driver = Driver::new(Seen::new(store), Channel::open(name), name);
        lead::hear_other_tabs(&driver);
        account::hear_other_tabs(&driver);
        let (work, lead) = abortable(lead::lead(driver.clone()));
        spawn(async move {
            work.await.ok();
        });
        Self { driver, lead }
    }

    fn leads(&self) -> bool {
        self.driver.leads.get()
    }

    fn status(&self) -> Status {
        self.driver.status.get_untracked()
    }
}

impl Drop for Tab {
    fn drop(&mut self) {
        self.lead.abort();
        self.driver.leads.set(false);
        self.driver.end();
    }
}

/// Waits for something to become so, at most ten seconds.
async fn until(what: &str, so: impl Fn() -> bool) {
    for _ in 0..1_000 {
        if so() {
            return;
        }
        sleep(10).await;
    }
    panic!("{what}: not within 10 s");
}

fn account() -> Account {
    Account {
        email: "ana@example.org".into(),
        workspace: "Ana's".into(),
        workspace_id: "w1".into(),
        series: "K7".into(),
        role: Role::Member,
    }
}

/// A name that no earlier run has used.
fn fresh(name: &str) -> &'static str {
    format!("{name}-{:x}", random::number()).leak()
}

#[wasm_bindgen_test]
async fn one_tab_leads_and_the_next_takes_over_when_it_closes() {
    let browser = fresh("sync-lead");
    let first = Tab::open(browser).await;
    until("the first leads", || first.leads()).await;
    let second = Tab::open(browser).await;
    let third = Tab::open(browser).await;
    sleep(600).await;
    assert!(first.leads() && !second.leads() && !third.leads(), "pings were answered, so nobody stole the lock");
    drop(first);
    until("one of the others leads", || second.leads() != third.leads()).await;
}

#[wasm_bindgen_test]
async fn a_frozen_leader_is_replaced() {
    let browser = fresh("sync-frozen");
    // It holds the lock and answers nothing.
    let frozen = locks::hold(browser).await;
    let tab = Tab::open(browser).await;
    assert!(!tab.leads());
    until("the tab takes the lock", || tab.leads()).await;
    frozen.lost().await;
}

#[wasm_bindgen_test]
async fn without_a_server_a_tab_is_offline_and_tells_the_others() {
    let browser = fresh("sync-offline");
    let leader = Tab::open(browser).await;
    let other = Tab::open(browser).await;
    until("the first leads", || leader.leads()).await;
    assert_eq!(leader.status(), Status::Local, "without an account nothing is asked for");
    leader.driver.account.set(Some(account()));
    leader.driver.begin();
    until("the leader is offline", || leader.status() == Status::Offline(0)).await;
    until("the other tab knows it", || other.status() == Status::Offline(0)).await;
    let late = Tab::open(browser).await;
    until("a new tab knows it", || late.status() == Status::Offline(0)).await;
}

#[wasm_bindgen_test]
async fn nobody_syncs_while_the_account_changes() {
    let browser = fresh("sync-pause");
    let leader = Tab::open(browser).await;
    until("the first leads", || leader.leads()).await;
    let other = Tab::open(browser).await;
    let third = Tab::open(browser).await;
    let pause = lead::pause(&other.driver).await;
    assert!(!leader.leads(), "the leader has stopped");
    sleep(600).await;
    assert!(!leader.leads() && !other.leads() && !third.leads(), "the pause is not taken for a frozen tab");
    drop(pause);
    let tabs = [leader, other, third];
    let leaders = || tabs.iter().filter(|tab| tab.leads()).count();
    until("one goes on", || leaders() == 1).await;
    if let Some(own) = tabs.iter().find(|tab| tab.leads()) {
        let pause = lead::pause(&own.driver).await;
        assert_eq!(leaders(), 0, "a tab that leads can pause too");
        drop(pause);
    }
    until("one goes on", || leaders() == 1).await;
}

#[wasm_bindgen_test]
async fn a_tab_hears_of_an_account_that_another_made() {
    let browser = fresh("sync-account");
    let leader = Tab::open(browser).await;
    until("the first leads", || leader.leads()).await;
    let other = Tab::open(browser).await;
    other.driver.tabs.post(share::ACCOUNT, &account());
    until("the leader takes the account", || leader.driver.account.get_untracked() == Some(account())).await;
    until("it has tried to sync", || leader.status() == Status::Offline(0)).await;
}
