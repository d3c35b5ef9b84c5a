//! The board under a thumb, without a server: a card that a finger rests on is lifted and carried to another stage; whoever scrolls
//! moves nothing.

use std::time::{Duration, Instant};

use outpost_tests::{
    browser::{Browser, Engine, Options},
    day::PHONE,
    server::Server,
    trouble::{Result, check},
    wait::{SOON, until},
};
use serde_json::json;

in_both!(a_card_that_a_finger_rests_on_is_carried_and_whoever_scrolls_moves_nothing);

/// A finger that does not move for so long lifts a card.
const RESTS: Duration = Duration::from_millis(320);

/// What touches the glass. Chromium takes touches as a driver of the glass would give them, and makes of them what it makes of a
/// thumb: pointers, long presses, scrolling. WebKitGTK's driver has none, so its page is told what a touch would tell it.
struct Finger<'a>(&'a Browser);

impl Finger<'_> {
    async fn tell(&self, touch: &str, pointer: &str, at: Option<(f64, f64)>) -> Result {
        if self.0.engine() == Engine::Chromium {
            let points = at.map_or_else(|| json!([]), |(x, y)| json!([{ "x": x.round(), "y": y.round(), "id": 1 }]));
            let event = json!({ "type": touch, "touchPoints": points });
            return self.0.cdp("Input.dispatchTouchEvent", event).await.map(drop);
        }
        let script = "const [name, at] = arguments;
            const [x, y] = window.__finger = at ?? window.__finger;
            (document.elementFromPoint(x, y) ?? document.body).dispatchEvent(new PointerEvent(name, {
                bubbles: true, cancelable: true, composed: true, pointerId: 7, pointerType: 'touch', isPrimary: true,
                clientX: x, clientY: y }));";
        self.0.run(script, vec![json!(pointer), json!(at)]).await.map(drop)
    }

    async fn down(&self, at: (f64, f64)) -> Result {
        self.tell("touchStart", "pointerdown", Some(at)).await
    }

    async fn to(&self, at: (f64, f64)) -> Result {
        self.tell("touchMove", "pointermove", Some(at)).await
    }

    async fn up(&self) -> Result {
        self.tell("touchEnd", "pointerup", None).await
    }
}

/// Where in the window the middle of something is.
async fn middle(browser: &Browser, selector: &str) -> Result<(f64, f64)> {
    let script = "const at = document.querySelector(arguments[0])?.getBoundingClientRect();
        return at ? [at.left + at.width / 2, at.top + at.height / 2] : null";
    until(&format!("{selector} to be somewhere"), SOON, || async {
        Ok(serde_json::from_value(browser.run(script, vec![json!(selector)]).await?)?)
    })
    .await
}

/// Whether a card hangs on the finger.
async fn is_lifted(browser: &Browser) -> Result<bool> {
    Ok(browser.run("return document.getElementById('board-float') !== null", vec![]).await? == true)
}

