//! The board: a deal moves by pointer and by keyboard, and back again, without a network.

use outpost_tests::{
    browser::{Browser, Engine},
    trouble::{Result, check},
    wait::{SOON, until},
};
use thirtyfour::Key;

in_both!(a_deal_moves_by_pointer_and_by_keyboard);

async fn a_deal_moves_by_pointer_and_by_keyboard(engine: Engine) -> Result {
    let (server, browser) = Browser::out_of_reach(engine).await?;
    let url = server.url();

    browser.enter(&url, "/deals/new").await?;
    browser.fill("Title", "Roof of the barn").await?;
    browser.press("Save deal").await?;
    let deal = browser.saved_as("/deals/").await?;
    browser.enter(&url, "/deals").await?;
    is_in(&browser, &deal, "qualified").await?;

    // By pointer: pressed, pulled over another column, let go.
    let card = browser.shown(&format!("[data-card='{deal}']")).await?;
    let column = browser.shown("[data-stage='negotiation'] .col-cards").await?;
    let web = browser.web()?;
    let carry = web.action_chain().move_to_element_center(&card).click_and_hold().move_by_offset(12, 6);
    carry.move_to_element_center(&column).move_by_offset(2, 2).release().perform().await?;
    is_in(&browser, &deal, "negotiation").await?;
    browser.press("Undo").await?;
    is_in(&browser, &deal, "qualified").await?;

    // By keyboard: lifted with a blank, one column on, put down with a blank; the focus stays on the card.
    focus(&browser, &deal).await?;
    browser.types(&[Key::Space, Key::Right, Key::Space]).await?;
    is_in(&browser, &deal, "proposal").await?;
    until("the focus to stay on the card", SOON, || async {
        let script = "return document.activeElement?.closest('[data-card]')?.dataset.card ?? ''";
        Ok((browser.run(script, vec![]).await? == deal.as_str()).then_some(()))
    })
    .await?;
    // Lifted and let go with Escape it stays.
    browser.types(&[Key::Space, Key::Right, Key::Escape]).await?;
    is_in(&browser, &deal, "proposal").await?;

    // By command: the search box moves the card that has the focus.
    focus(&browser, &deal).await?;
    browser.opens_search(async || Ok(browser.web()?.action_chain().send_keys("/").perform().await?)).await?;
    browser.fill("Search everything", "move to negotiation").await?;
    browser.types(&[Key::Enter]).await?;
    is_in(&browser, &deal, "negotiation").await?;

    // What is lost wants a reason.
    focus(&browser, &deal).await?;
    browser.types(&[Key::Space, Key::Right, Key::Right, Key::Space]).await?;
    browser.fill("Reason", "Too dear").await?;
    browser.press("Mark as lost").await?;
    is_in(&browser, &deal, "lost").await?;
    let lost = browser.record("deal", &deal).await?;
    check(lost.text("lost_reason") == "Too dear", format!("the reason is “{}”", lost.text("lost_reason")))?;
    let events = browser.records_of("stage_event", 50).await?;
    let moves = events.iter().filter(|event| event.text("deal") == deal).count();
    check(moves >= 4, format!("each move is an event of its own, and there are {moves}"))?;
    browser.is_clean().await
}

/// Gives the focus to a card.
async fn focus(browser: &Browser, deal: &str) -> Result {
    until("the focus to be on the card", SOON, || async {
        let script = "const link = document.querySelector(`[data-card='${arguments[0]}'] a`); link?.focus();
            return link === document.activeElement";
        Ok((browser.run(script, vec![deal.into()]).await? == true).then_some(()))
    })
    .await
}

/// Waits until a deal is in a column, on the board and in the store.
async fn is_in(browser: &Browser, deal: &str, stage: &str) -> Result {
    let script =
        "return document.querySelector(`[data-card='${arguments[0]}']`)?.closest('[data-stage]')?.dataset.stage ?? ''";
    let there = until(&format!("the deal in {stage}"), SOON, || async {
        let shown = browser.run(script, vec![deal.into()]).await? == stage;
        let kept = browser.record("deal", deal).await?.text("stage") == stage;
        Ok((shown && kept).then_some(()))
    })
    .await;
    browser.explain(there).await
}
