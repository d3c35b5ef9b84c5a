//! What is done with and old is on the server: a device that keeps 90 days drops it, finds it in the archive, brings it back,
//! and keeps everything again when it is told to.

use outpost_core::{
    id::RecordId,
    mutation::{Op, Patch},
    record::RecordKey,
};
use outpost_tests::{
    api::{Client, new_id},
    app::PASSWORD,
    browser::{Browser, Engine},
    clock::DAY,
    env::env,
    server::Server,
    trouble::{Result, check},
    wait::{LATER, until},
};
use serde_json::{Value, json};

in_both!(what_is_old_is_in_the_archive_and_comes_back);

const EMAIL: &str = "archive@example.com";
/// Leads that are done with, and that are not.
const OLD: usize = 40;
const OPEN: usize = 5;
/// A lead that is not done with, two notes, a task that is done, and one that is not.
const HAPPENED: usize = 5;
/// Of these, what stays on the device.
const STAYS: usize = 2;

fn patch(fields: Value) -> Patch {
    serde_json::from_value(fields).unwrap_or_default()
}

/// Writes what was written so many days ago.
async fn long_ago(client: &mut Client, days: u64, ops: Vec<Op>) -> Result {
    let mut mutation = client.mutation(ops)?;
    mutation.hlc.ms -= days * DAY;
    let receipts = client.sync(vec![mutation], 0).await?.receipts;
    check(receipts.len() == 1 && receipts[0].stamp.is_none(), "an old stamp is taken as it is")
}

async fn keep(browser: &Browser, url: &str, what: &str) -> Result {
    browser.enter(url, "/settings").await?;
    browser.choose("Keep on this device", what).await
}

/// Waits until so many records are on the device.
async fn holds(browser: &Browser, count: usize) -> Result {
    let what = format!("{count} records to be on the device");
    until(&what, LATER, || async { Ok((browser.records().await?.len() == count).then_some(())) }).await
}

