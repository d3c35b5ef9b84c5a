//! The clocks are put forward in the night to a Sunday: what is arranged for nine o'clock is at nine before and after it, also when
//! it is moved across that night.

use outpost_tests::{
    browser::{Browser, Engine, Options},
    server::Server,
    trouble::{Result, Trouble, check},
    wait::{SOON, until},
};
use serde_json::json;
use thirtyfour::{Key, WebElement};

in_both!(nine_oclock_is_nine_oclock_before_and_after_the_clocks_change);

/// Where two o'clock is three on 28 March 2027.
const ZONE: &str = "Europe/Berlin";
const FRIDAY: &str = "2027-03-26";
const MONDAY: &str = "2027-03-29";
const NEXT_FRIDAY: &str = "2027-04-02";

async fn new_meeting(browser: &Browser, url: &str, about: &str, day: &str) -> Result<String> {
    browser.enter(url, "/meetings/new").await?;
    browser.fill_in(&[("About", about), ("Begins", &format!("{day}T09:00")), ("Duration", "60")]).await?;
    browser.press("Save meeting").await?;
    browser.saved_as("/meetings/").await
}

/// Waits until a meeting is kept as beginning at this hour of a day in UTC.
async fn is_kept_at(browser: &Browser, meeting: &str, day: &str, hour: u32) -> Result {
    let wanted = browser.run("return Date.parse(arguments[0])", vec![json!(format!("{day}T{hour:02}:00Z"))]).await?;
    let kept = until(&format!("the meeting at {hour} o'clock UTC of {day}"), SOON, || async {
        let at = browser.record("meeting", meeting).await?.get("at").cloned();
        if at.as_ref() == Some(&wanted) { Ok(Some(())) } else { Err(Trouble::Said(format!("{at:?}, not {wanted}"))) }
    })
    .await;
    browser.explain(kept).await
}

/// Waits until a meeting stands on a day.
async fn stands(browser: &Browser, meeting: &str, day: &str) -> Result<WebElement> {
    let script = "return document.querySelector(`[data-day='${arguments[1]}'] [data-key='${arguments[0]}']`)";
    let there = until(&format!("the meeting on {day}"), SOON, || async {
        browser.element(script, vec![json!(meeting), json!(day)]).await
    })
    .await;
    browser.explain(there).await
}

/// Opens the week of a day, in which a meeting stands at nine by its place among the hours and by what it says.
async fn is_shown_at_nine(browser: &Browser, url: &str, meeting: &str, day: &str) -> Result {
    browser.enter(url, &format!("/calendar/week?day={day}")).await?;
    let block = stands(browser, meeting, day).await?;
    let script = "const [block] = arguments, at = block.getBoundingClientRect();
        const column = block.closest('[data-hours]').getBoundingClientRect();
        const hours = (edge) => Math.round((edge - column.top) / column.height * 24 * 4) / 4;
        return [hours(at.top), hours(at.bottom), block.querySelector('.cal-time').innerText]";
    let shown = browser.run(script, vec![block.to_json()?]).await?;
    let says_nine = shown[2].as_str().is_some_and(|time| time.starts_with("9:00"));
    check(shown[0] == 9 && shown[1] == 10 && says_nine, format!("on {day} the meeting is shown at {shown}"))
}

async fn nine_oclock_is_nine_oclock_before_and_after_the_clocks_change(engine: Engine) -> Result {
    let mut server = Server::start().await?;
    let url = server.url();
    let browser = Browser::with(engine, Options { zone: Some(ZONE), ..Options::default() }).await?;
    browser.enter(&url, "/leads").await?;
    browser.works_offline().await?;
    server.kill();
    let script = "return [...arguments].map((day) => new Date(`${day}T09:00`).getTimezoneOffset())";
    let zone = browser.run(script, vec![json!(FRIDAY), json!(MONDAY)]).await?;
    check(zone == json!([-60, -120]), format!("the browser is not in {ZONE}: {zone}"))?;

    // Arranged in the weeks before and after, both are at nine.
    let survey = new_meeting(&browser, &url, "Survey", FRIDAY).await?;
    let handover = new_meeting(&browser, &url, "Handover", NEXT_FRIDAY).await?;
    is_kept_at(&browser, &survey, FRIDAY, 8).await?;
    is_kept_at(&browser, &handover, NEXT_FRIDAY, 7).await?;
    is_shown_at_nine(&browser, &url, &survey, FRIDAY).await?;
    is_shown_at_nine(&browser, &url, &handover, NEXT_FRIDAY).await?;

    // Pulled from the Friday before to the Monday after it is at nine still.
    let month = format!("/calendar/month?day={FRIDAY}");
    browser.enter(&url, &month).await?;
    let block = stands(&browser, &survey, FRIDAY).await?;
    let monday = browser.shown(&format!("[data-day='{MONDAY}']")).await?;
    let pull = browser.web()?.action_chain().move_to_element_center(&block).click_and_hold().move_by_offset(8, 8);
    pull.move_to_element_center(&monday).move_by_offset(2, 2).release().perform().await?;
    is_kept_at(&browser, &survey, MONDAY, 7).await?;
    stands(&browser, &survey, MONDAY).await?;
    browser.sees("Moved Survey to").await?;
    is_shown_at_nine(&browser, &url, &survey, MONDAY).await?;
    browser.enter(&url, &format!("/meetings/{survey}/edit")).await?;
    let begins = browser.value("Begins").await?;
    check(begins == format!("{MONDAY}T09:00"), format!("the form says {begins}"))?;

    // By keyboard back to the Friday, and over again.
    browser.enter(&url, &month).await?;
    stands(&browser, &survey, MONDAY).await?;
    for (key, day, hour) in [(Key::Left, FRIDAY, 8), (Key::Right, MONDAY, 7)] {
        let script = "document.querySelector(`[data-key='${arguments[0]}']`)?.focus();
            return document.activeElement?.dataset.key === arguments[0]";
        until("the focus to be on the meeting", SOON, || async {
            Ok((browser.run(script, vec![json!(survey)]).await? == true).then_some(()))
        })
        .await?;
        browser.types(&[Key::Space, key.clone(), key.clone(), key, Key::Space]).await?;
        is_kept_at(&browser, &survey, day, hour).await?;
        stands(&browser, &survey, day).await?;
    }
    is_shown_at_nine(&browser, &url, &survey, MONDAY).await?;
    browser.is_clean().await
}
