//! How the app feels: how long a person waits for an answer to a press or a key, and what a page weighs.

use serde_json::json;
use thirtyfour::Key;

use super::table::percentile;
use crate::{
    browser::{Browser, Engine, Options},
    day::{self, PHONE, Rep},
    person::{By, Person},
    server::Server,
    trouble::{Result, Trouble, trouble},
    wait::{SOON, until},
};

/// How many times slower the page is made, as a cheap phone is.
const SLOWER: u32 = 4;
/// How many of the slowest are told.
const WORST: usize = 3;

/// How long interactions took until their answer was painted, in milliseconds.
#[derive(Debug, Clone)]
pub struct Felt {
    /// What the browser would call the page's interaction to next paint: 98 of 100 are quicker.
    pub inp: f64,
    /// The slowest, and what they were.
    pub worst: Vec<(f64, String)>,
    /// How many there were.
    pub count: usize,
}

impl Felt {
    /// Of all that was measured.
    ///
    /// # Errors
    /// That is nothing.
    pub fn of(mut all: Vec<(f64, String)>) -> Result<Self> {
        if all.is_empty() {
            return trouble("the browser measured no interaction");
        }
        all.sort_by(|one, other| other.0.total_cmp(&one.0));
        let times: Vec<f64> = all.iter().map(|(time, _)| *time).collect();
        let (inp, count) = (percentile(&times, 98), all.len());
        all.truncate(WORST);
        Ok(Self { inp, worst: all, count })
    }
}

/// Works for a while as people do, on a processor that is four times slower: through lists and pages, writing a note, searching,
/// moving a deal by keyboard. The browser itself measures.
///
/// # Errors
/// A step fails.
pub async fn felt(browser: &Browser, base: &str, lead: &str) -> Result<Felt> {
    let mut all: Vec<(f64, String)> = Vec::new();
    let person = Person::new(browser, By::Pointer).unhurried();
    browser.cdp("Emulation.setCPUThrottlingRate", json!({ "rate": SLOWER })).await?;
    // Each page that is opened anew measures anew; so most steps stay within the app, as people do.
    browser.enter(base, "/leads").await?;
    begin(browser).await?;
    for _ in 0..3 {
        browser.types(&[Key::Down, Key::Down, Key::Enter]).await?;
        browser.is_at("/leads/*").await?;
        browser.press("Leads").await?;
        browser.wait_for("[data-index]", "").await?;
    }
    all.extend(end(browser).await?);

    browser.enter(base, &format!("/notes/new?lead={lead}")).await?;
    begin(browser).await?;
    browser.fill("Note", "W").await?;
    person.types("ants the roof before the first snow.").await?;
    browser.press("Save note").await?;
    browser.is_at("/leads/*").await?;
    browser.press("Today").await?;
    browser.is_at("/today").await?;
    browser.press("Calendar").await?;
    browser.is_at("/calendar*").await?;
    browser.press("Search").await?;
    let field = browser.wait_for("field", "Search everything").await?;
    browser.replace(&field, "r").await?;
    person.types("oof").await?;
    // The first empties the box.
    browser.types(&[Key::Escape, Key::Escape]).await?;
    browser.press("Leads").await?;
    browser.wait_for("[data-index]", "").await?;
    all.extend(end(browser).await?);

    browser.enter(base, "/deals/board").await?;
    begin(browser).await?;
    browser.press("Deals").await?;
    browser.types(&[Key::Tab, Key::Tab, Key::Tab, Key::Space, Key::Right, Key::Space]).await?;
    all.extend(end(browser).await?);
    browser.cdp("Emulation.setCPUThrottlingRate", json!({ "rate": 1 })).await?;
    Felt::of(all)
}

/// A whole day in the field, on a phone's glass and a processor that is four times slower, without a server.
///
/// # Errors
/// A step fails.
pub async fn felt_day() -> Result<Felt> {
    let mut server = Server::start().await?;
    let url = server.url();
    let known = day::workspace(&url).await?;
    let options = Options { size: PHONE, before_pages: Some(WATCH.to_owned()), ..Options::default() };
    let device = Browser::with(Engine::Chromium, options).await?.signed_in(&url, day::EMAIL).await?;
    server.kill();
    device.cdp("Emulation.setCPUThrottlingRate", json!({ "rate": SLOWER })).await?;
    device.enter(&url, "/today").await?;
    // What was pressed to sign in was quicker.
    device.run("sessionStorage.removeItem('felt'); window.__felt.clear();", vec![]).await?;
    Rep::new(&device, By::Pointer, PHONE).unhurried().day(&known).await?;
    Felt::of(end(&device).await?)
}

/// Notes how long each interaction takes, and keeps it when the page is loaded anew.
const WATCH: &str = "window.__felt = new Map(JSON.parse(sessionStorage.getItem('felt') ?? '[]'));
    const page = performance.timeOrigin;
    const note = (list) => {
        for (const entry of list.getEntries()) {
            if (!entry.interactionId) continue;
            const key = `${page}-${entry.interactionId}`;
            const before = window.__felt.get(key)?.[0] ?? 0;
            const what = `${entry.name} on ${(entry.target?.textContent || entry.target?.tagName || '').trim().slice(0, 16)} at ${location.pathname.slice(0, 12)}`;
            if (entry.duration > before) window.__felt.set(key, [entry.duration, what]);
        }
    };
    window.__feeling = new PerformanceObserver(note);
    window.__feeling.observe({ type: 'event', durationThreshold: 16 });
    addEventListener('pagehide', () => sessionStorage.setItem('felt', JSON.stringify([...window.__felt])));";

