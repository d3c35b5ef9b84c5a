//! What can be done with a list, without a server: filters, saved views, columns, work on many rows with one undo. Then the
//! server comes back, and a second device has it all.

use outpost_tests::{
    browser::{Browser, Engine},
    server::Server,
    trouble::{Result, check},
    wait::{SOON, until},
};

in_both!(a_list_is_filtered_saved_as_a_view_and_worked_on_at_once);

async fn owners(browser: &Browser) -> Result<Vec<String>> {
    let all = browser.records_of("lead", 50).await?;
    let mut owners: Vec<String> = all.iter().map(|lead| lead.text("owner").to_owned()).collect();
    owners.sort();
    Ok(owners)
}

async fn owners_become(browser: &Browser, wanted: &[&str]) -> Result {
    until(&format!("the owners to be {wanted:?}"), SOON, || async {
        Ok((owners(browser).await? == wanted).then_some(()))
    })
    .await
}

/// Does something with the view that was saved, after which a field of it says so, and closes the panel.
async fn views_do(browser: &Browser, what: &str, field: &str, value: &str) -> Result {
    browser.press("Views").await?;
    browser.press("More about Hot leads").await?;
    browser.press(what).await?;
    let done = until(&format!("the view's {field} to be “{value}”"), SOON, || async {
        let views = browser.records_of("view", 5).await?;
        Ok(views.iter().any(|view| view.text(field) == value).then_some(()))
    })
    .await;
    browser.explain(done).await?;
    browser.press("Close").await
}

async fn a_list_is_filtered_saved_as_a_view_and_worked_on_at_once(engine: Engine) -> Result {
    let mut server = Server::start().await?;
    let url = server.url();
    let browser = Browser::start(engine).await?.signed_up(&url, "ana@example.com").await?;
    for (name, score) in [("Ada Ek", "10"), ("Bo Dahl", "60"), ("Cleo Fry", "80"), ("Dan Holm", "90")] {
        browser.new_lead(&url, &[("Name", name), ("Owner", "Max"), ("Score", score)]).await?;
    }
    browser.settled().await?;
    server.kill();

    browser.enter(&url, "/leads").await?;
    browser.press("Filter").await?;
    browser.choose("Field", "Score").await?;
    browser.choose("Condition", "is at least").await?;
    browser.fill("Number", "50").await?;
    browser.press("Show 3 leads").await?;
    browser.sees_no("Ada Ek").await?;
    browser.sees("Bo Dahl").await?;

    browser.press("Views").await?;
    browser.fill("Name", "Hot leads").await?;
    browser.press("Save view").await?;
    browser.sees("Saved the view “Hot leads”").await?;

    // All that are shown, in one go; and back.
    browser.press("More").await?;
    browser.press("Select").await?;
    browser.press("Select all").await?;
    browser.sees("3 selected").await?;
    browser.press("Edit…").await?;
    browser.choose("Field", "Owner").await?;
    browser.fill("Owner", "Zoë").await?;
    browser.press("Change").await?;
    browser.sees("Changed 3 leads").await?;
    owners_become(&browser, &["Max", "Zoë", "Zoë", "Zoë"]).await?;
    browser.press("Undo").await?;
    owners_become(&browser, &["Max"; 4]).await?;

    browser.press("More").await?;
    browser.press("Select").await?;
    for name in ["Select Cleo Fry", "Select Dan Holm"] {
        browser.wait_for("field", name).await?.click().await?;
    }
    browser.sees("2 selected").await?;
    browser.press("Delete").await?;
    browser.sees("Deleted 2 leads").await?;
    browser.sees_no("Cleo Fry").await?;
    browser.press("Undo").await?;
    browser.sees("Cleo Fry").await?;

    // The view is there after a reload, and shows what it showed.
    browser.enter(&url, "/leads").await?;
    browser.sees("Ada Ek").await?;
    browser.press("Hot leads").await?;
    browser.sees_no("Ada Ek").await?;
    browser.sees("Dan Holm").await?;
    browser.is_clean().await?;

    server.up().await?;
    browser.settled().await?;
    let second = Browser::start(engine).await?.signed_in(&url, "ana@example.com").await?;
    second.enter(&url, "/leads").await?;
    second.press("Hot leads").await?;
    second.sees_no("Ada Ek").await?;
    second.sees("Cleo Fry").await?;
    // It may be what the list opens with, or be put away; on every device.
    views_do(&second, "Open the list with it", "place", "first").await?;
    second.settled().await?;
    browser.settled().await?;
    browser.enter(&url, "/leads").await?;
    browser.sees("Dan Holm").await?;
    browser.sees_no("Ada Ek").await?;
    views_do(&browser, "Unpin", "place", "menu").await?;
    browser.enter(&url, "/leads").await?;
    browser.sees("Ada Ek").await?;
    check(!browser.shows("Hot leads").await?, "what is not pinned stands under Views alone")?;
    views_do(&browser, "Pin", "place", "pinned").await?;
    browser.sees("Hot leads").await?;
    views_do(&browser, "Only for me", "audience", "me").await?;
    browser.settled().await?;
    second.settled().await?;
    browser.equals(&second).await?;
    check(owners(&second).await? == ["Max"; 4], "what was taken back is so everywhere")?;
    second.is_clean().await
}
