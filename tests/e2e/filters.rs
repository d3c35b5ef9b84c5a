//! A filter with a group in it, made by hand and without a server: it shows what it says, as a view and after a reload too.

use outpost_tests::{
    browser::{Browser, Engine},
    trouble::{Result, Trouble, check},
    wait::{SOON, until},
};
use serde_json::json;
use thirtyfour::WebElement;

in_both!(a_group_of_conditions_within_a_filter_shows_what_it_says);

/// Name, owner, score, status.
const LEADS: [(&str, &str, &str, &str); 6] = [
    ("Ada Ek", "Zoë", "10", "New"),
    ("Bo Dahl", "Max", "60", "New"),
    ("Cleo Fry", "Zoë", "80", "New"),
    ("Dan Holm", "Max", "90", "Contacted"),
    ("Eva Lind", "Max", "30", "Contacted"),
    ("Finn Moe", "Zoë", "70", "Contacted"),
];

/// The control with this label in one of the conditions, counted from the top.
const CONTROL: &str = "const [at, label] = arguments;
    const row = document.querySelectorAll('dialog[open] .condition')[at];
    const is = (one) => [...one.labels ?? []].some((each) => each.innerText.trim() === label) || one.ariaLabel === label;
    return [...row?.querySelectorAll('select, input') ?? []].find(is) ?? null;";

/// What is asked, condition by condition, and how each group joins its parts, the outermost first.
const ASKED: &str = "const form = document.querySelector('dialog[open] form');
    const said = (row) => [...row.querySelectorAll('select, input')].map((one) => one.selectedOptions?.[0]?.text.trim() ?? one.value)
        .concat([...row.querySelectorAll('[aria-pressed=true]')].map((chip) => chip.innerText.trim())).join(' ');
    const ways = [...form.querySelectorAll('input[type=radio]:checked')].map((way) => way.labels[0].innerText.trim());
    return [...form.querySelectorAll('.condition')].map(said).concat(ways);";

async fn control(browser: &Browser, at: usize, label: &str) -> Result<WebElement> {
    let found = until(&format!("“{label}” of condition {at}"), SOON, || async {
        browser.element(CONTROL, vec![json!(at), json!(label)]).await
    })
    .await;
    browser.explain(found).await
}

async fn choose(browser: &Browser, at: usize, label: &str, answer: &str) -> Result {
    let list = control(browser, at, label).await?;
    let script = "const [list, answer] = arguments;
        const option = [...list.options].find((option) => option.text.trim() === answer);
        list.focus();
        list.value = option?.value;
        list.dispatchEvent(new Event('change', { bubbles: true }));
        return option != null;";
    let done = browser.run(script, vec![list.to_json()?, json!(answer)]).await? == true;
    check(done, format!("“{label}” of condition {at} has no “{answer}”"))
}

/// Presses how the parts of the group are joined; it stands within another.
async fn join_group(browser: &Browser, way: &str) -> Result {
    let script = "return [...document.querySelectorAll('dialog[open] .condition-group label')]
        .find((label) => label.innerText.trim() === arguments[0]) ?? null";
    let label = browser.element(script, vec![json!(way)]).await?;
    label.ok_or_else(|| Trouble::Said(format!("the group has no “{way}”")))?.click().await?;
    Ok(())
}

async fn asks(browser: &Browser, wanted: &[&str]) -> Result {
    let asked = until(&format!("{wanted:?} to be asked"), SOON, || async {
        let asked = browser.run(ASKED, vec![]).await?;
        if asked == json!(wanted) { Ok(Some(())) } else { Err(Trouble::Said(format!("it asks {asked}"))) }
    })
    .await;
    browser.explain(asked).await
}

async fn lists(browser: &Browser, wanted: &[&str]) -> Result {
    let script = "return [...document.querySelectorAll('tr[data-index] a.cover')].map((link) => link.innerText.trim())";
    let listed = until(&format!("the list to be {wanted:?}"), SOON, || async {
        let names = browser.run(script, vec![]).await?;
        if names == json!(wanted) { Ok(Some(())) } else { Err(Trouble::Said(format!("it is {names}"))) }
    })
    .await;
    browser.explain(listed).await
}

