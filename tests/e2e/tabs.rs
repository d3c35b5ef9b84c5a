//! Two tabs of one device: one of them syncs, both show everything.

use outpost_tests::{
    api::{Client, new_id, patch},
    app::PASSWORD,
    browser::{Browser, Engine},
    server::Server,
    trouble::{Result, check},
    wait::LATER,
};
use serde_json::json;

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
