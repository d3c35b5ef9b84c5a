//! A day is planned in the evening and opened in the morning, without a network: today, tomorrow, and the calendar, in which
//! things are moved by pointer and by keyboard.

use outpost_tests::{
    browser::{Browser, Engine},
    trouble::{Result, Trouble, check},
    wait::{SOON, until},
};
use serde_json::{Value, json};
use thirtyfour::{Key, WebElement};

in_both!(a_day_is_planned_opened_and_moved);

/// The day so many days from now, and an hour of it in milliseconds since 1970, as the browser's own zone has them.
const DAY: &str = "const day = (days, hour = 0) => { const at = new Date(); at.setDate(at.getDate() + days); at.setHours(hour, 0, 0, 0); return at; };
    const name = (at) => at.toLocaleDateString('sv');";

async fn a_day_is_planned_opened_and_moved(engine: Engine) -> Result {
    let (server, browser) = Browser::out_of_reach(engine).await?;
    let url = server.url();

    // Empty pages teach, and lead on.
    browser.press("Today").await?;
    browser.is_at("/today").await?;
    browser.sees("A day of your own").await?;
    browser.sees("No deal is past its day").await?;
    browser.press("Tomorrow").await?;
    browser.is_at("/today/tomorrow").await?;
    browser.sees("Nothing planned yet").await?;
    browser.press("New meeting").await?;
    browser.fill_in(&[("About", "Kick-off"), ("Duration", "60")]).await?;
    browser.press("Save meeting").await?;
    // One is back where it was arranged.
    browser.is_at("/today/tomorrow").await?;
    browser.sees("Kick-off").await?;
    let meetings = browser.records_of("meeting", 2).await?;
    let meeting = meetings.first().map(|meeting| meeting.id.to_string()).unwrap_or_default();
    is_then(&browser, "meeting", &meeting, 1, 9).await?;

    browser.enter(&url, "/companies/new").await?;
    browser.fill("Name", "Nordkai").await?;
    browser.press("Add an address").await?;
    browser.fill_in(&[("Street", "Kaistr. 7"), ("Town", "Hamburg")]).await?;
    browser.press("Save company").await?;
    let company = browser.saved_as("/companies/").await?;
    let at = browser.run(&format!("{DAY} return day(1, 14).getTime()"), vec![]).await?;
    browser.enter(&url, &format!("/visits/new?company={company}&at={at}")).await?;
    browser.fill("About", "Look at the crane").await?;
    browser.press("Save visit").await?;
    browser.is_at(&format!("/companies/{company}")).await?;
    let today = text(browser.run(&format!("{DAY} return name(day(0))"), vec![]).await?)?;
    browser.enter(&url, "/tasks/new").await?;
    browser.fill_in(&[("Task", "Send the offer"), ("Due", &today)]).await?;
    browser.press("Save task").await?;
    browser.saved_as("/tasks/").await?;

    // In the morning: what is due is ticked off in place, and comes back.
    browser.enter(&url, "/today").await?;
    browser.sees("No meetings or visits today").await?;
    browser.wait_for("field", "Done: Send the offer").await?.click().await?;
    browser.sees("A day of your own").await?;
    browser.press("Undo").await?;
    browser.sees("Due · 1").await?;
    browser.wait_for("field", "Done: Send the offer").await?;

    // Tomorrow is one key or one swipe away.
    browser.types(&[Key::Right]).await?;
    browser.is_at("/today/tomorrow").await?;
    for words in ["Kick-off", "1 h", "Look at the crane", "Nordkai · Kaistr. 7, Hamburg", "Nothing is due tomorrow"] {
        browser.sees(words).await?;
    }
    let map = browser.wait_for("link", "Open Kaistr. 7, Hamburg on the map").await?.attr("href").await?;
    check(map.as_ref().is_some_and(|map| map.contains("Kaistr.%207,%20Hamburg")), format!("the map is {map:?}"))?;
    swipe(&browser, 160).await?;
    browser.is_at("/today").await?;
    swipe(&browser, -160).await?;
    browser.is_at("/today/tomorrow").await?;

    // In the calendar's week it stands where it is, and goes where it is pulled.
    let days = browser.run(&format!("{DAY} return [name(day(1)), name(day(0)), name(day(2))]"), vec![]).await?;
    let days: Vec<String> = serde_json::from_value(days)?;
    let week = format!("/calendar/week?day={}", days[0]);
    browser.enter(&url, &week).await?;
    let block = stands(&browser, &meeting, &days[0]).await?;
    // One of the days before and after it is in the same week.
    let script = "return arguments[0].find((day) => document.querySelector(`[data-hours][data-day='${day}']`)) ?? ''";
    let other = text(browser.run(script, vec![json!(&days[1..])]).await?)?;
    let ahead = if other == days[1] { 0 } else { 2 };
    let script = "const [block, day] = arguments;
        const column = document.querySelector(`[data-hours][data-day='${day}']`).getBoundingClientRect();
        const at = block.getBoundingClientRect();
        return [Math.round(column.left + column.width / 2 - at.left - at.width / 2), Math.round(column.height / 24)]";
    let by: Vec<i64> = serde_json::from_value(browser.run(script, vec![block.to_json()?, json!(other)]).await?)?;
    let pull = browser.web()?.action_chain().move_to_element_center(&block).click_and_hold().move_by_offset(8, 8);
    pull.move_by_offset(by[0] - 8, by[1] - 8).move_by_offset(1, 0).perform().await?;
    // However long it is held there, the hours stay where they are under it.
    let top = "return document.querySelector('.cal').scrollTop";
    let before = browser.run(top, vec![]).await?;
    check(before.as_f64().is_some_and(|top| top > 0.0), "the night is above the glass")?;
    stands(&browser, &meeting, &other).await?;
    focus_is_on(&browser, &meeting).await?;
    let frames = "for (let frame = 0; frame < 8; frame += 1) await new Promise(requestAnimationFrame);";
    browser.run_async(frames, vec![]).await?;
    let after = browser.run(top, vec![]).await?;
    check(after == before, format!("the hours went from {before} to {after} under what is held"))?;
    browser.web()?.action_chain().move_by_offset(-1, 0).release().perform().await?;
    is_then(&browser, "meeting", &meeting, ahead, 10).await?;
    browser.sees("Moved Kick-off to").await?;
    browser.reload().await?;
    browser.ready().await?;
    stands(&browser, &meeting, &other).await?;

    // By keyboard back to its day and an hour later; the focus stays on it. With Escape it stays where it is.
    focus(&browser, &meeting).await?;
    let back = if ahead == 0 { Key::Right } else { Key::Left };
    browser.types(&[Key::Space, Key::Down, Key::Down, Key::Down, Key::Down, back, Key::Space]).await?;
    is_then(&browser, "meeting", &meeting, 1, 11).await?;
    stands(&browser, &meeting, &days[0]).await?;
    focus_is_on(&browser, &meeting).await?;
    browser.types(&[Key::Space, Key::Down, Key::Escape]).await?;
    browser.reload().await?;
    browser.ready().await?;
    stands(&browser, &meeting, &days[0]).await?;
    is_then(&browser, "meeting", &meeting, 1, 11).await?;

    // An empty place makes a new one there, and one comes back to it.
    let script = "const column = document.querySelector(`[data-hours][data-day='${arguments[0]}']`);
        const at = column.getBoundingClientRect(), within = document.querySelector('.cal').getBoundingClientRect();
        const y = at.top + at.height * 16.3 / 24;
        return [Math.round(at.left + at.width / 2), Math.round(y), y > within.top && y < within.bottom]";
    let place = browser.run(script, vec![json!(days[0])]).await?;
    check(place[2] == true, "four in the afternoon is in sight")?;
    let (x, y) = (place[0].as_i64().unwrap_or_default(), place[1].as_i64().unwrap_or_default());
    browser.web()?.action_chain().move_to(x, y).click().perform().await?;
    browser.is_at("/meetings/new").await?;
    let begins = browser.value("Begins").await?;
    check(begins == format!("{}T16:00", days[0]), format!("the new meeting begins at {begins}"))?;
    browser.fill("About", "Coffee").await?;
    browser.press("Save meeting").await?;
    browser.is_at("/calendar/week").await?;
    browser.sees("Coffee").await?;

    // The same in the month, the agenda and the day.
    browser.press("Month").await?;
    browser.is_at("/calendar/month").await?;
    stands(&browser, &meeting, &days[0]).await?;
    focus(&browser, &meeting).await?;
    browser.press("Agenda").await?;
    browser.is_at("/calendar/agenda").await?;
    browser.sees("Look at the crane").await?;
    browser.press("Day").await?;
    browser.is_at("/calendar/day").await?;
    stands(&browser, &meeting, &days[0]).await?;
    browser.enter(&url, "/today/tomorrow").await?;
    browser.sees("Coffee").await?;
    browser.is_clean().await
}

