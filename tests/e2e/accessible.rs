//! Every page keeps the rules of WCAG 2.2 AA that a program can check, as far as axe-core finds.

use outpost_tests::{
    browser::{Browser, Engine, Options},
    person::{By, Person},
    server::Server,
    trouble::{Result, check},
    workspace::{EMAIL, fill},
};
use thirtyfour::Key;

in_both!(every_page_in_both_themes_on_a_desktop);

async fn every_page_in_both_themes_on_a_desktop(engine: Engine) -> Result {
    every_page(engine, (1440, 900)).await
}

#[tokio::test]
async fn every_page_in_both_themes_on_a_phone() -> Result {
    // As high as its pages: what the bar at the bottom covers is not what is looked for.
    every_page(Engine::Chromium, (390, 3000)).await
}

async fn every_page(engine: Engine, size: (u32, u32)) -> Result {
    let mut server = Server::start().await?;
    let url = server.url();
    let workspace = fill(&url).await?;
    let browser = Browser::with(engine, Options::for_axe(size)).await?;
    browser.enter(&url, "/leads").await?;
    let mut found = browser.violations("/leads, still empty").await?;
    browser.press("Look around with sample data").await?;
    browser.sees("These are samples").await?;
    found.extend(browser.violations("/leads, with samples").await?);
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
            found.extend(browser.violations(&format!("{path}, {theme}")).await?);
        }
        let person = Person::new(&browser, By::Pointer);
        browser.opens_search(|| person.types("/")).await?;
        person.types("berg").await?;
        browser.wait_for(".palette:popover-open [role=option]", "").await?;
        found.extend(browser.violations(&format!("search, {theme}")).await?);
        browser.enter(&url, "/leads").await?;
        for panel in ["Filter", "Views"] {
            browser.press(panel).await?;
            browser.calm().await?;
            found.extend(browser.violations(&format!("{panel}, {theme}")).await?);
            browser.types(&[Key::Escape]).await?;
        }
    }
    check(found.is_empty(), format!("axe finds:\n{}", found.join("\n")))
}
