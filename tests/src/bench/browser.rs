//! What a person waits for in the browser.

use std::time::Instant;

use outpost_core::id::RecordId;
use serde_json::json;
use thirtyfour::Key;

use super::{
    feel::{self, Felt},
    median,
};
use crate::{
    api::{Client, new_id, now_ms, patch},
    app::PASSWORD,
    browser::{Browser, Engine},
    server::Server,
    trouble::{Result, Trouble, trouble},
    wait::until,
};

/// Long enough for a hundred thousand rows on a slow machine.
const LONG: std::time::Duration = std::time::Duration::from_secs(600);

/// What is measured within the page is left alone meanwhile: each question by the driver takes the page some of its time.
const ALONE: std::time::Duration = std::time::Duration::from_millis(1_000);
/// The same for what takes a few milliseconds.
const SHORTLY: std::time::Duration = std::time::Duration::from_millis(80);

/// So few records come by pages, with no mark at their end. Of more the store is not asked how many it has: whoever asks has a turn
/// between two writes, and they wait for it.
const FEW: usize = 4_000;

/// How long a new device took for its first sync, in seconds from the press of the button.
#[derive(Debug, Clone)]
pub struct FirstSync {
    /// Until a list was on the screen.
    pub usable: f64,
    /// Until every record was durable, and found by sorting and searching.
    pub all: f64,
    /// The longest that the page answered to nothing meanwhile, in milliseconds.
    pub longest_task: f64,
    /// How long presses waited for their answers while records came, where there was time for any.
    pub felt: Option<Felt>,
}

/// What a person does while a new device fetches all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meanwhile {
    /// Nothing.
    Waits,
    /// Goes down the list, into a lead and back, all the time.
    LooksAround,
}

/// A new device signs in and fetches all; returns it and how long that took.
///
/// # Errors
/// A step fails.
pub async fn first_sync(
    server: &Server,
    email: &str,
    rows: usize,
    meanwhile: Meanwhile,
) -> Result<(Browser, FirstSync)> {
    let browser = Browser::start(Engine::Chromium).await?;
    browser.enter(&server.url(), "/account").await?;
    browser.works_offline().await?;
    browser.press("Sign in").await?;
    browser.fill_in(&[("E-mail", email), ("Password", PASSWORD)]).await?;
    let watch = "window.__longest = 0;
        new PerformanceObserver((list) => {
            for (const task of list.getEntries()) window.__longest = Math.max(window.__longest, task.duration);
        }).observe({ entryTypes: ['longtask'] });";
    browser.run(watch, vec![]).await?;
    let begun = Instant::now();
    let clock = browser.run("return performance.now()", vec![]).await?.as_f64().unwrap_or_default();
    browser.press("Sign in").await?;
    until("the first records to be in the list", LONG, || async {
        let script = "if (document.querySelector('[data-index=\"0\"]')) return true;
            const inside = !document.querySelector('input[type=password]') && location.pathname !== '/leads';
            if (inside) document.querySelector('a.nav[href=\"/leads\"]')?.click();
            return false;";
        Ok((browser.run(script, vec![]).await? == true).then_some(()))
    })
    .await?;
    let usable = begun.elapsed().as_secs_f64();
    feel::begin(&browser).await?;
    until(&format!("{rows} records to be in the browser's store"), LONG, || async {
        let fetched = "return performance.getEntriesByName('outpost:fetched').length > 0";
        let is_here = browser.run(fetched, vec![]).await? == true
            || rows <= FEW && browser.count("records").await? >= rows as u64;
        if !is_here && meanwhile == Meanwhile::LooksAround {
            browser.types(&[Key::Down, Key::Down, Key::Enter]).await?;
            browser.press("Leads").await?;
        }
        Ok(is_here.then_some(()))
    })
    .await?;
    // Whoever looked around meanwhile saw it late.
    let mark =
        browser.run("return performance.getEntriesByName('outpost:fetched')[0]?.startTime ?? null", vec![]).await?;
    let all = mark.as_f64().map_or(begun.elapsed().as_secs_f64(), |mark| (mark - clock) / 1_000.0);
    let longest_task = browser.run("return window.__longest", vec![]).await?.as_f64().unwrap_or_default();
    let felt = feel::end(&browser).await?;
    let felt = if felt.is_empty() { None } else { Some(Felt::of(felt)?) };
    browser.settled().await?;
    Ok((browser, FirstSync { usable, all, longest_task, felt }))
}

