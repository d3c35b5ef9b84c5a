//! Two people change one field apart: both values are kept, on both devices and without a network, and one tap takes the
//! other. What was deleted can be found again, with what was edited beneath.

use outpost_tests::{
    app::together,
    browser::{Browser, Engine},
    server::Server,
    trouble::{Result, check},
};

in_both!(a_value_that_lost_is_kept_and_one_tap_takes_it, what_was_deleted_is_found_again_with_what_was_edited_beneath);

/// Two devices of one workspace that hold the same lead; they are called Ana's and Max's.
async fn two(engine: Engine, email: &str) -> Result<(Server, Browser, Browser, String)> {
    let server = Server::start().await?;
    let url = server.url();
    let ana = Browser::start(engine).await?.signed_up(&url, email).await?;
    let lead = ana.new_lead(&url, &[("Name", "Mira Sommer"), ("Company", "Sommer AG")]).await?;
    ana.settled().await?;
    let max = Browser::start(engine).await?.signed_in(&url, email).await?;
    ana.equals(&max).await?;
    Ok((server, ana, max, lead))
}

async fn a_value_that_lost_is_kept_and_one_tap_takes_it(engine: Engine) -> Result {
    let (mut server, ana, max, lead) = two(engine, "clash@example.com").await?;
    let url = server.url();
    let page = format!("/leads/{lead}");
    server.kill();
    ana.edit_lead(&url, &lead, &[("Company", "Sommer KG")]).await?;
    max.edit_lead(&url, &lead, &[("Company", "Sommer und Söhne"), ("Owner", "Max")]).await?;
    together(&mut server, [&ana, &max]).await?;
    for device in [&ana, &max] {
        check(device.record("lead", &lead).await?.text("company") == "Sommer und Söhne", "the later one wins")?;
        check(device.record("lead", &lead).await?.text("owner") == "Max", "what did not clash is there too")?;
    }

    // Both see both values, also without a network.
    server.kill();
    for device in [&ana, &max] {
        device.enter(&url, &page).await?;
        device.sees("Company: two values").await?;
        device.sees("wrote “Sommer KG”").await?;
        device.sees("wrote “Sommer und Söhne”").await?;
    }
    ana.press("Use “Sommer KG”").await?;
    ana.sees_no("Company: two values").await?;
    check(ana.record("lead", &lead).await?.text("company") == "Sommer KG", "one tap takes the other value")?;
    together(&mut server, [&ana, &max]).await?;
    max.enter(&url, &page).await?;
    max.sees("Sommer KG").await?;
    check(!max.shows("two values").await?, "what was settled is settled everywhere")?;

    // And the record remembers it all.
    max.press("All changes").await?;
    for words in
        ["Sommer AG Sommer KG", "Sommer KG Sommer und Söhne", "Sommer und Söhne Sommer KG", "This device changed"]
    {
        max.sees(words).await?;
    }
    server.kill();
    max.enter(&url, &page).await?;
    max.press("All changes").await?;
    max.sees("This is what this device knows").await?;
    ana.is_clean().await?;
    max.is_clean().await
}

async fn what_was_deleted_is_found_again_with_what_was_edited_beneath(engine: Engine) -> Result {
    let (mut server, ana, max, lead) = two(engine, "beneath@example.com").await?;
    let url = server.url();
    server.kill();
    ana.delete(&url, &format!("/leads/{lead}")).await?;
    max.edit_lead(&url, &lead, &[("Notes", "Wants a quote for the roof")]).await?;
    together(&mut server, [&ana, &max]).await?;

    // The toast is gone with the page; the way back is not.
    ana.enter(&url, "/settings").await?;
    ana.press("Recently deleted").await?;
    ana.sees("Lead, deleted").await?;
    ana.press("Mira Sommer").await?;
    ana.sees("It was deleted on this device").await?;
    ana.sees("Edited after it was deleted").await?;
    ana.sees("Wants a quote for the roof").await?;
    ana.enter(&url, "/settings/deleted").await?;
    ana.press("Restore").await?;
    ana.sees("Nothing was deleted").await?;
    ana.settled().await?;
    let held = ana.record("lead", &lead).await?;
    check(!held.is_deleted() && held.text("notes") == "Wants a quote for the roof", "both are back")?;
    max.enter(&url, &format!("/leads/{lead}")).await?;
    max.sees("Wants a quote for the roof").await?;
    ana.is_clean().await?;
    max.is_clean().await
}
