//! Keys that are quicker than the pages that they lead to.

use outpost_tests::{
    browser::{Browser, Engine},
    trouble::{Result, check},
};
use thirtyfour::Key;

in_both!(a_key_is_for_the_page_that_the_one_before_leads_to, a_form_leads_to_the_next_one_and_keeps_what_was_typed);

async fn a_key_is_for_the_page_that_the_one_before_leads_to(engine: Engine) -> Result {
    let (server, browser) = Browser::out_of_reach(engine).await?;
    let url = server.url();
    browser.new_lead(&url, &[("Name", "Ada Ek")]).await?;

    browser.enter(&url, "/leads").await?;
    browser.sees("Ada Ek").await?;
    browser.web()?.action_chain().send_keys("gcn").perform().await?;
    browser.is_at("/companies/new").await?;
    browser.sees("New company").await?;

    // As quick as can be: no frame comes between.
    browser.enter(&url, "/leads").await?;
    browser.sees("Ada Ek").await?;
    let at_once = "for (const key of 'gpn')
        document.body.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));";
    browser.run(at_once, vec![]).await?;
    browser.is_at("/contacts/new").await?;
    browser.sees("New contact").await?;
    // Both are in the way back.
    for path in ["/contacts", "/leads"] {
        // As the page does: a browser's own button may pass over what came without a person's touch.
        browser.run("history.back()", vec![]).await?;
        browser.is_at(path).await?;
    }
    browser.is_clean().await
}

/// Presses a key while others are held.
async fn chord(browser: &Browser, held: &[Key], key: Key) -> Result {
    let down = held.iter().fold(browser.web()?.action_chain(), |chain, held| chain.key_down(held.clone()));
    let pressed = down.key_down(key.clone()).key_up(key);
    Ok(held.iter().fold(pressed, |chain, held| chain.key_up(held.clone())).perform().await?)
}

async fn a_form_leads_to_the_next_one_and_keeps_what_was_typed(engine: Engine) -> Result {
    let (server, browser) = Browser::out_of_reach(engine).await?;
    let url = server.url();
    // The one that was changed last stands first.
    let one = browser.new_lead(&url, &[("Name", "Aalto")]).await?;
    let two = browser.new_lead(&url, &[("Name", "Berg")]).await?;
    let form = |id: &str| format!("/leads/{id}/edit");
    browser.enter(&url, &form(&two)).await?;
    browser.sees("Edit Berg").await?;
    // Typed and left at once, within the pause after which drafts are written.
    browser.fill("Name", "Berg and Sons").await?;
    chord(&browser, &[Key::Alt], Key::PageDown).await?;
    browser.sees("Edit Aalto").await?;
    browser.is_at(&form(&one)).await?;
    check(browser.value("Name").await? == "Aalto", "the form is that of the other one")?;
    // Nothing stands behind the last.
    chord(&browser, &[Key::Alt], Key::PageDown).await?;
    chord(&browser, &[Key::Alt], Key::PageUp).await?;
    browser.sees("Edit Berg").await?;
    browser.is_at(&form(&two)).await?;
    browser.sees("You had not saved this yet").await?;
    check(browser.value("Name").await? == "Berg and Sons", "what was typed is there")?;
    check(browser.record("lead", &two).await?.text("name") == "Berg", "nothing was saved by leaving")?;
    // Other keys with it are the field's own, and so is this one alone.
    browser.wait_for("field", "Name").await?.focus().await?;
    for held in [&[][..], &[Key::Alt, Key::Control], &[Key::Alt, Key::Shift]] {
        chord(&browser, held, Key::PageDown).await?;
    }
    check(browser.value("Name").await? == "Berg and Sons", "the form is the same")?;
    browser.is_at(&form(&two)).await?;
    // What is saved from there is what was typed, and its draft is gone.
    browser.press("Save changes").await?;
    browser.is_at(&format!("/leads/{two}")).await?;
    check(browser.record("lead", &two).await?.text("name") == "Berg and Sons", "it is saved")?;
    browser.enter(&url, &form(&two)).await?;
    browser.sees("Edit Berg and Sons").await?;
    browser.sees_no("You had not saved this yet").await?;
    browser.is_clean().await
}