/// Milliseconds from the start of the navigation until the first window of the list is painted, several times in a browser
/// that has just been started, without a server. Each is a load of the whole app by its service worker.
///
/// # Errors
/// The app does not open.
pub async fn starts(browser: &mut Browser, base: &str, times: usize) -> Result<Vec<f64>> {
    browser.restart().await?;
    let mut taken = Vec::new();
    // The first load also starts the browser's own parts; it is not counted.
    for round in 0..=times {
        browser.open("about:blank").await?;
        browser.open(&format!("{base}/leads")).await?;
        tokio::time::sleep(ALONE).await;
        let mark = until("the first window of the list", LONG, || async {
            let script = "return performance.getEntriesByName('outpost:list-ready')[0]?.startTime ?? null";
            Ok(browser.run(script, vec![]).await?.as_f64())
        })
        .await?;
        // What stands behind it is loaded too before the next start, as when a person works.
        browser.ready().await?;
        if round > 0 {
            taken.push(mark);
        }
    }
    Ok(taken)
}

/// Milliseconds from a press until the change is durable, for so many changes of one lead's status.
///
/// # Errors
/// A press changes nothing.
pub async fn saves(browser: &Browser, base: &str, lead: RecordId, times: usize) -> Result<Vec<f64>> {
    browser.enter(base, &format!("/leads/{lead}")).await?;
    let watch = "window.__saves = []; window.__pressed = 0;
        addEventListener('click', () => { window.__pressed = performance.now(); }, true);
        new PerformanceObserver((list) => {
            for (const mark of list.getEntriesByName('outpost:saved')) window.__saves.push(mark.startTime - window.__pressed);
        }).observe({ entryTypes: ['mark'] });";
    browser.run(watch, vec![]).await?;
    for round in 0..times {
        let next = if round % 2 == 0 { "Contacted" } else { "Nurturing" };
        browser.press(next).await?;
        tokio::time::sleep(SHORTLY).await;
        until("the change to be durable", LONG, || async {
            Ok((browser.run("return window.__saves.length", vec![]).await? == json!(round + 1)).then_some(()))
        })
        .await?;
    }
    let saves: Vec<f64> = serde_json::from_value(browser.run("return window.__saves", vec![]).await?)?;
    if saves.len() == times { Ok(saves) } else { trouble::<Vec<f64>>(format!("{} saves of {times}", saves.len())) }
}

/// Milliseconds from a key in the search box until what it finds is in the page and laid out, for each letter of what a person
/// types to find some of the records: names, one with a slip, a number.
///
/// # Errors
/// The box does not answer.
pub async fn searches(browser: &Browser, base: &str, typed: &[String]) -> Result<Vec<f64>> {
    browser.enter(base, "/leads").await?;
    until("all words to be taken", LONG, || async {
        let ready = "return performance.getEntriesByName('outpost:search-ready').length > 0";
        Ok((browser.run(ready, vec![]).await? == true).then_some(()))
    })
    .await?;
    browser.press("Search").await?;
    browser.wait_for("field", "Search everything").await?;
    let script = "const input = document.querySelector('.palette:popover-open input');
        const list = document.querySelector('.palette-list');
        let laid = 0;
        new MutationObserver(() => { list.getBoundingClientRect(); laid = performance.now(); })
            .observe(list, { subtree: true, childList: true, characterData: true, attributes: true });
        const frame = () => new Promise((next) => requestAnimationFrame(() => setTimeout(next)));
        const set = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set;
        const taken = [];
        for (const words of arguments[0]) {
            for (let length = 1; length <= words.length; length++) {
                await frame();
                const marks = performance.getEntriesByName('outpost:found').length;
                const begun = performance.now();
                set.call(input, words.slice(0, length));
                input.dispatchEvent(new Event('input', { bubbles: true }));
                for (let wait = 0; performance.getEntriesByName('outpost:found').length === marks; wait++) {
                    if (wait > 500) throw new Error(`${words.slice(0, length)} is not answered`);
                    await frame();
                }
                const found = performance.getEntriesByName('outpost:found').pop().startTime;
                taken.push(Math.max(found, laid) - begun);
            }
        }
        return taken;";
    let taken = browser.run_async(script, vec![json!(typed)]).await?;
    Ok(serde_json::from_value(taken)?)
}

