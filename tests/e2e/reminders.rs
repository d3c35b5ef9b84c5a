//! A task reminds of itself when its time has come, on whatever page is open and without a server; once, however often the app is
//! opened after it.

use outpost_tests::{
    browser::{Browser, Engine},
    clock::MINUTE,
    trouble::{Result, check},
    wait::{LATER, SOON, until},
};

in_both!(a_task_reminds_of_itself_once_when_its_time_has_come);

/// Writes a task down that reminds of itself in so many minutes.
pub(crate) async fn new_task(browser: &Browser, url: &str, task: &str, minutes: u64) -> Result<String> {
    browser.enter(url, "/tasks/new").await?;
    // As the browser's own zone has it, in the way in which such fields have it.
    let script = "return new Date(Date.now() + arguments[0]).toLocaleString('sv').slice(0, 16).replace(' ', 'T')";
    let at = browser.run(script, vec![(minutes * MINUTE).into()]).await?;
    browser.fill_in(&[("Task", task), ("Remind me", at.as_str().unwrap_or_default())]).await?;
    browser.press("Save task").await?;
    browser.saved_as("/tasks/").await
}

/// Waits until the app has noted that it reminded of all that was due; it looks at the clock three times a minute.
async fn is_reminded_of(browser: &Browser, task: &str) -> Result {
    browser.sees_within(&format!("Reminder: {task}"), LATER).await
}

async fn a_task_reminds_of_itself_once_when_its_time_has_come(engine: Engine) -> Result {
    let (server, browser) = Browser::out_of_reach(engine).await?;
    let url = server.url();
    let roofer = new_task(&browser, &url, "Call the roofer", 60).await?;
    let done = new_task(&browser, &url, "Order tiles", 60).await?;
    new_task(&browser, &url, "Send the offer", 120).await?;
    browser.enter(&url, &format!("/tasks/{done}")).await?;
    browser.press("Done").await?;
    until("the task to be done", SOON, || async {
        Ok((browser.record("task", &done).await?.text("status") == "done").then_some(()))
    })
    .await?;

    // Nothing is said before its time; then on the page that is open. What is done reminds of nothing.
    browser.enter(&url, "/companies").await?;
    check(!browser.shows("Reminder:").await?, "nothing is due yet")?;
    browser.is_later(61 * MINUTE).await?;
    is_reminded_of(&browser, "Call the roofer").await?;
    check(!browser.shows("Reminder: Order tiles").await?, "what is done reminds of nothing")?;
    check(!browser.shows("Reminder: Send the offer").await?, "what is due later is told later")?;
    browser.is_at("/companies").await?;
    browser.press("Open it").await?;
    browser.is_at(&format!("/tasks/{roofer}")).await?;
    browser.sees("Call the roofer").await?;

    // Once told it is told, also when the app is opened again; what comes later is told all the same.
    browser.enter(&url, "/leads").await?;
    browser.is_later(121 * MINUTE).await?;
    is_reminded_of(&browser, "Send the offer").await?;
    check(!browser.shows("Reminder: Call the roofer").await?, "what was told is not told again")?;
    browser.press("Dismiss").await?;
    browser.sees_no("Reminder:").await?;
    browser.is_clean().await?;

    // What came while the app was closed is told when it is opened, and nothing else.
    if engine == Engine::Chromium {
        new_task(&browser, &url, "Water the plants", 180).await?;
        browser.opens_later(181 * MINUTE).await?;
        browser.enter(&url, "/leads").await?;
        is_reminded_of(&browser, "Water the plants").await?;
        check(!browser.shows("Reminder: Send the offer").await?, "what was dismissed is not told again")?;
        // Until it is answered it stays, also through a reload.
        browser.reload().await?;
        browser.sees("Reminder: Water the plants").await?;
        // What is done reminds of nothing any more.
        browser.enter(&url, "/tasks").await?;
        browser.sees("Reminder: Water the plants").await?;
        browser.wait_for("field", "Done: Water the plants").await?.click().await?;
        let goes = until("the reminder of what is done to go", LATER, || async {
            Ok((!browser.shows("Reminder:").await?).then_some(()))
        });
        browser.explain(goes.await).await?;
        browser.is_clean().await?;
    }
    Ok(())
}
