//! What the server serves: the app, its headers, and nothing in place of what is missing.

use outpost_tests::{
    browser::{Browser, Engine},
    server::Server,
    trouble::{Result, check},
};
use serde_json::json;

#[tokio::test]
async fn a_missing_file_is_not_the_page() -> Result {
    let server = Server::start().await?;
    let get = async |path: &str, accept: &str| {
        let request = reqwest::Client::builder().no_proxy().build()?.get(format!("{}{path}", server.url()));
        Ok::<_, outpost_tests::trouble::Trouble>(request.header("accept", accept).send().await?)
    };
    let health = get("/healthz", "*/*").await?;
    check(health.status() == 200, "the server is well")?;
    for path in ["/", "/leads", "/invoices/0190b3f4-7a1c-7e55-9d3c-2f1e8a6b4c01/print"] {
        let page = get(path, "text/html").await?;
        check(page.status() == 200, format!("{path} is a page of the app"))?;
        let policy = page.headers().get("content-security-policy").and_then(|value| value.to_str().ok());
        let policy = policy.unwrap_or_default().to_owned();
        check(policy.contains("default-src 'none'") && !policy.contains("unsafe-inline"), format!("{path}: {policy}"))?;
        check(page.text().await?.contains("outpost-version"), format!("{path} is the app's page"))?;
    }
    for path in ["/outpost-app-0000000000000000_bg.wasm", "/no-such.js", "/icons/no.png"] {
        check(get(path, "*/*").await?.status() == 404, format!("{path} is not there"))?;
    }
    let worker = get("/sw.js", "*/*").await?;
    check(
        worker.headers().get("cache-control").is_some_and(|value| value == "no-cache"),
        "the worker is asked for anew",
    )?;
    check(get("/api/v1/nothing", "*/*").await?.status() == 404, "the API has no such part")
}

#[tokio::test]
async fn chromium_would_install_it() -> Result {
    let server = Server::start().await?;
    let browser = Browser::start(Engine::Chromium).await?;
    browser.enter(&server.url(), "/").await?;
    browser.works_offline().await?;
    let manifest = browser.cdp("Page.getAppManifest", json!({})).await?;
    check(manifest["errors"] == json!([]), format!("the manifest has errors: {}", manifest["errors"]))?;
    let errors = browser.cdp("Page.getInstallabilityErrors", json!({})).await?;
    let errors = &errors["installabilityErrors"];
    check(errors == &json!([]), format!("the app cannot be installed: {errors}"))?;
    let identity = browser.cdp("Page.getAppId", json!({})).await?;
    check(identity["appId"] == format!("{}/outpost", server.url()), format!("the app's identity is {identity}"))?;
    let text = manifest["data"].as_str().unwrap_or_default();
    let stated: serde_json::Value = serde_json::from_str(text)?;
    for icon in ["icons", "screenshots"] {
        for picture in stated[icon].as_array().into_iter().flatten() {
            let url = format!("{}/{}", server.url(), picture["src"].as_str().unwrap_or_default());
            check(reqwest::get(&url).await?.status() == 200, format!("the manifest names {url}, which is not there"))?;
        }
    }
    browser.is_clean().await
}

in_both!(every_page_opens_clean);

async fn every_page_opens_clean(engine: Engine) -> Result {
    let server = Server::start().await?;
    let browser = Browser::start(engine).await?;
    let pages = [
        "/",
        "/today",
        "/today/tomorrow",
        "/calendar",
        "/calendar/month",
        "/calendar/agenda",
        "/leads",
        "/leads/new",
        "/deals",
        "/deals/list",
        "/deals/new",
        "/invoices",
        "/settings",
        "/account",
    ];
    for path in pages.into_iter().chain(["/no/such/page"]) {
        browser.enter(&server.url(), path).await?;
        let explained = browser.is_clean().await;
        browser.explain(explained).await?;
    }
    browser.is_at("/no/such/page").await?;
    browser.enter(&server.url(), "/").await?;
    browser.is_at("/leads").await?;
    Ok(())
}
