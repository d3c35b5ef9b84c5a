//! A server that is older than the app: what it does not know is done without, and nothing of it is said to a person.

use outpost_tests::{
    api::Client,
    app::PASSWORD,
    before::Before,
    bench::workspace,
    browser::{Browser, Engine},
    server::Server,
    trouble::{Result, check},
};

in_both!(an_older_server_is_read_page_by_page_and_takes_what_is_written);

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
