//! Taking back what was just done, also after a reload and after a crash, without a network.

use outpost_tests::{
    browser::{Browser, Engine},
    server::Server,
    trouble::Result,
    wait::{SOON, until},
};
use serde_json::json;

in_both!(what_was_just_done_can_be_undone_after_a_reload, what_a_record_said_before_is_put_back_from_its_history);

async fn what_was_just_done_can_be_undone_after_a_reload(engine: Engine) -> Result {
    let (server, browser) = Browser::out_of_reach(engine).await?;
    let url = server.url();

    let lead = browser.new_lead(&url, &[("Name", "Ana Sund"), ("Company", "Nordkai")]).await?;
    browser.edit_lead(&url, &lead, &[("Company", "Wharf")]).await?;
    is(&browser, "lead", &lead, "company", "Wharf").await?;
    is_kept(&browser, "Lead saved").await?;
    browser.enter(&url, &format!("/leads/{lead}")).await?;
    browser.press("Undo").await?;
    is(&browser, "lead", &lead, "company", "Nordkai").await?;

    // Deleted, and the tab crashes.
    browser.delete(&url, &format!("/leads/{lead}")).await?;
    is_kept(&browser, "Deleted").await?;
    browser.crash_tab().await?;
    browser.enter(&url, "/leads").await?;
    browser.press("Undo").await?;
    until("the lead to be there again", SOON, || async {
        Ok((!browser.record("lead", &lead).await?.is_deleted()).then_some(()))
    })
    .await?;
    browser.sees("Ana Sund").await?;

    // A deal that was moved.
    browser.enter(&url, "/deals/new").await?;
    browser.fill("Title", "Roof of the barn").await?;
    browser.press("Save deal").await?;
    let deal = browser.saved_as("/deals/").await?;
    browser.press("Proposal").await?;
    is(&browser, "deal", &deal, "stage", "proposal").await?;
    is_kept(&browser, "Proposal").await?;
    browser.enter(&url, "/deals").await?;
    browser.press("Undo").await?;
    is(&browser, "deal", &deal, "stage", "qualified").await?;
    browser.is_clean().await
}

async fn what_a_record_said_before_is_put_back_from_its_history(engine: Engine) -> Result {
    let server = Server::start().await?;
    let url = server.url();
    let browser = Browser::start(engine).await?.signed_up(&url, "history@example.com").await?;
    let lead = browser.new_lead(&url, &[("Name", "Ana Sund"), ("Company", "Nordkai")]).await?;
    browser.edit_lead(&url, &lead, &[("Company", "Wharf")]).await?;
    browser.settled().await?;
    browser.enter(&url, &format!("/leads/{lead}")).await?;
    browser.press("All changes").await?;
    browser.press("Put back “Nordkai”").await?;
    is(&browser, "lead", &lead, "company", "Nordkai").await?;
    browser.sees("Company is as it was").await?;
    // What it says now is not offered; what it said meanwhile is.
    browser.settled().await?;
    browser.press("Put back “Wharf”").await?;
    is(&browser, "lead", &lead, "company", "Wharf").await?;
    browser.is_clean().await
}

/// Waits until the offer to undo what a sentence says is kept.
async fn is_kept(browser: &Browser, said: &str) -> Result {
    until(&format!("what undoes “{said}” to be kept"), SOON, || async {
        Ok(browser.meta("undo").await?.filter(|offer| offer.contains(said)).map(drop))
    })
    .await
}

async fn is(browser: &Browser, kind: &str, id: &str, field: &str, value: &str) -> Result {
    until(&format!("the {field} to be {value}"), SOON, || async {
        let record = browser.record(kind, id).await?;
        Ok((record.fields.get(field).map(|register| register.value()) == Some(&json!(value))).then_some(()))
    })
    .await
}