/// Milliseconds from a press until the list of leads stands sorted by a column that no index holds, for which all records are
/// read; until it is turned round; and until it stands in groups, for which all are read again.
///
/// # Errors
/// The list does not change.
pub async fn orders(browser: &Browser, base: &str) -> Result<[f64; 3]> {
    browser.enter(base, "/leads?columns=owner,score").await?;
    browser.ready().await?;
    let script = "const [what, wanted] = arguments;
        const place = document.querySelector('dialog[open]') ?? document.querySelector('thead');
        const find = () => Array.from(place.querySelectorAll('button'))
            .find((button) => button.innerText.trim() === what);
        const begun = performance.now();
        find().click();
        while (!document.querySelector(wanted)) {
            if (performance.now() - begun > 120_000) throw new Error(`${what} changes nothing`);
            await new Promise((next) => requestAnimationFrame(next));
        }
        const rows = () => Array.from(document.querySelectorAll('tr[data-index]'), (row) => row.innerText).join();
        for (const before = window.__rows; rows() === before;) {
            if (performance.now() - begun > 120_000) throw new Error(`${what} changes no row`);
            await new Promise((next) => requestAnimationFrame(next));
        }
        window.__rows = rows();
        return performance.now() - begun;";
    let press = async |what: &str, wanted: &str| {
        let taken = browser.run_async(script, vec![json!(what), json!(wanted)]).await?;
        Ok::<f64, Trouble>(serde_json::from_value(taken)?)
    };
    let keep = "window.__rows = Array.from(document.querySelectorAll('tr[data-index]'), (row) => row.innerText).join()";
    browser.run(keep, vec![]).await?;
    let sorted = press("Score", "th[aria-sort=ascending]").await?;
    let turned = press("Score", "th[aria-sort=descending]").await?;
    browser.press("More").await?;
    browser.press("Group by…").await?;
    let grouped = press("Owner", ".group-head").await?;
    Ok([sorted, turned, grouped])
}

/// Milliseconds from the server's answer to one device until another one shows the change, for so many changes. Both
/// clocks are this machine's.
///
/// # Errors
/// A change does not come.
pub async fn latencies(server: &Server, email: &str, times: usize) -> Result<Vec<f64>> {
    let mut client = Client::sign_up(&server.url(), email, PASSWORD).await?;
    let browser = Browser::start(Engine::Chromium).await?;
    browser.enter(&server.url(), "/account").await?;
    browser.sign_in(email, PASSWORD).await?;
    browser.settled().await?;
    browser.enter(&server.url(), "/leads").await?;
    browser.settled().await?;
    let watch = "window.__shown = {};
        new MutationObserver(() => {
            const name = document.querySelector('[data-index=\"0\"] a')?.textContent;
            if (name) window.__shown[name] ??= performance.timeOrigin + performance.now();
        }).observe(document.body, { subtree: true, childList: true, characterData: true });";
    browser.run(watch, vec![]).await?;
    let mut taken = Vec::new();
    for round in 0..=times {
        let name = format!("Live {round}");
        client.set("lead", new_id(), patch(json!({ "name": name }))).await?;
        let answered = now_ms() as f64;
        let shown = until("the change to be shown", LONG, || async {
            Ok(browser.run("return window.__shown[arguments[0]] ?? null", vec![json!(name)]).await?.as_f64())
        })
        .await?;
        // The first may still have waited for the connection.
        if round > 0 {
            taken.push((shown - answered).max(0.0));
        }
    }
    Ok(taken)
}

/// The median in whole milliseconds, and how far the values spread.
pub fn spread(values: &[f64]) -> Result<String> {
    let least = values.iter().copied().min_by(f64::total_cmp);
    let most = values.iter().copied().max_by(f64::total_cmp);
    match (least, most) {
        (Some(least), Some(most)) => Ok(format!("{:.0} ms ({least:.0} to {most:.0})", median(values))),
        _ => Err(Trouble::Said("nothing was measured".to_owned())),
    }
}
