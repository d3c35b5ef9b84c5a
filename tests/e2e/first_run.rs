//! The first minutes on an empty device: a made-up business with one press, gone with one press, and never on a server.

use outpost_tests::{
    api::Client,
    app::PASSWORD,
    browser::{Browser, Engine},
    server::Server,
    trouble::{Result, check},
    wait::{SOON, until},
};

in_both!(samples_come_and_go_and_no_server_hears_of_them);

async fn samples_come_and_go_and_no_server_hears_of_them(engine: Engine) -> Result {
    const EMAIL: &str = "first@example.com";
    let mut server = Server::start().await?;
    let url = server.url();
    let browser = Browser::start(engine).await?;
    browser.enter(&url, "/leads").await?;
    browser.sees("New here?").await?;
    browser.works_offline().await?;
    server.kill();
    browser.press("Look around with sample data").await?;
    browser.sees("These are samples").await?;
    browser.sees("Three things to try").await?;
    check(browser.records().await?.len() > 50, "a whole business is there")?;
    browser.press("Move a deal").await?;
    browser.is_at("/deals").await?;
    // Its day is full, and its drafts say what they add up to.
    browser.enter(&url, "/today").await?;
    for words in ["Your day", "Due · 3", "7 days late"] {
        browser.sees(words).await?;
    }
    browser.enter(&url, "/invoices").await?;
    let script = r"const rows = [...document.querySelectorAll('main [data-index]')];
        return rows.length === 4 && rows.every((row) => /\d[.,]\d\d/.test(row.innerText))";
    let summed = until("each of four drafts to say what it adds up to", SOON, || async {
        Ok((browser.run(script, vec![]).await? == true).then_some(()))
    });
    browser.explain(summed.await).await?;

    browser.enter(&url, "/leads").await?;
    browser.press("Remove the samples").await?;
    browser.sees("New here?").await?;
    check(browser.records().await?.is_empty(), "nothing is left")?;
    check(browser.waiting().await? == 0, "and nothing waits")?;

    // Once more, and one of them is worked with.
    browser.press("Look around with sample data").await?;
    browser.sees("These are samples").await?;
    let leads = browser.records_of("lead", 50).await?;
    let mine = leads[0].id.to_string();
    browser.edit_lead(&url, &mine, &[("Notes", "Wants a quote for the roof")]).await?;
    server.up().await?;
    browser.enter(&url, "/account").await?;
    // It is named, may be left behind as well, and is not.
    let name = leads[0].text("name").to_owned();
    browser.sees("Samples that go along").await?;
    browser.sees(&name).await?;
    browser.press("Leave these behind as well").await?;
    browser.sees("The sample records stay behind: they are removed").await?;
    browser.press("Undo").await?;
    browser.sees(&name).await?;
    browser.sign_up(EMAIL, PASSWORD).await?;
    browser.settled().await?;
    until("only what was worked with to be there", SOON, || async {
        Ok((browser.records_of("lead", 50).await?.len() == 1).then_some(()))
    })
    .await?;
    let mut client = Client::sign_in(&url, EMAIL, PASSWORD).await?;
    client.pull().await?;
    check(client.records == browser.records().await?, "the server has what is here, and nothing else")?;
    let lead = browser.record("lead", &mine).await?;
    check(lead.text("notes") == "Wants a quote for the roof" && !lead.text("name").is_empty(), "it is whole")?;
    browser.enter(&url, "/leads").await?;
    check(!browser.shows("These are samples").await?, "there are no samples any more")?;
    browser.is_clean().await
}
