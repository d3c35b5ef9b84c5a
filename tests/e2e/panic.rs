//! A mistake in the program stops it, and nothing more: what was saved is there, and can be taken away as a file.

use outpost_tests::{
    app::{CLOSE, OPEN},
    browser::{Browser, Engine},
    server::Server,
    trouble::{Result, Trouble, check},
    wait::{SOON, until},
};
use serde_json::{Value, json};

in_both!(
    a_panic_leaves_a_page_that_exports_the_work,
    what_the_browser_throws_through_the_app_stops_it_as_well,
    an_answer_that_nobody_waits_for_stops_nothing,
);

/// Keeps what a page offers for download, instead of downloading it.
const CATCH: &str = "
    window.offered = null;
    const make = URL.createObjectURL;
    URL.createObjectURL = (blob) => { window.offered = blob; return make.call(URL, blob); };
    HTMLAnchorElement.prototype.click = () => {};
    // Without randomness there are no identities, and the app stops rather than guess one.
    Crypto.prototype.getRandomValues = () => { throw new DOMException('taken away by the test', 'OperationError'); };
";

/// Stores a block, as a first sync of a large workspace brings them.
async fn store_block(browser: &Browser) -> Result {
    let script = format!(
        "{OPEN} const id = '01900000-0000-7000-8000-000000000007';
         const record = {{ type: 'lead', id, fields: {{ name: ['Came with others', '019000000000-0000-0000000000000001'] }} }};
         const text = new TextEncoder().encode(`${{JSON.stringify(record)}}\\n`);
         // Packed with LZ4: its size, and all of it as letters that stand for themselves.
         const z = new Uint8Array([text.length, 0, 0, 0, 0xf0, text.length - 15, ...text]);
         const blocks = db.transaction('blocks', 'readwrite').objectStore('blocks');
         await ask(blocks.put({{ k: `lead/${{id}}`, f: `lead/${{id}}`, z }})); {CLOSE}"
    );
    browser.run_async(&script, vec![]).await?;
    Ok(())
}

async fn a_panic_leaves_a_page_that_exports_the_work(engine: Engine) -> Result {
    let server = Server::start().await?;
    let url = server.url();
    let browser = Browser::start(engine).await?;
    let saved = browser.new_lead(&url, &[("Name", "Was saved")]).await?;
    browser.enter(&url, "/leads").await?;
    store_block(&browser).await?;
    browser.run(CATCH, vec![]).await?;
    // The form needs an identity; the index that saves itself may be the first to want one.
    browser.run("document.querySelector('a[href=\"/leads/new\"]')?.click()", vec![]).await?;
    browser.sees("Outpost has stopped").await?;
    browser.sees("Changes that have not reached the server yet: 1").await?;

    browser.press("Export my data").await?;
    browser.sees("The file is in your downloads").await?;
    let text = browser.run_async("return await window.offered.text();", vec![]).await?;
    let text = text.as_str().ok_or_else(|| Trouble::Said(format!("the file is {text}")))?;
    let file: Value = serde_json::from_str(text)?;
    check(file["outbox"][0]["ops"][0]["patch"]["name"] == json!("Was saved"), "the change is in the file")?;
    check(file["records"][0]["id"] == json!(saved), "the lead is in the file")?;
    check(
        file["blocks"][0]["fields"]["name"][0] == json!("Came with others"),
        "what a first sync brought is in the file",
    )?;

    browser.press("Start again").await?;
    browser.ready().await?;
    browser.enter(&url, "/leads").await?;
    browser.sees("Was saved").await?;
    check(browser.records().await?.len() == 2, "what was saved is there, and nothing else")?;

    // The page that trusts nothing of the app speaks the person's language all the same.
    browser.run("localStorage.setItem('language', 'de')", vec![]).await?;
    browser.reload().await?;
    browser.ready().await?;
    browser.run(CATCH, vec![]).await?;
    browser.run("document.querySelector('a[href=\"/leads/new\"]')?.click()", vec![]).await?;
    browser.sees("Outpost ist stehen geblieben").await?;
    browser.sees("Alles Gespeicherte ist auf diesem Gerät sicher").await
}

async fn what_the_browser_throws_through_the_app_stops_it_as_well(engine: Engine) -> Result {
    let server = Server::start().await?;
    let url = server.url();
    let browser = Browser::start(engine).await?;
    browser.new_lead(&url, &[("Name", "Was saved")]).await?;
    browser.enter(&url, "/leads/new").await?;
    browser.fill("Name", "Is not saved").await?;
    // The time of day is asked for where no failure can be answered: by what saves the draft, or else by what makes the lead.
    browser.run("Date.now = undefined", vec![]).await?;
    browser.run("document.querySelector('form')?.requestSubmit()", vec![]).await?;
    browser.sees("Outpost has stopped").await?;
    browser.sees("Details").await?;
    let place = browser.run("return document.querySelector('#rescue code').textContent", vec![]).await?;
    let place = place.as_str().unwrap_or_default().to_owned();
    check(place.starts_with("TypeError #"), format!("it says where: {place}"))?;
    browser.press("Start again").await?;
    browser.ready().await?;
    browser.enter(&url, "/leads").await?;
    browser.sees("Was saved").await
}

async fn an_answer_that_nobody_waits_for_stops_nothing(engine: Engine) -> Result {
    let server = Server::start().await?;
    let url = server.url();
    let browser = Browser::start(engine).await?;
    let hears = "
        window.asked = null;
        window.late = 0;
        for (const name of ['get', 'getAll', 'getAllKeys']) {
            const ask = IDBObjectStore.prototype[name];
            IDBObjectStore.prototype[name] = function (...of) { return window.asked = ask.apply(this, of); };
        }
        addEventListener('error', ({ error }) => { window.late += /^closure invoked/.test(error?.message); });";
    browser.new_lead(&url, &[("Name", "Was saved")]).await?;
    browser.enter(&url, "/leads").await?;
    browser.run(hears, vec![]).await?;
    // The store is asked, and answered; then the answer comes once more.
    browser.run("document.querySelector('a[href=\"/leads/new\"]')?.click()", vec![]).await?;
    browser.fill("Name", "Is saved").await?;
    browser.press("Save").await?;
    browser.sees("Is saved").await?;
    let page = &browser;
    let becomes = async |condition: &str, what: &str| {
        let script = format!("return {condition}");
        until(what, SOON, || async { Ok((page.run(&script, vec![]).await? == true).then_some(())) }).await
    };
    becomes("window.asked?.readyState === 'done'", "the store to be asked and to answer").await?;
    browser.run("setTimeout(() => window.asked.onsuccess(new Event('success')))", vec![]).await?;
    becomes("window.late === 1", "the answer to come to nobody").await?;
    check(browser.run("return document.querySelector('#rescue') === null", vec![]).await? == true, "the app goes on")?;
    browser.run("document.querySelector('a[href=\"/leads\"]')?.click()", vec![]).await?;
    browser.sees("Was saved").await?;
    browser.sees("Is saved").await?;
    browser.is_clean().await
}
