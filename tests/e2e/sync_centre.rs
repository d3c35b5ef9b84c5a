//! The sync centre: what waits is named, what was refused can be dealt with, and what syncing did can be read.

use outpost_core::{
    id::RecordId,
    mutation::{Mutation, Patch},
};
use outpost_tests::{
    api::Client,
    app::PASSWORD,
    browser::{Browser, Engine},
    server::Server,
    trouble::{Result, Trouble, check},
    wait::{SOON, until},
};
use serde_json::{Value, json};

in_both!(
    what_waits_is_named_and_what_syncing_did_is_noted,
    all_that_waits_is_given_as_a_file,
    a_waiting_change_can_be_discarded_before_it_is_sent,
    a_change_that_no_server_takes_is_set_aside_and_put_right
);

/// A lead that the server has is edited, and another one made, while it is gone. Returns the one that was edited.
async fn two_changes_wait(server: &mut Server, browser: &Browser) -> Result<String> {
    let url = server.url();
    let lead = browser.new_lead(&url, &[("Name", "Mira Sommer"), ("Company", "Sommer AG")]).await?;
    browser.settled().await?;

    server.kill();
    browser.edit_lead(&url, &lead, &[("Company", "Sommer KG")]).await?;
    browser.new_lead(&url, &[("Name", "Tomás Ribeiro")]).await?;
    Ok(lead)
}

async fn what_waits_is_named_and_what_syncing_did_is_noted(engine: Engine) -> Result {
    let (mut server, browser) = at_work(engine, "named@example.com").await?;
    let url = server.url();
    let lead = two_changes_wait(&mut server, &browser).await?;
    browser.indicates("offline").await?;
    browser.press("Offline").await?;
    browser.is_at("/sync").await?;
    for words in
        ["Offline since", "2 changes waiting", "Mira Sommer", "Company Sommer AG Sommer KG", "Tomás Ribeiro", "New ·"]
    {
        browser.sees(words).await?;
    }
    browser.sees("The server did not answer.").await?;
    // What waits is changed where it is seen to be wrong.
    browser.press("Edit Mira Sommer").await?;
    browser.is_at(&format!("/leads/{lead}/edit")).await?;
    browser.fill_in(&[("Company", "Sommer & Co")]).await?;
    browser.press("Save changes").await?;
    browser.is_at(&format!("/leads/{lead}")).await?;
    browser.enter(&url, "/sync").await?;
    browser.sees("Company Sommer KG Sommer & Co").await?;

    server.up().await?;
    browser.press("Try now").await?;
    browser.sees("All saved").await?;
    browser.sees("Nothing is waiting.").await?;
    browser.sees("3 changes sent").await?;
    browser.sees("↑").await?;
    browser.sees("↓").await?;
    // It is on the device: another visit shows it too.
    browser.enter(&url, "/sync").await?;
    browser.sees("3 changes sent").await?;
    browser.is_clean().await
}

async fn all_that_waits_is_given_as_a_file(engine: Engine) -> Result {
    let (mut server, browser) = at_work(engine, "given@example.com").await?;
    let url = server.url();
    two_changes_wait(&mut server, &browser).await?;
    browser.enter(&url, "/sync").await?;
    browser.sees("2 changes waiting").await?;
    let unsent = browser.outbox().await?;
    let text = browser.given("Export all").await?;
    browser.sees("All that the server has not got is in outpost-unsent-").await?;
    let file: Value = serde_json::from_str(&text)?;
    let waiting: Vec<Mutation> = serde_json::from_value(file["waiting"].clone())?;
    check(waiting.len() == 2 && waiting == unsent, format!("the file holds both changes as they wait: {text}"))?;
    check(file["refused"] == json!([]), format!("nothing was refused: {text}"))?;
    check(text.contains("Sommer KG") && text.contains("Tomás Ribeiro"), "and in words that a person finds")?;
    if engine == Engine::Chromium {
        check(browser.downloaded("outpost-unsent-").await? == text, "it is on the disk")?;
    }
    check(browser.outbox().await? == unsent, "what was given waits as before")?;
    browser.is_clean().await
}

