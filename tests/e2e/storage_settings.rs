//! What the settings say of the room on the device, how the browser is asked to keep it, and how much is kept: a year's worth is
//! neither all of it nor what is new.

use outpost_core::mutation::Op;
use outpost_tests::{
    api::{Client, new_id, patch},
    app::PASSWORD,
    browser::{Browser, Engine},
    clock::DAY,
    env::env,
    server::Server,
    trouble::{Result, Trouble, check, trouble},
    wait::{LATER, SOON, until},
};
use serde_json::json;

in_both!(what_is_kept_on_a_device_is_as_old_as_it_is_told);

/// Only of Chromium can a test say how much room there is and what it promises.
#[tokio::test]
async fn the_room_is_told_in_plain_words_and_the_browser_is_asked_to_keep_it() -> Result {
    let mut server = Server::start().await?;
    let url = server.url();
    let browser = Browser::start(Engine::Chromium).await?;
    browser.permits(&url, "persistent-storage", "denied").await?;
    browser.new_lead(&url, &[("Name", "Mira Sommer")]).await?;
    browser.works_offline().await?;
    server.kill();

    browser.enter(&url, "/settings").await?;
    let script =
        "const bar = [...document.querySelectorAll('progress')].find((bar) => bar.ariaLabel?.includes(' of '));
        const { usage, quota } = await navigator.storage.estimate();
        return bar && [bar.ariaLabel, bar.value, bar.max, usage, quota]";
    let told = until("the room to be told", SOON, || async {
        Ok(serde_json::from_value::<Option<(String, f64, f64, f64, f64)>>(browser.run_async(script, vec![]).await?)?)
    })
    .await;
    let (label, value, max, used, room) = browser.explain(told).await?;
    // Something may have been written since the page was told; a tenth more or less is no other figure.
    let is_about = |told: f64, real: f64| told > 0.0 && (told - real).abs() <= real / 10.0;
    check(is_about(value, used) && is_about(max, room), format!("the bar is {value} of {max}, not {used} of {room}"))?;
    let parts: Vec<&str> = label.split(' ').collect();
    let [used_told, used_unit, "of", room_told, room_unit] = parts[..] else {
        return trouble(format!("the room is told as “{label}”"));
    };
    for (figure, unit, real) in [(used_told, used_unit, used), (room_told, room_unit, room)] {
        let size = match unit {
            "kB" => 1e3,
            "MB" => 1e6,
            "GB" => 1e9,
            _ => return trouble(format!("“{label}” is told in {unit}")),
        };
        let told: f64 = figure.parse().map_err(|_| Trouble::Said(format!("“{label}” has no figure")))?;
        check(is_about(told * size, real), format!("“{label}” is told of {real} bytes"))?;
    }
    browser.sees(&label).await?;
    browser.sees("Leads about").await?;

    // It does not promise at first, and does not when it is asked; then it does, and nobody needs to ask again.
    browser.sees("The browser may clear it if the device runs out of space.").await?;
    browser.press("Ask the browser to keep it").await?;
    browser.sees("The browser does not promise it. Installing Outpost or an account make your data safe.").await?;
    browser.wait_for("button", "Ask the browser to keep it").await?;
    browser.permits(&url, "persistent-storage", "granted").await?;
    browser.press("Ask the browser to keep it").await?;
    browser.sees("The browser keeps it until you delete it").await?;
    browser.sees("The browser has promised to keep it.").await?;
    browser.sees_no("Ask the browser to keep it").await?;
    let promised = browser.run_async("return await navigator.storage.persisted()", vec![]).await?;
    check(promised == true, "the browser was asked indeed")?;
    browser.enter(&url, "/settings").await?;
    browser.sees("The browser has promised to keep it.").await?;
    browser.is_clean().await
}

/// Waits until the device holds exactly these leads.
async fn holds(browser: &Browser, wanted: &[&str]) -> Result {
    let held = until(&format!("{wanted:?} to be on the device"), LATER, || async {
        let records = browser.records().await?;
        let mut names: Vec<&str> = records.values().map(|record| record.text("name")).collect();
        names.sort_unstable();
        if names == wanted { Ok(Some(())) } else { Err(Trouble::Said(format!("it holds {names:?}"))) }
    })
    .await;
    browser.explain(held).await
}

/// Chooses how much is kept; it is chosen still when the settings are opened again.
async fn keep(browser: &Browser, url: &str, what: &str) -> Result {
    const LABEL: &str = "Keep on this device";
    let script = "return arguments[0].selectedOptions[0]?.text.trim() ?? ''";
    // What a page that was just opened shows is what is kept. One that is left too soon may not have kept it yet.
    until(&format!("“{what}” to be kept"), SOON, || async {
        browser.enter(url, "/settings").await?;
        let list = browser.wait_for("select", LABEL).await?;
        if browser.run(script, vec![list.to_json()?]).await? == what {
            return Ok(Some(()));
        }
        browser.choose(LABEL, what).await?;
        Ok(None)
    })
    .await
}

async fn what_is_kept_on_a_device_is_as_old_as_it_is_told(engine: Engine) -> Result {
    const EMAIL: &str = "kept@example.com";
    let mut server = Server::with(Some(env().dist.clone()), &["--upkeep-after", "1"]).await?;
    let url = server.url();
    let mut client = Client::sign_up(&url, EMAIL, PASSWORD).await?;
    for (name, days) in [("A month ago", 30), ("Half a year ago", 180), ("Two years ago", 730)] {
        let lead = Op::patch("lead", new_id(), patch(json!({ "name": name, "status": "qualified" })));
        let mut mutation = client.mutation(vec![lead])?;
        mutation.hlc.ms -= days * DAY;
        client.sync(vec![mutation], 0).await?;
    }
    // Restarted, so that it notes now how old everything is.
    server.kill();
    server.up().await?;
    let browser = Browser::start(engine).await?.signed_in(&url, EMAIL).await?;
    // Who says nothing keeps a year.
    holds(&browser, &["A month ago", "Half a year ago"]).await?;

    keep(&browser, &url, "What changed in the last 90 days").await?;
    holds(&browser, &["A month ago"]).await?;
    browser.enter(&url, "/leads").await?;
    browser.sees("1 lead").await?;
    keep(&browser, &url, "Everything").await?;
    holds(&browser, &["A month ago", "Half a year ago", "Two years ago"]).await?;
    keep(&browser, &url, "What changed in the last year").await?;
    holds(&browser, &["A month ago", "Half a year ago"]).await?;
    browser.settled().await?;
    browser.is_clean().await
}
