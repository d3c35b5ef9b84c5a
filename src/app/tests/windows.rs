//! Long lists: what of them is in the page follows the glass.

use super::*;

#[wasm_bindgen_test]
async fn a_list_that_is_cut_short_above_the_glass_is_seen_at_its_end() {
    let app = Opened::at("/leads").await;
    let leads: Vec<RecordId> = (0..300).map(|_| ids::new_record_id()).collect();
    let made = leads.iter().map(|id| Op::patch("lead", *id, patch(json!({ "name": "Ana" }))));
    app.store.write_many(vec![made.collect()]).await.expect("written");
    app.sees("300 leads").await;
    // No styles are here, and pictures would be as large as the glass.
    let style = document().create_element("style").expect("an element");
    style.set_text_content(Some("svg { display: none }"));
    app.root.append_child(&style).expect("a place");
    let row = |place: usize| app.all(&format!("[data-index='{place}']")).into_iter().next();
    app.until("the first row", || row(0)).await;
    // As often as it takes: the page is as long as its list only once a row was measured.
    let last = || {
        window().scroll_to_with_x_and_y(0.0, 1e9);
        row(299)
    };
    app.until("the last row", last).await;

    let (_, gone) = leads.split_at(5);
    app.store.write_many(vec![gone.iter().map(|id| Op::delete("lead", *id)).collect()]).await.expect("deleted");
    app.until("the first row", || row(0)).await;
    app.sees("5 leads").await;
}

#[wasm_bindgen_test]
async fn a_short_list_is_in_the_page_though_the_glass_is_far_below_it() {
    let app = Opened::at("/leads").await;
    let made = (0..5).map(|_| Op::patch("lead", ids::new_record_id(), patch(json!({ "name": "Ana" }))));
    app.store.write_many(vec![made.collect()]).await.expect("written");
    app.sees("5 leads").await;
    let below = document().create_element("div").expect("an element");
    below.set_attribute("style", "height: 20000px").expect("set");
    app.root.append_child(&below).expect("a place");
    let rows = || app.all("[data-index]").len();
    app.until("five rows", || (rows() == 5).then_some(())).await;
    window().scroll_to_with_x_and_y(0.0, 1e9);
    app.store
        .write(vec![Op::patch("lead", ids::new_record_id(), patch(json!({ "name": "Bo" })))])
        .await
        .expect("written");
    app.sees("6 leads").await;
    app.until("six rows", || (rows() == 6).then_some(())).await;
}
