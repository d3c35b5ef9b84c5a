//! The server is restored from an older backup, and a device is copied: nothing is lost, and nobody has to do anything.

use outpost_tests::{
    api::Client,
    app::PASSWORD,
    browser::{Browser, Engine},
    server::Server,
    trouble::{Result, check},
    wait::{LATER, until},
};

in_both!(a_restored_server_gets_back_what_it_has_lost);

async fn a_restored_server_gets_back_what_it_has_lost(engine: Engine) -> Result {
    const EMAIL: &str = "ana@example.com";
    let mut server = Server::start().await?;
    let url = server.url();
    let ana = Browser::start(engine).await?.signed_up(&url, EMAIL).await?;
    let kept = ana.new_lead(&url, &[("Name", "Mira Sommer")]).await?;
    ana.settled().await?;
    let max = Browser::start(engine).await?.signed_in(&url, EMAIL).await?;
    let backup = server.backup().await?;

    // What only the devices have after the restore: new, changed, deleted, issued.
    let lost = ana.new_lead(&url, &[("Name", "Tomás Ribeiro"), ("Company", "Ribeiro Lda")]).await?;
    ana.edit_lead(&url, &kept, &[("Phone 1", "+49 30 1234567")]).await?;
    let invoice = ana.new_invoice(&url, "Mira Sommer", "Roof", "2", "450").await?;
    let number = ana.issue(&url, &invoice, "Nordlicht GmbH").await?;
    ana.settled().await?;
    let doomed = max.new_lead(&url, &[("Name", "Nobody")]).await?;
    max.delete(&url, &format!("/leads/{doomed}")).await?;
    max.settled().await?;
    for device in [&ana, &max] {
        device.reload().await?;
        device.ready().await?;
        device.settled().await?;
        device.works_offline().await?;
    }
    let before = ana.equals(&max).await?;

    server.kill();
    // Something unsent that stands on what the server is about to lose.
    ana.edit_lead(&url, &lost, &[("Notes", "Wants a quote for the roof")]).await?;
    ana.indicates("offline").await?;
    server.restore(&backup).await?;
    server.up().await?;
    for device in [&ana, &max] {
        device.enter(&url, "/leads").await?;
    }
    // Each of them reads everything again, compares, and sends what is lacking, by itself.
    until("the server to have it all again", LATER, || async {
        let mut fresh = Client::sign_in(&url, EMAIL, PASSWORD).await?;
        fresh.pull().await?;
        let has = |key| fresh.records.contains_key(key);
        Ok(before.keys().all(has).then_some(()))
    })
    .await?;
    ana.settled().await?;
    max.settled().await?;
    let held = ana.equals(&max).await?;
    let mut fresh = Client::sign_in(&url, EMAIL, PASSWORD).await?;
    fresh.pull().await?;
    check(fresh.records == held, "a new device is sent what both hold")?;
    let same = before.iter().all(|(key, record)| {
        let now = &held[key];
        record.fields.iter().all(|(name, field)| name == "notes" || now.fields.get(name) == Some(field))
            && now.deleted == record.deleted
    });
    check(same, "everything is as it was before the restore, stamps and all")?;
    check(ana.record("lead", &lost).await?.text("notes") == "Wants a quote for the roof", "the unsent edit is kept")?;
    check(ana.record("invoice", &invoice).await?.text("number") == number, "the invoice is issued")?;
    max.enter(&url, &format!("/leads/{lost}")).await?;
    max.sees("Ribeiro Lda").await?;
    ana.is_clean().await?;
    max.is_clean().await
}

mod a_copied_profile_becomes_a_device_of_its_own {
    use outpost_tests::{
        browser::{Engine, despite_crashes},
        trouble::Result,
    };

    /// WebKitGTK under automation keeps no profile that could be copied.
    #[tokio::test]
    async fn chromium() -> Result {
        despite_crashes(Engine::Chromium, super::a_copied_profile_becomes_a_device_of_its_own).await
    }
}

async fn a_copied_profile_becomes_a_device_of_its_own(engine: Engine) -> Result {
    const EMAIL: &str = "ana@example.com";
    let mut server = Server::start().await?;
    let url = server.url();
    let mut ana = Browser::start(engine).await?;
    ana.enter(&url, "/account").await?;
    ana.sign_up(EMAIL, PASSWORD).await?;
    let shared = ana.new_lead(&url, &[("Name", "Mira Sommer")]).await?;
    ana.settled().await?;
    let copy = ana.copy().await?;
    server.kill();
    // Both go on as one and the same device, with the same numbers.
    for (device, phone) in [(&ana, "+49 30 1111111"), (&copy, "+49 30 2222222")] {
        device.enter(&url, "/leads").await?;
        device.edit_lead(&url, &shared, &[("Phone 1", phone)]).await?;
    }
    let of_ana = ana.new_lead(&url, &[("Name", "Only Ana's")]).await?;
    let of_copy = copy.new_lead(&url, &[("Name", "Only the copy's")]).await?;
    server.up().await?;
    for device in [&ana, &copy] {
        device.reload().await?;
        device.ready().await?;
        device.settled().await?;
    }
    for device in [&ana, &copy] {
        device.reload().await?;
        device.ready().await?;
        device.settled().await?;
    }
    let held = ana.equals(&copy).await?;
    check(held.values().any(|record| record.id.to_string() == of_ana), "what Ana made is there")?;
    check(held.values().any(|record| record.id.to_string() == of_copy), "what the copy made is there")?;
    // And their invoices' numbers differ from now on.
    let mut numbers = Vec::new();
    for device in [&ana, &copy] {
        let invoice = device.new_invoice(&url, "Mira Sommer", "Roof", "2", "450").await?;
        numbers.push(device.issue(&url, &invoice, "Nordlicht GmbH").await?);
        device.settled().await?;
    }
    check(numbers[0] != numbers[1], format!("both invoices have the number {}", numbers[0]))?;
    ana.is_clean().await
}
