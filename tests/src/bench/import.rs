//! An import in the browser, without a server.

use std::time::Instant;

use outpost_core::{
    exchange::{Delimiter, csv_header, csv_row},
    hlc::Hlc,
    mutation::Op,
    records::schema,
};
use serde_json::json;

use super::data::leads;
use crate::{
    api::new_id,
    browser::{Browser, Engine},
    server::Server,
    trouble::{Result, Trouble},
    wait::until,
};

const DEXIE: &str = include_str!("../../data/dexie.min.js");

/// Long enough on a slow machine.
const LONG: std::time::Duration = std::time::Duration::from_secs(300);

/// How long an import took, in seconds.
#[derive(Debug, Clone, Copy)]
pub struct Imported {
    /// From the choice of the file until every row was checked.
    pub checked: f64,
    /// From the press until every record was durable.
    pub written: f64,
    /// From the press until all of it was taken back.
    pub undone: f64,
    /// How long Dexie took to store the same records as rows with four indexes, in the same browser.
    pub dexie: f64,
    /// The longest that the page answered to nothing meanwhile, in milliseconds.
    pub longest_task: f64,
}

/// A CSV file of so many leads, read, checked, imported and taken back.
///
/// # Errors
/// A step fails.
pub async fn import(rows: usize) -> Result<Imported> {
    let lead = schema("lead").ok_or_else(|| Trouble::Said("there are no leads".to_owned()))?;
    let mut file = csv_header(lead, Delimiter::Comma);
    for (at, mut patch) in leads(rows).into_iter().enumerate() {
        // No two alike: those would be left out.
        patch.insert("emails".to_owned(), json!([format!("lead{at}@example.com")]));
        patch.remove("phones");
        let record = Op::patch("lead", new_id(), patch).to_record(Hlc::ZERO);
        file.push_str(&csv_row(lead, &record, &|_, _| None, Delimiter::Comma));
    }
    let mut server = Server::start().await?;
    let browser = Browser::start(Engine::Chromium).await?;
    browser.enter(&server.url(), "/import").await?;
    browser.works_offline().await?;
    server.kill();
    let watch = "window.__tasks = [];
        new PerformanceObserver((list) => window.__tasks.push(...list.getEntries()))
            .observe({ entryTypes: ['longtask'] });
        const files = new DataTransfer();
        files.items.add(new File([arguments[0]], 'leads.csv'));
        const input = document.querySelector('input[type=file]');
        input.files = files.files;
        input.dispatchEvent(new Event('change', { bubbles: true }));";
    let begun = Instant::now();
    browser.run(watch, vec![json!(file)]).await?;
    says(&browser, " ready").await?;
    let checked = begun.elapsed().as_secs_f64();
    let begun = Instant::now();
    let press = "document.querySelector('.import-go .btn').click()";
    browser.run(press, vec![]).await?;
    says(&browser, " leads imported").await?;
    let written = begun.elapsed().as_secs_f64();
    // What counts the records holds up the page too, and is not the app's.
    let now = "return performance.now()";
    let from = browser.run(now, vec![]).await?;
    let held = browser.records().await?.len();
    let to = browser.run(now, vec![]).await?;
    crate::trouble::check(held == rows, format!("{held} of {rows} leads were imported"))?;
    let begun = Instant::now();
    browser.press("Undo this import").await?;
    says(&browser, "Undone").await?;
    let undone = begun.elapsed().as_secs_f64();
    let longest = "const [from, to] = arguments;
        const own = window.__tasks.filter((task) => task.startTime < from || task.startTime > to);
        return Math.max(0, ...own.map((task) => task.duration));";
    let longest_task = browser.run(longest, vec![from, to]).await?.as_f64().unwrap_or_default();
    let dexie = dexie(&browser, rows).await?;
    Ok(Imported { checked, written, undone, dexie, longest_task })
}

/// Seconds in which Dexie stores so many leads, durably as we do.
async fn dexie(browser: &Browser, rows: usize) -> Result<f64> {
    let plain = |patch| Op::patch("lead", new_id(), patch).to_record(Hlc::ZERO);
    let plain = leads(rows).into_iter().map(plain).map(|record| {
        let value = |name: &str| record.get(name).cloned().unwrap_or_default();
        let fields = record.fields.keys().map(|name| (name.clone(), value(name)));
        let mut row: serde_json::Map<_, _> = fields.collect();
        row.insert("id".to_owned(), json!(record.id));
        serde_json::Value::Object(row)
    });
    let plain: Vec<_> = plain.collect();
    browser.run(DEXIE, vec![]).await?;
    let script = "const rows = JSON.parse(arguments[0]);
        const db = new Dexie('peer', { chromeTransactionDurability: 'strict' });
        db.version(1).stores({ leads: 'id, name, company, status, owner' });
        await db.open();
        const begun = performance.now();
        await db.leads.bulkAdd(rows);
        const taken = performance.now() - begun;
        await db.delete();
        return taken;";
    let taken = browser.run_async(script, vec![json!(serde_json::to_string(&plain)?)]).await?;
    taken.as_f64().map(|ms| ms / 1_000.0).ok_or_else(|| Trouble::Said(format!("Dexie took {taken}")))
}

async fn says(browser: &Browser, words: &str) -> Result {
    let script = "return document.querySelector('main').innerText.includes(arguments[0])";
    let said = until(&format!("“{words}” to be said"), LONG, || async {
        Ok((browser.run(script, vec![json!(words)]).await? == true).then_some(()))
    })
    .await;
    browser.explain(said).await
}
