//! What a person may do in a workspace is taken from them while they work: nothing that they wrote is lost, and of the workspace nothing
//! is left on the device of whoever was removed from it.

use outpost_tests::{
    api::Client,
    app::PASSWORD,
    browser::{Browser, Engine},
    server::Server,
    trouble::{Result, check, trouble},
    wait::{LATER, SOON, until},
};

in_both!(
    what_a_viewer_wrote_is_refused_and_whoever_is_removed_keeps_only_what_was_never_sent,
    whoever_is_removed_sees_it_in_each_tab,
    whoever_was_removed_while_signed_out_is_told_when_they_sign_in
);

const ANA: &str = "ana@example.com";
const BEN: &str = "ben@example.com";
/// What a viewer is told before anything is written.
const LOOK_ONLY: &str = "You may look at this workspace, but not change it.";
/// What somebody is told who was removed, when they sign in.
const REMOVED: &str = "You were removed from this workspace; whoever runs the server can let you in again.";
/// The same, on a device that has dropped everything.
const OUT: &str = "You were removed from this workspace, and its records were taken off this device.";

async fn what_a_viewer_wrote_is_refused_and_whoever_is_removed_keeps_only_what_was_never_sent(
    engine: Engine,
) -> Result {
    let mut server = Server::start().await?;
    let url = server.url();
    let (ana, ben, _) = ana_and_ben(engine, &server).await?;
    let lead = ana.new_lead(&url, &[("Name", "Mira Sommer"), ("Company", "Sommer AG")]).await?;
    ana.settled().await?;
    comes(&ben, &lead, "company", "Sommer AG").await?;

    // Without a server, Ben does not know that he may only look now.
    server.kill();
    ben.edit_lead(&url, &lead, &[("Company", "Ben & Co")]).await?;
    ben.indicates("offline").await?;
    server.set_role(BEN, "viewer").await?;
    server.up().await?;
    ben.indicates("attention").await?;
    check(ben.waiting().await? == 0 && ben.count("rejected").await? == 1, "it was refused, and is kept")?;
    comes(&ben, &lead, "company", "Sommer AG").await?;
    ben.enter(&url, "/sync").await?;
    for words in ["Refused by the server", "Mira Sommer", "Ben & Co", "look"] {
        ben.sees(words).await?;
    }
    check(ben.given("Export all").await?.contains("Ben & Co"), "what was refused can be had as a file")?;
    ben.enter(&url, "/leads/new").await?;
    ben.sees(LOOK_ONLY).await?;
    ben.enter(&url, "/settings").await?;
    ben.sees("You may look, but not change anything").await?;
    // He is told of what others do as before.
    ana.edit_lead(&url, &lead, &[("Phone 1", "+49 30 1234567")]).await?;
    comes(&ben, &lead, "phones", "1234567").await?;

    // He writes a new one, and is removed before the server gets it.
    server.set_role(BEN, "member").await?;
    ben.enter(&url, "/leads").await?;
    until("Ben to hear that he may write again", LATER, || async { Ok((!is_viewer(&ben).await?).then_some(())) })
        .await?;
    server.kill();
    let own = ben.new_lead(&url, &[("Name", "Only Ben’s")]).await?;
    server.set_role(BEN, "removed").await?;
    server.up().await?;
    ben.sees_within(OUT, LATER).await?;
    is_taken_off(&ben, "Mira Sommer", "Sommer AG").await?;
    check(ben.record("lead", &own).await?.text("name") == "Only Ben’s", "what he wrote is here still")?;
    check(ben.waiting().await? == 1, "and waits")?;
    check(ben.count("rejected").await? == 1, "and so does what was refused")?;
    ben.enter(&url, "/leads").await?;
    ben.sees("Only Ben’s").await?;
    check(!ben.shows("Sommer").await?, "nothing of it is shown")?;
    ben.enter(&url, &format!("/leads/{lead}")).await?;
    check(!ben.shows("Sommer").await?, "not even where it was")?;
    ben.enter(&url, "/settings").await?;
    ben.sees("You are not in this workspace any more.").await?;
    check(ben.given("Export everything").await?.contains("Only Ben’s"), "what is his can be had as a file")?;

    // Let in again, he has everything, and the others have his.
    server.set_role(BEN, "member").await?;
    comes(&ben, &lead, "company", "Sommer AG").await?;
    comes(&ana, &own, "name", "Only Ben’s").await?;
    ana.equals(&ben).await?;
    for words in [OUT, "You are not in this workspace any more."] {
        ben.sees_no(words).await?;
    }
    ana.is_clean().await?;
    ben.is_clean().await
}

