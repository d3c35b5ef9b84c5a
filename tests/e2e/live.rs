//! What one device does is on the other at once, while the server tells of it; and again after the server was away.

use std::time::Duration;

use outpost_tests::{
    api::{Client, new_id, patch},
    app::PASSWORD,
    browser::{Browser, Engine},
    relay::Relay,
    server::Server,
    trouble::Result,
    wait::until,
};
use serde_json::json;

in_both!(what_happens_elsewhere_is_shown_at_once, a_connection_that_says_nothing_is_given_up);

/// Much less than a device waits that has to ask: three in a row are no accident.
const AT_ONCE: Duration = Duration::from_secs(4);
/// A connection that nothing comes of is noticed within this.
const NOTICED: Duration = Duration::from_secs(30);

async fn what_happens_elsewhere_is_shown_at_once(engine: Engine) -> Result {
    const EMAIL: &str = "live@example.com";
    let mut server = Server::start().await?;
    let url = server.url();
    let browser = Browser::start(engine).await?.signed_up(&url, EMAIL).await?;
    browser.enter(&url, "/leads").await?;
    browser.settled().await?;
    let mut elsewhere = Client::sign_in(&url, EMAIL, PASSWORD).await?;
    for name in ["Ada", "Bruno", "Chen"] {
        elsewhere.set("lead", new_id(), patch(json!({ "name": name }))).await?;
        browser.sees_within(name, AT_ONCE).await?;
    }

    server.kill();
    browser.indicates("offline").await?;
    server.up().await?;
    browser.settled().await?;
    let mut elsewhere = Client::sign_in(&url, EMAIL, PASSWORD).await?;
    for name in ["Dora", "Emil", "Farah"] {
        elsewhere.set("lead", new_id(), patch(json!({ "name": name }))).await?;
        browser.sees_within(name, AT_ONCE).await?;
    }
    browser.is_clean().await
}

/// A phone between two masts: the connection looks open, and nothing comes. By itself it would ask for hours nothing.
async fn a_connection_that_says_nothing_is_given_up(engine: Engine) -> Result {
    const EMAIL: &str = "between-masts@example.com";
    let server = Server::start().await?;
    let relay = Relay::before(server.port()).await?;
    let browser = Browser::start(engine).await?.signed_up(&relay.url(), EMAIL).await?;
    browser.enter(&relay.url(), "/leads").await?;
    browser.settled().await?;
    let mut elsewhere = Client::sign_in(&server.url(), EMAIL, PASSWORD).await?;
    elsewhere.set("lead", new_id(), patch(json!({ "name": "Ada" }))).await?;
    browser.sees_within("Ada", AT_ONCE).await?;
    let listened = relay.forget_listeners().await;
    elsewhere.set("lead", new_id(), patch(json!({ "name": "Bruno" }))).await?;
    until("it to listen anew", NOTICED, || async { Ok((relay.listened().await > listened).then_some(())) }).await?;
    browser.sees_within("Bruno", AT_ONCE).await?;
    elsewhere.set("lead", new_id(), patch(json!({ "name": "Chen" }))).await?;
    browser.sees_within("Chen", AT_ONCE).await?;
    browser.is_clean().await
}