fn text(value: Value) -> Result<String> {
    match value {
        Value::String(text) if !text.is_empty() => Ok(text),
        other => Err(Trouble::Said(format!("a text was wanted, not {other}"))),
    }
}

/// Waits until a record is at this hour of the day so many days from now.
async fn is_then(browser: &Browser, kind: &str, id: &str, days: i64, hour: i64) -> Result {
    let wanted = browser
        .run(&format!("{DAY} return day(arguments[0], arguments[1]).getTime()"), vec![json!(days), json!(hour)])
        .await?;
    let there = until(&format!("{kind} {id} at {hour} o'clock in {days} days ({wanted})"), SOON, || async {
        let at = browser.record(kind, id).await?.get("at").cloned();
        Ok((at.as_ref() == Some(&wanted)).then_some(()))
    })
    .await;
    browser.explain(there).await
}

/// Waits until an entry stands on a day.
async fn stands(browser: &Browser, id: &str, day: &str) -> Result<WebElement> {
    let script = "return document.querySelector(`[data-day='${arguments[1]}'] [data-key='${arguments[0]}']`)";
    let found =
        until(&format!("{id} on {day}"), SOON, || async { browser.element(script, vec![json!(id), json!(day)]).await })
            .await;
    browser.explain(found).await
}

async fn focus(browser: &Browser, id: &str) -> Result {
    let script = "document.querySelector(`[data-key='${arguments[0]}']`)?.focus();
        return document.activeElement?.dataset.key ?? ''";
    until("the focus to be on the entry", SOON, || async {
        Ok((browser.run(script, vec![json!(id)]).await? == id).then_some(()))
    })
    .await
}

async fn focus_is_on(browser: &Browser, id: &str) -> Result {
    until("the focus to stay on the entry", SOON, || async {
        let key = browser.run("return document.activeElement?.dataset.key ?? ''", vec![]).await?;
        Ok((key == id).then_some(()))
    })
    .await
}

/// A finger goes so many pixels to the right.
async fn swipe(browser: &Browser, by: i64) -> Result {
    let script = "const page = document.querySelector('.today'), at = page.getBoundingClientRect();
        const touch = (kind, x) => page.dispatchEvent(new PointerEvent(kind, { bubbles: true, cancelable: true, pointerType: 'touch',
            isPrimary: true, pointerId: 7, clientX: x, clientY: at.top + 20 }));
        touch('pointerdown', at.left + 300);
        touch('pointerup', at.left + 300 + arguments[0]);";
    browser.run(script, vec![json!(by)]).await.map(drop)
}
