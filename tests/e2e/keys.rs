//! Keys that are quicker than the pages that they lead to.

use outpost_tests::{
    browser::{Browser, Engine},
    trouble::Result,
};

in_both!(a_key_is_for_the_page_that_the_one_before_leads_to);

async fn a_key_is_for_the_page_that_the_one_before_leads_to(engine: Engine) -> Result {
    let (server, browser) = Browser::out_of_reach(engine).await?;
    let url = server.url();
    browser.new_lead(&url, &[("Name", "Ada Ek")]).await?;

    browser.enter(&url, "/leads").await?;
    browser.sees("Ada Ek").await?;
    browser.web()?.action_chain().send_keys("gcn").perform().await?;
    browser.is_at("/companies/new").await?;
    browser.sees("New company").await?;

    // As quick as can be: no frame comes between.
    browser.enter(&url, "/leads").await?;
    browser.sees("Ada Ek").await?;
    let at_once = "for (const key of 'gpn')
        document.body.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));";
    browser.run(at_once, vec![]).await?;
    browser.is_at("/contacts/new").await?;
    browser.sees("New contact").await?;
    // Both are in the way back.
    for path in ["/contacts", "/leads"] {
        // As the page does: a browser's own button may pass over what came without a person's touch.
        browser.run("history.back()", vec![]).await?;
        browser.is_at(path).await?;
    }
    browser.is_clean().await
}