async fn a_waiting_change_can_be_discarded_before_it_is_sent(engine: Engine) -> Result {
    const EMAIL: &str = "discarded@example.com";
    let (mut server, browser) = at_work(engine, EMAIL).await?;
    let url = server.url();
    let lead = browser.new_lead(&url, &[("Name", "Mira Sommer"), ("Company", "Sommer AG")]).await?;
    browser.settled().await?;

    server.kill();
    // The first try of what is written now is what may have been sent.
    browser.edit_lead(&url, &lead, &[("Notes", "Tried in vain")]).await?;
    browser.indicates("offline").await?;
    browser.edit_lead(&url, &lead, &[("Company", "Sommer KG")]).await?;
    browser.enter(&url, "/sync").await?;
    browser.sees("Sommer KG").await?;
    let elsewhere = server.up_elsewhere().await?;
    let mut other = Client::sign_in(&elsewhere, EMAIL, PASSWORD).await?;
    other.pull().await?;
    let id: RecordId = lead.parse().map_err(|_| Trouble::Said(format!("{lead} is no id")))?;
    other.set("lead", id, Patch::from([("company".to_owned(), json!("Sommer und Söhne"))])).await?;
    server.kill();

    browser.enter(&url, "/sync").await?;
    browser.sees("Sommer KG").await?;
    browser.press("Discard Company of Mira Sommer").await?;
    browser.sees_no("Sommer KG").await?;
    let held = browser.record("lead", &lead).await?;
    check(held.text("company") == "Sommer AG", format!("what was is shown meanwhile, not {}", held.text("company")))?;
    server.up().await?;
    browser.press("Try now").await?;
    browser.settled().await?;
    let held = until("what the others wrote to be here", SOON, || async {
        let held = browser.record("lead", &lead).await?;
        Ok((held.text("company") == "Sommer und Söhne").then_some(held))
    })
    .await?;
    let mut fresh = Client::sign_in(&url, EMAIL, PASSWORD).await?;
    fresh.pull().await?;
    check(fresh.records.get(&held.key()) == Some(&held), "device and server hold the same")?;
    check(held.text("notes") == "Tried in vain", "what was not discarded was sent")?;
    browser.is_clean().await
}

async fn a_change_that_no_server_takes_is_set_aside_and_put_right(engine: Engine) -> Result {
    const EMAIL: &str = "aside@example.com";
    let (mut server, browser) = at_work(engine, EMAIL).await?;
    let url = server.url();
    let lead = browser.new_lead(&url, &[("Name", "Mira Sommer")]).await?;
    browser.settled().await?;

    // What no form lets through: as if an older version had written it.
    server.kill();
    browser.edit_lead(&url, &lead, &[("Notes", "Long"), ("Company", "Sommer KG")]).await?;
    browser.indicates("offline").await?;
    browser.swell_unsent("notes", 70_000).await?;
    browser.new_lead(&url, &[("Name", "Written behind it")]).await?;
    server.up().await?;
    browser.indicates("attention").await?;
    until("what waits behind it to be sent", SOON, || async { Ok((browser.waiting().await? == 0).then_some(())) })
        .await?;
    browser.enter(&url, "/sync").await?;
    browser.sees("longer than").await?;

    browser.press("Edit Mira Sommer").await?;
    browser.is_at(&format!("/leads/{lead}/edit")).await?;
    check(browser.value("Company").await? == "Sommer KG", "the refused values are in the form")?;
    browser.paste("Notes", "Short").await?;
    browser.press("Save changes").await?;
    browser.is_at(&format!("/leads/{lead}")).await?;
    browser.settled().await?;
    check(browser.count("rejected").await? == 0, "what was put right is refused no more")?;
    let mut fresh = Client::sign_in(&url, EMAIL, PASSWORD).await?;
    fresh.pull().await?;
    let sent = fresh.all("lead").into_iter().find(|record| record.id.to_string() == lead).cloned();
    let sent = sent.ok_or_else(|| Trouble::Said("the lead is not on the server".to_owned()))?;
    check((sent.text("notes"), sent.text("company")) == ("Short", "Sommer KG"), format!("{sent:?}"))?;
    browser.is_clean().await
}

/// A server, and a browser with an account that works without a network.
async fn at_work(engine: Engine, email: &str) -> Result<(Server, Browser)> {
    let server = Server::start().await?;
    let browser = Browser::start(engine).await?.signed_up(&server.url(), email).await?;
    Ok((server, browser))
}
