//! Two tabs of one device: one of them syncs, both show everything.

use std::time::{Duration, Instant};

use outpost_tests::{
    api::{Client, new_id, patch},
    app::PASSWORD,
    browser::{Browser, Engine},
    server::Server,
    trouble::{Result, check},
    wait::{LATER, until},
};
use serde_json::json;

/// How soon a frozen tab is to be replaced (`src/sync/lead.rs`).
const TAKEN_OVER: Duration = Duration::from_secs(10);
/// What the driver takes: to freeze the one tab, to turn to the other, and to ask it, every 120 ms at the latest, on a machine that has
/// other tests to run.
const ASKING: Duration = Duration::from_secs(2);

in_both!(both_tabs_show_what_happens_in_either_and_elsewhere);

async fn both_tabs_show_what_happens_in_either_and_elsewhere(engine: Engine) -> Result {
    const EMAIL: &str = "tabs@example.com";
    let server = Server::start().await?;
    let url = server.url();
    let browser = Browser::start(engine).await?.signed_up(&url, EMAIL).await?;
    browser.enter(&url, "/leads").await?;
    let (first, second) = browser.new_tab().await?;

    // Made in the second, seen in the first, which nobody has touched.
    let lead = browser.new_lead(&url, &[("Name", "Of the second tab")]).await?;
    browser.settled().await?;
    browser.turn_to(&first).await?;
    browser.sees("Of the second tab").await?;

    // Made elsewhere, seen in both.
    let mut elsewhere = Client::sign_in(&url, EMAIL, PASSWORD).await?;
    elsewhere.pull().await?;
    check(elsewhere.all("lead").len() == 1, "the server has the lead")?;
    elsewhere.set("lead", new_id(), patch(json!({ "name": "From elsewhere" }))).await?;
    elsewhere.set("lead", lead.parse().expect("an id"), patch(json!({ "company": "Elsewhere Inc" }))).await?;
    browser.sees_within("From elsewhere", LATER).await?;
    browser.sees("Elsewhere Inc").await?;
    browser.turn_to(&second).await?;
    browser.sees_within("Elsewhere Inc", LATER).await?;

    // The tab that syncs goes; the other takes over.
    browser.web()?.close_window().await?;
    browser.turn_to(&first).await?;
    elsewhere.set("lead", new_id(), patch(json!({ "name": "After the other tab" }))).await?;
    browser.sees_within("After the other tab", LATER).await?;
    browser.is_clean().await
}

/// Whether this tab holds the lock of the one that syncs. A tab learns its own name from a lock that it takes itself.
async fn leads(browser: &Browser) -> Result<bool> {
    let script = "const held = async () => (await navigator.locks.query()).held;
        const own = await navigator.locks.request(`test-${Math.random()}`, async (lock) =>
            (await held()).find((other) => other.name === lock.name).clientId);
        return (await held()).some((lock) => lock.name === 'outpost-sync' && lock.clientId === own);";
    Ok(browser.run_async(script, vec![]).await? == true)
}

/// A browser freezes what is not looked at. Only Chromium lets a test do so.
#[tokio::test]
async fn a_frozen_tab_that_syncs_is_replaced_and_may_wake_up_again() -> Result {
    const EMAIL: &str = "frozen@example.com";
    let server = Server::start().await?;
    let url = server.url();
    let browser = Browser::start(Engine::Chromium).await?.signed_up(&url, EMAIL).await?;
    browser.enter(&url, "/leads").await?;
    browser.settled().await?;
    let (first, second) = browser.new_tab().await?;
    browser.enter(&url, "/leads").await?;
    check(!leads(&browser).await?, "the first tab syncs")?;
    browser.turn_to(&first).await?;
    check(leads(&browser).await?, "nobody else does")?;
    let frozen = Instant::now();
    browser.cdp("Page.setWebLifecycleState", json!({ "state": "frozen" })).await?;

    let new_lead = async |name: &str| {
        browser.press("New lead").await?;
        browser.fill("Name", name).await?;
        browser.press("Save lead").await?;
        browser.saved_as("/leads/").await?;
        browser.settled().await
    };
    browser.turn_to(&second).await?;
    until("the second tab to sync", LATER, || async { Ok(leads(&browser).await?.then_some(())) }).await?;
    let took = frozen.elapsed();
    check(took <= TAKEN_OVER + ASKING, format!("a frozen tab was replaced only after {:.1} s", took.as_secs_f64()))?;
    let mut elsewhere = Client::sign_in(&url, EMAIL, PASSWORD).await?;
    elsewhere.set("lead", new_id(), patch(json!({ "name": "While it was frozen" }))).await?;
    browser.sees_within("While it was frozen", LATER).await?;
    new_lead("Of the tab that took over").await?;
    // Whoever goes lets the lock go: to the frozen one, which cannot use it and must not stop in the middle of a transaction.
    browser.enter(&url, "/leads").await?;
    elsewhere.set("lead", new_id(), patch(json!({ "name": "While it was frozen again" }))).await?;
    browser.sees_within("While it was frozen again", LATER).await?;

    browser.turn_to(&first).await?;
    browser.cdp("Page.setWebLifecycleState", json!({ "state": "active" })).await?;
    browser.sees("Of the tab that took over").await?;
    new_lead("Of the tab that woke up").await?;
    let mut fresh = Client::sign_in(&url, EMAIL, PASSWORD).await?;
    fresh.pull().await?;
    check(fresh.all("lead").len() == 4, "each of them is on the server")?;
    browser.turn_to(&second).await?;
    elsewhere.set("lead", new_id(), patch(json!({ "company": "Elsewhere Inc", "name": "At last" }))).await?;
    browser.press("Leads").await?;
    browser.sees_within("At last", LATER).await?;
    browser.is_clean().await
}
