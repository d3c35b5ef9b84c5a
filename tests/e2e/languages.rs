//! The app speaks other languages, on all its pages, without a server too.

use outpost_tests::{
    app::PAGES,
    browser::{Browser, Engine},
    server::Server,
    trouble::{Result, check},
};
use serde_json::json;

in_both!(every_page_speaks_the_language_that_was_chosen_without_a_server);

/// What is called the same in every language, and what the test itself writes.
const NAMES: [&str; 6] = ["Ada", "Lovelace", "AL", "Outpost", "Deutsch", "English"];

/// Types whose lists and forms are looked at besides [`PAGES`].
const TYPES: [&str; 9] = ["contacts", "sites", "products", "tags", "notes", "calls", "meetings", "visits", "tasks"];

/// All that a page says, as `said`: each text with the element that holds it, and what is said by attributes without one.
const SAID: &str = "const said = [];
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) said.push([texts.currentNode.data.trim(), texts.currentNode.parentElement]);
    for (const name of ['aria-label', 'placeholder', 'title'])
        for (const element of document.querySelectorAll(`[${name}]`)) said.push([element.getAttribute(name), null]);";

/// What of a page is in English still although the catalogue of a language has it.
async fn is_english(browser: &Browser, language: &str) -> Result<Vec<String>> {
    let script = "const lines = (await (await fetch(`/lang/${arguments[0]}.txt`)).text()).split('\\n');
        const other = new Set(lines.map((line) => line.split('\\t')).filter(([english, ...own]) => english && !own.includes(english)).map(([english]) => english));
        const own = new Set(lines.flatMap((line) => line.split('\\t').slice(1)));
        return said.map(([text]) => text).filter((text) => other.has(text) && !own.has(text));";
    Ok(serde_json::from_value(browser.run_async(&format!("{SAID}{script}"), vec![json!(language)]).await?)?)
}

/// What of a page in Arabic is in Latin letters although it is nobody's name: English that never came into a catalogue. The
/// words that the catalogue itself has in those letters, codes of currencies and builds, and `names` may be there.
async fn is_latin(browser: &Browser, names: &[&str]) -> Result<Vec<String>> {
    let script = "const catalogue = await (await fetch('/lang/ar.txt')).text();
        const word = /[a-z0-9]{2,}/gi;
        const own = catalogue.split('\\n').flatMap((line) => line.split('\\t').slice(1)).join(' ').match(word);
        const known = new Set([...own, ...arguments[0]]);
        const seen = said.filter(([, element]) => !element?.closest('script, style, noscript')).map(([text]) => text);
        return seen.filter((text) => (text.match(word) ?? []).some((one) => !known.has(one) && !/^[A-Z]{3}$|[0-9]/.test(one)));";
    Ok(serde_json::from_value(browser.run_async(&format!("{SAID}{script}"), vec![json!(names)]).await?)?)
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
    let mut strange = vec![];
    let of_types: Vec<_> = TYPES.iter().flat_map(|name| [format!("/{name}"), format!("/{name}/new")]).collect();
    let direction = "return getComputedStyle(document.body).direction";
    check(browser.run(direction, vec![]).await? == "rtl", "Arabic is written from right to left")?;
    let others = of_types.iter().map(String::as_str);
    for path in PAGES.into_iter().chain(others).chain([one.as_str(), edit.as_str()]) {
        browser.enter(&url, path).await?;
        let english = is_english(&browser, "ar").await?;
        check(english.is_empty(), format!("{path} says in English: {}", english.join(" | ")))?;
        for text in is_latin(&browser, &NAMES).await? {
            strange.push(format!("{path}: {text}"));
        }
        let script = "return document.documentElement.scrollWidth <= document.documentElement.clientWidth";
        check(browser.run(script, vec![]).await? == true, format!("{path} is as wide as the glass"))?;
    }

    check(strange.is_empty(), format!("English that is in no catalogue:\n{}", strange.join("\n")))?;

    browser.enter(&url, "/settings").await?;
    browser.choose("اللغة", "حسب المتصفح").await?;
    browser.sees("Settings").await?;
    browser.is_clean().await
}
