//! The app speaks other languages, on all its pages, without a server too.

use outpost_tests::{
    app::PAGES,
    browser::{Browser, Engine},
    server::Server,
    trouble::{Result, check},
};
use serde_json::json;

in_both!(every_page_speaks_the_language_that_was_chosen_without_a_server);

/// What of a page is in English still although the catalogue of a language has it.
async fn is_english(browser: &Browser, language: &str) -> Result<Vec<String>> {
    let script = "const lines = (await (await fetch(`/lang/${arguments[0]}.txt`)).text()).split('\\n');
        const other = new Set(lines.map((line) => line.split('\\t')).filter(([english, ...own]) => english && !own.includes(english)).map(([english]) => english));
        const own = new Set(lines.flatMap((line) => line.split('\\t').slice(1)));
        const said = [];
        const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
        while (texts.nextNode()) said.push(texts.currentNode.data.trim());
        for (const name of ['aria-label', 'placeholder', 'title'])
            for (const element of document.querySelectorAll(`[${name}]`)) said.push(element.getAttribute(name));
        return said.filter((text) => other.has(text) && !own.has(text));";
    Ok(serde_json::from_value(browser.run_async(script, vec![json!(language)]).await?)?)
}

async fn every_page_speaks_the_language_that_was_chosen_without_a_server(engine: Engine) -> Result {
    let mut server = Server::start().await?;
    let url = server.url();
    let browser = Browser::start(engine).await?;
    browser.enter(&url, "/settings").await?;
    browser.works_offline().await?;
    server.kill();

    browser.choose("Language", "Deutsch").await?;
    browser.sees("Einstellungen").await?;
    // A mistake is said in it, too, and so is what core says of a value.
    browser.enter(&url, "/leads/new").await?;
    browser.press("Lead speichern").await?;
    check(browser.complaint("Name").await? == "Diese Angabe fehlt.", "what is missing is said in German")?;
    browser.fill("Name", "Ada Lovelace").await?;
    browser.press("Lead speichern").await?;
    let id = browser.saved_as("/leads/").await?;
    let one = format!("/leads/{id}");
    let edit = format!("{one}/edit");
    for path in PAGES.into_iter().chain([one.as_str(), edit.as_str()]) {
        browser.enter(&url, path).await?;
        let english = is_english(&browser, "de").await?;
        check(english.is_empty(), format!("{path} says in English: {}", english.join(" | ")))?;
    }

    browser.enter(&url, "/settings").await?;
    browser.choose("Sprache", "العربية").await?;
    browser.sees("الإعدادات").await?;
    let direction = "return getComputedStyle(document.body).direction";
    check(browser.run(direction, vec![]).await? == "rtl", "Arabic is written from right to left")?;
    for path in PAGES.into_iter().chain([one.as_str(), edit.as_str()]) {
        browser.enter(&url, path).await?;
        let english = is_english(&browser, "ar").await?;
        check(english.is_empty(), format!("{path} says in English: {}", english.join(" | ")))?;
        let script = "return document.documentElement.scrollWidth <= document.documentElement.clientWidth";
        check(browser.run(script, vec![]).await? == true, format!("{path} is as wide as the glass"))?;
    }

    browser.enter(&url, "/settings").await?;
    browser.choose("اللغة", "حسب المتصفح").await?;
    browser.sees("Settings").await?;
    browser.is_clean().await
}
