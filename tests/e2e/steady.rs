//! Nothing jumps: what a page shows stays where it was drawn first, while its data, its counts and its fonts come.

use outpost_tests::{
    browser::{Browser, Engine, Options},
    server::Server,
    trouble::{Result, check},
    wait::{SOON, until},
    workspace::{EMAIL, fill},
};

/// A cumulative layout shift below this is 0.00. On a machine that is busy, counts may come after their chips, and these widen.
const LEAST: f64 = 0.005;

/// Notes each shift of the layout that no press or key has caused, as the browser counts them: how far, and of what.
const WATCH: &str = "window.__shifts = [];
    const where = ({ x, y, width, height }) => [x, y, width, height].map(Math.round).join(' ');
    const what = ({ node, previousRect, currentRect }) => {
        const element = node?.nodeType === 1 ? node : node?.parentElement;
        return `${element?.tagName}.${element?.className} from ${where(previousRect)} to ${where(currentRect)}`;
    };
    new PerformanceObserver((list) => {
        for (const shift of list.getEntries()) {
            if (!shift.hadRecentInput) window.__shifts.push([shift.value, shift.sources.map(what).join('; ')]);
        }
    }).observe({ type: 'layout-shift', buffered: true });";

#[tokio::test]
async fn no_page_jumps_on_a_desktop() -> Result {
    no_page_jumps((1440, 900)).await
}

#[tokio::test]
async fn no_page_jumps_on_a_phone() -> Result {
    no_page_jumps((390, 844)).await
}

async fn no_page_jumps(size: (u32, u32)) -> Result {
    let server = Server::start().await?;
    let url = server.url();
    let workspace = fill(&url).await?;
    let options = Options { size, before_pages: Some(WATCH.to_owned()), ..Options::default() };
    let browser = Browser::with(Engine::Chromium, options).await?.signed_in(&url, EMAIL).await?;
    workspace.comes_to(&browser).await?;
    let mut found = Vec::new();
    for path in workspace.paths() {
        browser.enter(&url, &path).await?;
        browser.settled().await?;
        browser.calm().await?;
        let shifts: Vec<(f64, String)> = serde_json::from_value(browser.run("return window.__shifts", vec![]).await?)?;
        if shifts.iter().map(|(value, _)| value).sum::<f64>() >= LEAST {
            found.extend(shifts.into_iter().map(|(value, what)| format!("{path}: {value:.4} {what}")));
        }
    }
    // What is moved on purpose is noticed.
    browser.run("document.querySelector('main').prepend(Object.assign(document.createElement('h1'), { textContent: 'Here' }))", vec![]).await?;
    until("a page that jumps to be noticed", SOON, || async {
        Ok((browser.run("return window.__shifts.length > 0", vec![]).await? == true).then_some(()))
    })
    .await?;
    check(found.is_empty(), format!("what jumps:\n{}", found.join("\n")))
}
