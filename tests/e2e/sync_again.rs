//! What the sync centre does about a change once it is put right: a refused one that could not stand alone goes when it is tried
//! again, and a waiting one goes as it was edited there.

use outpost_core::record::Record;
use outpost_tests::{
    api::Client,
    app::PASSWORD,
    browser::{Browser, Engine},
    server::Server,
    trouble::{Result, Trouble, check},
    wait::{LATER, until},
};

in_both!(
    what_was_refused_goes_when_it_is_tried_again_after_what_it_stood_on_is_put_right,
    what_waits_is_edited_in_the_sync_centre_and_goes_as_it_was_edited,
);

/// A lead as the server has it.
async fn on_the_server(url: &str, email: &str, lead: &str) -> Result<Option<Record>> {
    let mut fresh = Client::sign_in(url, email, PASSWORD).await?;
    fresh.pull().await?;
    Ok(fresh.all("lead").into_iter().find(|record| record.id.to_string() == lead).cloned())
}

async fn what_was_refused_goes_when_it_is_tried_again_after_what_it_stood_on_is_put_right(engine: Engine) -> Result {
    const EMAIL: &str = "again@example.com";
    let mut server = Server::start().await?;
    let url = server.url();
    let browser = Browser::start(engine).await?.signed_up(&url, EMAIL).await?;

    // A lead that no server takes, as if an older version had written it, and a change of it that without it is of nothing.
    server.kill();
    let lead = browser.new_lead(&url, &[("Name", "Mira Sommer"), ("Notes", "Long")]).await?;
    browser.indicates("offline").await?;
    browser.swell_unsent("notes", 70_000).await?;
    browser.edit_lead(&url, &lead, &[("Company", "Sommer KG")]).await?;
    server.up().await?;
    let refused = until("both to be refused", LATER, || async {
        Ok((browser.waiting().await? == 0 && browser.count("rejected").await? == 2).then_some(()))
    })
    .await;
    browser.explain(refused).await?;
    check(on_the_server(&url, EMAIL, &lead).await?.is_none(), "the server has nothing of it")?;
    browser.enter(&url, "/sync").await?;
    browser.sees("2 changes were refused").await?;
    browser.sees("longer than").await?;
    browser.sees("a new Lead needs “Name”").await?;

    // What it stands on is put right.
    let form = browser.wait_for("link", "Edit").await?.attr("href").await?.unwrap_or_default();
    browser.press("Edit").await?;
    browser.is_at("/leads/new").await?;
    check(form.contains("refused="), format!("the form is {form}"))?;
    check(browser.value("Name").await? == "Mira Sommer", "the refused values are in the form")?;
    browser.paste("Notes", "Short").await?;
    browser.press("Save lead").await?;
    check(browser.saved_as("/leads/").await? == lead, "it is made as the record that it was")?;
    until("the lead to be on the server", LATER, || on_the_server(&url, EMAIL, &lead)).await?;
    check(browser.count("rejected").await? == 1, "the other one is still there to be decided on")?;

    // Now the other one is taken as it is.
    browser.enter(&url, "/sync").await?;
    browser.sees("1 change was refused").await?;
    browser.press("Try again").await?;
    browser.sees("It is sent again").await?;
    browser.sees_no("Refused by the server").await?;
    browser.settled().await?;
    browser.sees("All saved").await?;
    check(browser.count("rejected").await? == 0, "nothing is refused any more")?;
    let held = browser.record("lead", &lead).await?;
    check((held.text("notes"), held.text("company")) == ("Short", "Sommer KG"), format!("{held:?}"))?;
    let sent = on_the_server(&url, EMAIL, &lead).await?;
    check(sent.as_ref() == Some(&held), format!("the server has {sent:?}, and here is {held:?}"))?;
    browser.is_clean().await
}

async fn what_waits_is_edited_in_the_sync_centre_and_goes_as_it_was_edited(engine: Engine) -> Result {
    const EMAIL: &str = "edited@example.com";
    let mut server = Server::start().await?;
    let url = server.url();
    let browser = Browser::start(engine).await?.signed_up(&url, EMAIL).await?;
    server.kill();
    let lead = browser.new_lead(&url, &[("Name", "Mira Somer"), ("Company", "Sommer AG")]).await?;
    browser.indicates("offline").await?;
    browser.enter(&url, "/sync").await?;
    browser.sees("1 change waiting").await?;
    browser.press("Edit Mira Somer").await?;
    browser.is_at(&format!("/leads/{lead}/edit")).await?;
    check(browser.value("Company").await? == "Sommer AG", "what waits is in the form")?;
    browser.fill_in(&[("Name", "Mira Sommer"), ("Company", "Sommer KG")]).await?;
    browser.press("Save changes").await?;
    browser.is_at(&format!("/leads/{lead}")).await?;
    browser.enter(&url, "/sync").await?;
    browser.sees("Company Sommer AG Sommer KG").await?;

    server.up().await?;
    browser.press("Try now").await?;
    browser.settled().await?;
    browser.sees("Nothing is waiting.").await?;
    let sent = on_the_server(&url, EMAIL, &lead).await?;
    let sent = sent.ok_or_else(|| Trouble::Said("the lead is not on the server".to_owned()))?;
    check((sent.text("name"), sent.text("company")) == ("Mira Sommer", "Sommer KG"), format!("{sent:?}"))?;
    check(sent == browser.record("lead", &lead).await?, "device and server hold the same")?;
    browser.is_clean().await
}
