//! A list on a desk without a server: sorted by a column that no index holds, in groups that close, edited in its cells, and a tag
//! taken off many records at once. All of it is there after a reload.

use outpost_tests::{
    browser::{Browser, Engine},
    server::Server,
    trouble::{Result, check},
    wait::{SOON, until},
};
use serde_json::json;
use thirtyfour::Key;

in_both!(
    a_list_is_sorted_grouped_and_edited_in_its_cells,
    a_tag_is_taken_off_many_at_once,
    the_next_record_is_a_key_away_in_the_order_of_the_list,
    what_is_typed_in_a_cell_is_kept_when_the_page_is_left,
);

/// The rows and the heads of groups from top to bottom, as a person reads them.
const LINES: &str = "return Array.from(document.querySelectorAll('tr[data-index]'), (row) =>
    (row.querySelector('a.cover, .group-switch')?.innerText ?? '').replace(/\\s+/g, ' ').trim())";

/// The cell of a row, by the row's name and the column's.
const CELL: &str = "const [name, column] = arguments;
    const row = Array.from(document.querySelectorAll('tr[data-index]'))
        .find((row) => row.querySelector('a.cover')?.innerText.trim() === name);
    const heads = Array.from(document.querySelectorAll('thead tr > *'));
    return row?.children[heads.findIndex((head) => head.innerText.trim() === column)] ?? null;";

async fn lines_become(browser: &Browser, wanted: &[&str]) -> Result {
    let what = format!("the lines to be {wanted:?}");
    let shown = until(&what, SOON, || async { Ok((browser.run(LINES, vec![]).await? == json!(wanted)).then_some(())) });
    let shown = shown.await;
    browser.explain(shown).await
}

async fn cell_becomes(browser: &Browser, name: &str, column: &str, wanted: &str) -> Result {
    let script = format!("const cell = (() => {{ {CELL} }})(); return cell?.innerText.trim() ?? null");
    let what = format!("“{column}” of {name} to be “{wanted}”");
    let shown = until(&what, SOON, || async {
        Ok((browser.run(&script, vec![json!(name), json!(column)]).await? == wanted).then_some(()))
    });
    let shown = shown.await;
    browser.explain(shown).await
}

/// Waits until a field has the caret.
async fn has_caret(browser: &Browser, label: &str) -> Result {
    let what = format!("the caret in “{label}”");
    let there = until(&what, SOON, || async {
        let script = "return document.activeElement?.labels?.[0]?.innerText.trim() ?? ''";
        Ok((browser.run(script, vec![]).await? == label).then_some(()))
    });
    let there = there.await;
    browser.explain(there).await
}

/// Presses a cell twice, quickly, as with a mouse; then its field has the caret.
async fn press_twice(browser: &Browser, name: &str, column: &str) -> Result {
    let what = format!("the cell “{column}” of {name}");
    let cell = until(&what, SOON, || async { browser.element(CELL, vec![json!(name), json!(column)]).await }).await?;
    browser.web()?.action_chain().double_click_element(&cell).perform().await?;
    has_caret(browser, column).await
}

/// Puts the focus on the link of a row, as the arrows do.
async fn focus_row(browser: &Browser, name: &str) -> Result {
    let script = "const link = Array.from(document.querySelectorAll('tr[data-index] a.cover'))
            .find((link) => link.innerText.trim() === arguments[0]);
        link?.focus();
        return link != null;";
    until(&format!("the row of {name}"), SOON, || async {
        Ok((browser.run(script, vec![json!(name)]).await? == true).then_some(()))
    })
    .await
}

async fn sorted_by(browser: &Browser, column: &str, wanted: &str) -> Result {
    let script = "const head = Array.from(document.querySelectorAll('thead th'))
            .find((head) => head.innerText.trim() === arguments[0]);
        return head?.getAttribute('aria-sort') ?? '';";
    until(&format!("“{column}” to be said to be sorted {wanted}"), SOON, || async {
        Ok((browser.run(script, vec![json!(column)]).await? == wanted).then_some(()))
    })
    .await
}

