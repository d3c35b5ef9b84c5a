//! Signing out takes the records off the device, and what the server has not got is not lost without a word.

use outpost_tests::{
    app::PASSWORD,
    browser::{Browser, Engine},
    server::Server,
    trouble::{Result, check},
    wait::{SOON, until},
};

in_both!(unsent_work_is_said_before_it_is_lost);

async fn unsent_work_is_said_before_it_is_lost(engine: Engine) -> Result {
    const EMAIL: &str = "leaving@example.com";
    let mut server = Server::start().await?;
    let url = server.url();
    let browser = Browser::start(engine).await?.signed_up(&url, EMAIL).await?;
    let kept = browser.new_lead(&url, &[("Name", "Known to the server")]).await?;
    browser.settled().await?;
    browser.works_offline().await?;
    server.kill();
    browser.new_lead(&url, &[("Name", "Known to nobody")]).await?;

    browser.enter(&url, "/sync").await?;
    browser.sees("Known to nobody").await?;
    browser.enter(&url, "/settings").await?;
    browser.press("Sign out").await?;
    browser.sees("One change has not reached the server").await?;
    browser.press("Stay").await?;
    browser.sees_no("Sign out of this device?").await?;
    check(browser.records().await?.len() == 2, "whoever stays keeps everything")?;

    browser.press("Sign out").await?;
    browser.press("Export everything").await?;
    if engine == Engine::Chromium {
        let text = browser.downloaded("outpost").await?;
        let file: serde_json::Value = serde_json::from_str(&text)?;
        check(text.contains("Known to nobody") && text.contains(&kept), "the export holds both leads")?;
        check(file.is_object(), "the export is one JSON object")?;
    } else {
        browser.sees("Everything is in").await?;
    }
    browser.press("Sign out and lose them").await?;
    let gone = until("the records to be off the device", SOON, || async {
        Ok(browser.records().await?.is_empty().then_some(()))
    })
    .await;
    browser.explain(gone).await?;
    browser.enter(&url, "/leads").await?;
    browser.sees("No leads yet").await?;
    check(!browser.shows("Known to").await?, "nothing of them is shown")?;

    server.up().await?;
    browser.enter(&url, "/account").await?;
    browser.sign_in(EMAIL, PASSWORD).await?;
    browser.settled().await?;
    let back = until("the server's lead to come back", SOON, || async {
        Ok((browser.records().await?.len() == 1).then_some(()))
    })
    .await;
    browser.explain(back).await?;
    check(
        browser.record("lead", &kept).await?.text("name") == "Known to the server",
        "what the server has comes back",
    )?;
    browser.is_clean().await
}
