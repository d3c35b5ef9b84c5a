//! The first minutes.

use super::*;

#[wasm_bindgen_test]
async fn what_to_try_is_put_away_with_one_press_and_stays_away_on_this_device() {
    let mut app = Opened::at("/leads").await;
    app.press("button", "Look around with sample data").await;
    app.sees("Three things to try").await;
    let waiting = app.store.waiting().get_untracked();
    app.press(".panel button", "Close").await;
    app.sees_no("Three things to try").await;
    app.again("/leads").await;
    app.sees("Remove the samples").await;
    assert!(!app.root.inner_text().contains("Three things to try"), "it is back");
    // It is of this device: it adds nothing to what waits to be sent.
    assert_eq!(app.store.waiting().get_untracked(), waiting);
}
