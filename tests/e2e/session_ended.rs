//! A session that ends while the device has no network, or is that of another device: work goes on, and goes up when its person has
//! signed in again, if they have to.

use outpost_tests::{
    api::Client,
    app::{CLOSE, OPEN, PASSWORD},
    browser::{Browser, Engine},
    server::Server,
    trouble::{Result, check},
};
use serde_json::{Value, json};

in_both!(a_session_that_ends_offline_costs_nothing_but_a_password, a_session_of_another_identity_costs_not_even_that);

/// Asks the server as the page does, and throws the answer away: only the cookie of its session stays.
const ASK: &str = "
    const [path, body] = arguments;
    const answer = await fetch(path, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', 'X-Outpost': '1' },
        body: JSON.stringify(body),
    });
    return answer.status;";

async fn a_session_that_ends_offline_costs_nothing_but_a_password(engine: Engine) -> Result {
    const EMAIL: &str = "ended@example.com";
    let mut server = Server::start().await?;
    let url = server.url();
    let browser = Browser::start(engine).await?.signed_up(&url, EMAIL).await?;
    let known = browser.new_lead(&url, &[("Name", "Known to the server")]).await?;
    browser.settled().await?;
    browser.works_offline().await?;

    server.kill();
    browser.edit_lead(&url, &known, &[("Company", "Changed in the tunnel")]).await?;
    browser.new_lead(&url, &[("Name", "Made in the tunnel")]).await?;
    browser.indicates("offline").await?;
    server.end_sessions()?;
    server.up().await?;
    browser.enter(&url, "/leads").await?;
    browser.indicates("attention").await?;
    check(browser.waiting().await? == 2, "what waits, waits")?;

    // Whoever does not sign in at once goes on working.
    browser.new_lead(&url, &[("Name", "Made without a session")]).await?;
    browser.enter(&url, "/leads").await?;
    browser.sees("Made in the tunnel").await?;
    browser.sees("Made without a session").await?;
    check(browser.waiting().await? == 3, "and it waits with the rest")?;
    check(browser.count("rejected").await? == 0, "none of it counts as refused")?;

    browser.enter(&url, "/sync").await?;
    browser.sees("Sign in again").await?;
    browser.press("Sign in").await?;
    browser.sees("3 changes made on this device go along").await?;
    browser.fill_in(&[("E-mail", EMAIL), ("Password", PASSWORD)]).await?;
    // As Enter does it: the banner above has a button of the same name, which leads here.
    browser.run("document.querySelector('main form').requestSubmit()", vec![]).await?;
    browser.sees(&format!("Signed in as {EMAIL}")).await?;
    browser.settled().await?;
    let mut elsewhere = Client::sign_in(&url, EMAIL, PASSWORD).await?;
    elsewhere.pull().await?;
    let company =
        elsewhere.all("lead").iter().find(|lead| lead.id.to_string() == known).map(|lead| lead.text("company"));
    check(company == Some("Changed in the tunnel"), format!("the server has {company:?}"))?;
    check(elsewhere.records == browser.records().await?, "everything is on the server, register by register")?;
    check(elsewhere.all("lead").len() == 3, "once each")?;
    browser.is_clean().await
}

/// The state of a device's store as it was before it is noted which identity the device has asked for, if that is given.
async fn state(browser: &Browser, enrolling: Option<&Value>) -> Result<Value> {
    let script = format!(
        "{OPEN} const meta = db.transaction('meta', 'readwrite').objectStore('meta');
         const state = JSON.parse(await ask(meta.get('state')));
         const [enrolling] = arguments;
         if (enrolling) await ask(meta.put(JSON.stringify({{ ...state, enrolling }}), 'state'));
         return state; {CLOSE}"
    );
    browser.run_async(&script, enrolling.cloned().into_iter().collect()).await
}

async fn a_session_of_another_identity_costs_not_even_that(engine: Engine) -> Result {
    const EMAIL: &str = "twice@example.com";
    let server = Server::start().await?;
    let url = server.url();
    let browser = Browser::start(engine).await?.signed_up(&url, EMAIL).await?;
    let known = browser.new_lead(&url, &[("Name", "Known to the server")]).await?;
    browser.settled().await?;

    // A copied device asked for an identity of its own, and its page was closed before that was stored.
    let device = json!({ "id": "00000000000000c7", "name": "not taken over yet" });
    state(&browser, Some(&device["id"])).await?;
    let status = browser.run_async(ASK, vec![json!("/api/v1/enrol"), json!({ "device": device })]).await?;
    check(status == 200, format!("it got one: {status}"))?;
    browser.edit_lead(&url, &known, &[("Company", "Changed under another one")]).await?;
    browser.settled().await?;
    let mut elsewhere = Client::sign_in(&url, EMAIL, PASSWORD).await?;
    elsewhere.pull().await?;
    check(elsewhere.records == browser.records().await?, "everything is on the server, register by register")?;
    check(elsewhere.all("lead").len() == 1, "once")?;
    let state = state(&browser, None).await?;
    check(state["clock"]["device"] == device["id"], "it is what it asked for")?;
    check(state.get("enrolling").is_none(), "and asks for nothing more")?;

    // In the session of somebody else nothing of it may land.
    let credentials =
        json!({ "email": "other@example.com", "password": PASSWORD, "workspace": "Theirs", "device": device });
    let status = browser.run_async(ASK, vec![json!("/api/v1/sign-up"), credentials]).await?;
    check(status == 201, format!("they have an account: {status}"))?;
    browser.edit_lead(&url, &known, &[("Company", "Nobody else's")]).await?;
    browser.enter(&url, "/sync").await?;
    browser.sees("Sign in again").await?;
    check(browser.waiting().await? == 1, "what waits, waits")?;
    let mut theirs = Client::sign_in(&url, "other@example.com", PASSWORD).await?;
    theirs.pull().await?;
    check(theirs.records.is_empty(), "they have nothing of it")?;
    browser.is_clean().await
}