async fn what_is_old_is_in_the_archive_and_comes_back(engine: Engine) -> Result {
    let mut server = Server::with(Some(env().dist.clone()), &["--upkeep-after", "1"]).await?;
    let url = server.url();
    let mut client = Client::sign_up(&url, EMAIL, PASSWORD).await?;
    let (lead, deal): (RecordId, RecordId) = (new_id(), new_id());
    let leads = (0..OLD).map(|i| {
        let id = if i == 7 { lead } else { new_id() };
        Op::patch(
            "lead",
            id,
            patch(json!({"name": format!("Šilhavý {i}"), "company": "Long Ago", "status": "qualified"})),
        )
    });
    long_ago(&mut client, 120, leads.collect()).await?;
    let open =
        (0..OPEN).map(|i| Op::patch("lead", new_id(), patch(json!({"name": format!("Open {i}"), "status": "new"}))));
    long_ago(&mut client, 120, open.collect()).await?;
    let kept = json!({"name": "Wanted", "status": "qualified", "keep": "always"});
    long_ago(&mut client, 120, vec![Op::patch("lead", new_id(), patch(kept))]).await?;
    let event = json!({"deal": deal, "from": "negotiation", "to": "won", "at": 1_700_000_000_000_u64});
    let won =
        json!({"title": "Barn roof", "stage": "won", "lead": lead, "amount": {"minor": 990_000, "currency": "EUR"}});
    let ops = vec![Op::patch("deal", deal, patch(won)), Op::patch("stage_event", new_id(), patch(event))];
    long_ago(&mut client, 120, ops).await?;
    // What happened with one who is still here, and what is to be done yet.
    let known: RecordId = new_id();
    let told = |text: &str| patch(json!({"text": text, "lead": known}));
    let happened = vec![
        Op::patch("lead", known, patch(json!({"name": "Known Long", "status": "contacted"}))),
        Op::patch("note", new_id(), told("Wants the barn done by spring")),
        Op::patch("note", new_id(), patch(json!({"text": "Of somebody else", "lead": lead}))),
        Op::patch("task", new_id(), patch(json!({"title": "Measure the barn", "status": "done", "lead": known}))),
        Op::patch("task", new_id(), patch(json!({"title": "Ring again", "lead": known}))),
    ];
    long_ago(&mut client, 120, happened).await?;
    client.pull().await?;
    let all = OLD + OPEN + 3 + HAPPENED;

    let browser = Browser::start(engine).await?;
    browser.enter(&url, "/account").await?;
    browser.works_offline().await?;
    browser.press("Sign in").await?;
    browser.fill_in(&[("E-mail", EMAIL), ("Password", PASSWORD)]).await?;
    browser.press("Sign in").await?;
    holds(&browser, all).await?;
    keep(&browser, &url, "What changed in the last 90 days").await?;
    // Restarted, so that it tends now that all is there.
    server.kill();
    server.up().await?;
    holds(&browser, OPEN + 1 + STAYS).await?;
    browser.enter(&url, "/leads").await?;
    browser.sees("Open 3").await?;
    browser.sees("Wanted").await?;
    browser.sees_no("Šilhavý").await?;

    browser.enter(&url, "/archive").await?;
    browser.sees("Šilhavý 39").await?;
    browser.fill("Search the archive", "silhavy 7 long").await?;
    browser.sees_no("Šilhavý 39").await?;
    browser.press("Šilhavý 7").await?;
    browser.sees("This is in the archive").await?;
    browser.sees("Long Ago").await?;
    browser.press("Bring it back").await?;
    browser.sees_no("This is in the archive").await?;
    holds(&browser, OPEN + 2 + STAYS).await?;
    browser.enter(&url, &format!("/deals/{deal}")).await?;
    browser.sees("This is in the archive").await?;
    browser.sees("€9,900").await?;
    browser.press("Bring it back").await?;
    holds(&browser, OPEN + 4 + STAYS).await?;

    // A record's timeline tells what is on the device, and what is older when somebody wants it.
    browser.enter(&url, &format!("/leads/{known}")).await?;
    browser.sees("Ring again").await?;
    browser.sees_no("Wants the barn done by spring").await?;
    browser.press("Look in the archive for what is older").await?;
    browser.sees("Wants the barn done by spring").await?;
    browser.sees("Measure the barn").await?;
    browser.sees_no("Of somebody else").await?;
    check(browser.records().await?.len() == OPEN + 4 + STAYS, "what was looked at is not kept")?;
    browser.press("Note").await?;
    browser.sees("This is in the archive").await?;
    browser.press("Bring it back").await?;
    holds(&browser, OPEN + 5 + STAYS).await?;

    // What was brought back is here without a connection, and can be worked with.
    server.kill();
    browser.edit_lead(&url, &lead.to_string(), &[("Company", "Not so long ago")]).await?;
    browser.press("More").await?;
    browser.press("Keep on all devices").await?;
    browser.sees("“Šilhavý 7” stays on all devices").await?;
    browser.enter(&url, &format!("/leads/{}", new_id())).await?;
    browser.sees("cannot be reached").await?;
    browser.enter(&url, "/archive").await?;
    browser.sees("cannot be reached").await?;
    server.up().await?;
    browser.settled().await?;
    client.pull().await?;
    let key = RecordKey::new("lead", lead);
    check(client.records[&key].text("company") == "Not so long ago", "the edit reached the server")?;
    check(client.records[&key].text("name") == "Šilhavý 7", "and it is the whole lead")?;
    check(client.records[&key].text("keep") == "always", "that it is to be kept reached the server")?;
    browser.enter(&url, &format!("/leads/{lead}")).await?;
    browser.press("More").await?;
    browser.press("Let it be archived").await?;
    browser.sees("may go to the archive").await?;
    browser.settled().await?;
    client.pull().await?;
    check(client.records[&key].text("keep").is_empty(), "it is kept no more")?;

    keep(&browser, &url, "Everything").await?;
    holds(&browser, all).await?;
    browser.settled().await?;
    let mut new = Client::sign_in(&url, EMAIL, PASSWORD).await?;
    new.pull().await?;
    check(browser.records().await? == new.records, "register by register what the server has")?;
    browser.is_clean().await
}
