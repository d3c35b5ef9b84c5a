//! A cell of a list is edited: what is typed there goes along with its row, is never dropped for another cell, and is there again
//! after the tab was closed.

use std::cell::Cell;

use super::*;

/// Makes a lead.
async fn lead(app: &Opened, fields: Value) -> RecordId {
    let id = ids::new_record_id();
    app.store.write(vec![Op::patch("lead", id, patch(fields))]).await.expect("written");
    id
}

/// How long a press has to open a cell, in milliseconds, before it is pressed again: the row may have been made anew beneath it.
const PATIENCE_MS: f64 = 1_000.0;

/// Presses the cell of a row twice, as with a mouse, once the list listens; returns the field that opens.
pub(super) async fn edit(app: &Opened, title: &str, column: &str) -> HtmlElement {
    let pressed = Cell::new(f64::NEG_INFINITY);
    let open = || {
        app.all(".cell-layer").into_iter().next()?;
        let (open, now) = (control(app), js_sys::Date::now());
        if open.is_none() && now - pressed.get() > PATIENCE_MS {
            press_twice(&cell(app, title, column)?);
            pressed.set(now);
        }
        open
    };
    in_sight();
    app.until(&format!("the control of “{column}” of {title}"), open).await
}

/// Keeps the control in sight without the app's style: else whoever gives it the caret scrolls the rows away.
fn in_sight() {
    const ID: &str = "cells-in-sight";
    if document().get_element_by_id(ID).is_none() {
        let style = document().create_element("style").expect("an element");
        style.set_id(ID);
        style.set_text_content(Some(".cell-edit { position: fixed; inset: 0 auto auto 0 !important }"));
        document().body().expect("a body").append_child(&style).expect("a place");
    }
}

/// Presses a cell twice, as with a mouse. A row's link lies over all its cells.
fn press_twice(cell: &HtmlElement) {
    let there = cell.get_bounding_client_rect();
    let (x, y) = (there.left() + there.width() / 2.0, there.top() + there.height() / 2.0);
    let row = cell.closest("tr").expect("a selector").expect("a row");
    let link = row.query_selector("a.cover").expect("a selector").expect("the row's link");
    dispatch(&link, &format!("MouseEvent('click', {{ {CANCELABLE}, detail: 2, clientX: {x}, clientY: {y} }})"));
}

fn row(app: &Opened, title: &str) -> Option<HtmlElement> {
    let is_it = |row: &HtmlElement| {
        let link = row.query_selector("a.cover").ok().flatten();
        link.is_some_and(|link| link.text_content().unwrap_or_default().trim() == title)
    };
    app.all("tr[data-index]").into_iter().find(is_it)
}

fn cell(app: &Opened, title: &str, column: &str) -> Option<HtmlElement> {
    let heads = app.all("thead tr > *");
    let at = heads.iter().position(|head| head.inner_text().trim() == column)?;
    row(app, title)?.children().item(u32::try_from(at).ok()?)?.dyn_into().ok()
}

fn control(app: &Opened) -> Option<HtmlElement> {
    app.all(".cell-edit :is(input, select)").into_iter().next()
}

fn value_of(input: &Element) -> String {
    js_sys::Reflect::get(input, &"value".into()).ok().and_then(|value| value.as_string()).expect("an input")
}

pub(super) fn press_key(element: &Element, key: &str) {
    dispatch(element, &format!("KeyboardEvent('keydown', {{ {CANCELABLE}, key: '{key}' }})"));
}

/// Waits until a field of a lead says something.
async fn says(app: &Opened, lead: RecordId, field: &str, wanted: &Value) {
    for _ in 0..500 {
        let record = app.store.get(&RecordKey::new("lead", lead)).await.expect("read").expect("a lead");
        if record.get(field) == Some(wanted) {
            return;
        }
        sleep(10).await;
    }
    panic!("waited in vain for “{field}” to be {wanted}");
}

