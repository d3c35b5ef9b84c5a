//! Pipelines and stages of one's own: made, used, renamed and removed without a server; and then they are on every device.

use outpost_core::records::{DealStage, Stage};
use outpost_tests::{
    browser::{Browser, Engine},
    server::Server,
    trouble::{Result, Trouble, check},
    wait::{SOON, until},
};
use serde_json::json;
use thirtyfour::Key;

in_both!(a_second_pipeline_with_stages_of_its_own_comes_to_every_device);

/// Presses something in the panel of a pipeline, where several have stages of one name.
async fn press_in(browser: &Browser, pipeline: &str, name: &str) -> Result {
    let script = "const [pipeline, name] = arguments;
        const panel = [...document.querySelectorAll('section.panel')]
            .find((panel) => panel.querySelector('h2')?.innerText === pipeline);
        return [...(panel?.querySelectorAll('button') ?? [])].find((button) =>
            !button.disabled && (button.ariaLabel ?? button.querySelector('b')?.innerText ?? button.innerText).trim() === name) ?? null";
    let what = format!("“{name}” in the pipeline “{pipeline}”");
    let found = until(&what, SOON, || async {
        let Some(button) = browser.element(script, vec![json!(pipeline), json!(name)]).await? else { return Ok(None) };
        // What is drawn anew between the two is looked for again.
        Ok((button.scroll_into_view().await.is_ok() && button.click().await.is_ok()).then_some(()))
    })
    .await;
    browser.explain(found).await
}

/// The key of the stage of a name that a person made.
async fn key_of(browser: &Browser, name: &str) -> Result<String> {
    let stages = browser.records_of("stage", 50).await?;
    let found = stages.iter().find(|stage| stage.text("name") == name);
    found.map(|stage| Stage::key(stage.id)).ok_or_else(|| Trouble::Said(format!("there is no stage “{name}”")))
}

/// Waits until a deal is in a column of the board, and in the store.
async fn is_in(browser: &Browser, deal: &str, stage: &str) -> Result {
    let script =
        "return document.querySelector(`[data-card='${arguments[0]}']`)?.closest('[data-stage]')?.dataset.stage ?? ''";
    let there = until(&format!("the deal in the column {stage}"), SOON, || async {
        let shown = browser.run(script, vec![deal.into()]).await? == stage;
        Ok((shown && browser.record("deal", deal).await?.text("stage") == stage).then_some(()))
    })
    .await;
    browser.explain(there).await
}

/// Waits until a deal stands in a stage.
async fn stands_in(browser: &Browser, deal: &str, stage: &str) -> Result {
    let there = until(&format!("the deal to stand in {stage}"), SOON, || async {
        Ok((browser.record("deal", deal).await?.text("stage") == stage).then_some(()))
    })
    .await;
    browser.explain(there).await
}

/// The columns of the board, from its beginning to its end.
async fn has_columns(browser: &Browser, expected: &[&str]) -> Result {
    let script = "return [...document.querySelectorAll('.col h2')].map((head) => head.innerText)";
    let there = until(&format!("the columns {expected:?}"), SOON, || async {
        Ok((browser.run(script, vec![]).await? == json!(expected)).then_some(()))
    })
    .await;
    browser.explain(there).await
}