/// Begins to notice how long each press and key waits for its answer.
pub(super) async fn begin(browser: &Browser) -> Result {
    browser.run(&format!("sessionStorage.removeItem('felt'); {WATCH}"), vec![]).await.map(drop)
}

/// What was felt since. Interactions that were quicker than the browser notes count as its least.
pub(super) async fn end(browser: &Browser) -> Result<Vec<(f64, String)>> {
    let settle =
        "for (let frames = 0; frames < 20; frames += 1) await new Promise((next) => requestAnimationFrame(next));
        const all = [...window.__felt.values()];
        window.__felt.clear();
        return all;";
    Ok(serde_json::from_value(browser.run_async(settle, vec![]).await?)?)
}

/// How evenly a list moves that is scrolled as fast as a person flings it.
#[derive(Debug, Clone)]
pub struct Frames {
    /// Milliseconds from one frame to the next.
    pub gaps: Vec<f64>,
    /// In how many of them the middle of the glass had no row.
    pub blank: usize,
}

/// Scrolls through a list, a tenth of the glass and more in each frame, and listens to the frames.
///
/// # Errors
/// The list does not open.
pub async fn frames(browser: &Browser, base: &str) -> Result<Frames> {
    browser.enter(base, "/leads").await?;
    browser.wait_for("[data-index]", "").await?;
    let scroll = "const gaps = [];
        let blank = 0;
        const frame = () => new Promise((next) => requestAnimationFrame(next));
        for (let at = 0; at < 20; at += 1) await frame();
        let before = await frame();
        for (let at = 0; at < 300; at += 1) {
            scrollBy(0, 120);
            const now = await frame();
            gaps.push(now - before);
            before = now;
            if (!document.elementFromPoint(innerWidth / 2, innerHeight / 2)?.closest('[data-index]')) blank += 1;
        }
        return [gaps, blank];";
    let (gaps, blank) = serde_json::from_value(browser.run_async(scroll, vec![]).await?)?;
    Ok(Frames { gaps, blank })
}

/// What the page of a long list weighs after it was scrolled through.
#[derive(Debug, Clone, Copy)]
pub struct Weight {
    /// Nodes of the document.
    pub nodes: u64,
    /// Bytes of the page's own process.
    pub bytes: u64,
}

/// Scrolls through a list and weighs the page.
///
/// # Errors
/// It cannot be weighed.
pub async fn weight(browser: &Browser, base: &str) -> Result<Weight> {
    browser.enter(base, "/leads").await?;
    until("all words to be taken", SOON * 3, || async {
        let ready = "return performance.getEntriesByName('outpost:search-ready').length > 0";
        Ok((browser.run(ready, vec![]).await? == true).then_some(()))
    })
    .await?;
    let scroll = "const frame = () => new Promise((next) => requestAnimationFrame(() => setTimeout(next)));
        for (let step = 1; step <= 60; step += 1) {
            scrollTo(0, (document.documentElement.scrollHeight * step) / 60);
            await frame();
        }
        return document.querySelectorAll('*').length;";
    let nodes = browser.run_async(scroll, vec![]).await?.as_u64().unwrap_or_default();
    Ok(Weight { nodes, bytes: renderer(browser.profile())? })
}

/// The bytes in memory of the largest page process of the browser that has this profile.
fn renderer(profile: &std::path::Path) -> Result<u64> {
    let profile = profile.to_string_lossy().into_owned();
    let mut all: Vec<(u32, u32, bool)> = Vec::new();
    let mut first = None;
    for entry in std::fs::read_dir("/proc")?.flatten() {
        let Some(pid) = entry.file_name().to_str().and_then(|name| name.parse::<u32>().ok()) else { continue };
        // One may end while it is looked at.
        let Ok(line) = std::fs::read_to_string(entry.path().join("cmdline")) else { continue };
        let Ok(stat) = std::fs::read_to_string(entry.path().join("stat")) else { continue };
        let parent = stat.rsplit_once(')').and_then(|(_, rest)| rest.split_whitespace().nth(1)?.parse().ok());
        if line.contains(&profile) && !line.contains("--type=") && line.contains("chrom") {
            first = Some(pid);
        }
        all.push((pid, parent.unwrap_or_default(), line.contains("--type=renderer")));
    }
    let first = first.ok_or_else(|| Trouble::Said("the browser's process is not there".to_owned()))?;
    let below = |mut pid: u32| {
        for _ in 0..6 {
            match all.iter().find(|(own, ..)| *own == pid) {
                Some((own, ..)) if *own == first => return true,
                Some((_, parent, _)) => pid = *parent,
                None => return false,
            }
        }
        false
    };
    let pages = all.iter().filter(|(pid, _, is_page)| *is_page && below(*pid));
    let resident = |(pid, ..): &(u32, u32, bool)| {
        let status = std::fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
        let line = status.lines().find(|line| line.starts_with("VmRSS:"))?;
        Some(line.split_whitespace().nth(1)?.parse::<u64>().ok()? * 1_024)
    };
    pages.filter_map(resident).max().ok_or_else(|| Trouble::Said("the page's process is not there".to_owned()))
}
