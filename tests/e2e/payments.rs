//! Money that comes for an invoice: recorded without a network, summed, taken back, and seen on the other device.

use outpost_tests::{
    app::together,
    browser::{Browser, Engine},
    server::Server,
    trouble::{Result, check},
};

in_both!(payments_are_events_that_are_summed);

async fn payments_are_events_that_are_summed(engine: Engine) -> Result {
    const EMAIL: &str = "ana@example.com";
    let mut server = Server::start().await?;
    let url = server.url();
    let ana = Browser::start(engine).await?.signed_up(&url, EMAIL).await?;
    let invoice = ana.new_invoice(&url, "Mira Sommer", "Roof", "2", "450").await?;
    let number = ana.issue(&url, &invoice, "Nordlicht GmbH").await?;
    ana.settled().await?;
    let max = Browser::start(engine).await?.signed_in(&url, EMAIL).await?;
    server.kill();

    // Each of them has received a part of it.
    pay(&ana, &url, &invoice, "300").await?;
    pay(&max, &url, &invoice, "600").await?;
    for device in [&ana, &max] {
        device.enter(&url, "/invoices").await?;
        device.sees(&number).await?;
        device.sees("Partly paid").await?;
    }
    let held = together(&mut server, [&max, &ana]).await?;
    let payments = held.values().filter(|record| record.kind == "payment").count();
    check(payments == 2, format!("two payments, not {payments}"))?;
    for device in [&ana, &max] {
        device.enter(&url, "/invoices").await?;
        device.sees(&number).await?;
        device.sees("Paid").await?;
        device.sees_no("Partly paid").await?;
    }

    // One was entered by mistake, and is taken back; that is undone, too.
    ana.enter(&url, &format!("/invoices/{invoice}")).await?;
    ana.sees("300").await?;
    let remove = ana.wait_for("button", "Remove the payment of").await?;
    remove.click().await?;
    ana.sees("Partly paid").await?;
    ana.press("Undo").await?;
    ana.sees_no("Partly paid").await?;
    ana.is_clean().await?;
    max.is_clean().await
}

async fn pay(device: &Browser, url: &str, invoice: &str, amount: &str) -> Result {
    device.enter(url, &format!("/invoices/{invoice}")).await?;
    device.press("Record payment").await?;
    device.sees("Record a payment").await?;
    device.fill("Amount", amount).await?;
    // The dialog's own button bears the same words as the one that opened it, which it covers.
    device.press("Record payment").await?;
    device.sees("Payment recorded").await
}