async fn whoever_is_removed_sees_it_in_each_tab(engine: Engine) -> Result {
    let server = Server::start().await?;
    let url = server.url();
    let (ana, ben, _) = ana_and_ben(engine, &server).await?;
    let lead = ana.new_lead(&url, &[("Name", "Mira Sommer")]).await?;
    ana.settled().await?;
    comes(&ben, &lead, "name", "Mira Sommer").await?;
    ben.enter(&url, &format!("/leads/{lead}")).await?;
    ben.sees("Mira Sommer").await?;
    let (first, second) = ben.new_tab().await?;
    ben.enter(&url, &format!("/leads/{lead}/edit")).await?;
    check(ben.value("Name").await? == "Mira Sommer", "it is in the form")?;

    server.set_role(BEN, "removed").await?;
    for tab in [&second, &first] {
        ben.turn_to(tab).await?;
        ben.sees_within(OUT, LATER).await?;
        let shown = "const fields = [...document.querySelectorAll('input, textarea')].map((field) => field.value);
            return document.body.innerText + fields.join(' ');";
        let gone = until("the record to be off the page and out of its form", SOON, || async {
            Ok((!ben.run(shown, vec![]).await?.to_string().contains("Mira")).then_some(()))
        });
        ben.explain(gone.await).await?;
    }
    is_taken_off(&ben, "Mira Sommer", &lead).await?;
    check(ben.waiting().await? == 0 && ben.count("records").await? == 0, "nothing is left")?;
    ben.is_clean().await
}

async fn whoever_was_removed_while_signed_out_is_told_when_they_sign_in(engine: Engine) -> Result {
    let mut server = Server::start().await?;
    let url = server.url();
    let (ana, ben, password) = ana_and_ben(engine, &server).await?;
    let lead = ana.new_lead(&url, &[("Name", "Mira Sommer")]).await?;
    ana.settled().await?;
    comes(&ben, &lead, "name", "Mira Sommer").await?;

    server.kill();
    ben.new_lead(&url, &[("Name", "Only Ben’s")]).await?;
    server.end_sessions()?;
    server.set_role(BEN, "removed").await?;
    server.up().await?;
    ben.enter(&url, "/sync").await?;
    ben.sees("Sign in again").await?;
    ben.press("Sign in").await?;
    ben.fill_in(&[("E-mail", BEN), ("Password", &password)]).await?;
    ben.run("document.querySelector('main form').requestSubmit()", vec![]).await?;
    ben.sees(REMOVED).await?;
    is_taken_off(&ben, "Mira Sommer", &lead).await?;
    ben.enter(&url, "/leads").await?;
    ben.sees("Only Ben’s").await?;
    check(ben.waiting().await? == 1, "what was never sent waits")?;

    // Let in again, they sign in as ever.
    server.set_role(BEN, "member").await?;
    ben.enter(&url, "/account?sign-in=again").await?;
    ben.fill_in(&[("E-mail", BEN), ("Password", &password)]).await?;
    ben.run("document.querySelector('main form').requestSubmit()", vec![]).await?;
    comes(&ben, &lead, "name", "Mira Sommer").await?;
    ben.settled().await?;
    let mut elsewhere = Client::sign_in(&url, ANA, PASSWORD).await?;
    elsewhere.pull().await?;
    check(elsewhere.records == ben.records().await?, "the server has all that he has, and he all that it has")?;
    check(elsewhere.all("lead").len() == 2, "his own too")?;
    ben.is_clean().await
}

/// Two people in one workspace, each at a device of their own, and Ben's password.
async fn ana_and_ben(engine: Engine, server: &Server) -> Result<(Browser, Browser, String)> {
    let url = server.url();
    let ana = Browser::start(engine).await?.signed_up(&url, ANA).await?;
    let password = server.add_person(BEN, ANA, "member").await?;
    check(password != PASSWORD, "the password is the server's own")?;
    let ben = Browser::start(engine).await?;
    ben.enter(&url, "/account").await?;
    ben.sign_in(BEN, &password).await?;
    ben.works_offline().await?;
    ben.settled().await?;
    Ok((ana, ben, password))
}

/// Waits until a lead on a device says something in a field.
async fn comes(browser: &Browser, lead: &str, field: &str, words: &str) -> Result {
    let here = until(&format!("“{words}” to be in {field} of {lead}"), LATER, || async {
        let records = browser.records().await?;
        let found = records.values().find(|record| record.id.to_string() == lead);
        let value = found.and_then(|record| record.get(field)).map(ToString::to_string);
        Ok(value.filter(|value| value.contains(words)).map(drop))
    })
    .await;
    browser.explain(here).await
}

/// Whether the device knows that its owner may only look.
async fn is_viewer(browser: &Browser) -> Result<bool> {
    Ok(browser.meta("account").await?.is_some_and(|account| account.contains("viewer")))
}

/// Waits until nothing of these words is in any of the store's tables.
async fn is_taken_off(browser: &Browser, name: &str, other: &str) -> Result {
    until("what is the workspace's to be off the device", SOON, || async {
        let held = browser.everything().await?;
        match [name, other].into_iter().find(|words| held.contains(*words)) {
            Some(words) => trouble(format!("“{words}” is still here: {held}")),
            None => Ok(Some(())),
        }
    })
    .await
}