async fn a_list_is_sorted_grouped_and_edited_in_its_cells(engine: Engine) -> Result {
    let mut server = Server::start().await?;
    let url = server.url();
    let browser = Browser::start(engine).await?.signed_up(&url, "ana@example.com").await?;
    let leads = [("Ada Ek", "Zoë", "10"), ("Bo Dahl", "max", "90"), ("Cleo Fry", "Zoë", ""), ("Dan Holm", "max", "50")];
    let mut ids = Vec::new();
    for (name, owner, score) in leads {
        ids.push(browser.new_lead(&url, &[("Name", name), ("Owner", owner), ("Score", score)]).await?);
    }
    browser.settled().await?;
    server.kill();

    // A column that no index holds, one way, the other way, and by keyboard; what has no value is last.
    browser.enter(&url, "/leads?columns=status,owner,score,emails").await?;
    lines_become(&browser, &["Dan Holm", "Cleo Fry", "Bo Dahl", "Ada Ek"]).await?;
    browser.press("Score").await?;
    lines_become(&browser, &["Ada Ek", "Dan Holm", "Bo Dahl", "Cleo Fry"]).await?;
    sorted_by(&browser, "Score", "ascending").await?;
    browser.types(&[Key::Enter]).await?;
    lines_become(&browser, &["Bo Dahl", "Dan Holm", "Ada Ek", "Cleo Fry"]).await?;
    sorted_by(&browser, "Score", "descending").await?;

    // A cell is edited by keyboard: first wrongly, then not; the next one by Tab. The rows keep their places meanwhile.
    focus_row(&browser, "Dan Holm").await?;
    for _ in 0..3 {
        browser.types(&[Key::Right]).await?;
    }
    browser.types(&[Key::Enter]).await?;
    has_caret(&browser, "Score").await?;
    browser.fill("Score", "500").await?;
    browser.types(&[Key::Enter]).await?;
    let said = browser.complaint("Score").await?;
    check(said.contains("100"), format!("the bound is named: {said}"))?;
    browser.fill("Score", "95").await?;
    browser.types(&[Key::Tab]).await?;
    has_caret(&browser, "E-mail").await?;
    cell_becomes(&browser, "Dan Holm", "Score", "95").await?;
    lines_become(&browser, &["Bo Dahl", "Dan Holm", "Ada Ek", "Cleo Fry"]).await?;
    browser.fill("E-mail", "dan@example.com").await?;
    browser.types(&[Key::Enter]).await?;
    lines_become(&browser, &["Dan Holm", "Bo Dahl", "Ada Ek", "Cleo Fry"]).await?;
    cell_becomes(&browser, "Dan Holm", "E-mail", "dan@example.com").await?;

    // By a double click: left by Escape nothing is changed; else it is, and can be undone. One click opens the row.
    press_twice(&browser, "Ada Ek", "Owner").await?;
    browser.fill("Owner", "nobody").await?;
    browser.types(&[Key::Escape]).await?;
    cell_becomes(&browser, "Ada Ek", "Owner", "Zoë").await?;
    press_twice(&browser, "Ada Ek", "Owner").await?;
    browser.fill("Owner", "max").await?;
    browser.types(&[Key::Enter]).await?;
    cell_becomes(&browser, "Ada Ek", "Owner", "max").await?;
    browser.sees("Changed Ada Ek: Owner").await?;
    let undo = browser.web()?.action_chain().key_down(Key::Control).send_keys("z").key_up(Key::Control);
    undo.perform().await?;
    cell_becomes(&browser, "Ada Ek", "Owner", "Zoë").await?;
    press_twice(&browser, "Cleo Fry", "Status").await?;
    browser.choose("Status", "Contacted").await?;
    browser.types(&[Key::Enter]).await?;
    cell_becomes(&browser, "Cleo Fry", "Status", "Contacted").await?;
    let cell = browser.element(CELL, vec![json!("Bo Dahl"), json!("Owner")]).await?;
    if let Some(cell) = cell {
        browser.web()?.action_chain().move_to_element_center(&cell).click().perform().await?;
    }
    browser.is_at(&format!("/leads/{}", ids[1])).await?;
    browser.web()?.back().await?;
    sorted_by(&browser, "Score", "descending").await?;

    // In groups, of which one is closed.
    browser.press("More").await?;
    browser.press("Group by…").await?;
    browser.press("Owner").await?;
    lines_become(&browser, &["max 2", "Dan Holm", "Bo Dahl", "Zoë 2", "Ada Ek", "Cleo Fry"]).await?;
    let rows = browser.run("return document.querySelector('table').getAttribute('aria-rowcount')", vec![]).await?;
    check(rows == "7", format!("the heads of groups are rows, and that of the table: {rows}"))?;
    browser.press("max").await?;
    let closed = ["max 2", "Zoë 2", "Ada Ek", "Cleo Fry"];
    lines_become(&browser, &closed).await?;
    browser.types(&[Key::Right]).await?;
    lines_become(&browser, &["max 2", "Dan Holm", "Bo Dahl", "Zoë 2", "Ada Ek", "Cleo Fry"]).await?;
    browser.types(&[Key::Left]).await?;
    lines_become(&browser, &closed).await?;
    browser.types(&[Key::Down]).await?;
    let focused = browser.run("return document.activeElement.innerText.replace(/\\s+/g, ' ').trim()", vec![]).await?;
    check(focused == "Zoë 2", format!("the arrows go from head to head: {focused}"))?;

    // All of it is kept, under a name as well.
    browser.press("Views").await?;
    browser.fill("Name", "By owner").await?;
    browser.press("Save view").await?;
    browser.sees("Saved the view “By owner”").await?;
    browser.reload().await?;
    lines_become(&browser, &closed).await?;
    sorted_by(&browser, "Score", "descending").await?;
    browser.enter(&url, "/leads").await?;
    browser.press("By owner").await?;
    lines_become(&browser, &closed).await?;
    browser.is_clean().await?;

    server.up().await?;
    browser.settled().await?;
    let dan = browser.record("lead", &ids[3]).await?;
    check(dan.get("score") == Some(&json!(95)), "what was written in a cell is stored")?;
    check(dan.get("emails") == Some(&json!(["dan@example.com"])), "as a form would have stored it")?;
    browser.is_clean().await
}

