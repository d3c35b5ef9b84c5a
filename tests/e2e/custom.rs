//! Fields and types of one's own: made without a server, filled, filtered, found, taken along; and then they are on every device.

use outpost_core::record::Record;
use outpost_tests::{
    browser::{Browser, Engine},
    server::Server,
    trouble::{Result, Trouble, check},
    wait::{SOON, until},
};
use serde_json::json;

in_both!(what_people_add_works_like_all_else_and_comes_to_every_device);

/// Adds a field on the page of its type, which is open.
async fn add_field(browser: &Browser, name: &str, kind: Option<&str>, options: &[&str]) -> Result {
    browser.press("New field").await?;
    browser.fill("Name", name).await?;
    if let Some(kind) = kind {
        // The radio itself is seen through: its words are what is pressed.
        let script = "const [kind] = arguments;
            const pick = [...document.querySelectorAll('dialog[open] .pick')].find((pick) => pick.innerText.trim() === kind);
            pick?.querySelector('input').click();
            return pick !== undefined;";
        check(browser.run(script, vec![json!(kind)]).await? == true, format!("there is no kind “{kind}”"))?;
    }
    let last = options.len().saturating_sub(1);
    for (at, option) in options.iter().enumerate() {
        browser.fill("New option", option).await?;
        // What is typed for the last one counts without a press of its own.
        if at < last {
            browser.press("Add").await?;
            browser.wait_for("field", &format!("Name of {option}")).await?;
        }
    }
    browser.press("Add field").await?;
    browser.sees(&format!("Added “{name}”")).await?;
    browser.wait_for("button", &format!("More about {name}")).await.map(drop)
}

/// The name under which records hold a field.
fn name_of(definitions: &[Record], label: &str) -> Result<String> {
    let found = definitions.iter().find(|field| field.text("label") == label);
    let found = found.ok_or_else(|| Trouble::Said(format!("there is no field “{label}”")))?;
    Ok(outpost_core::records::CustomField::name(found.id))
}

/// Types into the search over everything until a line of its list has these words.
async fn finds(browser: &Browser, typed: &str, words: &str) -> Result {
    browser.opens_search(async || Ok(browser.web()?.action_chain().send_keys("/").perform().await?)).await?;
    browser.fill("Search everything", typed).await?;
    let what = format!("“{typed}” to find “{words}”");
    let found = until(&what, SOON, || async {
        let script = "return [...document.querySelectorAll('.palette:popover-open [role=option]')].some((one) => one.innerText.includes(arguments[0]))";
        Ok((browser.run(script, vec![json!(words)]).await? == true).then_some(()))
    });
    let found = found.await;
    browser.explain(found).await?;
    browser.types(&[thirtyfour::Key::Escape]).await
}

