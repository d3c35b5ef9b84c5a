//! `cargo xtask screenshots`: the pictures of `docs/screenshots`, taken of the running product with the demo's data.

use std::{fs, path::Path, process::ExitCode};

use outpost_core::{demo, id::RecordId, record::Record};
use outpost_tests::{
    api::{Client, now_ms},
    app::PASSWORD,
    browser::{Browser, Engine},
    server::Server,
    trouble::{Result, Trouble},
    wait::{LATER, until},
};
use serde_json::json;

const LEADS: usize = 180;
const EMAIL: &str = "ana@bergfaro.example";
/// Width, height, and whether it is a phone.
const SIZES: [(u32, u32, bool); 2] = [(390, 844, true), (1440, 900, false)];

#[tokio::main]
async fn main() -> ExitCode {
    match take().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("The pictures were not taken: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn take() -> Result {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/screenshots");
    fs::create_dir_all(&folder)?;
    let server = Server::start().await?;
    let (lead, invoice, rows) = fill(&server.url()).await?;
    let browser = Browser::start(Engine::Chromium).await?;
    browser.enter(&server.url(), "/account").await?;
    browser.sign_in(EMAIL, PASSWORD).await?;
    until("the whole workspace to be on the device", LATER, || async {
        Ok((browser.count("records").await? >= rows as u64).then_some(()))
    })
    .await?;
    let pages = [
        ("leads", "/leads".to_owned()),
        ("lead", format!("/leads/{lead}")),
        ("deal-board", "/deals".to_owned()),
        ("invoice", format!("/invoices/{invoice}")),
        ("settings", "/settings".to_owned()),
    ];
    for (width, height, phone) in SIZES {
        let metrics = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": phone });
        browser.cdp("Emulation.setDeviceMetricsOverride", metrics).await?;
        browser.cdp("Emulation.setTouchEmulationEnabled", json!({ "enabled": phone })).await?;
        for theme in ["light", "dark"] {
            let media = json!({ "features": [{ "name": "prefers-color-scheme", "value": theme }] });
            browser.cdp("Emulation.setEmulatedMedia", media).await?;
            for (name, path) in &pages {
                browser.enter(&server.url(), path).await?;
                browser.settled().await?;
                counted(&browser, phone).await?;
                browser.calm().await?;
                let file = folder.join(format!("{name}-{width}-{theme}.png"));
                let picture = browser.web()?.screenshot_as_png().await?;
                check_size(&picture, width, height, name)?;
                fs::write(&file, &picture)?;
                println!("docs/screenshots/{name}-{width}-{theme}.png ({} kB)", picture.len() / 1_000);
            }
        }
    }
    Ok(())
}

/// Waits for what stands beside the page: how many there are of each.
async fn counted(browser: &Browser, phone: bool) -> Result {
    until("the counts in the navigation", LATER, || async {
        let counts = browser.run("return document.querySelectorAll('.side .count').length", vec![]).await?;
        Ok((phone || counts.as_u64() >= Some(3)).then_some(()))
    })
    .await
}

/// A PNG says its size in its first chunk.
fn check_size(picture: &[u8], width: u32, height: u32, name: &str) -> Result {
    let number =
        |at: usize| picture.get(at..at + 4).map(|bytes| bytes.iter().fold(0, |sum, byte| sum << 8 | u32::from(*byte)));
    match (number(16), number(20)) {
        (Some(w), Some(h)) if (w, h) == (width, height) => Ok(()),
        other => Err(Trouble::Said(format!("the picture of {name} measures {other:?}, not {width}×{height}"))),
    }
}

/// A workspace with a year of work; returns a lead and an invoice that show much, and how many records there are.
async fn fill(url: &str) -> Result<(RecordId, RecordId, usize)> {
    let mut client = Client::sign_up_as(url, EMAIL, PASSWORD, "Berg & Faro").await?;
    let today = chrono::DateTime::from_timestamp_millis(i64::try_from(now_ms()).unwrap_or_default());
    let today = today.unwrap_or_default().date_naive();
    let series = client.account().series.clone();
    let mutations: Vec<_> = demo::mutations(LEADS, 1, client.device(), now_ms(), &series, today).collect();
    for request in mutations.chunks(500) {
        client.sync(request.to_vec(), 0).await?;
    }
    let mut reader = Client::sign_in(url, EMAIL, PASSWORD).await?;
    reader.pull().await?;
    let nothing = || Trouble::Said("the demo has nothing to show".to_owned());
    let belongs = |kind: &str, lead: &Record| {
        reader.all(kind).into_iter().filter(|record| record.relation("lead") == Some(lead.id)).count()
    };
    let leads = reader.all("lead");
    let lead = leads.into_iter().filter(|lead| latin(lead.text("name"))).max_by_key(|lead| {
        let filled = lead.fields.values().filter(|register| !register.value().is_null()).count();
        (belongs("invoice", lead).min(2) + belongs("deal", lead).min(2), filled, lead.id)
    });
    let invoices = reader.all("invoice");
    let invoice = invoices.into_iter().filter(|invoice| invoice.text("status") == "issued").max_by_key(|invoice| {
        let lines = invoice.get("issued").and_then(|issued| issued["lines"].as_array()).map_or(0, Vec::len);
        let payments = reader.all("payment").into_iter().filter(|p| p.relation("invoice") == Some(invoice.id)).count();
        (latin(invoice.text("buyer_name")), payments == 1, lines, invoice.id)
    });
    Ok((lead.ok_or_else(nothing)?.id, invoice.ok_or_else(nothing)?.id, reader.records.len()))
}

fn latin(name: &str) -> bool {
    name.chars().all(|letter| letter < '\u{250}')
}
