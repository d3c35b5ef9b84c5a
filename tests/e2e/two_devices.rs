//! Two devices work while the server is dead, and hold the same once it lives again.

use outpost_core::record::Record;
use outpost_tests::{
    api::Client,
    app::PASSWORD,
    browser::{Browser, Engine},
    server::Server,
    trouble::{Result, check},
};

in_both!(what_was_done_apart_comes_together);

async fn what_was_done_apart_comes_together(engine: Engine) -> Result {
    const EMAIL: &str = "ana@example.com";
    let mut server = Server::start().await?;
    let url = server.url();
    let ana = Browser::start(engine).await?.signed_up(&url, EMAIL).await?;
    let shared = ana.new_lead(&url, &[("Name", "Mira Sommer"), ("Company", "Sommer AG")]).await?;
    let doomed = ana.new_lead(&url, &[("Name", "Tomás Ribeiro")]).await?;
    ana.settled().await?;

    let max = Browser::start(engine).await?.signed_in(&url, EMAIL).await?;
    ana.equals(&max).await?;

    server.kill();
    ana.edit_lead(&url, &shared, &[("Phone 1", "+49 30 1234567"), ("Company", "Sommer und Söhne")]).await?;
    max.edit_lead(&url, &shared, &[("E-mail 1", "mira@sommer.example"), ("Company", "Sommer KG")]).await?;
    max.edit_lead(&url, &doomed, &[("Notes", "Wants a quote for the roof")]).await?;
    ana.delete(&url, &format!("/leads/{doomed}")).await?;
    let of_ana = ana.new_invoice(&url, "Mira Sommer", "Roof", "2", "450").await?;
    let of_max = max.new_invoice(&url, "Mira Sommer", "Gutter", "1", "99.90").await?;
    let number_of_ana = ana.issue(&url, &of_ana, "Nordlicht GmbH").await?;
    let number_of_max = max.issue(&url, &of_max, "Nordlicht GmbH").await?;
    ana.indicates("offline").await?;
    max.indicates("offline").await?;
    check(ana.waiting().await? > 0 && max.waiting().await? > 0, "work waits on both devices")?;

    server.up().await?;
    // One finds the server again by itself; the other is opened by its owner.
    max.reload().await?;
    for device in [&max, &ana] {
        device.ready().await?;
        device.settled().await?;
    }
    max.reload().await?;
    max.ready().await?;
    let held = ana.equals(&max).await?;

    let lead = ana.record("lead", &shared).await?;
    check(first(&lead, "phones") == "+49 30 1234567", "Ana's phone number is kept")?;
    check(first(&lead, "emails") == "mira@sommer.example", "Max's e-mail address is kept")?;
    check(lead.text("company") == "Sommer KG", format!("the later of two wins, not {}", lead.text("company")))?;
    let gone = ana.record("lead", &doomed).await?;
    check(gone.is_deleted(), "an edit does not bring back what was deleted")?;
    check(gone.text("notes") == "Wants a quote for the roof", "what was edited is kept beneath")?;
    let invoices: Vec<&Record> = held.values().filter(|record| record.kind == "invoice").collect();
    let numbers: Vec<&str> = invoices.iter().map(|invoice| invoice.text("number")).collect();
    check(invoices.iter().all(|invoice| invoice.text("status") == "issued"), "both invoices are issued")?;
    check(number_of_ana != number_of_max, format!("both invoices have the number {number_of_max}"))?;
    let both = [&number_of_ana, &number_of_max].iter().all(|number| numbers.contains(&number.as_str()));
    check(both && numbers.len() == 2, format!("{number_of_ana} and {number_of_max} became {numbers:?}"))?;

    // And the server has it all, for a device that comes new.
    let mut fresh = Client::sign_in(&url, EMAIL, PASSWORD).await?;
    fresh.pull().await?;
    check(fresh.records == held, "a new device is sent what both hold")?;

    max.enter(&url, &format!("/leads/{shared}")).await?;
    max.sees("+49 30 1234567").await?;
    ana.enter(&url, &format!("/leads/{doomed}")).await?;
    ana.sees("was deleted").await?;
    ana.is_clean().await?;
    max.is_clean().await
}

fn first<'a>(record: &'a Record, field: &str) -> &'a str {
    record.get(field).and_then(|value| value[0].as_str()).unwrap_or_default()
}
