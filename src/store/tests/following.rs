use outpost_core::index::Query;
use wasm_bindgen_test::wasm_bindgen_test;

use super::*;
use crate::store::db::{META, OUTBOX, RECORDS};

#[wasm_bindgen_test]
async fn what_one_tab_writes_the_other_shows() {
    let name = new_name();
    let (one, two) = (open(&name).await, open(&name).await);
    two.index_ready().await.expect("loaded");
    let (leads, deals) = (two.version("lead"), two.version("deal"));
    let before = (leads.get_untracked(), deals.get_untracked());
    let id = stored_lead(&one, "Ana").await;
    until("the other tab has heard", async || leads.get_untracked() > before.0).await;
    assert_eq!(deals.get_untracked(), before.1, "of leads only");
    let window = two.window(&Query { text: "ana".into(), ..Query::recent("lead") }, 0, 9).await.expect("read");
    assert_eq!((window.rows.len(), window.total), (1, Some(1)));
    assert_eq!(two.waiting().get_untracked(), 1);
    let now = leads.get_untracked();
    one.write(vec![Op::delete("lead", id)]).await.expect("written");
    until("it is gone", async || leads.get_untracked() > now).await;
    assert_eq!(two.window(&Query::recent("lead"), 0, 9).await.expect("read").total, Some(0));
}

#[wasm_bindgen_test]
async fn a_write_is_followed_by_this_tab_at_once() {
    let store = new_store().await;
    store.index_ready().await.expect("loaded");
    let version = store.version("lead");
    let before = version.get_untracked();
    stored_lead(&store, "Ana").await;
    assert_eq!(version.get_untracked(), before + 1);
    assert_eq!(store.window(&Query::recent("lead"), 0, 9).await.expect("read").total, Some(1));
}

#[wasm_bindgen_test]
async fn signing_out_leaves_nothing_in_any_tab() {
    let name = new_name();
    let (one, two) = (open(&name).await, open(&name).await);
    stored_lead(&one, "Ana").await;
    one.set_meta("account", "ana@example.com").await.expect("kept");
    two.index_ready().await.expect("loaded");
    let device = one.device();
    one.wipe().await.expect("wiped");
    assert_ne!(one.device(), device, "what comes now is another device's");
    for name in [RECORDS, OUTBOX] {
        assert_eq!(count(&one, name).await, 0);
    }
    assert_eq!(count(&one, META).await, 2, "just the new device's state and the sums of nothing");
    until("the other tab has heard", async || two.device() == one.device()).await;
    assert_eq!(two.window(&Query::recent("lead"), 0, 9).await.expect("read").rows.len(), 0);
    assert_eq!((two.waiting().get_untracked(), two.series() == one.series()), (0, true));
    let written = two.write(vec![lead(ids::new_record_id(), "new")]).await.expect("written");
    assert_eq!((written.n, written.hlc.device), (1, one.device()));
}
