//! How sales go: sums by stage and by month, one currency at a time, from what is on the device.

use chrono::{DateTime, Days, NaiveDate};
use outpost_core::records::{begin_deal, move_stage};
use outpost_tests::{
    api::{Client, new_id, now_ms, patch},
    app::PASSWORD,
    browser::{Browser, Engine},
    server::Server,
    trouble::{Result, Trouble, check},
    wait::{SOON, until},
};
use serde_json::{Value, json};

in_both!(deals_add_up_by_stage_and_month_without_a_server);

fn today() -> Result<NaiveDate> {
    let now = i64::try_from(now_ms()).ok().and_then(DateTime::from_timestamp_millis);
    now.map(|now| now.date_naive()).ok_or_else(|| Trouble::Said("there is no such time".to_owned()))
}

/// What a chart says, bar by bar: its figure, and how long its parts are.
async fn chart(browser: &Browser, name: &str) -> Result<Vec<(String, Vec<u32>)>> {
    let script = "const chart = document.querySelector(`ul[aria-label='${arguments[0]}']`);
        return [...(chart?.querySelectorAll('.bars-row') ?? [])].map((row) => [row.querySelector('.bars-told').innerText,
            [...row.querySelectorAll('rect')].map((rect) => Number(rect.getAttribute('width')))])";
    Ok(serde_json::from_value(browser.run(script, vec![json!(name)]).await?)?)
}

async fn says(browser: &Browser, name: &str, expected: &[(&str, &[u32])]) -> Result {
    let expected: Vec<(String, Vec<u32>)> =
        expected.iter().map(|(told, parts)| ((*told).to_owned(), parts.to_vec())).collect();
    let said = until(&format!("“{name}” to say {expected:?}"), SOON, || async {
        let shown: Vec<_> = chart(browser, name).await?.into_iter().filter(|(told, _)| !told.is_empty()).collect();
        if shown == expected { Ok(Some(())) } else { Err(Trouble::Said(format!("it says {shown:?}"))) }
    })
    .await;
    browser.explain(said).await
}

async fn deals_add_up_by_stage_and_month_without_a_server(engine: Engine) -> Result {
    const EMAIL: &str = "reports@example.com";
    let mut server = Server::start().await?;
    let url = server.url();
    let mut office = Client::sign_up(&url, EMAIL, PASSWORD).await?;
    let today = today()?;
    let last_month = today.checked_sub_days(Days::new(u64::from(chrono::Datelike::day(&today)))).unwrap_or(today);
    let money = |euros: i64, currency: &str| json!({ "minor": euros * 100, "currency": currency });
    let deals: [(&str, NaiveDate, Value); 5] = [
        ("qualified", today, money(1_000, "EUR")),
        ("proposal", today, money(3_000, "EUR")),
        ("proposal", last_month, money(1_000, "EUR")),
        // It counts when it was won, not when it should have been.
        ("won", last_month, money(4_000, "EUR")),
        ("qualified", today, money(7_000, "USD")),
    ];
    let mut mutations = Vec::new();
    for (number, (stage, close, amount)) in deals.into_iter().enumerate() {
        let deal = new_id();
        let entered = json!({ "title": format!("Deal {number}"), "stage": "qualified", "amount": amount, "expected_close": close });
        mutations.push(office.mutation(begin_deal(deal, new_id(), patch(entered), now_ms()))?);
        if stage != "qualified" {
            mutations.push(office.mutation(move_stage(deal, new_id(), "qualified", stage, None, now_ms()))?);
        }
    }
    let answer = office.sync(mutations, 0).await?;
    check(answer.receipts.len() == 8, "all is taken")?;

    let browser = Browser::start(engine).await?.signed_in(&url, EMAIL).await?;
    browser.settled().await?;
    browser.works_offline().await?;
    server.kill();
    browser.enter(&url, "/menu").await?;
    browser.press("Reports").await?;
    browser.is_at("/reports").await?;
    let stage = "Open deals by stage";
    // The currency of the person's own country comes first.
    says(&browser, stage, &[("$7,000", &[1_000])]).await?;
    browser.choose("Currency", "EUR").await?;
    says(&browser, stage, &[("€1,000", &[250]), ("€4,000", &[1_000])]).await?;
    let month = "Deals, by month";
    says(&browser, month, &[("€1,000 expected", &[125]), ("€4,000 won · €4,000 expected", &[500, 500])]).await?;
    browser.sees("Nothing was invoiced in this currency.").await?;

    // A stage leads to its deals.
    browser.press("Proposal €4,000").await?;
    browser.is_at("/deals/list").await?;
    browser.sees("Deal 1").await?;
    browser.sees("Deal 2").await?;
    check(!browser.shows("Deal 0").await?, "those of other stages are not among them")?;
    browser.is_clean().await
}
