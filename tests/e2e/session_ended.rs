//! A session that ends while the device has no network: work goes on, and goes up when its person has signed in again.

use outpost_tests::{
    api::Client,
    app::PASSWORD,
    browser::{Browser, Engine},
    server::Server,
    trouble::{Result, check},
};

in_both!(a_session_that_ends_offline_costs_nothing_but_a_password);

async fn a_session_that_ends_offline_costs_nothing_but_a_password(engine: Engine) -> Result {
    const EMAIL: &str = "ended@example.com";
    let mut server = Server::start().await?;
    let url = server.url();
    let browser = Browser::start(engine).await?.signed_up(&url, EMAIL).await?;
    let known = browser.new_lead(&url, &[("Name", "Known to the server")]).await?;
    browser.settled().await?;
    browser.works_offline().await?;

    server.kill();
    browser.edit_lead(&url, &known, &[("Company", "Changed in the tunnel")]).await?;
    browser.new_lead(&url, &[("Name", "Made in the tunnel")]).await?;
    browser.indicates("offline").await?;
    server.end_sessions()?;
    server.up().await?;
    browser.enter(&url, "/leads").await?;
    browser.indicates("attention").await?;
    check(browser.waiting().await? == 2, "what waits, waits")?;

    // Whoever does not sign in at once goes on working.
    browser.new_lead(&url, &[("Name", "Made without a session")]).await?;
    browser.enter(&url, "/leads").await?;
    browser.sees("Made in the tunnel").await?;
    browser.sees("Made without a session").await?;
    check(browser.waiting().await? == 3, "and it waits with the rest")?;
    check(browser.count("rejected").await? == 0, "none of it counts as refused")?;

    browser.enter(&url, "/sync").await?;
    browser.sees("Sign in again").await?;
    browser.press("Sign in").await?;
    browser.sees("3 changes made on this device go along").await?;
    browser.fill_in(&[("E-mail", EMAIL), ("Password", PASSWORD)]).await?;
    // As Enter does it: the banner above has a button of the same name, which leads here.
    browser.run("document.querySelector('main form').requestSubmit()", vec![]).await?;
    browser.sees(&format!("Signed in as {EMAIL}")).await?;
    browser.settled().await?;
    let mut elsewhere = Client::sign_in(&url, EMAIL, PASSWORD).await?;
    elsewhere.pull().await?;
    let company =
        elsewhere.all("lead").iter().find(|lead| lead.id.to_string() == known).map(|lead| lead.text("company"));
    check(company == Some("Changed in the tunnel"), format!("the server has {company:?}"))?;
    check(elsewhere.records == browser.records().await?, "everything is on the server, register by register")?;
    check(elsewhere.all("lead").len() == 3, "once each")?;
    browser.is_clean().await
}
