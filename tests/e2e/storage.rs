//! A device whose storage fails says so, and never says “saved”. Only Chromium lets a test take the storage away; in WebKit the page is
//! told that it is full, by what it stores through.

use outpost_tests::{
    browser::{Browser, Engine, Options},
    server::Server,
    trouble::{Result, check},
};
use serde_json::json;

in_both!(a_write_that_finds_no_room_is_said_and_nothing_is_called_saved);

#[tokio::test]
async fn a_full_device_is_said_and_nothing_is_called_saved() -> Result {
    let server = Server::start().await?;
    let url = server.url();
    let mut browser = Browser::start(Engine::Chromium).await?;
    browser.new_lead(&url, &[("Name", "There was room")]).await?;
    browser.works_offline().await?;
    let used = browser.run_async("return (await navigator.storage.estimate()).usage", vec![]).await?;
    // A browser that was just started has not yet noted that there was room before.
    browser.restart().await?;
    let room = used.as_u64().unwrap_or_default() + 5_000;
    browser.cdp("Storage.overrideQuotaForOrigin", json!({ "origin": url, "quotaSize": room })).await?;
    browser.enter(&url, "/leads/new").await?;
    says_that_it_is_full(&browser).await?;
    browser.cdp("Storage.overrideQuotaForOrigin", json!({ "origin": url })).await?;
    has_room_again(&browser).await
}

async fn a_write_that_finds_no_room_is_said_and_nothing_is_called_saved(engine: Engine) -> Result {
    // As a browser says it: the transaction is aborted, and its error is this.
    const FULL: &str = "const { put, add } = IDBObjectStore.prototype, { commit } = IDBTransaction.prototype;
        const refused = (real) => function (...row) {
            const { transaction } = this, request = real.apply(this, row);
            const value = new DOMException('refused by the test', 'QuotaExceededError');
            request.addEventListener('success', () => {
                Object.defineProperty(transaction, 'error', { value, configurable: true });
                transaction.abort();
            }, { once: true });
            return request;
        };
        Object.assign(IDBObjectStore.prototype, { put: refused(put), add: refused(add) });
        // What is being committed cannot be aborted.
        IDBTransaction.prototype.commit = () => {};
        window.__mend = () => {
            Object.assign(IDBObjectStore.prototype, { put, add });
            IDBTransaction.prototype.commit = commit;
        };";
    let server = Server::start().await?;
    let url = server.url();
    let browser = Browser::start(engine).await?;
    browser.new_lead(&url, &[("Name", "There was room")]).await?;
    browser.enter(&url, "/leads/new").await?;
    browser.run(FULL, vec![]).await?;
    says_that_it_is_full(&browser).await?;
    browser.run("window.__mend()", vec![]).await?;
    has_room_again(&browser).await
}

/// A second lead is entered where there is no room for it.
async fn says_that_it_is_full(browser: &Browser) -> Result {
    let notes = "A long story. ".repeat(1_400);
    browser.fill("Name", "One too many").await?;
    browser.paste("Notes", &notes).await?;
    browser.press("Save lead").await?;
    browser.sees("What you entered is kept").await?;
    check(browser.shows("full").await? || browser.shows("space").await?, "the page says that the device is full")?;
    check(!browser.shows("Lead saved").await?, "nothing is called saved")?;
    browser.is_at("/leads/new").await?;
    check(browser.value("Name").await? == "One too many", "the name is in the form")?;
    check(browser.value("Notes").await?.trim() == notes.trim(), "and so are the notes")?;
    check(browser.records().await?.len() == 1, "nothing was written")
}

async fn has_room_again(browser: &Browser) -> Result {
    browser.press("Save lead").await?;
    browser.saved_as("/leads/").await?;
    check(browser.records().await?.len() == 2, "with room again it is written, once")?;
    browser.is_clean().await
}

#[tokio::test]
async fn a_browser_without_a_store_says_so_instead_of_showing_nothing() -> Result {
    let refuses =
        "IDBFactory.prototype.open = () => { throw new DOMException('refused by the test', 'SecurityError'); };";
    let missing = "Object.defineProperty(window, 'indexedDB', { value: undefined });";
    let fails = "IDBFactory.prototype.open = function () {
        const request = new EventTarget();
        Object.defineProperty(request, 'error', { value: new DOMException('refused by the test', 'UnknownError') });
        setTimeout(() => { const e = new Event('error'); request.onerror?.(e); request.dispatchEvent(e); });
        return request;
    };";
    let server = Server::start().await?;
    for script in [refuses, missing, fails] {
        let options = Options { before_pages: Some(script.to_owned()), ..Options::default() };
        let browser = Browser::with(Engine::Chromium, options).await?;
        browser.open(&format!("{}/leads", server.url())).await?;
        browser.sees("Nothing was deleted").await?;
        check(!browser.shows("No leads yet").await?, "an empty list would be a lie")?;
        browser.wait_for("button", "Try again").await?;
        browser.is_clean().await?;
    }
    Ok(())
}
