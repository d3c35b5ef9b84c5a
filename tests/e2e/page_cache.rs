//! Going from page to page by the address bar: a page that the browser keeps aside must not stand in the next one's way.

use outpost_tests::{
    browser::{Browser, Engine},
    server::Server,
    trouble::{Result, check},
    wait::{SOON, until},
};

in_both!(a_page_that_is_left_in_the_middle_of_something_blocks_no_other);

async fn a_page_that_is_left_in_the_middle_of_something_blocks_no_other(engine: Engine) -> Result {
    /// Reads on and on in one transaction over everything, which is therefore open whenever the page is left.
    const BUSY: &str = "
        const asked = indexedDB.open('outpost');
        asked.onsuccess = () => {
          const store = asked.result.transaction(['meta', 'records', 'outbox'], 'readwrite').objectStore('meta');
          const again = () => { store.count().onsuccess = again; };
          again();
        };
    ";
    let server = Server::start().await?;
    let url = server.url();
    let browser = Browser::start(engine).await?;
    let lead = browser.new_lead(&url, &[("Name", "Still there")]).await?;
    for path in ["/deals", "/settings", "/leads"] {
        browser.run(BUSY, vec![]).await?;
        browser.enter(&url, path).await?;
    }
    browser.sees("Still there").await?;
    browser.run("history.back()", vec![]).await?;
    // Chromium may pass over an entry that was left before it had settled: where the way back leads is the browser's.
    until("the page before", SOON, || async { Ok((browser.path().await? != "/leads").then_some(())) }).await?;
    // A page that was kept aside is shown for a moment, and then loads itself anew.
    until("a page that was loaded on the way back", SOON, || async {
        let script = "return performance.getEntriesByType('navigation')[0]?.type !== 'navigate'";
        Ok((browser.run(script, vec![]).await? == true).then_some(()))
    })
    .await?;
    browser.ready().await?;
    check(browser.record("lead", &lead).await?.text("name") == "Still there", "the lead is as it was")
}
