//! The same lead written down twice: two are made one, without a network, whatever another device does with them meanwhile; and who
//! is there already is said while somebody types.

use outpost_tests::{
    app::together,
    browser::{Browser, Engine},
    server::Server,
    trouble::{Result, check},
    wait::{LATER, SOON, until},
};

in_both!(
    what_another_device_does_with_a_merged_record_is_not_lost,
    two_that_merge_in_opposite_directions_keep_one_record,
    a_form_says_who_is_there_and_duplicates_are_found,
    what_is_not_the_same_is_said_once
);

/// Two devices of one workspace that hold the same two leads, and no server.
async fn two(engine: Engine, email: &str) -> Result<(Server, Browser, Browser, String, String)> {
    let mut server = Server::start().await?;
    let url = server.url();
    let ana = Browser::start(engine).await?.signed_up(&url, email).await?;
    let first = ana.new_lead(&url, &[("Name", "Mira Sommer"), ("Phone 1", "+49 30 1111111")]).await?;
    let second = ana.new_lead(&url, &[("Name", "M. Sommer"), ("Company", "Sommer AG")]).await?;
    ana.settled().await?;
    let max = Browser::start(engine).await?.signed_in(&url, email).await?;
    ana.equals(&max).await?;
    server.kill();
    Ok((server, ana, max, first, second))
}

/// Waits until a relation of a record leads to another one, on this device.
async fn leads_to(device: &Browser, kind: &str, id: &str, field: &str, to: &str) -> Result {
    until(&format!("the {kind}'s {field} to be {to}"), LATER, || async {
        Ok((device.record(kind, id).await?.text(field) == to).then_some(()))
    })
    .await
}

async fn what_another_device_does_with_a_merged_record_is_not_lost(engine: Engine) -> Result {
    let (mut server, ana, max, kept, gone) = two(engine, "merge@example.com").await?;
    let url = server.url();

    // Ana merges the two, by the menu of the one that is to stay.
    ana.enter(&url, &format!("/leads/{kept}")).await?;
    ana.press("More").await?;
    ana.press("Merge with…").await?;
    ana.fill("Search leads", "m. som").await?;
    ana.press("M. Sommer").await?;
    ana.sees("Goes into it").await?;
    // What is chosen is seen at once.
    ana.sees("Sommer AG").await?;
    ana.press("Merge").await?;
    ana.is_at(&format!("/leads/{kept}")).await?;
    ana.sees("Merged “").await?;
    ana.sees("Sommer AG").await?;
    ana.sees("+49 30 1111111").await?;

    // Max knows nothing of it.
    max.edit_lead(&url, &gone, &[("E-mail 1", "mira@sommer.example")]).await?;
    max.enter(&url, &format!("/leads/{gone}")).await?;
    max.press("Log a call").await?;
    max.fill_in(&[("About", "Delivery date")]).await?;
    max.press("Save call").await?;
    max.is_at(&format!("/leads/{gone}")).await?;

    together(&mut server, [&ana, &max]).await?;
    let calls = ana.records_of("call", 10).await?;
    check(calls.len() == 1, "the call is here")?;
    let call = calls[0].id.to_string();
    for device in [&ana, &max] {
        leads_to(device, "call", &call, "lead", &kept).await?;
        device.settled().await?;
    }
    max.enter(&url, &format!("/leads/{gone}")).await?;
    max.sees("was merged into “").await?;
    max.press("Open “").await?;
    max.is_at(&format!("/leads/{kept}")).await?;
    max.sees("Delivery date").await?;

    // What he wrote is offered, on either device, and one tap takes it.
    ana.enter(&url, &format!("/leads/{kept}")).await?;
    ana.sees("to “mira@sommer.example”").await?;
    ana.press("Take it").await?;
    ana.sees_no("not knowing that it was merged").await?;
    ana.settled().await?;
    let lead = ana.record("lead", &kept).await?;
    check(lead.get("emails").is_some_and(|emails| emails[0] == "mira@sommer.example"), "the address is taken")?;

    // And all of it back, from the page of what was kept.
    ana.press("Take back").await?;
    ana.sees("is a record of its own again").await?;
    leads_to(&ana, "call", &call, "lead", &gone).await?;
    ana.enter(&url, &format!("/leads/{gone}")).await?;
    ana.sees("mira@sommer.example").await?;
    ana.sees("Delivery date").await?;
    ana.settled().await?;
    max.settled().await?;
    ana.equals(&max).await?;
    ana.is_clean().await?;
    max.is_clean().await
}

/// Picks a row, and once more if it moved away from under the pointer.
async fn pick(device: &Browser, name: &str) -> Result {
    until(&format!("{name} to be picked"), SOON, || async {
        let tick = device.wait_for("field", &format!("Select {name}")).await?;
        if tick.is_selected().await? {
            return Ok(Some(()));
        }
        tick.click().await?;
        Ok(tick.is_selected().await?.then_some(()))
    })
    .await
}