async fn a_second_pipeline_with_stages_of_its_own_comes_to_every_device(engine: Engine) -> Result {
    const EMAIL: &str = "ana@example.com";
    let mut server = Server::start().await?;
    let url = server.url();
    let ana = Browser::start(engine).await?.signed_up(&url, EMAIL).await?;
    server.kill();

    ana.enter(&url, "/deals/new").await?;
    ana.fill("Title", "Roof of the barn").await?;
    ana.press("Save deal").await?;
    let roof = ana.saved_as("/deals/").await?;

    // A pipeline is whole from its beginning, and stays so.
    ana.enter(&url, "/settings").await?;
    ana.press("Pipelines and stages").await?;
    ana.is_at("/settings/pipelines").await?;
    ana.press("New pipeline").await?;
    ana.fill("Name", "sales").await?;
    ana.press("Add pipeline").await?;
    check(ana.complaint("Name").await? == "There is a pipeline “sales” already.", "no two of one name")?;
    ana.fill("Name", "Service").await?;
    ana.press("Add pipeline").await?;
    ana.sees("Added “Service”").await?;
    press_in(&ana, "Service", "New").await?;
    ana.fill_in(&[("Name", "Visit"), ("Probability", "130")]).await?;
    ana.press("Save stage").await?;
    check(ana.complaint("Probability").await?.contains("from 0 to 100"), "more than all is too much")?;
    ana.fill("Probability", "30").await?;
    ana.press("Save stage").await?;
    ana.sees("Saved “Visit”").await?;
    press_in(&ana, "Service", "Lost").await?;
    ana.choose("Deals in it are", "Open").await?;
    ana.press("Save stage").await?;
    let said = ana.complaint("Deals in it are").await?;
    check(said == "A pipeline must keep at least one open, one won and one lost stage.", said)?;
    ana.choose("Deals in it are", "Lost").await?;
    ana.fill("Name", "Turned down").await?;
    ana.press("Save stage").await?;
    ana.sees("Saved “Turned down”").await?;
    press_in(&ana, "Service", "New stage").await?;
    ana.fill("Name", "visit").await?;
    ana.press("Add stage").await?;
    check(ana.complaint("Name").await? == "There is a stage “visit” already.", "no two stages of one name")?;
    ana.fill("Name", "Contract").await?;
    ana.press("Add stage").await?;
    ana.sees("Added “Contract”").await?;
    press_in(&ana, "Service", "Move Contract up").await?;
    // One that the program brings is called something else.
    press_in(&ana, "Sales", "Proposal").await?;
    ana.fill("Name", "Offer sent").await?;
    ana.press("Save stage").await?;
    ana.sees("Saved “Offer sent”").await?;

    // A deal in the new pipeline: it begins there, and the board remembers which one was looked at.
    ana.enter(&url, "/deals").await?;
    has_columns(&ana, &["Qualified", "Offer sent", "Negotiation", "Won", "Lost"]).await?;
    ana.choose("Pipeline", "Service").await?;
    has_columns(&ana, &["Contract", "Visit", "Won", "Turned down"]).await?;
    ana.press("New deal").await?;
    ana.fill("Title", "Boiler care").await?;
    ana.press("Save deal").await?;
    let boiler = ana.saved_as("/deals/").await?;
    ana.enter(&url, "/deals").await?;
    let (contract, refused) = (key_of(&ana, "Contract").await?, key_of(&ana, "Turned down").await?);
    is_in(&ana, &boiler, &contract).await?;

    // Pulled onto the other pipeline, which is there while the card is in the hand; and back.
    let card = ana.shown(&format!("[data-card='{boiler}']")).await?;
    ana.web()?.action_chain().move_to_element_center(&card).click_and_hold().move_by_offset(12, 6).perform().await?;
    let place = ana.shown("[data-elsewhere='qualified']").await?;
    let carry = ana.web()?.action_chain().move_to_element_center(&place).move_by_offset(2, 2);
    carry.release().perform().await?;
    stands_in(&ana, &boiler, "qualified").await?;
    ana.sees("Moved “Boiler care” to Sales: Qualified").await?;
    ana.press("Undo").await?;
    is_in(&ana, &boiler, &contract).await?;

    // Moved by keyboard to where deals are lost, whatever that is called: it wants a reason.
    until("the focus to be on the card", SOON, || async {
        let script = "const link = document.querySelector(`[data-card='${arguments[0]}'] a`); link?.focus();
            return link !== null && link === document.activeElement";
        Ok((ana.run(script, vec![boiler.as_str().into()]).await? == true).then_some(()))
    })
    .await?;
    ana.types(&[Key::Space, Key::Right, Key::Right, Key::Right, Key::Space]).await?;
    ana.fill("Reason", "Too dear").await?;
    ana.press("Mark as lost").await?;
    is_in(&ana, &boiler, &refused).await?;
    let lost = ana.record("deal", &boiler).await?;
    check(lost.text("lost_reason") == "Too dear", format!("the reason is “{}”", lost.text("lost_reason")))?;
    ana.enter(&url, &format!("/deals/{boiler}")).await?;
    ana.sees("Lost because: Too dear").await?;
    ana.sees("Contract → Turned down").await?;
    // To another pipeline, and back.
    ana.choose("Pipeline", "Sales").await?;
    stands_in(&ana, &boiler, "qualified").await?;
    ana.press("Undo").await?;
    stands_in(&ana, &boiler, &refused).await?;

    // A stage in use goes with its deals, and comes back with them.
    ana.enter(&url, "/settings/pipelines").await?;
    press_in(&ana, "Sales", "More about Won").await?;
    ana.press("Remove").await?;
    ana.sees("A pipeline must keep at least one open, one won and one lost stage.").await?;
    ana.press("Close").await?;
    let remove = || async {
        press_in(&ana, "Sales", "More about Qualified").await?;
        ana.press("Remove").await?;
        ana.sees("1 deal stands there.").await?;
        ana.choose("Move them to", "Negotiation").await?;
        ana.press("Remove stage").await?;
        ana.sees("Removed “Qualified” and moved 1 deal").await?;
        stands_in(&ana, &roof, "negotiation").await
    };
    remove().await?;
    ana.sees("1 removed stage").await?;
    ana.press("Undo").await?;
    stands_in(&ana, &roof, DealStage::Qualified.value()).await?;
    ana.sees_no("1 removed stage").await?;
    remove().await?;
    ana.sees("1 removed stage").await?;
    ana.indicates("offline").await?;

    // The server comes back, and another device has it all.
    server.up().await?;
    ana.enter(&url, "/deals").await?;
    ana.settled().await?;
    let max = Browser::start(engine).await?.signed_in(&url, EMAIL).await?;
    ana.equals(&max).await?;
    max.enter(&url, "/deals").await?;
    has_columns(&max, &["Offer sent", "Negotiation", "Won", "Lost"]).await?;
    is_in(&max, &roof, "negotiation").await?;
    max.choose("Pipeline", "Service").await?;
    is_in(&max, &boiler, &refused).await?;
    max.enter(&url, &format!("/deals/{roof}")).await?;
    max.sees("Qualified → Negotiation").await?;
    ana.is_clean().await?;
    max.is_clean().await
}
