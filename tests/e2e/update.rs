//! The app's own update, from N to N+1, takes nothing away from anybody.

use outpost_tests::{
    browser::{Browser, Engine},
    dist::Dist,
    env::env,
    server::Server,
    trouble::{Result, check},
    wait::{SOON, until},
};
use serde_json::json;

in_both!(a_new_version_waits_for_an_unsaved_form, a_new_version_comes_by_itself_when_nothing_is_unsaved);

async fn a_new_version_waits_for_an_unsaved_form(engine: Engine) -> Result {
    let (mut server, now) = served().await?;
    let url = server.url();
    let browser = Browser::start(engine).await?;
    browser.enter(&url, "/leads/new").await?;
    browser.works_offline().await?;
    browser.fill("Name", "Half written").await?;
    let (writing, reading) = browser.new_tab().await?;
    browser.enter(&url, "/leads").await?;

    let next = deploy(&mut server).await?;
    look_for_update(&browser).await?;
    browser.sees("new version").await?;
    check(version(&browser).await? == now, "the page stays at its version while a form is unsaved")?;
    browser.turn_to(&writing).await?;
    check(browser.value("Name").await? == "Half written", "the form is as it was")?;
    check(version(&browser).await? == now, "the page with the form stays at its version")?;

    browser.turn_to(&reading).await?;
    browser.press("Start it now").await?;
    becomes(&browser, &next).await?;
    browser.turn_to(&writing).await?;
    check(version(&browser).await? == now, "another tab's update does not load this form anew")?;
    check(browser.value("Name").await? == "Half written", "the form is as it was after the update")?;
    browser.fill("Company", "Written & Sons").await?;
    browser.press("Save lead").await?;
    let lead = browser.saved_as("/leads/").await?;
    becomes(&browser, &next).await?;
    browser.ready().await?;
    browser.sees("Written & Sons").await?;
    check(browser.record("lead", &lead).await?.text("name") == "Half written", "the form was saved")?;
    server.kill();
    browser.reload().await?;
    browser.ready().await?;
    check(version(&browser).await? == next, "the new version opens without a server")?;
    browser.is_clean().await
}

async fn a_new_version_comes_by_itself_when_nothing_is_unsaved(engine: Engine) -> Result {
    let (mut server, _) = served().await?;
    let url = server.url();
    let browser = Browser::start(engine).await?;
    browser.enter(&url, "/leads").await?;
    browser.works_offline().await?;
    let next = deploy(&mut server).await?;
    look_for_update(&browser).await?;
    becomes(&browser, &next).await?;
    browser.ready().await?;
    browser.is_clean().await
}

/// A server with version N, and what N is.
async fn served() -> Result<(Server, String)> {
    let now = Dist::copy(&env().dist)?;
    let version = now.version().to_owned();
    let mut server = Server::with(Some(now.path()), &[]).await?;
    server.keep(now);
    Ok((server, version))
}

/// Puts version N+1 in the place of N, as whoever runs the server does; returns it.
async fn deploy(server: &mut Server) -> Result<String> {
    let next = Dist::next(&env().dist, "next")?;
    let version = next.version().to_owned();
    server.kill();
    server.serve(&next.path());
    server.keep(next);
    server.up().await?;
    Ok(version)
}

/// What the browser does by itself when a page is opened, and the app when it becomes visible.
async fn look_for_update(browser: &Browser) -> Result {
    browser.run_async("await (await navigator.serviceWorker.ready).update();", vec![]).await?;
    Ok(())
}

async fn version(browser: &Browser) -> Result<String> {
    let version = browser.run("return document.querySelector('meta[name=outpost-version]').content", vec![]).await?;
    Ok(version.as_str().unwrap_or_default().to_owned())
}

async fn becomes(browser: &Browser, next: &str) -> Result {
    let arrived = until("the page to be of the new version", SOON, || async {
        let script = "return document.querySelector('meta[name=outpost-version]')?.content === arguments[0]
            && !!document.querySelector('meta[name=outpost-mark]')";
        Ok((browser.run(script, vec![json!(next)]).await? == true).then_some(()))
    })
    .await;
    browser.explain(arrived).await
}
