//! What is sold: a line of an invoice takes a product over, with the price and the tax that hold on the invoice's day.

use outpost_tests::{
    browser::{Browser, Engine},
    server::Server,
    trouble::{Result, check},
    wait::{SOON, until},
};
use serde_json::{Value, json};
use thirtyfour::Key;

in_both!(a_line_takes_over_a_product_with_the_price_and_tax_of_the_day);

async fn a_line_takes_over_a_product_with_the_price_and_tax_of_the_day(engine: Engine) -> Result {
    let mut server = Server::start().await?;
    let url = server.url();
    let browser = Browser::start(engine).await?;
    browser.enter(&url, "/products").await?;
    browser.works_offline().await?;
    server.kill();

    let new = async |path: &str, fields: &[(&str, &str)], save: &str| {
        browser.enter(&url, path).await?;
        browser.fill_in(fields).await?;
        browser.press(save).await?;
        let at = path.split_once("/new").map_or(path, |(list, _)| list);
        browser.saved_as(&format!("{at}/")).await
    };
    new("/tax-rates/new", &[("Name", "Standard rate"), ("Rate", "7.7"), ("Until", "2023-12-31")], "Save tax rate")
        .await?;
    new("/tax-rates/new", &[("Name", "Standard rate"), ("Rate", "8.1"), ("From", "2024-01-01")], "Save tax rate")
        .await?;
    browser.enter(&url, "/products/new").await?;
    browser.fill_in(&[("Name", "Site survey"), ("Item number", "S-100"), ("Unit", "h")]).await?;
    browser.wait_for("field", "Tax rate").await?.click().await?;
    browser.wait_for("[role=option]", "Standard rate").await?;
    browser.types(&[Key::Down, Key::Enter]).await?;
    browser.press("Save product").await?;
    let product = browser.saved_as("/products/").await?;
    let price = format!("/prices/new?product={product}");
    for (list, amount, from) in [("Standard", "110", ""), ("Standard", "125.50", "2024-07-01"), ("Wholesale", "99", "")]
    {
        new(&price, &[("Price list", list), ("Price", amount), ("From", from)], "Save price").await?;
    }

    browser.enter(&url, "/invoices/new").await?;
    browser.fill("Bill to", "Mira Sommer").await?;
    browser.press("Save invoice").await?;
    browser.saved_as("/invoices/").await?;
    browser.fill("Description", "s-1").await?;
    browser.wait_for("[role=option]", "Wholesale").await?;
    let offered = browser.run("return [...document.querySelectorAll('[role=option]')].length", vec![]).await?;
    check(offered == 2, format!("a line for each price list, not {offered}"))?;
    browser.types(&[Key::Down, Key::Enter]).await?;
    browser.sees("Saved on this device").await?;
    let line = taken(&browser, "Site survey").await?;
    let known =
        [("unit", json!("h")), ("unit_price", json!("125.5")), ("tax", json!(81_000)), ("quantity", json!("1"))];
    for (name, value) in known {
        check(line[name][0] == value, format!("{name} is {}", line[name]))?;
    }

    // What is no product is typed as it is, and Enter goes on to the next line.
    browser.press("Line").await?;
    let next = until("the caret to be in an empty line", SOON, || browser.element(EMPTY, vec![])).await?;
    browser.replace(&next, "Trip").await?;
    browser.types(&[Key::Enter]).await?;
    taken(&browser, "Trip").await?;
    browser.is_clean().await
}

/// The input that has the caret, if it is that of an empty line.
const EMPTY: &str = "const active = document.activeElement;
    return active?.getAttribute('role') === 'combobox' && active.value === '' ? active : null;";

/// The fields of the stored line of this description, once it is there.
async fn taken(browser: &Browser, description: &str) -> Result<Value> {
    until(&format!("a line of “{description}” in the store"), SOON, || async {
        let lines = browser.records_of("invoice_line", 9).await?;
        let line = lines.iter().find(|line| line.text("description") == description);
        Ok(line.map(|line| serde_json::to_value(&line.fields)).transpose()?)
    })
    .await
}
