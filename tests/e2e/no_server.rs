//! After one visit there may never be a server again.

use outpost_tests::{
    browser::{Browser, Engine},
    server::Server,
    trouble::{Result, check},
};

in_both!(it_opens_and_works_when_the_server_is_dead);

async fn it_opens_and_works_when_the_server_is_dead(engine: Engine) -> Result {
    let mut server = Server::start().await?;
    let url = server.url();
    let mut browser = Browser::start(engine).await?;
    browser.enter(&url, "/").await?;
    browser.works_offline().await?;
    let before = browser.new_lead(&url, &[("Name", "Before the storm")]).await?;

    server.kill();
    browser.restart().await?;
    browser.enter(&url, "/leads").await?;
    browser.sees("Before the storm").await?;
    let during = browser.new_lead(&url, &[("Name", "In the storm"), ("Company", "Harbour Ltd")]).await?;
    browser.edit_lead(&url, &before, &[("Score", "77")]).await?;
    // An address inside the app, opened as such.
    browser.enter(&url, &format!("/leads/{during}")).await?;
    browser.sees("Harbour Ltd").await?;
    browser.enter(&url, "/deals").await?;

    browser.reload().await?;
    browser.ready().await?;
    browser.enter(&url, "/leads").await?;
    browser.sees("Before the storm").await?;
    browser.sees("In the storm").await?;
    browser.fill("Search leads", "harbour").await?;
    browser.sees_no("Before the storm").await?;
    browser.sees("In the storm").await?;

    browser.crash().await?;
    browser.enter(&url, &format!("/leads/{before}")).await?;
    browser.sees("77").await?;
    check(browser.records().await?.len() == 2, "both leads are in the store")?;
    browser.is_clean().await
}
