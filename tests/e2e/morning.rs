//! What stands beside a person's day: deals that nobody has touched for longer than their stage bears, and what others have done
//! overnight.

use outpost_core::record::Record;
use outpost_tests::{
    api::{Client, new_id, patch},
    app::PASSWORD,
    browser::{Browser, Engine},
    clock::DAY,
    server::Server,
    trouble::{Result, Trouble, check, trouble},
    wait::{LATER, SOON, until},
};
use serde_json::json;

in_both!(
    a_deal_that_nobody_touches_is_spoken_of_until_somebody_does_something_about_it,
    what_others_do_overnight_stands_under_today_in_the_morning,
);

/// What a section of the page says, line by line.
const LINES: &str = "const section = [...document.querySelectorAll('section')]
        .find((section) => section.querySelector(':scope > h2')?.innerText.trim() === arguments[0]);
    return [...section?.querySelectorAll('li') ?? []].map((item) => item.innerText.replace(/\\s+/g, ' ').trim());";

/// Waits until a section has so many lines.
async fn lines_of(browser: &Browser, section: &str, count: usize) -> Result<Vec<String>> {
    let there = until(&format!("{count} lines under “{section}”"), SOON, || async {
        let lines: Vec<String> = serde_json::from_value(browser.run(LINES, vec![json!(section)]).await?)?;
        if lines.len() == count { Ok(Some(lines)) } else { trouble(format!("there are {lines:?}")) }
    })
    .await;
    browser.explain(there).await
}

/// Fails unless the lines begin and end so.
fn say(lines: &[String], wanted: &[(&str, &str)]) -> Result {
    let fit = lines.iter().zip(wanted).all(|(line, (start, end))| line.starts_with(start) && line.ends_with(end));
    check(lines.len() == wanted.len() && fit, format!("{lines:?} are not {wanted:?}"))
}

async fn new_deal(browser: &Browser, url: &str, title: &str, stage: &str, close: &str) -> Result {
    browser.enter(url, "/deals/new").await?;
    browser.fill_in(&[("Title", title), ("Expected close", close)]).await?;
    browser.choose("Stage", stage).await?;
    browser.press("Save deal").await?;
    browser.saved_as("/deals/").await.map(drop)
}

async fn a_deal_that_nobody_touches_is_spoken_of_until_somebody_does_something_about_it(engine: Engine) -> Result {
    const WAITS: &str = "Deals that wait for you";
    let (server, browser) = Browser::out_of_reach(engine).await?;
    let url = server.url();
    let script = "const at = new Date(); at.setDate(at.getDate() + arguments[0]); return at.toLocaleDateString('sv')";
    let close = browser.run(script, vec![json!(10)]).await?;
    new_deal(&browser, &url, "Roof of the barn", "Qualified", "").await?;
    new_deal(&browser, &url, "Cold store", "Negotiation", "").await?;
    new_deal(&browser, &url, "Pier", "Negotiation", close.as_str().unwrap_or_default()).await?;
    browser.enter(&url, "/today").await?;
    browser.sees("No deal is past its day or forgotten").await?;

    // A week later those who negotiate have been quiet for too long; whoever is only qualified may be for three weeks.
    let leaves_and_comes_back = async |days: u64| -> Result {
        browser.press("Leads").await?;
        browser.is_at("/leads").await?;
        browser.is_later(days * DAY).await?;
        browser.press("Today").await?;
        browser.is_at("/today").await.map(drop)
    };
    leaves_and_comes_back(6).await?;
    browser.sees("No deal is past its day or forgotten").await?;
    leaves_and_comes_back(8).await?;
    let mut lines = lines_of(&browser, WAITS, 2).await?;
    // Both have been quiet since the same day: whichever comes first.
    lines.sort();
    say(&lines, &[("Cold store Negotiation", "Quiet for 8 days"), ("Pier Negotiation", "Quiet for 8 days")])?;
    leaves_and_comes_back(22).await?;
    // What should have been won by now comes before what was forgotten.
    let mut lines = lines_of(&browser, WAITS, 3).await?;
    lines[1..].sort();
    let quiet = "Quiet for 22 days";
    say(&lines, &[("Pier", "days late"), ("Cold store", quiet), ("Roof of the barn Qualified", quiet)])?;

    // Whoever writes a call down has done something about it.
    browser.press("Cold store").await?;
    browser.is_at("/deals/*").await?;
    browser.press("Log a call").await?;
    browser.is_at("/calls/new").await?;
    browser.fill("About", "Foundations").await?;
    browser.press("Save call").await?;
    browser.is_at("/deals/*").await?;
    browser.press("Today").await?;
    say(&lines_of(&browser, WAITS, 2).await?, &[("Pier", "days late"), ("Roof of the barn", quiet)])?;
    browser.is_clean().await
}

async fn what_others_do_overnight_stands_under_today_in_the_morning(engine: Engine) -> Result {
    const EMAIL: &str = "morning@example.com";
    const AWAY: &str = "While you were away";
    let server = Server::start().await?;
    let url = server.url();
    let browser = Browser::start(engine).await?.signed_up(&url, EMAIL).await?;
    let mut leads = Vec::new();
    for name in ["Mira Sommer", "Bo Dahl", "Cleo Fry"] {
        leads.push(browser.new_lead(&url, &[("Name", name)]).await?);
    }
    browser.settled().await?;
    browser.press("Today").await?;
    browser.sees("What others change while you are away stands here in the morning").await?;
    browser.press("Leads").await?;
    browser.is_at("/leads").await?;

    // The app stays open overnight, and somebody else works late; so does its own person, who knows of that.
    let mut max = Client::sign_in(&url, EMAIL, PASSWORD).await?;
    max.pull().await?;
    let id = |lead: &str| lead.parse().map_err(|_| Trouble::Said(format!("{lead} is no id")));
    max.set("lead", id(&leads[1])?, patch(json!({ "company": "Dahl AB", "notes": "Calls back in May" }))).await?;
    max.set("lead", id(&leads[0])?, patch(json!({ "status": "contacted" }))).await?;
    let new = new_id();
    max.set("company", new, patch(json!({ "name": "Nordkai", "status": "customer" }))).await?;
    until("the last of it to be on the device", LATER, || async {
        let companies = browser.records_of("company", 2).await?;
        Ok(companies.iter().any(|company: &Record| company.id == new).then_some(()))
    })
    .await?;
    browser.press("Cleo Fry").await?;
    browser.press("More").await?;
    browser.press("Delete").await?;
    browser.sees("Deleted “Cleo Fry”").await?;
    browser.settled().await?;

    browser.is_later(DAY).await?;
    browser.press("Today").await?;
    browser.is_at("/today").await?;
    let news = ["New company: Nordkai", "Mira Sommer is now Contacted", "Changed Bo Dahl: Company, Notes"];
    let lines = lines_of(&browser, AWAY, news.len()).await?;
    say(&lines, &news.map(|line| (line, "")))?;
    check(lines.iter().all(|line| line.contains("Another device · ")), format!("{lines:?}"))?;
    // It stands there the whole day, and leads to what it is about.
    browser.press("Changed Bo Dahl").await?;
    browser.is_at(&format!("/leads/{}", leads[1])).await?;
    browser.sees("Calls back in May").await?;
    browser.press("Today").await?;
    say(&lines_of(&browser, AWAY, news.len()).await?, &news.map(|line| (line, "")))?;
    browser.is_clean().await
}