async fn a_group_of_conditions_within_a_filter_shows_what_it_says(engine: Engine) -> Result {
    let (server, browser) = Browser::out_of_reach(engine).await?;
    let url = server.url();
    for (name, owner, score, status) in LEADS {
        browser.enter(&url, "/leads/new").await?;
        browser.fill_in(&[("Name", name), ("Owner", owner), ("Score", score)]).await?;
        browser.choose("Status", status).await?;
        browser.press("Save lead").await?;
        browser.saved_as("/leads/").await?;
    }

    // At least 50 points, and either Zoë's or contacted.
    browser.enter(&url, "/leads?sort=name").await?;
    lists(&browser, &LEADS.map(|lead| lead.0)).await?;
    browser.press("Filter").await?;
    choose(&browser, 0, "Field", "Score").await?;
    choose(&browser, 0, "Condition", "is at least").await?;
    browser.replace(&control(&browser, 0, "Number").await?, "50").await?;
    browser.press("Group").await?;
    choose(&browser, 1, "Field", "Owner").await?;
    choose(&browser, 1, "Condition", "is").await?;
    browser.replace(&control(&browser, 1, "Text").await?, "Zoë").await?;
    // The first of two such buttons is the group's.
    browser.press("Condition").await?;
    choose(&browser, 2, "Field", "Status").await?;
    choose(&browser, 2, "Condition", "is").await?;
    browser.press("Contacted").await?;
    let filter = ["Score is at least 50", "Owner is Zoë", "Status is Contacted", "All of these", "Any of these"];
    asks(&browser, &filter).await?;
    browser.press("Show 3 leads").await?;
    let fitting = ["Cleo Fry", "Dan Holm", "Finn Moe"];
    lists(&browser, &fitting).await?;

    // The same parts, joined otherwise.
    browser.press("Filter").await?;
    asks(&browser, &filter).await?;
    join_group(&browser, "All of these").await?;
    browser.press("Show 1 lead").await?;
    lists(&browser, &["Finn Moe"]).await?;
    browser.press("Filter").await?;
    browser.press("Any of these").await?;
    browser.press("Show 4 leads").await?;
    lists(&browser, &["Bo Dahl", "Cleo Fry", "Dan Holm", "Finn Moe"]).await?;
    browser.press("Filter").await?;
    browser.press("All of these").await?;
    join_group(&browser, "Any of these").await?;
    browser.press("Show 3 leads").await?;
    lists(&browser, &fitting).await?;

    // Under a name and after a reload it is what it was, and shows what comes to fit it.
    browser.press("Views").await?;
    browser.fill("Name", "Worth a call").await?;
    browser.press("Save view").await?;
    browser.sees("Saved the view “Worth a call”").await?;
    browser.reload().await?;
    browser.ready().await?;
    lists(&browser, &fitting).await?;
    browser.enter(&url, "/leads").await?;
    browser.sees("Ada Ek").await?;
    browser.press("Worth a call").await?;
    lists(&browser, &fitting).await?;
    browser.press("Filter").await?;
    asks(&browser, &filter).await?;
    browser.press("Close").await?;
    browser.press("Finn Moe").await?;
    browser.is_at("/leads/*").await?;
    let finn = browser.path().await?.replace("/leads/", "");
    browser.edit_lead(&url, &finn, &[("Score", "20")]).await?;
    browser.enter(&url, "/leads").await?;
    browser.press("Worth a call").await?;
    lists(&browser, &fitting[..2]).await?;

    // Without the group what is left counts alone.
    browser.press("Filter").await?;
    browser.press("Remove this group").await?;
    asks(&browser, &filter[..1]).await?;
    browser.press("Show 3 leads").await?;
    lists(&browser, &["Bo Dahl", "Cleo Fry", "Dan Holm"]).await?;
    browser.is_clean().await
}
