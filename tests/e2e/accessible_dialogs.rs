//! What opens above a page or is asked in the middle of work keeps the rules as pages do, as far as axe-core finds: in both themes,
//! and written from right to left.

use std::collections::BTreeMap;

use outpost_tests::{
    browser::{Browser, Engine, Options},
    day::{self, Known},
    env::env,
    server::Server,
    trouble::{Result, check},
    wait::{LATER, SOON, until},
};
use thirtyfour::Key;

const DIALOG: &str = "dialog[open]";
const MENU: &str = "[role=menu]:popover-open";

#[tokio::test]
async fn what_opens_above_a_page_in_both_themes_and_from_right_to_left_on_a_desktop() -> Result {
    what_opens((1440, 900)).await
}

#[tokio::test]
async fn what_opens_above_a_page_in_both_themes_and_from_right_to_left_on_a_phone() -> Result {
    what_opens(day::PHONE).await
}

async fn what_opens(size: (u32, u32)) -> Result {
    let mut server = Server::start().await?;
    let url = server.url();
    let known = day::workspace(&url).await?;
    let browser = Browser::with(Engine::Chromium, Options::for_axe(size)).await?;
    let browser = browser.signed_in(&url, day::EMAIL).await?;
    // For the sync centre: one change that is refused, as if an older version had written it, and one that waits.
    server.kill();
    browser.new_lead(&url, &[("Name", "Refused"), ("Notes", "Long")]).await?;
    browser.indicates("offline").await?;
    browser.swell_unsent("notes", 70_000).await?;
    server.up().await?;
    until("a change to be refused", LATER, || async { Ok((browser.count("rejected").await? == 1).then_some(())) })
        .await?;
    server.kill();
    browser.new_lead(&url, &[("Name", "Waiting")]).await?;

    let mut found = Vec::new();
    for (theme, language) in [("Light", ""), ("Dark", ""), ("Light", "العربية")] {
        browser.enter(&url, "/settings").await?;
        browser.press(theme).await?;
        let mut words = BTreeMap::new();
        if !language.is_empty() {
            browser.choose("Language", language).await?;
            words = catalogue("ar")?;
        }
        let seen = Seen { browser: &browser, url: &url, words, how: format!("{theme} {language}") };
        browser.sees(seen.word("Settings")).await?;
        found.extend(seen.in_lists().await?);
        found.extend(seen.at_records(&known).await?);
        found.extend(seen.with_tools().await?);
    }
    check(found.is_empty(), format!("axe finds:\n{}", found.join("\n")))
}

/// What a language calls what the app is written in.
fn catalogue(language: &str) -> Result<BTreeMap<String, String>> {
    let text = std::fs::read_to_string(env().dist.join(format!("lang/{language}.txt")))?;
    let pair = |line: &str| {
        let mut words = line.split('\t').map(str::to_owned);
        Some((words.next()?, words.next()?))
    };
    Ok(text.lines().filter_map(pair).collect())
}

/// The app as somebody sees it.
struct Seen<'a> {
    browser: &'a Browser,
    url: &'a str,
    words: BTreeMap<String, String>,
    how: String,
}

