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

/// Rows that lead to a record.
const ITEM: &str = ".list > .item";

/// A finger goes down on the row with these words, moves so many pixels sideways in steps, and is let go. Returns what is to be seen
/// beside the row meanwhile.
const PUSH: &str = "const [words, by] = arguments;
    const row = [...document.querySelectorAll('.list > .item')].find((row) => row.innerText.includes(words));
    const place = row.getBoundingClientRect();
    const [x, y] = [place.left + place.width / 2, place.top + place.height / 2];
    const tell = (name, x) => row.querySelector('a').dispatchEvent(new PointerEvent(name, {
        bubbles: true, cancelable: true, composed: true, pointerId: 7, pointerType: 'touch', isPrimary: true, clientX: x, clientY: y }));
    tell('pointerdown', x);
    // What the row leads to is read meanwhile.
    for (let tries = 0; tries < 300 && !document.querySelector('.aside'); tries += 1) {
        for (const part of [0.5, 1]) tell('pointermove', x + by * part);
        await new Promise((done) => setTimeout(done, 10));
    }
    const said = document.querySelector('.aside')?.innerText.trim() ?? '';
    tell('pointerup', x + by);
    row.querySelector('a').click();
    return said;";

in_both!(a_row_that_is_pushed_aside_does_what_is_done_most_or_goes);

async fn a_row_that_is_pushed_aside_does_what_is_done_most_or_goes(engine: Engine) -> Result {
    let mut server = Server::start().await?;
    let url = server.url();
    let browser = Browser::with(engine, Options { size: (390, 844), ..Options::default() }).await?;
    browser.enter(&url, "/leads").await?;
    browser.works_offline().await?;
    server.kill();
    for task in ["Call the roofer", "Order tiles"] {
        browser.enter(&url, "/tasks/new").await?;
        browser.fill_in(&[("Task", task)]).await?;
        browser.press("Save task").await?;
        browser.saved_as("/tasks/").await?;
    }
    browser.new_lead(&url, &[("Name", "Ada Lovelace")]).await?;

    browser.enter(&url, "/tasks").await?;
    let push = async |words: &str, by: i64| browser.run_async(PUSH, vec![words.into(), by.into()]).await;
    let goes = async |words: &str| {
        until(&format!("the row “{words}” to go"), SOON, || async {
            Ok(browser.find(ITEM, words).await?.is_none().then_some(()))
        })
        .await
    };
    browser.wait_for(ITEM, "Order tiles").await?;
    check(push("Order tiles", 40).await? == "Mark as done", "what letting go farther on would do")?;
    browser.wait_for(ITEM, "Order tiles").await?;
    check(push("Order tiles", 140).await? == "Mark as done", "the same")?;
    goes("Order tiles").await?;
    browser.press("Undo").await?;
    browser.wait_for(ITEM, "Order tiles").await?;
    check(push("Call the roofer", -140).await? == "Delete", "the other way it goes")?;
    goes("Call the roofer").await?;
    browser.press("Undo").await?;
    browser.wait_for(ITEM, "Call the roofer").await?;
    browser.is_at("/tasks").await?;

    // Whoever cannot be called is written a note about.
    browser.enter(&url, "/leads").await?;
    browser.wait_for(ITEM, "Ada Lovelace").await?;
    check(push("Ada Lovelace", 140).await? == "New note", "a note")?;
    browser.is_at("/notes/new").await?;
    browser.is_clean().await
}

async fn badge(browser: &Browser, wanted: u64) -> Result {
    until(&format!("the number {wanted} on the icon"), SOON, || async {
        Ok((browser.run("return window.__badges.at(-1) ?? 0", vec![]).await? == wanted).then_some(()))
    })
    .await
}
