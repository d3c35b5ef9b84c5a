//! A deal is moved in many ways, and each is an event: by a cell of the list, by many at once, by the value of a clash, and by taking
//! any of that back.

use outpost_core::id::RecordId;
use outpost_core::records::{DealStage, FIRST_PIPELINE, Stage, begin_deal, move_stage};

use super::cells::{edit, press_key};
use super::*;
use crate::store::tests::full;

/// Makes a deal.
async fn deal(app: &Opened, title: &str, stage: &str) -> RecordId {
    let id = ids::new_record_id();
    let entered = patch(json!({ "title": title, "stage": stage }));
    app.store.write(begin_deal(id, ids::new_record_id(), entered, time::now_ms())).await.expect("written");
    id
}

/// Where a deal came from each time it was moved, and where it went, the last time last.
async fn moves(app: &Opened, deal: RecordId) -> Vec<(String, String)> {
    let mut events = app.store.children(deal, "stage_event").await.expect("read");
    events.sort_by_key(Record::latest);
    events.iter().map(|event| (event.text("from").to_owned(), event.text("to").to_owned())).collect()
}

/// Waits until a deal stands in a stage; then its last event says so, and there are so many.
async fn stands(app: &Opened, deal: RecordId, stage: &str, events: usize) {
    for _ in 0..500 {
        let record = app.store.get(&RecordKey::new("deal", deal)).await.expect("read").expect("a deal");
        if record.text("stage") == stage {
            let moves = moves(app, deal).await;
            assert_eq!((moves.last().map(|last| last.1.as_str()), moves.len()), (Some(stage), events), "{moves:?}");
            return;
        }
        sleep(10).await;
    }
    let (moves, shown) = (moves(app, deal).await, app.root.inner_text());
    panic!("waited in vain for the deal to stand in {stage}; its moves: {moves:?}; the page shows: {shown}");
}

/// Undoes what was said last.
async fn undo(app: &Opened, said: &str) {
    app.sees(said).await;
    app.press("button", "Undo").await;
}

/// Chooses the stage of a deal in its cell.
async fn choose_in_cell(app: &Opened, title: &str, stage: &str) {
    let select = edit(app, title, "Stage").await;
    type_into(&select, stage);
    press_key(&select, "Enter");
}

#[wasm_bindgen_test]
async fn a_stage_that_is_chosen_in_a_cell_is_a_move_and_so_is_the_way_back_if_nobody_moved_it_on() {
    let app = Opened::at("/deals/list").await;
    let roof = deal(&app, "Roof", "proposal").await;
    choose_in_cell(&app, "Roof", "negotiation").await;
    stands(&app, roof, "negotiation", 2).await;
    undo(&app, "Moved “Roof” to Negotiation").await;
    stands(&app, roof, "proposal", 3).await;
    let shown = || app.all("tr[data-index]").into_iter().find(|row| row.inner_text().contains("Proposal"));
    app.until("the row as it is", shown).await;

    choose_in_cell(&app, "Roof", "won").await;
    stands(&app, roof, "won", 4).await;
    app.sees("“Roof” is won").await;
    let on = move_stage(roof, ids::new_record_id(), "won", "negotiation", None, time::now_ms());
    app.store.write(on).await.expect("written");
    app.press("button", "Undo").await;
    app.sees("“Roof” was moved again meanwhile.").await;
    stands(&app, roof, "negotiation", 5).await;

    choose_in_cell(&app, "Roof", "proposal").await;
    stands(&app, roof, "proposal", 6).await;
    app.sees("Moved “Roof” to Proposal").await;
    app.store.write(vec![Op::delete("deal", roof)]).await.expect("deleted");
    app.press("button", "Undo").await;
    app.sees("“Roof” was deleted meanwhile.").await;
}

