//! What cannot be true is said where it stands, and what was typed is never lost.

use outpost_tests::{
    browser::{Browser, Engine},
    server::Server,
    trouble::{Result, check},
    wait::{SOON, until},
};
use thirtyfour::Key;

in_both!(
    an_impossible_value_is_said_at_the_field_and_the_draft_is_kept,
    a_double_press_makes_one_record,
    a_draft_outlives_a_crash_and_is_saved_by_a_key,
    what_an_address_asks_for_is_heeded_on_the_way_there_too,
);

async fn an_impossible_value_is_said_at_the_field_and_the_draft_is_kept(engine: Engine) -> Result {
    let server = Server::start().await?;
    let url = server.url();
    let browser = Browser::start(engine).await?;
    browser.enter(&url, "/leads/new").await?;
    browser.fill_in(&[("Company", "Too Good Ltd"), ("E-mail 1", "not an address"), ("Score", "300")]).await?;
    browser.press("Save lead").await?;
    let said = browser.complaint("Score").await?;
    check(said.contains("0 to 100"), format!("the score's field says “{said}”"))?;
    let said = browser.complaint("E-mail 1").await?;
    check(said.contains("not an address"), format!("the e-mail's field says “{said}”"))?;
    browser.complaint("Name").await?;
    browser.is_at("/leads/new").await?;
    check(browser.records().await?.is_empty(), "nothing was written")?;

    until("the draft to be kept", SOON, || async {
        let kept = browser.meta("draft:/leads/new").await?;
        Ok(kept.is_some_and(|draft| draft.contains("Too Good Ltd")).then_some(()))
    })
    .await?;
    browser.reload().await?;
    browser.ready().await?;
    browser.sees("not saved this yet").await?;
    check(browser.value("Company").await? == "Too Good Ltd", "the company came back")?;
    check(browser.value("Score").await? == "300", "even what is wrong came back")?;

    browser.fill_in(&[("Name", "Nadia Haddad"), ("E-mail 1", "nadia@example.com"), ("Score", "30")]).await?;
    browser.press("Save lead").await?;
    let lead = browser.saved_as("/leads/").await?;
    let lead = browser.record("lead", &lead).await?;
    check(lead.text("company") == "Too Good Ltd" && lead.get("score") == Some(&30.into()), "the draft was saved")?;
    browser.enter(&url, "/leads/new").await?;
    check(browser.value("Company").await?.is_empty(), "the next form is empty")?;
    browser.is_clean().await
}

async fn a_draft_outlives_a_crash_and_is_saved_by_a_key(engine: Engine) -> Result {
    let server = Server::start().await?;
    let url = server.url();
    let browser = Browser::start(engine).await?;
    browser.enter(&url, "/leads/new").await?;
    browser.fill_in(&[("Name", "Typed before the crash"), ("Company", "Too Good Ltd")]).await?;
    until("the draft to be kept", SOON, || async {
        let kept = browser.meta("draft:/leads/new").await?;
        Ok(kept.is_some_and(|draft| draft.contains("Too Good Ltd")).then_some(()))
    })
    .await?;
    browser.crash_tab().await?;
    browser.enter(&url, "/leads/new").await?;
    browser.sees("not saved this yet").await?;
    check(browser.value("Name").await? == "Typed before the crash", "the name came back")?;
    browser.wait_for("field", "Company").await?.send_keys(Key::Control + Key::Return).await?;
    let lead = browser.saved_as("/leads/").await?;
    check(browser.record("lead", &lead).await?.text("company") == "Too Good Ltd", "the draft was saved")?;
    check(browser.meta("draft:/leads/new").await?.is_none(), "and is none any more")?;
    browser.is_clean().await
}

async fn a_double_press_makes_one_record(engine: Engine) -> Result {
    let server = Server::start().await?;
    let url = server.url();
    let browser = Browser::start(engine).await?;
    browser.enter(&url, "/leads/new").await?;
    browser.fill("Name", "Once only").await?;
    let button = browser.wait_for("button", "Save lead").await?;
    // Both presses come before the page can draw.
    browser.run("arguments[0].click(); arguments[0].click()", vec![button.to_json()?]).await?;
    browser.saved_as("/leads/").await?;
    check(browser.records().await?.len() == 1, "two presses make one lead")?;
    check(browser.waiting().await? == 1, "and one change")
}

async fn what_an_address_asks_for_is_heeded_on_the_way_there_too(engine: Engine) -> Result {
    let server = Server::start().await?;
    let url = server.url();
    let browser = Browser::start(engine).await?;
    let lead = browser.new_lead(&url, &[("Name", "Mira Sommer"), ("Company", "Sommer AG")]).await?;
    browser.new_lead(&url, &[("Name", "Tomás Ribeiro")]).await?;
    // From page to page by links, never by the address bar.
    browser.enter(&url, &format!("/leads/{lead}")).await?;
    browser.press("New").await?;
    browser.is_at("/deals/new").await?;
    browser.sees("Mira Sommer").await?;
    browser.fill("Title", "Roof of the barn").await?;
    browser.press("Save deal").await?;
    let deal = browser.saved_as("/deals/").await?;
    let deal = browser.record("deal", &deal).await?;
    check(deal.text("lead") == lead, "the deal is the lead's")?;
    // What was looked for in one list is not looked for in the next.
    browser.press("Leads").await?;
    browser.sees("Tomás Ribeiro").await?;
    browser.fill("Search leads", "mira").await?;
    browser.sees_no("Tomás Ribeiro").await?;
    // WebKit's driver takes the link for covered, which on its own picture it is not.
    browser.run("document.querySelector('a.nav[href=\"/deals\"]').click()", vec![]).await?;
    browser.sees("Roof of the barn").await?;
    check(browser.value("Search deals").await?.is_empty(), "nothing is looked for among the deals")?;
    browser.is_clean().await
}