async fn what_people_add_works_like_all_else_and_comes_to_every_device(engine: Engine) -> Result {
    const EMAIL: &str = "ana@example.com";
    let mut server = Server::start().await?;
    let url = server.url();
    let ana = Browser::start(engine).await?.signed_up(&url, EMAIL).await?;
    server.kill();

    // A field of leads: no word of a server, and three presses.
    ana.enter(&url, "/settings").await?;
    ana.press("Fields and types").await?;
    ana.is_at("/settings/types").await?;
    ana.enter(&url, "/settings/types/lead").await?;
    add_field(&ana, "Customer number", None, &[]).await?;
    add_field(&ana, "Sector", Some("Choice"), &["Dairy", "Timber"]).await?;
    ana.press("New field").await?;
    ana.fill("Name", "sector").await?;
    ana.press("Add field").await?;
    check(ana.complaint("Name").await? == "There is a field “sector” already.", "no two of one name")?;
    ana.press("Cancel").await?;

    let fields = [("Name", "Mira Sommer"), ("Customer number", "KD-4711")];
    let mira = ana.new_lead(&url, &fields).await?;
    ana.sees("KD-4711").await?;
    ana.new_lead(&url, &[("Name", "Bo Dahl")]).await?;
    ana.enter(&url, &format!("/leads/{mira}/edit")).await?;
    ana.choose("Sector", "Timber").await?;
    ana.press("Save changes").await?;
    ana.is_at(&format!("/leads/{mira}")).await?;
    ana.sees("Timber").await?;
    finds(&ana, "4711", "Mira Sommer").await?;

    ana.enter(&url, "/leads").await?;
    ana.sees("2 leads").await?;
    ana.press("Filter").await?;
    ana.choose("Field", "Sector").await?;
    ana.press("Timber").await?;
    ana.press("Show 1 lead").await?;
    ana.sees_no("Bo Dahl").await?;
    let definitions = ana.records_of("field", 10).await?;
    let (number, sector) = (name_of(&definitions, "Customer number")?, name_of(&definitions, "Sector")?);
    let lead = ana.record("lead", &mira).await?;
    check(lead.text(&number) == "KD-4711" && lead.text(&sector) == "timber", format!("{lead:?}"))?;
    ana.enter(&url, &format!("/leads?columns={number},{sector}")).await?;
    ana.wait_for("th", "Customer number").await?;
    ana.sees("KD-4711").await?;
    ana.enter(&url, "/export?type=lead").await?;
    let csv = ana.given("Export 2 leads").await?;
    check(csv.contains("Customer number") && csv.contains("KD-4711") && csv.contains("Timber"), &csv)?;

    // A type of one's own, with a status and a day.
    ana.enter(&url, "/settings/types").await?;
    ana.press("New type").await?;
    ana.fill_in(&[("What several are called", "Vehicles"), ("What one is called", "Vehicle")]).await?;
    ana.press("Add type").await?;
    let path = ana.is_at("/settings/types/x_*").await?;
    let kind = path.rsplit('/').next().unwrap_or_default().to_owned();
    add_field(&ana, "Plate", None, &[]).await?;
    add_field(&ana, "State", Some("Choice"), &["Here", "Lent"]).await?;
    add_field(&ana, "Inspection", Some("Date"), &[]).await?;
    ana.choose("When it is", "Inspection").await?;
    ana.sees("Saved").await?;
    ana.enter(&url, &format!("/{kind}")).await?;
    ana.sees("No vehicles yet").await?;
    let vehicle = |name: &'static str, plate: &'static str| {
        let (ana, url, kind) = (&ana, &url, &kind);
        async move {
            ana.enter(url, &format!("/{kind}/new")).await?;
            ana.fill_in(&[("Name", name), ("Plate", plate)]).await?;
            ana.press("Save vehicle").await?;
            ana.saved_as(&format!("/{kind}/")).await
        }
    };
    let van = vehicle("White van", "B-XY 77").await?;
    vehicle("Old truck", "B-ZZ 12").await?;
    ana.enter(&url, &format!("/{kind}/{van}/edit")).await?;
    ana.choose("State", "Lent").await?;
    ana.press("Save changes").await?;
    ana.is_at(&format!("/{kind}/{van}")).await?;
    finds(&ana, "xy 77", "White van").await?;

    // What happens about it is written down in two presses, as about a lead, and stands on its page.
    ana.enter(&url, &format!("/{kind}/{van}")).await?;
    ana.sees("Nothing has happened yet.").await?;
    ana.press("Log a call").await?;
    ana.is_at("/calls/new").await?;
    ana.fill("About", "The brakes squeal").await?;
    ana.press("Save call").await?;
    ana.is_at(&format!("/{kind}/{van}")).await?;
    ana.sees("Call: The brakes squeal").await?;
    ana.press("Add a note").await?;
    ana.fill("Note", "Garage booked for Monday").await?;
    ana.press("Save note").await?;
    ana.is_at(&format!("/{kind}/{van}")).await?;
    ana.sees("Garage booked for Monday").await?;
    ana.enter(&url, &format!("/{kind}?show=lent")).await?;
    ana.sees("1 vehicle").await?;
    ana.sees("White van").await?;
    check(!ana.shows("Old truck").await?, "the list is narrowed by the status of one's own")?;
    ana.enter(&url, "/menu").await?;
    ana.sees("Vehicles").await?;
    ana.enter(&url, &format!("/export?type={kind}")).await?;
    let csv = ana.given("Export 2 vehicles").await?;
    check(csv.contains("Plate") && csv.contains("White van") && csv.contains("Lent"), &csv)?;
    ana.indicates("offline").await?;

    // The server comes back, and another device has it all: records that came before their definitions, too.
    server.up().await?;
    ana.enter(&url, "/leads").await?;
    ana.settled().await?;
    let max = Browser::start(engine).await?.signed_in(&url, EMAIL).await?;
    ana.equals(&max).await?;
    max.enter(&url, &format!("/{kind}?show=lent")).await?;
    max.sees("White van").await?;
    max.press("White van").await?;
    max.sees("Call: The brakes squeal").await?;
    max.sees("Garage booked for Monday").await?;
    max.enter(&url, &format!("/leads/{mira}")).await?;
    max.sees("Customer number").await?;
    max.sees("KD-4711").await?;
    finds(&max, "kd 4711", "Mira Sommer").await?;
    finds(&max, "xy 77", "White van").await?;

    // Deleted, a field hides what is in it; brought back, it shows it.
    max.enter(&url, "/settings/types/lead").await?;
    max.press("More about Customer number").await?;
    max.press("Delete").await?;
    max.sees("Deleted “Customer number”").await?;
    max.settled().await?;
    ana.enter(&url, &format!("/leads/{mira}")).await?;
    ana.settled().await?;
    ana.sees_no("KD-4711").await?;
    max.sees("Deleted fields").await?;
    max.press("Restore").await?;
    max.sees_no("Deleted fields").await?;
    max.settled().await?;
    ana.sees("KD-4711").await?;
    ana.is_clean().await?;
    max.is_clean().await
}