#[wasm_bindgen_test]
async fn many_deals_are_moved_at_once_and_back_but_for_those_that_went_on() {
    let app = Opened::at("/deals/list").await;
    let (roof, barn) = (deal(&app, "Roof", "proposal").await, deal(&app, "Barn", "qualified").await);
    let shed = deal(&app, "Shed", "proposal").await;
    app.sees("Shed").await;
    app.press("button", "More").await;
    app.press("[role=menuitem]", "Select").await;
    app.press("button", "Select all").await;
    app.sees("3 selected").await;
    app.press("button", "Edit…").await;
    let field = app.until("the fields", || app.all("dialog select").into_iter().next()).await;
    type_into(&field, "stage");
    let to = labelled(&app, "Stage").await;
    type_into(&to, "negotiation");
    app.press("dialog button", "Change").await;
    stands(&app, roof, "negotiation", 2).await;
    stands(&app, barn, "negotiation", 2).await;
    app.sees("Changed 3 deals").await;
    let on = move_stage(barn, ids::new_record_id(), "negotiation", "won", None, time::now_ms());
    app.store.write(on).await.expect("written");
    app.store.write(vec![Op::delete("deal", shed)]).await.expect("deleted");
    app.press("button", "Undo").await;
    stands(&app, roof, "proposal", 3).await;
    stands(&app, barn, "won", 3).await;
    app.sees("1 deal was moved again meanwhile and stays where it is. 1 deal is not there any more and was not moved.")
        .await;
}

#[wasm_bindgen_test]
async fn the_stage_of_a_clash_is_taken_by_a_move_and_the_clash_comes_back_with_the_way_back() {
    let lost = ids::new_record_id();
    let mut app = Opened::at("/deals/list").await;
    let roof = deal(&app, "Roof", "proposal").await;
    let conflict = json!({ "record": roof, "of": "deal", "field": "stage", "value": "negotiation" });
    app.store.write(vec![Op::patch("conflict", lost, patch(conflict))]).await.expect("written");
    app.follow("Roof").await;
    app.press("button", "Use “Negotiation”").await;
    stands(&app, roof, "negotiation", 2).await;
    app.sees_no("two values").await;
    undo(&app, "Moved “Roof” to Negotiation").await;
    stands(&app, roof, "proposal", 3).await;
    app.sees("two values").await;
}

#[wasm_bindgen_test]
async fn the_pipeline_of_a_deal_is_shown_as_it_is_when_a_move_is_refused() {
    let mut app = Opened::at("/deals/list").await;
    let roof = deal(&app, "Roof", "proposal").await;
    let service = ids::new_record_id();
    let visit = ids::new_record_id();
    let ops = vec![
        Op::patch("pipeline", service, patch(json!({ "name": "Service" }))),
        Op::patch("stage", visit, patch(json!({ "name": "Visit", "pipeline": service, "standing": "open" }))),
    ];
    app.store.write(ops).await.expect("written");
    app.follow("Roof").await;
    let select = labelled(&app, "Pipeline").await;
    let before = value_of(&select);
    // The device is full.
    let full = full(app.name, "records");
    type_into(&select, &service.to_string());
    app.sees("device has no room left").await;
    app.until("the pipeline as it is", || (value_of(&select) == before).then_some(())).await;
    drop(full);
    stands(&app, roof, "proposal", 1).await;
}

#[wasm_bindgen_test]
async fn a_card_goes_on_behind_the_last_column_to_where_another_pipeline_begins_and_back() {
    let mut app = Opened::at("/settings").await;
    let (service, visit) = (ids::new_record_id(), ids::new_record_id());
    let ops = vec![
        Op::patch("pipeline", service, patch(json!({ "name": "Service", "place": 1 }))),
        Op::patch("stage", visit, patch(json!({ "name": "Visit", "pipeline": service, "standing": "open" }))),
    ];
    app.store.write(ops).await.expect("written");
    let roof = deal(&app, "Roof", "negotiation").await;
    app.root.remove();
    (app.store, app.root) = Opened::show(app.name, "/deals").await;
    let selector = format!("[data-card='{roof}'] a");
    let key = async |key: &str| {
        let card = app.until("the card", || app.all(&selector).into_iter().next()).await;
        dispatch(&card, &format!("KeyboardEvent('keydown', {{ {CANCELABLE}, key: '{key}' }})"));
    };
    for each in [" ", "ArrowRight", "ArrowRight", "ArrowRight"] {
        key(each).await;
    }
    app.sees("Service: Visit, 6 of 6.").await;
    let is_target = || app.all("[data-elsewhere].target").into_iter().next();
    assert_eq!(app.until("the place of the other pipeline", is_target).await.inner_text().trim(), "Service");
    key(" ").await;
    stands(&app, roof, &Stage::key(visit), 2).await;
    app.until("the card to be gone", || app.all(&selector).is_empty().then_some(())).await;
    assert!(app.all("[data-elsewhere]").is_empty(), "nothing is in the hand");
    undo(&app, "Moved “Roof” to Service: Visit").await;
    stands(&app, roof, "negotiation", 3).await;
    app.until("the card to be back", || app.all(&selector).into_iter().next()).await;
}

