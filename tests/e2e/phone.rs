//! What a phone gives an app and what its people do with fingers: the number on the icon, sharing, pulling at the top.

use outpost_tests::{
    browser::{Browser, Engine, Options},
    server::Server,
    trouble::{Result, check},
    wait::{SOON, until},
};

/// A phone's interfaces, which a browser on a desk has not: they note what they are asked for.
const PHONE: &str = "window.__badges = [];
    navigator.setAppBadge = async (count) => void window.__badges.push(count);
    navigator.clearAppBadge = async () => void window.__badges.push(0);
    navigator.canShare = () => true;
    navigator.share = async ({ files: [file] }) => { window.__shared = [file.name, await file.text()].join(': '); };";

/// A finger goes down from the middle of the page, by so many pixels, and is let go.
const PULL: &str = "const [by] = arguments;
    const target = document.querySelector('h1');
    const touch = (y) => new Touch({ identifier: 1, target, clientX: 180, clientY: y });
    const tell = (name, y) => target.dispatchEvent(new TouchEvent(name, {
        bubbles: true, touches: name === 'touchend' ? [] : [touch(y)], changedTouches: [touch(y)] }));
    tell('touchstart', 100);
    tell('touchmove', 100 + by / 2);
    tell('touchmove', 100 + by);
    await new Promise((done) => requestAnimationFrame(done));
    const said = document.querySelector('.pull')?.innerText.trim() ?? '';
    tell('touchend', 100 + by);
    return said;";

#[tokio::test]
async fn the_icon_has_a_number_people_are_shared_and_a_pull_syncs() -> Result {
    let mut server = Server::start().await?;
    let url = server.url();
    let options = Options { size: (390, 844), before_pages: Some(PHONE.to_owned()), ..Options::default() };
    let browser = Browser::with(Engine::Chromium, options).await?;
    browser.enter(&url, "/leads").await?;
    browser.works_offline().await?;
    server.kill();

    browser.enter(&url, "/tasks/new").await?;
    let today = browser.run("return new Date().toLocaleDateString('sv')", vec![]).await?;
    browser.fill_in(&[("Task", "Call the roofer"), ("Due", today.as_str().unwrap_or_default())]).await?;
    browser.press("Save task").await?;
    browser.saved_as("/tasks/").await?;
    badge(&browser, 1).await?;
    browser.press("Done").await?;
    badge(&browser, 0).await?;

    browser.new_lead(&url, &[("Name", "Ada Lovelace"), ("Phone 1", "+44 20 7946 0000")]).await?;
    browser.press("More").await?;
    browser.press("Share").await?;
    let shared = until("the other app to have the card", SOON, || async {
        Ok(browser
            .run("return window.__shared ?? ''", vec![])
            .await?
            .as_str()
            .map(str::to_owned)
            .filter(|text| !text.is_empty()))
    })
    .await?;
    check(shared.starts_with("Ada Lovelace.vcf: BEGIN:VCARD") && shared.contains("7946"), shared)?;

    check(browser.run_async(PULL, vec![20.into()]).await? == "All saved", "who pulls sees how syncing stands")?;
    browser.run_async(PULL, vec![160.into()]).await?;
    until("the pill to go by itself", SOON, || async {
        Ok((browser.run("return !document.querySelector('.pull')", vec![]).await? == true).then_some(()))
    })
    .await?;
    browser.is_clean().await
}

async fn badge(browser: &Browser, wanted: u64) -> Result {
    until(&format!("the number {wanted} on the icon"), SOON, || async {
        Ok((browser.run("return window.__badges.at(-1) ?? 0", vec![]).await? == wanted).then_some(()))
    })
    .await
}
