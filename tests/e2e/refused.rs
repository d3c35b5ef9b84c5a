//! A change that the server refuses is shown on the device that made it, and holds nobody up.

use chrono::NaiveDate;
use outpost_core::{
    records::{Business, Invoice, InvoiceLine, issue},
    schema::RecordType,
};
use outpost_tests::{
    api::Client,
    app::PASSWORD,
    browser::{Browser, Engine},
    server::Server,
    trouble::{Result, Trouble, check},
    wait::{SOON, until},
};
use serde_json::json;

in_both!(a_refused_change_is_shown_and_the_others_apply);

async fn a_refused_change_is_shown_and_the_others_apply(engine: Engine) -> Result {
    const EMAIL: &str = "refused@example.com";
    let mut server = Server::start().await?;
    let url = server.url();
    let browser = Browser::start(engine).await?.signed_up(&url, EMAIL).await?;
    let draft = browser.new_invoice(&url, "Twice Ltd", "Consulting", "1", "100").await?;
    browser.settled().await?;

    // Where this browser does not see the server, somebody else issues the invoice.
    server.kill();
    let elsewhere = server.up_elsewhere().await?;
    let first = issue_as(&elsewhere, EMAIL, &draft).await?;
    server.kill();
    let second = browser.issue(&url, &draft, "Late GmbH").await?;
    check(first != second, "each device has numbers of its own")?;
    let lead = browser.new_lead(&url, &[("Name", "Made after the refused one")]).await?;

    server.up().await?;
    browser.indicates("attention").await?;
    check(browser.waiting().await? == 0, "the refused change holds nobody up")?;
    check(browser.count("rejected").await? == 1, "and is kept")?;
    browser.enter(&url, "/sync").await?;
    browser.sees(&format!("already issued as {first}")).await?;
    let invoice = browser.record("invoice", &draft).await?;
    check(invoice.text("number") == first, format!("the invoice is {}, not {first}", invoice.text("number")))?;
    let mut fresh = Client::sign_in(&url, EMAIL, PASSWORD).await?;
    fresh.pull().await?;
    check(fresh.all("lead").iter().any(|record| record.id.to_string() == lead), "what came after it is on the server")?;

    // What can be done about it: keep it as a file, try again, or let it go and think better of it.
    browser.press("Export").await?;
    if engine == Engine::Chromium {
        let file = browser.downloaded("outpost-refused-").await?;
        check(file.contains(&second) && file.contains(&draft), "the file says what was refused")?;
    }
    let refused = browser.refused().await?;
    browser.press("Try again").await?;
    let again = format!("already issued as {first}");
    let script =
        "return [...document.querySelectorAll('.toast')].some((toast) => toast.innerText.includes(arguments[0]))";
    until("it to be said that it cannot be sent again", SOON, || async {
        Ok((browser.run(script, vec![json!(again)]).await? == true).then_some(()))
    })
    .await?;
    check(browser.refused().await? == refused, "it is still there to be decided on")?;
    browser.press("Discard").await?;
    browser.sees_no("Refused by the server").await?;
    check(browser.refused().await?.is_empty(), "it is gone")?;
    browser.press("Undo").await?;
    browser.sees(&format!("already issued as {first}")).await?;
    check(browser.refused().await? == refused, "it is back")?;
    browser.press("Discard").await?;
    browser.sees_no("Refused by the server").await?;
    browser.settled().await?;
    browser.is_clean().await
}

/// Issues a draft from another device; returns its number.
async fn issue_as(url: &str, email: &str, draft: &str) -> Result<String> {
    let said = |error: &dyn std::fmt::Display| Trouble::Said(error.to_string());
    let mut other = Client::sign_in(url, email, PASSWORD).await?;
    other.pull().await?;
    let record = other.all("invoice").into_iter().find(|record| record.id.to_string() == draft);
    let record = record.ok_or_else(|| Trouble::Said("the draft is not on the server".to_owned()))?;
    let invoice = Invoice::from_record(record).map_err(|error| said(&error))?;
    let lines: Vec<InvoiceLine> =
        other.all("invoice_line").into_iter().filter_map(|line| InvoiceLine::from_record(line).ok()).collect();
    let seller = Business { name: "Early GmbH".to_owned(), ..Business::default() };
    let today = NaiveDate::from_ymd_opt(2026, 1, 2).unwrap_or_default();
    let number = format!("2026-{}-00001", other.account().series);
    let patch = issue(&invoice, &lines, &seller, &number, today).map_err(|error| said(&error))?;
    let id = record.id;
    let receipt = other.set("invoice", id, patch).await?;
    check(receipt.verdict == outpost_core::protocol::Verdict::Applied, format!("{receipt:?}"))?;
    Ok(number)
}
