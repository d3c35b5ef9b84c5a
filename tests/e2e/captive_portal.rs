//! A hotel's Wi-Fi answers everything with status 200 and its own page. That is “offline”, and nothing to be told about.

use outpost_tests::{
    browser::{Browser, Engine},
    portal::Portal,
    server::Server,
    trouble::{Result, check},
};

in_both!(a_captive_portal_is_merely_offline);

async fn a_captive_portal_is_merely_offline(engine: Engine) -> Result {
    let mut server = Server::start().await?;
    let url = server.url();
    let browser = Browser::start(engine).await?.signed_up(&url, "guest@example.com").await?;

    server.kill();
    let portal = Portal::on(server.port()).await?;
    browser.new_lead(&url, &[("Name", "Met in the lobby")]).await?;
    portal.was_asked().await?;
    browser.indicates("offline").await?;
    let script = "return Array.from(document.querySelectorAll('[role=alert], .toast.bad, dialog[open]')).map((e) => e.innerText)";
    let boxes = browser.run(script, vec![]).await?;
    check(boxes == serde_json::json!([]), format!("a person is bothered with {boxes}"))?;
    check(!browser.shows("Welcome to the Hotel").await?, "the portal's page is not shown")?;
    check(browser.waiting().await? == 1, "the change waits")?;
    browser.reload().await?;
    browser.ready().await?;
    browser.sees("Met in the lobby").await?;

    drop(portal);
    server.up().await?;
    browser.reload().await?;
    browser.settled().await?;
    browser.is_clean().await
}
