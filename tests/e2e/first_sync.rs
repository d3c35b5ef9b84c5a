//! A new device of a large workspace: it can be worked with at once, is closed and killed in the middle, and goes on where it was.

use outpost_tests::{
    api::Client,
    app::PASSWORD,
    bench::workspace,
    browser::{Browser, Engine},
    server::Server,
    trouble::{Result, check},
    wait::{LATER, until},
};

in_both!(a_first_sync_that_is_killed_in_the_middle_goes_on_and_brings_everything);

async fn a_first_sync_that_is_killed_in_the_middle_goes_on_and_brings_everything(engine: Engine) -> Result {
    const EMAIL: &str = "large@example.com";
    const LEADS: usize = 100_000;
    let mut server = Server::start().await?;
    let url = server.url();
    workspace(&url, EMAIL, LEADS).await?;
    let mut held = Client::sign_in(&url, EMAIL, PASSWORD).await?;
    held.pull().await?;
    let oldest = held.records.values().min_by_key(|record| record.id).cloned().expect("there are records");

    let mut browser = Browser::start(engine).await?;
    browser.enter(&url, "/account").await?;
    browser.works_offline().await?;
    browser.press("Sign in").await?;
    browser.fill_in(&[("E-mail", EMAIL), ("Password", PASSWORD)]).await?;
    browser.press("Sign in").await?;
    let more_than = async |browser: &Browser, blocks: u64| {
        until("more of it to be on the device", LATER, || async {
            Ok(Some(browser.count("blocks").await?).filter(|now| *now > blocks))
        })
        .await
    };
    let begun = more_than(&browser, 0).await?;
    // Closed, not killed: Chromium writes a new cookie to its disk only after a while, and would have to sign in again.
    browser.restart().await?;
    browser.enter(&url, "/leads").await?;
    more_than(&browser, begun + 2).await?;
    // Killed along with the server, so that nothing comes between that and the next look.
    server.kill();
    let stored = browser.count("blocks").await?;
    browser.crash().await?;
    browser.enter(&url, "/leads").await?;
    let kept = browser.count("blocks").await?;
    check(kept >= stored, format!("{stored} parts were stored before it was killed, and {kept} are there after it"))?;
    server.up().await?;
    // Its bar goes on where it was, and counts what is on the device.
    let bar = async |more_than: f64| {
        let script = "const bar = document.querySelector('.meter progress[aria-label^=Fetching]'); return bar ? [bar.value, bar.max] : [0, 0];";
        let told = until("the bar of the first sync to rise", LATER, || async {
            let before = browser.count("blocks").await?;
            let [value, most]: [f64; 2] = serde_json::from_value(browser.run(script, vec![]).await?)?;
            let after = browser.count("blocks").await?;
            Ok((value > more_than).then_some((before, value, most, after)))
        });
        browser.explain(told.await).await
    };
    let first = bar(0.0).await?;
    let told = [first, bar(first.1).await?];
    // What came first can be worked with while the rest is on its way.
    let early = browser.new_lead(&url, &[("Name", "Made while it came")]).await?;
    browser.settled().await?;
    held.pull().await?;
    let all = browser.count("blocks").await?;
    check(stored < all, format!("{stored} of {all} parts were on the device: it was not in the middle"))?;
    for (before, value, most, after) in told {
        let share = |blocks: u64| blocks as f64 / all as f64;
        let is_true = (share(before) - 0.1..=share(after) + 0.1).contains(&(value / most));
        check(is_true, format!("the bar said {value} of {most} when {before} to {after} of {all} parts were stored"))?;
        check((most - LEADS as f64).abs() < 10.0, format!("the bar counts to {most} for {LEADS} records"))?;
    }
    let here = browser.records().await?;
    check(here.len() == LEADS + 1, format!("{} of {} records are on the device", here.len(), LEADS + 1))?;
    check(here == held.records, "register by register what the server has")?;
    check(here.values().any(|record| record.id.to_string() == early), "and what was made meanwhile")?;

    server.kill();
    browser.enter(&url, "/leads").await?;
    browser.sees("100,001").await?;
    browser.edit_lead(&url, &oldest.id.to_string(), &[("Company", "Found among all")]).await?;
    browser.enter(&url, "/leads").await?;
    browser.fill("Search leads", "found among").await?;
    browser.sees(oldest.text("name")).await?;
    server.up().await?;
    browser.settled().await?;
    held.pull().await?;
    check(held.records[&oldest.key()].text("company") == "Found among all", "the edit reached the server")?;
    browser.is_clean().await
}
