//! A list in groups by what its records belong to: the heads are called what that is called, also when it is called something else.

use super::*;

/// Writes a record.
async fn put(app: &Opened, kind: &str, id: RecordId, fields: Value) {
    app.store.write(vec![Op::patch(kind, id, patch(fields))]).await.expect("written");
}

/// An app with the companies Nordkai and Sund, and Ana, who is of both.
async fn with_companies() -> (Opened, RecordId, RecordId) {
    let app = Opened::at("/contacts").await;
    let (nordkai, sund) = (ids::new_record_id(), ids::new_record_id());
    put(&app, "company", nordkai, json!({ "name": "Nordkai" })).await;
    put(&app, "company", sund, json!({ "name": "Sund" })).await;
    let ana = json!({ "name": "Ana", "companies": [{ "id": sund }, { "id": nordkai }] });
    put(&app, "contact", ids::new_record_id(), ana).await;
    (app, nordkai, sund)
}

/// Waits until the rows and the heads of groups are these, from top to bottom.
async fn lines(app: &Opened, wanted: &[&str]) {
    let name = |row: HtmlElement| {
        let texts = row.query_selector_all("a.cover, .group-switch > bdi, .group-switch > span").expect("a selector");
        let texts = (0..texts.length()).filter_map(|at| texts.item(at)?.text_content());
        texts.collect::<Vec<_>>().join(": ")
    };
    let shown = || app.all("tr[data-index]").into_iter().map(name).collect::<Vec<_>>();
    app.until(&format!("the lines {wanted:?}"), || (shown() == wanted).then_some(())).await;
}

#[wasm_bindgen_test]
async fn a_contact_stands_below_each_of_its_companies_in_the_order_of_their_names() {
    let (mut app, nordkai, sund) = with_companies().await;
    put(&app, "contact", ids::new_record_id(), json!({ "name": "Bo", "companies": [{ "id": sund }] })).await;
    put(&app, "contact", ids::new_record_id(), json!({ "name": "Cleo" })).await;
    app.root.remove();
    (app.store, app.root) = Opened::show(app.name, "/contacts?group=companies&sort=name&order=up").await;
    lines(&app, &["Nordkai: 1", "Ana", "Sund: 2", "Ana", "Bo", "Without company: 1", "Cleo"]).await;
    app.sees("3 contacts").await;
    put(&app, "company", nordkai, json!({ "name": "Wharf" })).await;
    lines(&app, &["Sund: 2", "Ana", "Bo", "Wharf: 1", "Ana", "Without company: 1", "Cleo"]).await;
    app.press(".group-switch", "Sund").await;
    lines(&app, &["Sund: 2", "Wharf: 1", "Ana", "Without company: 1", "Cleo"]).await;
    // What is gone says so; the index knows its name no more, by which it stood.
    app.store.write(vec![Op::delete("company", sund)]).await.expect("written");
    lines(&app, &["Wharf: 1", "Ana", "Sund (deleted): 2", "Without company: 1", "Cleo"]).await;
}

#[wasm_bindgen_test]
async fn a_list_says_what_those_are_called_that_its_records_belong_to() {
    let (mut app, _, sund) = with_companies().await;
    put(&app, "contact", ids::new_record_id(), json!({ "name": "Bo" })).await;
    app.root.remove();
    (app.store, app.root) = Opened::show(app.name, "/contacts?columns=companies,position&sort=name&order=up").await;
    let said = || {
        let cells = app.all("tr[data-index] > td:nth-child(3)").into_iter().filter_map(|cell| cell.text_content());
        cells.collect::<Vec<_>>()
    };
    let says = async |wanted: [&str; 2]| app.until(&format!("{wanted:?}"), || (said() == wanted).then_some(())).await;
    says(["Sund, Nordkai", ""]).await;
    put(&app, "company", sund, json!({ "name": "Sund & Co" })).await;
    says(["Sund & Co, Nordkai", ""]).await;
    app.store.write(vec![Op::delete("company", sund)]).await.expect("written");
    says(["Sund & Co (deleted), Nordkai", ""]).await;
}
