//! Work comes before any account, and nothing of it is lost when there is one.

use outpost_tests::{
    app::PASSWORD,
    browser::{Browser, Engine},
    server::Server,
    trouble::{Result, check},
};

in_both!(work_before_the_account_reaches_the_second_device);

async fn work_before_the_account_reaches_the_second_device(engine: Engine) -> Result {
    let server = Server::start().await?;
    let url = server.url();
    let first = Browser::start(engine).await?;
    let lead = first.new_lead(&url, &[("Name", "Álvaro Núñez"), ("Company", "Núñez e Hijos")]).await?;
    let invoice = first.new_invoice(&url, "Álvaro Núñez", "Reparación", "3", "20.50").await?;
    let number = first.issue(&url, &invoice, "Taller Norte").await?;
    let before = first.records().await?;
    check(first.waiting().await? > 0, "all of it waits for a server to meet")?;

    first.enter(&url, "/account").await?;
    first.sign_up("alvaro@example.com", PASSWORD).await?;
    first.sees("next invoices are numbered in the series").await?;
    first.settled().await?;
    check(first.records().await? == before, "signing up changes nothing that was there")?;

    let second = Browser::start(engine).await?.signed_in(&url, "alvaro@example.com").await?;
    first.equals(&second).await?;
    // Who is signed in is not asked to sign in.
    first.enter(&url, "/account").await?;
    first.is_at("/settings").await?;
    first.sees("alvaro@example.com").await?;
    second.enter(&url, "/leads").await?;
    second.sees("Álvaro Núñez").await?;
    second.enter(&url, &format!("/leads/{lead}")).await?;
    second.sees("Núñez e Hijos").await?;
    second.enter(&url, &format!("/invoices/{invoice}")).await?;
    second.sees(&number).await?;
    first.is_clean().await?;
    second.is_clean().await
}
