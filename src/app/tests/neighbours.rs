//! From record to record, and from form to form, by keys.

use super::*;

async fn turn(app: &Opened, key: &str) {
    let on = app.until("the form", || app.all("form.form input").into_iter().next()).await;
    dispatch(&on, &format!("KeyboardEvent('keydown', {{ {CANCELABLE}, altKey: true, key: '{key}' }})"));
}

#[wasm_bindgen_test]
async fn a_form_leads_to_the_next_one_and_keeps_what_was_typed() {
    let mut app = Opened::at("/settings").await;
    let [one, two] = [ids::new_record_id(), ids::new_record_id()];
    for (id, name) in [(one, "Aalto"), (two, "Berg")] {
        app.store.write(vec![Op::patch("company", id, patch(json!({ "name": name })))]).await.expect("written");
        // Of two that were changed in the same millisecond none was the last.
        sleep(5).await;
    }
    // The one that was changed last stands first.
    let form = |id: RecordId| format!("/companies/{id}/edit");
    app.again(&form(two)).await;
    app.sees("Edit Berg").await;
    let name = |app: &Opened| app.all("[data-field=name] input").into_iter().next();
    let value = |app: &Opened| {
        let value = js_sys::Reflect::get(name(app)?.as_ref(), &"value".into()).expect("an input");
        value.as_string()
    };
    // Typed and left at once, within the pause after which drafts are written.
    app.fill("name", "Berg and Sons").await;
    turn(&app, "PageDown").await;
    app.sees("Edit Aalto").await;
    assert_eq!(path(), form(one));
    app.until("the name of the other one", || (value(&app)? == "Aalto").then_some(())).await;
    // Nothing stands behind the last.
    turn(&app, "PageDown").await;
    turn(&app, "PageUp").await;
    app.sees("Edit Berg").await;
    assert_eq!(path(), form(two));
    app.until("what was typed", || (value(&app)? == "Berg and Sons").then_some(())).await;
    app.sees("You had not saved this yet").await;
    let stored = app.store.get(&RecordKey::new("company", two)).await.expect("read").expect("there");
    assert_eq!(stored.text("name"), "Berg", "nothing was saved by leaving");
    // Other keys with it are the field's own, and so is this one alone.
    let on = name(&app).expect("the field");
    for with in ["", "altKey: true, ctrlKey: true,", "altKey: true, shiftKey: true,"] {
        dispatch(&on, &format!("KeyboardEvent('keydown', {{ {CANCELABLE}, {with} key: 'PageDown' }})"));
    }
    sleep(100).await;
    assert_eq!(path(), form(two));
    // What is saved from there is what was typed, and its draft is gone.
    app.press("button", "Save changes").await;
    app.until("its page", || (path() == format!("/companies/{two}")).then_some(())).await;
    let stored = app.store.get(&RecordKey::new("company", two)).await.expect("read").expect("there");
    assert_eq!(stored.text("name"), "Berg and Sons");
    app.again(&form(two)).await;
    app.sees("Edit Berg and Sons").await;
    assert!(!app.root.inner_text().contains("You had not saved this yet"));
}