#[wasm_bindgen_test]
async fn no_card_is_put_where_its_stage_was_removed_but_one_that_stands_there_gets_away() {
    let mut app = Opened::at("/settings").await;
    let (roof, barn) = (deal(&app, "Roof", "proposal").await, deal(&app, "Barn", "lost").await);
    remove(&app, DealStage::Proposal).await;
    app.root.remove();
    (app.store, app.root) = Opened::show(app.name, "/deals").await;
    let keys = async |deal: RecordId, keys: &[&str]| {
        let selector = format!("[data-card='{deal}'] a");
        for key in keys {
            // It may be drawn anew.
            let card = app.until("the card", || app.all(&selector).into_iter().next()).await;
            dispatch(&card, &format!("KeyboardEvent('keydown', {{ {CANCELABLE}, key: '{key}' }})"));
        }
    };
    app.until("the column of a removed stage", || app.all("[data-stage=proposal] [data-card]").into_iter().next())
        .await;
    keys(barn, &[" ", "ArrowRight", " "]).await;
    app.sees("Barn stays in Lost.").await;
    stands(&app, barn, "lost", 1).await;
    keys(roof, &[" ", "ArrowLeft", "ArrowLeft", " "]).await;
    stands(&app, roof, "won", 2).await;
}

#[wasm_bindgen_test]
async fn a_stage_that_was_put_back_stays_when_another_is_added_beside_it() {
    let mut app = Opened::at("/settings").await;
    remove(&app, DealStage::Won).await;
    app.root.remove();
    (app.store, app.root) = Opened::show(app.name, "/settings/pipelines").await;
    let keys = async || {
        let types = app.store.learn_types().await.expect("read");
        types.pipelines().first().shown().map(|stage| stage.name).collect::<Vec<_>>()
    };
    assert_eq!(keys().await, ["Qualified", "Proposal", "Negotiation", "Won", "Lost"]);
    app.until("the app to know", || crate::state::pipelines().put_back(FIRST_PIPELINE).next().map(drop)).await;
    app.press("button", "New stage").await;
    let (standing, name) = (labelled(&app, "Deals in it are").await, labelled(&app, "Name").await);
    type_into(&standing, "won");
    type_into(&name, "Paid");
    app.press("button", "Add stage").await;
    app.sees("Added “Paid”").await;
    assert_eq!(keys().await, ["Qualified", "Proposal", "Negotiation", "Won", "Paid", "Lost"]);
}

/// Takes one of the program's own stages away, as another device did.
async fn remove(app: &Opened, stage: DealStage) {
    let removed = patch(json!({ "state": "removed" }));
    app.store.write(vec![Op::patch("stage", Stage::id_of(stage), removed)]).await.expect("written");
}

/// What has this label.
async fn labelled(app: &Opened, name: &str) -> HtmlElement {
    let found = || {
        let mut labels = app.all("label").into_iter().filter(|label| label.inner_text().trim().starts_with(name));
        let id = labels.find_map(|label| label.get_attribute("for"))?;
        app.all("select, input").into_iter().find(|control| control.id() == id)
    };
    app.until(name, found).await
}

fn value_of(select: &Element) -> String {
    js_sys::Reflect::get(select, &"value".into()).ok().and_then(|value| value.as_string()).expect("a select")
}
