//! One box finds every record and does what can be done, without a server.

use outpost_tests::{
    browser::{Browser, Engine},
    trouble::{Result, check},
    wait::{SOON, until},
};
use serde_json::json;
use thirtyfour::{Key, TypingData};

in_both!(whatever_a_person_remembers_of_a_record_finds_it);

const BOX: &str = "Search everything";

/// Presses a key, wherever the focus is.
async fn press(browser: &Browser, keys: impl Into<TypingData>) -> Result {
    Ok(browser.web()?.action_chain().send_keys(keys).perform().await?)
}

/// Opens the box by a key, `/` or Ctrl-K; it listens a moment after the page is there.
async fn opens(browser: &Browser, with_ctrl: bool) -> Result {
    let press = async || {
        let keys = browser.web()?.action_chain();
        let keys = match with_ctrl {
            true => keys.key_down(Key::Control).send_keys("k").key_up(Key::Control),
            false => keys.send_keys("/"),
        };
        Ok(keys.perform().await?)
    };
    browser.opens_search(press).await
}

/// What the list of the box shows, a line each.
async fn lines(browser: &Browser) -> Result<Vec<String>> {
    let script = "return Array.from(document.querySelectorAll('.palette:popover-open [role=option]'), (one) => one.innerText.replace(/\\s+/g, ' '))";
    Ok(serde_json::from_value(browser.run(script, vec![]).await?)?)
}

/// Opens the box with `/`, types, and waits until a line holds these words, or until none does.
async fn finds(browser: &Browser, typed: &str, words: &str, is_there: bool) -> Result {
    opens(browser, false).await?;
    browser.fill(BOX, typed).await?;
    let what = format!("“{typed}” to find {}“{words}”", if is_there { "" } else { "no " });
    let answered = until(&what, SOON, || async {
        // The list is that of what was typed once it marks a word of it, or says that there is none.
        let ready = "return document.querySelector('.palette:popover-open input')?.value === arguments[0]
            && (document.querySelector('.palette mark') || document.querySelector('.palette-none')) !== null";
        let is_ready = browser.run(ready, vec![json!(typed)]).await? == true;
        let is_seen = lines(browser).await?.iter().any(|line| line.contains(words));
        Ok((is_ready && is_seen == is_there).then_some(()))
    });
    let answered = answered.await;
    browser.explain(answered).await
}

async fn whatever_a_person_remembers_of_a_record_finds_it(engine: Engine) -> Result {
    let (server, browser) = Browser::out_of_reach(engine).await?;
    let url = server.url();

    let fields = [("Name", "Petr Šilhavý"), ("Company", "Nordkai"), ("E-mail 1", "petr@boatyard.example")];
    let petr = browser.new_lead(&url, &fields).await?;
    browser
        .edit_lead(&url, &petr, &[("Phone 1", "(888) 555-0142"), ("Notes", "He wants a quotation for the greenhouse.")])
        .await?;
    browser.enter(&url, "/deals/new").await?;
    browser.fill_in(&[("Title", "Cold store"), ("Company", "Harbour Ltd")]).await?;
    browser.press("Save deal").await?;
    let deal = browser.saved_as("/deals/").await?;

    // By its name without accents, with a slip, by its number, a part of its address, a word of its notes; from any page.
    for typed in ["silhavy", "silhvay", "888 555", "boatyard", "petr@boat", "greenhouse"] {
        finds(&browser, typed, "Petr Šilhavý", true).await?;
    }
    // It says where.
    finds(&browser, "greenhouse", "quotation for the greenhouse", true).await?;
    finds(&browser, "zanzibar", "Petr Šilhavý", false).await?;
    finds(&browser, "silhavy", "Petr Šilhavý", true).await?;
    press(&browser, TypingData::from(Key::Enter)).await?;
    browser.is_at(&format!("/leads/{petr}")).await?;
    browser.sees("Petr Šilhavý").await?;

    // A command by the keyboard, for the record whose page is open.
    browser.enter(&url, &format!("/deals/{deal}")).await?;
    browser.sees("Cold store").await?;
    opens(&browser, true).await?;
    finds(&browser, "move to nego", "Move to Negotiation", true).await?;
    press(&browser, TypingData::from(Key::Enter)).await?;
    browser.sees("Moved “Cold store” to Negotiation").await?;
    check(browser.record("deal", &deal).await?.text("stage") == "negotiation", "it was moved")?;
    finds(&browser, "move to lost", "Move to Lost", true).await?;
    press(&browser, TypingData::from(Key::Enter)).await?;
    browser.press("No budget").await?;
    browser.sees("“Cold store” is lost").await?;
    // And from anywhere, by the pointer.
    finds(&browser, "new contact", "New contact", true).await?;
    browser.press("New contact").await?;
    browser.is_at("/contacts/new").await?;

    // What was just made, changed and deleted. Empty, it offers what was looked at last.
    browser.enter(&url, "/leads").await?;
    // It is there a moment after the page.
    let is_there = until("the search box", SOON, || async {
        Ok((browser.run("return document.querySelector('.palette') !== null", vec![]).await? == true).then_some(()))
    });
    is_there.await?;
    browser.press("Search").await?;
    browser.sees("Recent").await?;
    check(lines(&browser).await?.first().is_some_and(|line| line.contains("Cold store")), "the last is first")?;
    press(&browser, TypingData::from(Key::Escape)).await?;
    browser.new_lead(&url, &[("Name", "Ada Quentin")]).await?;
    finds(&browser, "quentin", "Ada Quentin", true).await?;
    press(&browser, TypingData::from(Key::Escape)).await?;
    press(&browser, TypingData::from(Key::Escape)).await?;
    browser.edit_lead(&url, &petr, &[("Name", "Petr Novák")]).await?;
    finds(&browser, "novak", "Petr Novák", true).await?;
    finds(&browser, "silhavy", "Petr", false).await?;
    browser.delete(&url, &format!("/leads/{petr}")).await?;
    finds(&browser, "novak", "Petr Novák", false).await?;
    press(&browser, TypingData::from(Key::Escape)).await?;
    press(&browser, TypingData::from(Key::Escape)).await?;
    press(&browser, "?").await?;
    browser.sees("Search, and run commands").await?;
    browser.is_clean().await
}
