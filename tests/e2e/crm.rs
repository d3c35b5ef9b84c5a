//! A day on the road with a phone and no network: a company, its people, what was said to them and what is to be done. In the
//! evening the desk has it all.

use outpost_core::records::Conversion;
use outpost_tests::{
    browser::{Browser, Engine, Options},
    server::Server,
    trouble::{Result, Trouble, check},
};

in_both!(a_day_on_the_road_reaches_the_desk);

const EMAIL: &str = "ana@example.com";

async fn a_day_on_the_road_reaches_the_desk(engine: Engine) -> Result {
    let mut server = Server::start().await?;
    let url = server.url();
    let phone =
        Browser::with(engine, Options { size: (390, 844), ..Options::default() }).await?.signed_up(&url, EMAIL).await?;

    server.kill();
    // By hand, as one finds it: the menu, the list, the form.
    phone.press("Menu").await?;
    phone.is_at("/menu").await?;
    phone.press("Companies").await?;
    phone.is_at("/companies").await?;
    phone.press("New company").await?;
    phone.fill_in(&[("Name", "Nordkai"), ("Industry", "Boatyard"), ("Phone 1", "+49 40 1234567")]).await?;
    phone.press("Save company").await?;
    let company = phone.saved_as("/companies/").await?;
    let page = format!("/companies/{company}");

    // The contact is made from the company's page and knows where it belongs.
    phone.press("New").await?;
    phone.is_at("/contacts/new").await?;
    phone.fill_in(&[("Name", "Mira Sommer"), ("Role at Nordkai", "Buyer")]).await?;
    phone.press("Save contact").await?;
    let contact = phone.saved_as("/contacts/").await?;
    phone.sees("Buyer").await?;

    phone.press("Log a call").await?;
    phone.fill_in(&[("About", "Delivery date"), ("Duration", "12"), ("What was said", "Two weeks earlier")]).await?;
    phone.choose("Outcome", "Call back").await?;
    phone.press("Save call").await?;
    phone.is_at(&format!("/contacts/{contact}")).await?;
    phone.sees("Delivery date").await?;
    phone.sees("12 min").await?;

    // What was said to one of its people is in the company's timeline as well.
    phone.press("Nordkai").await?;
    phone.is_at(&page).await?;
    phone.sees("With Mira Sommer").await?;
    phone.press("Add a note").await?;
    phone.fill("Note", "The gate code is 4711").await?;
    phone.press("Save note").await?;
    phone.is_at(&page).await?;
    phone.sees("The gate code is 4711").await?;
    let today = phone.run("return new Date().toLocaleDateString('sv')", vec![]).await?;
    let today = today.as_str().unwrap_or_default();
    phone.press("Something else").await?;
    phone.press("New task").await?;
    phone.fill_in(&[("Task", "Send the offer"), ("Due", today)]).await?;
    phone.press("Save task").await?;
    phone.is_at(&page).await?;
    phone.sees("Send the offer").await?;

    let lead = phone.new_lead(&url, &[("Name", "Tomás Ribeiro"), ("Company", "Ribeiro Lda")]).await?;
    phone.press("Convert").await?;
    phone.sees("Converted").await?;
    phone.sees("Ribeiro Lda").await?;

    phone.enter(&url, "/tasks").await?;
    phone.sees("Today · 1").await?;
    phone.wait_for("field", "Done: Send the offer").await?.click().await?;
    phone.sees("Nothing to do").await?;
    phone.enter(&url, "/contacts").await?;
    phone.fill("Search contacts", "mira").await?;
    phone.sees_no("Tomás Ribeiro").await?;
    phone.sees("Mira Sommer").await?;
    phone.indicates("offline").await?;

    server.up().await?;
    phone.reload().await?;
    phone.ready().await?;
    phone.settled().await?;
    let desk = Browser::start(engine).await?.signed_in(&url, EMAIL).await?;
    phone.equals(&desk).await?;
    desk.enter(&url, &page).await?;
    for words in ["Mira Sommer", "Delivery date", "The gate code is 4711", "Send the offer", "Done"] {
        desk.sees(words).await?;
    }
    let ids = Conversion::of(lead.parse().map_err(|error| Trouble::Said(format!("{error}")))?);
    let deal = desk.record("deal", &ids.deal.to_string()).await?;
    check(deal.relation("customer") == Some(ids.company), "the deal is with the company")?;

    // What is deleted takes nothing along, says so where it is missed, and comes back.
    desk.delete(&url, &page).await?;
    desk.settled().await?;
    phone.enter(&url, &format!("/contacts/{contact}")).await?;
    phone.sees("This company was deleted").await?;
    phone.press("Restore").await?;
    phone.sees_no("This company was deleted").await?;
    phone.settled().await?;
    desk.enter(&url, "/companies").await?;
    desk.sees("Nordkai").await?;
    phone.is_clean().await?;
    desk.is_clean().await
}
