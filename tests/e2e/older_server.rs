//! A server that is older than the app: what it does not know is done without, and nothing of it is said to a person.

use outpost_core::protocol::PROTOCOL;
use outpost_tests::{
    api::Client,
    app::PASSWORD,
    before::Before,
    bench::workspace,
    browser::{Browser, Engine},
    server::Server,
    trouble::{Result, check},
};

in_both!(
    an_older_server_is_read_page_by_page_and_takes_what_is_written,
    what_a_server_of_an_earlier_protocol_does_not_take_waits_until_it_is_brought_up_to_date
);

async fn an_older_server_is_read_page_by_page_and_takes_what_is_written(engine: Engine) -> Result {
    const EMAIL: &str = "older@example.com";
    /// So many that a server of today makes a snapshot.
    const LEADS: usize = 5_000;
    let server = Server::start().await?;
    workspace(&server.url(), EMAIL, LEADS).await?;
    let before = Before::the(server.port()).await?;
    let browser = Browser::start(engine).await?.signed_in(&before.url(), EMAIL).await?;
    browser.settled().await?;
    let written = browser.new_lead(&before.url(), &[("Name", "Told to an older server")]).await?;
    browser.settled().await?;

    let mut held = Client::sign_in(&server.url(), EMAIL, PASSWORD).await?;
    held.pull().await?;
    check(held.records.values().any(|record| record.id.to_string() == written), "the server has what was written")?;
    check(browser.records().await? == held.records, "register by register what the server has")?;
    check(browser.count("blocks").await? == 0, "it came page by page")?;
    let script = "return Array.from(document.querySelectorAll('[role=alert], .toast.bad, dialog[open]')).map((e) => e.innerText)";
    let boxes = browser.run(script, vec![]).await?;
    check(boxes == serde_json::json!([]), format!("a person is bothered with {boxes}"))?;
    // The history is what this device knows.
    browser.enter(&before.url(), &format!("/leads/{written}")).await?;
    browser.press("All changes").await?;
    browser.sees("This is what this device knows").await?;
    browser.enter(&before.url(), "/archive").await?;
    browser.sees("Archive").await?;
    Ok(())
}

async fn what_a_server_of_an_earlier_protocol_does_not_take_waits_until_it_is_brought_up_to_date(
    engine: Engine,
) -> Result {
    const EMAIL: &str = "earlier@example.com";
    let sentence = format!("This server speaks version {PROTOCOL} of the sync protocol");
    let server = Server::start().await?;
    let before = Before::the(server.port()).await?;
    let url = before.url();
    let browser = Browser::start(engine).await?.signed_up(&url, EMAIL).await?;
    let lead = browser.new_lead(&url, &[("Name", "Mira Sommer"), ("Company", "Sommer AG")]).await?;
    browser.settled().await?;

    before.speaks_an_earlier_version(true);
    browser.edit_lead(&url, &lead, &[("Company", "Sommer KG")]).await?;
    browser.indicates("attention").await?;
    browser.new_lead(&url, &[("Name", "Tomás Ribeiro")]).await?;
    browser.enter(&url, "/sync").await?;
    browser.sees(&sentence).await?;
    browser.sees("Sommer AG Sommer KG").await?;
    browser.sees("Tomás Ribeiro").await?;
    // It is no change's fault: none is set aside, however often it is tried.
    let unsent = browser.outbox().await?;
    check(unsent.len() == 2, format!("both changes wait: {unsent:?}"))?;
    browser.press("Try now").await?;
    browser.sees(&sentence).await?;
    check(browser.count("rejected").await? == 0, "nothing is called refused")?;
    check(browser.outbox().await? == unsent, "what waits is as it was")?;
    let mut elsewhere = Client::sign_in(&server.url(), EMAIL, PASSWORD).await?;
    elsewhere.pull().await?;
    check(elsewhere.all("lead").len() == 1, "nothing of it has reached the server")?;

    before.speaks_an_earlier_version(false);
    browser.press("Try now").await?;
    browser.sees("All saved").await?;
    browser.settled().await?;
    elsewhere.pull().await?;
    check(browser.records().await? == elsewhere.records, "register by register the server has what waited")?;
    check(elsewhere.all("lead").len() == 2, "both of them")?;
    browser.is_clean().await
}
