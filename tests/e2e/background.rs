//! The app is closed in a dead zone. When the signal is back, what was done there gets to the server, though nobody opens it.

use outpost_tests::{
    api::Client,
    app::PASSWORD,
    browser::{Browser, Engine, despite_crashes},
    server::Server,
    trouble::{Result, check},
    wait::{LATER, until},
};
use serde_json::json;

/// WebKit has no Background Sync.
#[tokio::test]
async fn what_waits_is_sent_while_no_page_is_open() -> Result {
    despite_crashes(Engine::Chromium, sent_without_a_page).await
}

async fn sent_without_a_page(engine: Engine) -> Result {
    const EMAIL: &str = "ana@example.com";
    let mut server = Server::start().await?;
    let url = server.url();
    let mut browser = Browser::start(engine).await?;
    browser.enter(&url, "/account").await?;
    browser.sign_up(EMAIL, PASSWORD).await?;
    let lead = browser.new_lead(&url, &[("Name", "Mira Sommer")]).await?;
    browser.settled().await?;
    browser.works_offline().await?;

    server.kill();
    browser.edit_lead(&url, &lead, &[("Company", "Done in a dead zone")]).await?;
    let other = browser.new_lead(&url, &[("Name", "Tomás Ribeiro")]).await?;
    browser.indicates("offline").await?;
    // Closed for good: a page that is merely left is kept aside for a while, and with it the lock of the tab that syncs.
    browser.restart().await?;
    browser.cdp("ServiceWorker.enable", json!({})).await?;
    server.up().await?;
    let mut elsewhere = Client::sign_in(&url, EMAIL, PASSWORD).await?;
    // The browser would say so by itself, in minutes.
    until("what was done to reach the server", LATER, || async {
        for registration in 0..4 {
            let event = json!({ "origin": url, "registrationId": registration.to_string(), "tag": "outbox", "lastChance": false });
            // Which of the numbers is the worker's is the browser's to know.
            drop(browser.cdp("ServiceWorker.dispatchSyncEvent", event).await);
        }
        let mut looked = Client::sign_in(&url, EMAIL, PASSWORD).await?;
        looked.pull().await?;
        let is_there = |id: &str| looked.records.values().any(|record| record.id.to_string() == id);
        Ok((is_there(&lead) && is_there(&other)).then_some(()))
    })
    .await?;
    elsewhere.pull().await?;
    let there = elsewhere.all("lead").into_iter().find(|record| record.id.to_string() == lead);
    check(there.is_some_and(|record| record.text("company") == "Done in a dead zone"), "the edit is there")?;

    // The next page sends it once more, and nothing is twice.
    browser.enter(&url, "/leads").await?;
    browser.settled().await?;
    check(elsewhere.pull().await? == 0, "a replay moves no row")?;
    browser.is_clean().await
}
