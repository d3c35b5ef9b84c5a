//! Every page keeps the rules of WCAG 2.2 AA that a program can check, by axe-core (`tests/data/axe.min.js`, unchanged).

use outpost_tests::{
    browser::{Browser, Engine, Options},
    person::{By, Person},
    server::Server,
    trouble::{Result, check},
    workspace::{EMAIL, fill},
};
use serde_json::Value;
use thirtyfour::Key;

/// What axe finds: a line each, with the rule, the element, and why.
const AXE: &str = "const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
    // What is half there has half its contrast.
    await Promise.allSettled(document.getAnimations().filter((one) => one instanceof CSSTransition).map((one) => one.finished));
    const { violations } = await axe.run(document, { runOnly: tags });
    return violations.flatMap(({ id, nodes }) => nodes.map((node) =>
        `${id}: ${node.html.slice(0, 160)} (${[...node.any, ...node.all].map((one) => one.message).join(' ').slice(0, 200)})`));";

#[tokio::test]
async fn every_page_in_both_themes_on_a_desktop() -> Result {
    every_page((1440, 900)).await
}

#[tokio::test]
async fn every_page_in_both_themes_on_a_phone() -> Result {
    // As high as its pages: what the bar at the bottom covers is not what is looked for.
    every_page((390, 3000)).await
}

async fn every_page(size: (u32, u32)) -> Result {
    let mut server = Server::start().await?;
    let url = server.url();
    let workspace = fill(&url).await?;
    let options = Options {
        size,
        // Colours are looked at when they are what they are to be.
        arguments: vec!["--force-prefers-reduced-motion".to_owned()],
        before_pages: Some(include_str!("../data/axe.min.js").to_owned()),
    };
    let browser = Browser::with(Engine::Chromium, options).await?;
    browser.enter(&url, "/leads").await?;
    let mut found = violations(&browser, "/leads, still empty").await?;
    browser.press("Look around with sample data").await?;
    browser.sees("These are samples").await?;
    found.extend(violations(&browser, "/leads, with samples").await?);
    browser.press("Remove the samples").await?;
    browser.sees_no("These are samples").await?;
    let browser = browser.signed_in(&url, EMAIL).await?;
    workspace.comes_to(&browser).await?;
    server.kill();
    let mut paths = workspace.paths();
    let draft = browser.new_invoice(&url, "Mira Sommer", "Roof", "2", "450").await?;
    paths.push(format!("/invoices/{draft}"));
    for theme in ["Light", "Dark"] {
        browser.enter(&url, "/settings").await?;
        browser.press(theme).await?;
        for path in &paths {
            browser.enter(&url, path).await?;
            found.extend(violations(&browser, &format!("{path}, {theme}")).await?);
        }
        let person = Person::new(&browser, By::Pointer);
        browser.opens_search(|| person.types("/")).await?;
        person.types("berg").await?;
        browser.wait_for(".palette:popover-open [role=option]", "").await?;
        found.extend(violations(&browser, &format!("search, {theme}")).await?);
        browser.enter(&url, "/leads").await?;
        for panel in ["Filter", "Views"] {
            browser.press(panel).await?;
            browser.calm().await?;
            found.extend(violations(&browser, &format!("{panel}, {theme}")).await?);
            browser.types(&[Key::Escape]).await?;
        }
    }
    check(found.is_empty(), format!("axe finds:\n{}", found.join("\n")))
}

async fn violations(browser: &Browser, page: &str) -> Result<Vec<String>> {
    let found: Vec<Value> = serde_json::from_value(browser.run_async(AXE, vec![]).await?)?;
    Ok(found.iter().map(|line| format!("{page}: {}", line.as_str().unwrap_or_default())).collect())
}