async fn tags_become(browser: &Browser, wanted: &[(&str, usize)]) -> Result {
    until(&format!("so many tags: {wanted:?}"), SOON, || async {
        let all = browser.records_of("company", 9).await?;
        let count = |name: &str| {
            let company = all.iter().find(|company| company.text("name") == name);
            company.and_then(|company| company.get("tags")?.as_array().map(Vec::len)).unwrap_or_default()
        };
        Ok(wanted.iter().all(|(name, tags)| count(name) == *tags).then_some(()))
    })
    .await
}

/// Selects all companies and does something with a tag.
async fn with_tag(browser: &Browser, how: &str) -> Result {
    browser.press("More").await?;
    browser.press("Select").await?;
    browser.press("Select all").await?;
    browser.press("Edit…").await?;
    browser.choose("Field", how).await?;
    browser.fill("Tags", "Boat").await?;
    browser.press("Boats").await?;
    browser.press("Change").await?;
    browser.sees("Changed 2 companies").await
}

async fn a_tag_is_taken_off_many_at_once(engine: Engine) -> Result {
    let mut server = Server::start().await?;
    let url = server.url();
    let browser = Browser::start(engine).await?.signed_up(&url, "ana@example.com").await?;
    server.kill();
    for (path, save, name) in [
        ("/tags/new", "Save tag", "Boats"),
        ("/companies/new", "Save company", "Nordkai"),
        ("/companies/new", "Save company", "Sund"),
    ] {
        browser.enter(&url, path).await?;
        browser.fill_in(&[("Name", name)]).await?;
        browser.press(save).await?;
        browser.sees(name).await?;
        browser.saved_as(path.trim_end_matches("new")).await?;
    }

    browser.enter(&url, "/companies").await?;
    browser.sees("Sund").await?;
    with_tag(&browser, "Tags (added)").await?;
    tags_become(&browser, &[("Nordkai", 1), ("Sund", 1)]).await?;
    browser.enter(&url, "/companies").await?;
    browser.sees("Sund").await?;
    with_tag(&browser, "Tags (removed)").await?;
    tags_become(&browser, &[("Nordkai", 0), ("Sund", 0)]).await?;
    browser.press("Undo").await?;
    tags_become(&browser, &[("Nordkai", 1), ("Sund", 1)]).await?;

    // They stand below what they lead to, by its name. (By change, they would stand by chance: the undo of both may
    // fall into one millisecond or into two.)
    browser.enter(&url, "/companies?sort=name").await?;
    browser.press("More").await?;
    browser.press("Group by…").await?;
    browser.press("Tags").await?;
    lines_become(&browser, &["Boats 2", "Nordkai", "Sund"]).await?;
    browser.enter(&url, "/companies?sort=name&group=parent").await?;
    lines_become(&browser, &["Without company 2", "Nordkai", "Sund"]).await?;
    browser.is_clean().await
}