impl Seen<'_> {
    /// A word of the app as it stands there.
    fn word<'w>(&'w self, english: &'w str) -> &'w str {
        self.words.get(english).map_or(english, String::as_str)
    }

    async fn press(&self, word: &str) -> Result {
        self.browser.press(self.word(word)).await
    }

    /// What axe finds on what is open now.
    async fn look(&self, what: &str) -> Result<Vec<String>> {
        self.browser.calm().await?;
        self.browser.violations(&format!("{what}, {}", self.how)).await
    }

    /// The same of what a selector finds as soon as it does, which is closed by Escape then.
    async fn look_and_close(&self, opened: &str, what: &str) -> Result<Vec<String>> {
        self.browser.shown(opened).await?;
        let found = self.look(what).await?;
        self.browser.types(&[Key::Escape]).await?;
        until(&format!("{what} to close"), SOON, || async {
            let script = "return document.querySelector(arguments[0]) === null";
            Ok((self.browser.run(script, vec![opened.into()]).await? == true).then_some(()))
        })
        .await?;
        Ok(found)
    }

    /// Panels of a list, its menu, and work on many rows.
    async fn in_lists(&self) -> Result<Vec<String>> {
        let mut found = Vec::new();
        self.browser.enter(self.url, "/leads").await?;
        self.browser.sees("Ada Ek").await?;
        self.press("Filter").await?;
        self.browser.shown(DIALOG).await?;
        self.press("Group").await?;
        found.extend(self.look_and_close(DIALOG, "the filter, with a group").await?);
        self.press("Views").await?;
        found.extend(self.look_and_close(DIALOG, "saved views").await?);
        self.press("More").await?;
        found.extend(self.look_and_close(MENU, "the menu of a list").await?);
        for panel in ["Columns…", "Group by…"] {
            self.press("More").await?;
            self.press(panel).await?;
            found.extend(self.look_and_close(DIALOG, panel).await?);
        }
        self.press("More").await?;
        self.press("Select").await?;
        self.press("Select all").await?;
        found.extend(self.look("rows that are picked").await?);
        self.press("Edit…").await?;
        self.browser.choose(self.word("Field"), self.word("Owner")).await?;
        found.extend(self.look_and_close(DIALOG, "editing many").await?);
        Ok(found)
    }

    /// What is asked at a record, and what is said of it.
    async fn at_records(&self, known: &Known) -> Result<Vec<String>> {
        let mut found = Vec::new();
        self.browser.enter(self.url, &format!("/leads/{}", known.leads[0])).await?;
        self.press("More").await?;
        found.extend(self.look_and_close(MENU, "the menu of a record").await?);
        self.press("More").await?;
        self.press("Delete").await?;
        self.browser.shown(".toast").await?;
        found.extend(self.look("what was deleted, to be undone").await?);
        self.press("Undo").await?;

        self.browser.enter(self.url, &format!("/calls/new?company={}", known.company)).await?;
        found.extend(self.look("logging a call").await?);
        self.browser.fill(self.word("Duration"), "a while").await?;
        self.browser.shown("form [type=submit]").await?.click().await?;
        self.browser.shown("[aria-invalid=true]").await?;
        found.extend(self.look("a call of which something is wrong").await?);

        self.browser.enter(self.url, &format!("/deals/{}", known.deal)).await?;
        self.press("Lost").await?;
        found.extend(self.look_and_close(DIALOG, "why a deal was lost").await?);

        self.browser.enter(self.url, "/contacts").await?;
        self.browser.sees("Mira Sommer").await?;
        self.press("More").await?;
        self.press("Find duplicates").await?;
        self.browser.is_at("/merge/*").await?;
        self.browser.sees("Petr Novák").await?;
        found.extend(self.look("duplicates").await?);
        self.press("Merge…").await?;
        self.browser.sees(self.word("Goes into it")).await?;
        found.extend(self.look("two that are merged").await?);
        Ok(found)
    }

    /// What is there on every page, and the way of a file and of what is not yet sent.
    async fn with_tools(&self) -> Result<Vec<String>> {
        let mut found = Vec::new();
        self.browser.enter(self.url, "/leads").await?;
        self.browser.sees("Ada Ek").await?;
        let presses =
            async |key: char| -> Result { Ok(self.browser.web()?.action_chain().send_keys(key).perform().await?) };
        presses('?').await?;
        found.extend(self.look_and_close(DIALOG, "the sheet of keys").await?);
        self.browser.opens_search(async || presses('/').await).await?;
        self.browser.web()?.action_chain().send_keys("nord").perform().await?;
        self.browser.shown(".palette:popover-open [role=option]").await?;
        found.extend(self.look("the search box").await?);

        self.browser.enter(self.url, "/sync").await?;
        self.browser.sees("Refused").await?;
        self.browser.sees("Waiting").await?;
        found.extend(self.look("the sync centre").await?);

        self.browser.enter(self.url, "/import").await?;
        let file = self.browser.profile().join("Fair.csv");
        std::fs::write(&file, "Name,E-mail\r\nVisitor 1,visitor1@fair.example\r\nVisitor 2,nobody\r\n")?;
        self.browser.give_file(self.word("Choose a file"), &file).await?;
        self.browser.sees("Visitor 2").await?;
        found.extend(self.look("a file before it is imported").await?);
        Ok(found)
    }
}
