use std::collections::BTreeMap;

use outpost_core::records::{DealStage, Stage, StageState};
use wasm_bindgen_test::wasm_bindgen_test;

use super::*;
use crate::store::Stayed;

fn deal(id: RecordId, fields: Value) -> Op {
    Op::patch("deal", id, patch(fields))
}

async fn stage_of(store: &Store, id: RecordId) -> String {
    let deal = store.get(&RecordKey::new("deal", id)).await.expect("read").expect("a deal");
    deal.text("stage").to_owned()
}

#[wasm_bindgen_test]
async fn a_stage_in_use_goes_with_all_its_deals_and_comes_back_with_those_that_nobody_moved_since() {
    let store = new_store().await;
    let made: Vec<RecordId> = (0..600).map(|_| ids::new_record_id()).collect();
    let (proposed, others) = made.split_at(590);
    let in_stage = |stage: &'static str| move |id: &RecordId| deal(*id, json!({ "title": "A deal", "stage": stage }));
    let all: Vec<Op> = proposed.iter().map(in_stage("proposal")).chain(others.iter().map(in_stage("won"))).collect();
    store.write_many(all.chunks(400).map(<[Op]>::to_vec).collect()).await.expect("written");

    let stage = Stage::id_of(DealStage::Proposal);
    let state = |state: StageState| vec![Op::patch("stage", stage, patch(json!({ "state": state })))];
    let (removed, used) = (state(StageState::Removed), state(StageState::Used));
    let to = BTreeMap::from([("proposal".to_owned(), "negotiation".to_owned())]);
    let cleared = store.clear_stages(to.clone(), removed.clone(), used.clone()).await.expect("cleared");
    assert_eq!(cleared.steps.len(), proposed.len());
    let types = store.learn_types().await.expect("read");
    assert!(types.pipelines().stage("proposal").is_some_and(|stage| stage.is_removed));
    let counts = store.facet_counts("deal", "", "").await.expect("counted");
    let count = |key: &str| counts.iter().find(|each| each.0 == key).map_or(0, |each| each.1);
    assert_eq!((count("proposal"), count("negotiation"), count("won")), (0, proposed.len(), others.len()));
    let events = store.children(proposed[0], "stage_event").await.expect("read");
    let told: Vec<_> = events.iter().map(|event| (event.text("from"), event.text("to"))).collect();
    assert_eq!(told, [("proposal", "negotiation")], "a move like any other");

    // Somebody goes on with one of them; it is not pulled back.
    store.write(vec![deal(proposed[7], json!({ "stage": "won" }))]).await.expect("written");
    // One is deleted, which is another thing to say.
    store.write(vec![Op::delete("deal", proposed[8])]).await.expect("written");
    assert_eq!(store.fill_stages(cleared).await.expect("undone"), Stayed { moved_on: 1, gone: 1 });
    assert_eq!(stage_of(&store, proposed[0]).await, "proposal");
    assert_eq!(stage_of(&store, proposed[7]).await, "won");
    let types = store.learn_types().await.expect("read");
    assert!(types.pipelines().stage("proposal").is_some_and(|stage| !stage.is_removed));

    // It can go again: what was undone is not deleted, and so not deaf to what comes.
    let again = store.clear_stages(to, removed, used).await.expect("cleared");
    assert_eq!(again.steps.len(), proposed.len() - 2);
    let types = store.learn_types().await.expect("read");
    assert!(types.pipelines().stage("proposal").is_some_and(|stage| stage.is_removed));
}

#[wasm_bindgen_test]
async fn deals_that_were_never_moved_go_along_with_the_stage_that_they_stand_for() {
    let store = new_store().await;
    let id = ids::new_record_id();
    store.write(vec![deal(id, json!({ "title": "Converted" }))]).await.expect("written");
    let removed = vec![Op::patch("stage", Stage::id_of(DealStage::Qualified), patch(json!({ "state": "removed" })))];
    let to = BTreeMap::from([("qualified".to_owned(), "negotiation".to_owned())]);
    let cleared = store.clear_stages(to, removed, Vec::new()).await.expect("cleared");
    assert_eq!(cleared.steps.iter().map(|step| step.deal).collect::<Vec<_>>(), [id]);
    assert_eq!(stage_of(&store, id).await, "negotiation");
    // Another one that comes from a device that knows nothing of it stands where deals begin now.
    let late = ids::new_record_id();
    store.learn_types().await.expect("read");
    store.write(vec![deal(late, json!({ "title": "Late" }))]).await.expect("written");
    let counts = store.facet_counts("deal", "", "").await.expect("counted");
    let there: Vec<_> = counts.iter().filter(|each| each.1 > 0).map(|each| (each.0.as_str(), each.1)).collect();
    assert_eq!(there, [("proposal", 1), ("negotiation", 1)]);
}