async fn what_is_typed_in_a_cell_is_kept_when_the_page_is_left(engine: Engine) -> Result {
    let (server, browser) = Browser::out_of_reach(engine).await?;
    let url = server.url();
    let lead = browser.new_lead(&url, &[("Name", "Ada Ek")]).await?;
    browser.enter(&url, "/deals").await?;
    browser.press("Leads").await?;
    browser.is_at("/leads").await?;

    // An amount, whose control hears of its last change when it is taken away.
    press_twice(&browser, "Ada Ek", "Estimated value").await?;
    browser.fill("Estimated value", "1200").await?;
    browser.types(&[Key::Enter]).await?;
    browser.sees("Changed Ada Ek: Estimated value").await?;

    press_twice(&browser, "Ada Ek", "Owner").await?;
    browser.fill("Owner", "max").await?;
    browser.web()?.back().await?;
    browser.is_at("/deals").await?;
    browser.sees("Changed Ada Ek: Owner").await?;
    let lead = browser.record("lead", &lead).await?;
    check(lead.text("owner") == "max" && lead.get("value").is_some(), "both are kept")?;
    browser.is_clean().await
}

async fn the_next_record_is_a_key_away_in_the_order_of_the_list(engine: Engine) -> Result {
    let (server, browser) = Browser::out_of_reach(engine).await?;
    let url = server.url();
    for name in ["Bo Dahl", "Ada Ek", "Cleo Fry"] {
        browser.new_lead(&url, &[("Name", name)]).await?;
    }
    browser.enter(&url, "/leads?sort=name").await?;
    lines_become(&browser, &["Ada Ek", "Bo Dahl", "Cleo Fry"]).await?;
    browser.press("Ada Ek").await?;
    let stands = async |name: &str| {
        let there = until(&format!("the page of {name}"), SOON, || async {
            let title = browser.run("return document.querySelector('main h1')?.innerText.trim() ?? ''", vec![]).await?;
            Ok((title == name).then_some(()))
        })
        .await;
        browser.explain(there).await
    };
    stands("Ada Ek").await?;
    for (key, name) in [('j', "Bo Dahl"), ('j', "Cleo Fry"), ('j', "Cleo Fry"), ('k', "Bo Dahl"), ('k', "Ada Ek")] {
        browser.web()?.action_chain().send_keys(key).perform().await?;
        stands(name).await?;
    }
    // However many came between, the way back leads to the list.
    browser.web()?.back().await?;
    lines_become(&browser, &["Ada Ek", "Bo Dahl", "Cleo Fry"]).await?;
    browser.is_clean().await
}
