//! The search box does something with what the focus is on, and with the app itself.

use outpost_core::records::DealStage;

use super::*;

const CTRL_K: &str = "KeyboardEvent('keydown', { bubbles: true, cancelable: true, ctrlKey: true, key: 'k' })";
const BOX: &str = ".palette:popover-open";

/// What is in the box, which stands beside the app and not in it.
fn within(selector: &str) -> Vec<HtmlElement> {
    let found = document().query_selector_all(&format!("{BOX} {selector}")).expect("a selector");
    (0..found.length()).filter_map(|at| found.item(at)?.dyn_into().ok()).collect()
}

/// Opens the box by its key while something has the focus, and types into it.
async fn ask(app: &Opened, focus: &str, typed: &str) {
    let on = app.until(focus, || app.all(focus).into_iter().next()).await;
    on.focus().expect("the focus");
    dispatch(&on, CTRL_K);
    let input = app.until("the box", || within("input").into_iter().next()).await;
    type_into(&input, typed);
}

/// Chooses what has exactly these lines.
async fn choose(app: &Opened, lines: &str) {
    let option = || {
        let said = |option: &HtmlElement| {
            let lines = option.query_selector_all(".item-title, .item-text").expect("a selector");
            let lines = (0..lines.length()).filter_map(|at| lines.item(at)?.text_content());
            lines.collect::<Vec<_>>().join(" ")
        };
        within("[role=option]").into_iter().find(|option| said(option) == lines)
    };
    app.until(lines, option).await.click();
    app.until("the box to be closed", || within("input").is_empty().then_some(())).await;
}

async fn stands(app: &Opened, deal: RecordId, stage: DealStage) {
    let key = RecordKey::new("deal", deal);
    loop {
        let found = app.store.get(&key).await.expect("read").expect("there");
        if found.text("stage") == stage.value() {
            return;
        }
        sleep(10).await;
    }
}

#[wasm_bindgen_test]
async fn a_command_is_about_the_card_or_the_row_that_has_the_focus_and_says_so() {
    let (roof, barn, company) = (ids::new_record_id(), ids::new_record_id(), ids::new_record_id());
    let mut app = Opened::at("/settings").await;
    let deal = |id, title| Op::patch("deal", id, patch(json!({ "title": title, "stage": "proposal" })));
    let nordkai = Op::patch("company", company, patch(json!({ "name": "Nordkai" })));
    app.store.write(vec![deal(roof, "Roof"), deal(barn, "Barn"), nordkai]).await.expect("written");

    // On the board: of the two only the one that has the focus.
    app.again("/deals").await;
    ask(&app, &format!("[data-card='{roof}'] a"), "move to neg").await;
    choose(&app, "Move to Negotiation Roof").await;
    app.sees("Moved “Roof” to Negotiation").await;
    stands(&app, roof, DealStage::Negotiation).await;
    stands(&app, barn, DealStage::Proposal).await;
    // The focus goes with the card, so that the next command is about the same.
    let moved = format!("[data-stage=negotiation] [data-card='{roof}'] a:focus");
    app.until("the focus to stay on the card", || app.all(&moved).into_iter().next()).await;
    // While nothing is typed it is offered under its name, and one that is deleted leaves the board as it was.
    ask(&app, &format!("[data-card='{barn}'] a"), "").await;
    app.until("the group", || within("[role=group][aria-label=Barn]").into_iter().next()).await;
    let input = app.until("the box", || within("input").into_iter().next()).await;
    type_into(&input, "delete");
    choose(&app, "Delete this deal Barn").await;
    app.sees("Deleted “Barn”").await;
    assert_eq!(path(), "/deals");

    // In the list of deals, and of any other type. What has the focus in a row may be something else than its link.
    app.again("/deals/list").await;
    ask(&app, "tr[data-index] input[type=checkbox]", "won").await;
    choose(&app, "Move to Won Roof").await;
    stands(&app, roof, DealStage::Won).await;
    app.again("/companies").await;
    ask(&app, "tr[data-index] a.cover", "edit").await;
    choose(&app, "Edit this company Nordkai").await;
    app.until("its form", || (path() == format!("/companies/{company}/edit")).then_some(())).await;
    // On a page of its own it goes without saying.
    app.again(&format!("/deals/{roof}")).await;
    ask(&app, "h1", "move to neg").await;
    choose(&app, "Move to Negotiation").await;
    stands(&app, roof, DealStage::Negotiation).await;
}

#[wasm_bindgen_test]
async fn the_theme_is_chosen_by_command_and_the_settings_follow() {
    let app = Opened::at("/settings").await;
    let shown = || document().document_element().and_then(|root| root.get_attribute("data-theme"));
    for (typed, command, theme) in [
        ("dark", "Use the dark theme", Some("dark")),
        ("theme light", "Use the light theme", Some("light")),
        ("device's theme", "Use the device's theme", None),
    ] {
        ask(&app, "h1", typed).await;
        choose(&app, command).await;
        assert_eq!(shown().as_deref(), theme);
        assert_eq!(crate::platform::media::theme().as_deref(), theme, "kept for the next start");
        let value = theme.unwrap_or("system");
        let chosen = || app.all(&format!("input[value={value}]:checked")).pop();
        app.until("the setting to follow", chosen).await;
    }
}
