//! A mistake in the program stops it, and nothing more: what was saved is there, and can be taken away as a file.

use outpost_tests::{
    browser::{Browser, Engine},
    server::Server,
    trouble::{Result, Trouble, check},
};
use serde_json::{Value, json};

in_both!(a_panic_leaves_a_page_that_exports_the_work);

/// Keeps what a page offers for download, instead of downloading it.
const CATCH: &str = "
    window.offered = null;
    const make = URL.createObjectURL;
    URL.createObjectURL = (blob) => { window.offered = blob; return make.call(URL, blob); };
    HTMLAnchorElement.prototype.click = () => {};
    // Without randomness there are no identities, and the app stops rather than guess one.
    Crypto.prototype.getRandomValues = () => { throw new DOMException('taken away by the test', 'OperationError'); };
";

async fn a_panic_leaves_a_page_that_exports_the_work(engine: Engine) -> Result {
    let server = Server::start().await?;
    let url = server.url();
    let browser = Browser::start(engine).await?;
    let saved = browser.new_lead(&url, &[("Name", "Was saved")]).await?;
    browser.enter(&url, "/leads").await?;
    browser.run(CATCH, vec![]).await?;
    // The form needs an identity; the index that saves itself may be the first to want one.
    browser.run("document.querySelector('a[href=\"/leads/new\"]')?.click()", vec![]).await?;
    browser.sees("Outpost has stopped").await?;
    browser.sees("One change has not reached the server yet").await?;

    browser.press("Export my data").await?;
    browser.sees("The file is in your downloads").await?;
    let text = browser.run_async("return await window.offered.text();", vec![]).await?;
    let text = text.as_str().ok_or_else(|| Trouble::Said(format!("the file is {text}")))?;
    let file: Value = serde_json::from_str(text)?;
    check(file["outbox"][0]["ops"][0]["patch"]["name"] == json!("Was saved"), "the change is in the file")?;
    check(file["records"][0]["id"] == json!(saved), "the lead is in the file")?;

    browser.press("Start again").await?;
    browser.ready().await?;
    browser.enter(&url, "/leads").await?;
    browser.sees("Was saved").await?;
    check(browser.records().await?.len() == 1, "what was saved is there, and nothing else")
}