async fn two_that_merge_in_opposite_directions_keep_one_record(engine: Engine) -> Result {
    let (mut server, ana, max, first, second) = two(engine, "opposite@example.com").await?;
    let url = server.url();
    for (device, picked) in [(&ana, ["Mira Sommer", "M. Sommer"]), (&max, ["M. Sommer", "Mira Sommer"])] {
        device.enter(&url, "/leads").await?;
        device.press("More").await?;
        device.press("Select").await?;
        for name in picked {
            pick(device, name).await?;
        }
        device.sees("2 selected").await?;
        device.press("Merge…").await?;
        device.sees("Goes into it").await?;
        device.press("Merge").await?;
        device.sees("Merged “").await?;
    }
    together(&mut server, [&ana, &max]).await?;
    until("one of the two to live, the same on both devices", LATER, || async {
        let mut living = Vec::new();
        for device in [&ana, &max] {
            let (first, second) = (device.record("lead", &first).await?, device.record("lead", &second).await?);
            living.push((!first.is_deleted(), !second.is_deleted()));
        }
        // The later merge stands.
        Ok((living == [(false, true); 2]).then_some(()))
    })
    .await?;
    for device in [&ana, &max] {
        device.settled().await?;
    }
    ana.equals(&max).await?;
    let lead = ana.record("lead", &second).await?;
    check(lead.text("company") == "Sommer AG", "nothing of the one is lost")?;
    check(lead.get("phones").is_some_and(|phones| phones[0] == "+49 30 1111111"), "nor of the other")?;
    ana.enter(&url, &format!("/leads/{first}")).await?;
    ana.sees("was merged into “").await?;
    ana.is_clean().await?;
    max.is_clean().await
}

async fn a_form_says_who_is_there_and_duplicates_are_found(engine: Engine) -> Result {
    let (server, browser) = Browser::out_of_reach(engine).await?;
    let url = server.url();
    browser.new_lead(&url, &[("Name", "Mira Müller"), ("Phone 1", "+49 (0)30 1234567")]).await?;

    browser.enter(&url, "/leads/new").await?;
    browser.fill("Name", "mira MULLER").await?;
    browser.sees("Looks like the lead “Mira Müller”: the same name.").await?;
    browser.fill("Name", "M. M.").await?;
    browser.sees_no("Looks like").await?;
    browser.fill("Phone 1", "0049 30 123 45 67").await?;
    browser.sees("Looks like the lead “Mira Müller”: the same phone number.").await?;
    // It stands in nobody's way.
    browser.press("Save lead").await?;
    let second = browser.saved_as("/leads/").await?;
    // Its page says the same, and leads on to the two; so does its form, until something is typed that is not saved.
    browser.sees("Looks like the lead “Mira Müller”: the same phone number.").await?;
    browser.press("Merge…").await?;
    browser.is_at("/merge").await?;
    browser.sees("Goes into it").await?;
    browser.enter(&url, &format!("/leads/{second}")).await?;
    browser.press("Edit").await?;
    browser.sees("Looks like the lead “Mira Müller”: the same phone number.").await?;
    browser.sees("Merge…").await?;
    browser.fill("Company", "Müller & Co").await?;
    browser.sees_no("Merge…").await?;
    browser.sees("Looks like the lead “Mira Müller”: the same phone number.").await?;
    browser.press("Save changes").await?;
    browser.is_at(&format!("/leads/{second}")).await?;
    browser.sees("Merge…").await?;

    browser.enter(&url, "/leads").await?;
    browser.press("More").await?;
    browser.press("Find duplicates").await?;
    browser.sees("1 group of leads").await?;
    browser.press("Merge…").await?;
    browser.press("Swap").await?;
    browser.press("Merge").await?;
    browser.sees("Merged “").await?;
    check(browser.record("lead", &second).await?.is_deleted(), "the second went into the first")?;
    browser.press("Undo").await?;
    browser.sees("is a record of its own again").await?;
    check(!browser.record("lead", &second).await?.is_deleted(), "and is back")?;
    browser.is_clean().await
}

async fn what_is_not_the_same_is_said_once(engine: Engine) -> Result {
    let mut server = Server::start().await?;
    let url = server.url();
    let ana = Browser::start(engine).await?.signed_up(&url, "apart@example.com").await?;
    let office = ("Phone 1", "+49 30 1234567");
    let first = ana.new_lead(&url, &[("Name", "Mira Sommer"), office]).await?;
    let second = ana.new_lead(&url, &[("Name", "Theo Winter"), office]).await?;
    ana.settled().await?;
    let max = Browser::start(engine).await?.signed_in(&url, "apart@example.com").await?;
    ana.equals(&max).await?;
    server.kill();

    // On the page of either, and taken back from the toast.
    ana.enter(&url, &format!("/leads/{first}")).await?;
    ana.sees("Looks like the lead “Theo Winter”").await?;
    ana.press("Not the same").await?;
    ana.sees_no("Looks like").await?;
    ana.press("Undo").await?;
    ana.sees("Looks like the lead “Theo Winter”").await?;
    ana.press("Not the same").await?;
    ana.sees_no("Looks like").await?;

    // Max says it of the other one, in the list of duplicates, not knowing of it.
    max.enter(&url, "/merge/duplicates?type=lead").await?;
    max.sees("1 group of leads").await?;
    max.press("Not the same").await?;
    max.sees("No duplicates found").await?;

    together(&mut server, [&ana, &max]).await?;
    ana.settled().await?;
    max.settled().await?;
    ana.equals(&max).await?;
    let said = ana.records_of("apart", 10).await?;
    check(said.len() == 1 && !said[0].is_deleted(), "both have said one thing")?;
    for (device, lead) in [(&ana, &second), (&max, &first)] {
        device.enter(&url, "/merge/duplicates?type=lead").await?;
        device.sees("No duplicates found").await?;
        // The form asks the same, and says nothing either.
        device.enter(&url, &format!("/leads/{lead}/edit")).await?;
        device.sees("Save changes").await?;
        device.sees_no("Looks like").await?;
        device.is_clean().await?;
    }
    Ok(())
}