async fn a_card_that_a_finger_rests_on_is_carried_and_whoever_scrolls_moves_nothing(engine: Engine) -> Result {
    let mut server = Server::start().await?;
    let url = server.url();
    let browser = Browser::with(engine, Options { size: PHONE, ..Options::default() }).await?;
    if engine == Engine::Chromium {
        let glass = json!({ "enabled": true, "maxTouchPoints": 1 });
        browser.cdp("Emulation.setTouchEmulationEnabled", glass).await?;
    }
    browser.enter(&url, "/leads").await?;
    browser.works_offline().await?;
    server.kill();
    browser.enter(&url, "/deals/new").await?;
    browser.fill("Title", "Roof of the barn").await?;
    browser.press("Save deal").await?;
    let deal = browser.saved_as("/deals/").await?;
    browser.enter(&url, "/deals").await?;
    let (card, finger) = (format!("[data-card='{deal}']"), Finger(&browser));
    browser.shown(&card).await?;
    browser.calm().await?;

    // A finger that moves at once scrolls, over stages and back; whatever it touched stays where it was.
    let (x, y) = middle(&browser, &card).await?;
    until("a finger that does not rest", SOON, || async {
        let begun = Instant::now();
        finger.down((x, y)).await?;
        finger.to((x - 22.0, y)).await?;
        if begun.elapsed() < RESTS / 2 {
            return Ok(Some(()));
        }
        // The machine was slow, and so was the finger.
        finger.up().await?;
        Ok(None)
    })
    .await?;
    for step in 2..=8 {
        finger.to((x - f64::from(step) * 22.0, y)).await?;
        check(!is_lifted(&browser).await?, "a card is lifted by scrolling")?;
    }
    finger.up().await?;
    if engine == Engine::Chromium {
        let script = "return document.querySelector('.board').scrollLeft > 0";
        until("the board to have gone aside", SOON, || async {
            Ok((browser.run(script, vec![]).await? == true).then_some(()))
        })
        .await?;
    }
    check(!is_lifted(&browser).await?, "a card is lifted by scrolling")?;
    browser.is_at("/deals").await?;
    let stage = browser.record("deal", &deal).await?.text("stage").to_owned();
    check(stage == "qualified", format!("scrolling moved the deal to {stage}"))?;
    check(browser.count("outbox").await? == 1, "scrolling wrote something")?;

    // A finger that rests lifts it; at the edge the board goes by under it, and in the middle it stands still again.
    browser.enter(&url, "/deals").await?;
    browser.shown(&card).await?;
    browser.calm().await?;
    let (x, y) = middle(&browser, &card).await?;
    finger.down((x, y)).await?;
    let lifted = until("the card to be lifted", SOON, || async { Ok(is_lifted(&browser).await?.then_some(())) }).await;
    browser.explain(lifted).await?;
    let width = f64::from(PHONE.0);
    let over = until("another open stage to stand still below the finger", SOON, || async {
        // Whoever was carried too far, to where it wants a reason, goes back.
        let edge = if stage_below(&browser).await?.as_deref() == Some("lost") { 40.0 } else { width - 40.0 };
        finger.to((edge, y)).await?;
        if stage_below(&browser).await?.is_none() {
            return Ok(None);
        }
        finger.to((width / 2.0, y)).await?;
        Ok(stands_still(&browser).await?.filter(|stage| stage != "lost"))
    })
    .await;
    let over = browser.explain(over).await?;
    finger.up().await?;
    let put = until(&format!("the deal in {over}"), SOON, || async {
        let script = "return document.querySelector(arguments[0])?.closest('[data-stage]')?.dataset.stage ?? ''";
        let shown = browser.run(script, vec![json!(card)]).await? == over.as_str();
        Ok((shown && browser.record("deal", &deal).await?.text("stage") == over).then_some(()))
    })
    .await;
    browser.explain(put).await?;
    check(!is_lifted(&browser).await?, "what was let go hangs on no finger")?;
    // Letting go is no tap on the card.
    browser.is_at("/deals").await?;
    browser.sees("Moved “Roof of the barn” to").await?;
    browser.press("Undo").await?;
    until("the deal to be back", SOON, || async {
        Ok((browser.record("deal", &deal).await?.text("stage") == "qualified").then_some(()))
    })
    .await?;
    browser.is_clean().await
}

/// The stage over which the card hangs, if it is another than its own.
async fn stage_below(browser: &Browser) -> Result<Option<String>> {
    let script = "return document.querySelector('.col.target')?.dataset.stage ?? null";
    Ok(serde_json::from_value(browser.run(script, vec![]).await?)?)
}

/// The same, if the board has come to rest.
async fn stands_still(browser: &Browser) -> Result<Option<String>> {
    let script = "const frame = () => new Promise((done) => requestAnimationFrame(done));
        const look = () => [document.querySelector('.board').scrollLeft, document.querySelector('.col.target')?.dataset.stage];
        await frame();
        const before = look();
        for (let i = 0; i < 3; i++) await frame();
        const after = look();
        return before.join() === after.join() ? after[1] ?? null : null;";
    Ok(serde_json::from_value(browser.run_async(script, vec![]).await?)?)
}
