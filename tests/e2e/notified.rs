//! Who does not look at the app is reminded by a notification of the system, if they want that; a press on it leads to the task.

use outpost_tests::{
    browser::{Browser, Engine},
    clock::MINUTE,
    env::env,
    server::Server,
    trouble::{Result, check},
    wait::{LATER, SOON, until},
};
use serde_json::json;

use crate::reminders::new_task;

in_both!(a_press_on_a_notification_leads_to_the_task);

/// What the worker shows, as titles.
const SHOWN: &str = "const worker = await navigator.serviceWorker.ready;
    return (await worker.getNotifications()).map((shown) => shown.title)";

/// Only of Chromium can a test say what it allows.
#[tokio::test]
async fn a_reminder_is_a_notification_while_nobody_looks_at_the_app() -> Result {
    let mut server = Server::start().await?;
    let url = server.url();
    let browser = Browser::start(Engine::Chromium).await?;
    browser.enter(&url, "/leads").await?;
    browser.works_offline().await?;
    server.kill();

    browser.permits(&url, "notifications", "denied").await?;
    browser.enter(&url, "/settings").await?;
    browser.sees("This browser does not allow notifications.").await?;
    browser.permits(&url, "notifications", "granted").await?;
    browser.enter(&url, "/settings").await?;
    browser.sees("Notifications are on.").await?;

    let task = new_task(&browser, &url, "Call the roofer", 60).await?;

    // The app stands behind another window.
    browser.run("document.hasFocus = () => false", vec![]).await?;
    check(browser.run_async(SHOWN, vec![]).await? == json!([]), "nothing is due yet")?;
    browser.is_later(61 * MINUTE).await?;
    let shown = until("the notification", LATER, || async {
        Ok((browser.run_async(SHOWN, vec![]).await? == json!(["Reminder: Call the roofer"])).then_some(()))
    })
    .await;
    browser.explain(shown).await?;
    let script = "const worker = await navigator.serviceWorker.ready;
        return (await worker.getNotifications())[0].data";
    let leads_to = browser.run_async(script, vec![]).await?;
    check(leads_to == json!(format!("tasks/{task}")), format!("it leads to {leads_to}"))?;
    // It stands in the page, too.
    browser.press("Open it").await?;
    browser.is_at(&format!("/tasks/{task}")).await?;
    browser.is_clean().await
}

/// No driver presses a notification. So the worker's own script is run here with a press, and what it says to the page, by the
/// worker's way.
async fn a_press_on_a_notification_leads_to_the_task(engine: Engine) -> Result {
    let server = Server::start().await?;
    let browser = Browser::start(engine).await?;
    browser.enter(&server.url(), "/leads").await?;
    browser.works_offline().await?;
    let script = std::fs::read_to_string(env().dist.join("notify.js"))?;
    let press = "const done = [];
        const page = { focused: false, postMessage: (said) => done.push(said), focus: () => done.push('focused') };
        const pages = arguments[0] ? [page] : [];
        const self = {
            addEventListener: (name, act) => { self[name] = act; },
            clients: { matchAll: async () => pages, openWindow: (url) => done.push(url) },
        };
        const at = (path) => '/' + path;
        SCRIPT
        let end;
        const notification = { data: 'companies', close: () => done.push('closed') };
        self.notificationclick({ notification, waitUntil: (promise) => { end = promise; } });
        await end;
        return done"
        .replace("SCRIPT", &script);
    let opened = browser.run_async(&press, vec![false.into()]).await?;
    check(opened == json!(["closed", "/companies"]), format!("without a page it does {opened}"))?;
    let told = browser.run_async(&press, vec![true.into()]).await?;
    let said = json!({ "type": "open", "path": "companies" });
    check(told == json!(["closed", said, "focused"]), format!("with a page it does {told}"))?;

    let arrives = "navigator.serviceWorker.dispatchEvent(new MessageEvent('message', { data: arguments[0] }))";
    until("the page to go where the notification leads", SOON, || async {
        browser.run(arrives, vec![said.clone()]).await?;
        let there = browser.run("return location.pathname", vec![]).await?;
        Ok((there == "/companies").then_some(()))
    })
    .await?;
    browser.is_clean().await
}