#[wasm_bindgen_test]
async fn what_cannot_be_saved_stays_in_its_cell_when_another_is_begun() {
    let app = Opened::at("/leads?columns=score,owner").await;
    let ada = lead(&app, json!({ "name": "Ada Ek", "score": 10 })).await;
    let bo = lead(&app, json!({ "name": "Bo Dahl", "score": 20 })).await;
    let score = edit(&app, "Ada Ek", "Score").await;
    type_into(&score, "500");
    let other = app.until("another cell", || cell(&app, "Bo Dahl", "Owner")).await;
    press_twice(&other);
    app.sees("from 0 to 100").await;
    let shown = control(&app).expect("the control is there still");
    assert_eq!((value_of(&shown).as_str(), shown.is_same_node(Some(&score))), ("500", true));
    // Mended, it is left for the other one, and saved.
    type_into(&score, "50");
    press_twice(&other);
    says(&app, ada, "score", &json!(50)).await;
    let owner = app.until("the other control", || control(&app).filter(|one| value_of(one).is_empty())).await;
    type_into(&owner, "max");
    press_key(&owner, "Enter");
    says(&app, bo, "owner", &json!("max")).await;
    app.until("the end of it", || control(&app).is_none().then_some(())).await;
    // Given up with Escape, nothing of it is left.
    let score = edit(&app, "Ada Ek", "Score").await;
    type_into(&score, "500");
    press_key(&score, "Escape");
    app.until("the end of it", || control(&app).is_none().then_some(())).await;
    says(&app, ada, "score", &json!(50)).await;
}

/// Waits until something is, or is not, kept in the store's `meta`; returns it.
async fn noted(app: &Opened, name: &str, there: bool) -> Option<Value> {
    for _ in 0..500 {
        let found = app.store.meta::<Value>(name).await.expect("read");
        if found.is_some() == there {
            return found;
        }
        sleep(10).await;
    }
    panic!("waited in vain for {name} to be {}", if there { "there" } else { "gone" });
}

#[wasm_bindgen_test]
async fn what_was_typed_in_a_cell_is_there_again_after_the_tab_was_closed() {
    let app = Opened::at("/leads?columns=owner").await;
    let ada = lead(&app, json!({ "name": "Ada Ek", "owner": "Zoë" })).await;
    let owner = edit(&app, "Ada Ek", "Owner").await;
    type_into(&owner, "Maximilian");
    let draft = format!("draft:cell:lead/{ada}/owner");
    let kept = noted(&app, &draft, true).await;
    // Given up, it goes; and had the tab been closed instead, it would be there as it was.
    press_key(&owner, "Escape");
    noted(&app, &draft, false).await;
    app.until("the end of it", || control(&app).is_none().then_some(())).await;
    says(&app, ada, "owner", &json!("Zoë")).await;
    app.store.set_meta(&draft, &kept).await.expect("written");

    let owner = edit(&app, "Ada Ek", "Owner").await;
    app.sees("What you typed here before was kept.").await;
    assert_eq!(value_of(&owner), "Maximilian");
    press_key(&owner, "Enter");
    says(&app, ada, "owner", &json!("Maximilian")).await;
    noted(&app, &draft, false).await;
}

#[wasm_bindgen_test]
async fn the_control_goes_along_with_its_row_and_what_it_holds_is_kept_when_that_goes() {
    let app = Opened::at("/leads?columns=owner").await;
    let name = |number: usize| format!("Lead {number:03}");
    let ops = (0..300).map(|number| Op::patch("lead", ids::new_record_id(), patch(json!({ "name": name(number) }))));
    let ops: Vec<Op> = ops.collect();
    app.store.write(ops).await.expect("written");
    app.sees("300 leads").await;
    let first = app.until("rows", || app.all("tr[data-index] a.cover").into_iter().nth(5)).await.inner_text();
    let first = first.trim();
    let owner = edit(&app, first, "Owner").await;
    type_into(&owner, "max");
    let place = || row(&app, first)?.get_attribute("data-index")?.parse::<usize>().ok();
    let (before, there) = (place().expect("a place"), row(&app, first).expect("its row").get_bounding_client_rect());
    // Others come before it, and the list is read anew as it is scrolled.
    for number in 0..3 {
        lead(&app, json!({ "name": format!("New {number}") })).await;
    }
    assert_eq!(place(), Some(before), "the rows keep their places meanwhile");
    window().scroll_to_with_x_and_y(0.0, there.top() + window().scroll_y().expect("a number") + 4.0 * there.height());
    app.until("the new ones to be counted in", || (place()? == before + 3).then_some(())).await;
    let over = || {
        let (control, cell) = (app.all(".cell-edit").into_iter().next()?, cell(&app, first, "Owner")?);
        let layer = app.all(".cell-layer").into_iter().next()?;
        let top = control.style().get_property_value("top").ok()?;
        let wanted = cell.get_bounding_client_rect().top() - layer.get_bounding_client_rect().top();
        (top == format!("{}px", wanted.round())).then_some(())
    };
    app.until("the control over its cell", over).await;
    assert_eq!(value_of(&owner), "max");
    window().scroll_to_with_x_and_y(0.0, 0.0);
}
