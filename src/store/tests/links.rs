use std::collections::BTreeSet;

use js_sys::{Array, Object, Reflect, Uint8Array};
use lz4_flex::block::decompress_size_prepended;
use outpost_core::index::Query;
use outpost_core::record::Record;
use outpost_core::sync::Commit;
use wasm_bindgen::JsCast;
use wasm_bindgen_test::wasm_bindgen_test;

use super::fetching::{all, fetch, records, snapshot, take};
use super::syncing::answer;
use super::*;
use crate::platform::time::now_ms;
use crate::store::db::{BLOCKS, LINKS, RECORDS};
use crate::store::{blocks, row};

/// The deals of a lead, as the store finds them and as they are.
async fn deals(store: &Store, lead: RecordId) -> Vec<RecordId> {
    let found = store.children(lead, "deal").await.expect("read").iter().map(|deal| deal.id).collect::<Vec<_>>();
    let latest = store.latest_children(&[lead], "deal", 1_000).await.expect("read");
    assert_eq!(latest.0.iter().map(|deal| deal.id).collect::<BTreeSet<_>>(), found.iter().copied().collect());
    assert_eq!(latest.1, found.len(), "none of them twice");
    found
}

fn expected(records: &[Record], lead: RecordId) -> Vec<RecordId> {
    let of_lead = records.iter().filter(|record| record.kind == "deal" && record.text("lead") == lead.to_string());
    of_lead.map(|deal| deal.id).collect()
}

/// Leaves of blocks what the server says is to be forgotten.
async fn forget(store: &Store, gone: &[Record]) {
    let forget = gone.iter().map(Record::key).collect();
    store.commit(Commit { forget, ..answer(vec![], vec![], 78) }, now_ms()).await.expect("forgotten");
}

#[wasm_bindgen_test]
async fn what_points_at_a_record_is_found_in_blocks_whichever_tab_stored_them() {
    let records = records(400);
    let (snapshot, texts) = snapshot(&records, 60);
    let name = new_name();
    let (first, second) = (open(&name).await, open(&name).await);
    let lead = records.iter().find(|record| record.kind == "lead").expect("a lead").id;
    first.take_lead().await.expect("it leads");
    first.begin_fetch(&snapshot).await.expect("begun");
    take(&first, &snapshot, &snapshot.segments[0], texts[0].clone()).await.expect("stored");
    until("the other tab finds the deals that are here", async || deals(&second, lead).await.len() == 20).await;
    fetch(&first, &snapshot, &texts).await;
    until("the other tab's lists have all", async || all(&second, &Query::recent("deal")).await.len() == 200).await;
    for store in [&first, &second, &open(&name).await] {
        store.index_ready().await.expect("loaded");
        for lead in records.iter().filter(|record| record.kind == "lead").take(5) {
            assert_eq!(deals(store, lead.id).await, expected(&records, lead.id));
        }
        assert_eq!(store.deleted("lead", 9).await.expect("read").len(), 1);
    }
    assert_eq!(count(&first, LINKS).await, 5, "a row for each segment in which something points somewhere");
}

#[wasm_bindgen_test]
async fn links_to_blocks_that_lost_records_or_are_gone_lead_to_what_is_left_once() {
    let records = records(400);
    let (snapshot, texts) = snapshot(&records, 60);
    let store = new_store().await;
    fetch(&store, &snapshot, &texts).await;
    let blocks = count(&store, BLOCKS).await;
    let of_deals: Vec<Record> = records.iter().filter(|record| record.kind == "deal").cloned().collect();
    // The first and the last of a block, and all of others.
    let (gone, left): (Vec<_>, Vec<_>) =
        of_deals.into_iter().enumerate().partition(|(at, _)| at % 32 == 0 || at % 32 == 31 || (60..120).contains(at));
    let [gone, left] = [gone, left].map(|some| some.into_iter().map(|(_, record)| record).collect::<Vec<_>>());
    forget(&store, &gone).await;
    assert!(count(&store, BLOCKS).await < blocks);
    for lead in records.iter().filter(|record| record.kind == "lead").take(3) {
        assert_eq!(deals(&store, lead.id).await, expected(&left, lead.id));
    }
    let pointing = store.reading(&[RECORDS, BLOCKS, LINKS], async |tx| {
        let ids = records[210].id..=records[399].id;
        let (of_leads, of_none) = (records[0].id..=records[3].id, ids);
        let links = &store.0.links;
        Ok((
            blocks::pointing(tx.into(), links, of_leads).await?.len(),
            blocks::pointing(tx.into(), links, of_none).await?.len(),
        ))
    });
    assert_eq!(pointing.await.expect("read"), (left.len(), 0));
}

#[wasm_bindgen_test]
async fn blocks_of_an_earlier_version_are_read_and_lead_by_their_index_to_what_is_in_them_until_it_is_gone() {
    let records = records(40);
    let (snapshot, texts) = snapshot(&records, 60);
    let name = new_name();
    let store = open(&name).await;
    fetch(&store, &snapshot, &texts).await;
    // As an earlier version left them: their text as it is, with their parents, and without links.
    let lead = records.iter().find(|record| record.kind == "lead").expect("a lead").id;
    for block in raw_rows(&store, BLOCKS, "deal").await {
        let parents: Array =
            records.iter().filter(|record| record.kind == "deal").flat_map(row::parents).map(JsValue::from).collect();
        let packed = bytes_in(&block, "z");
        let text = decompress_size_prepended(&packed).expect("packed");
        Reflect::set(&block, &"d".into(), &Uint8Array::from(text.as_slice())).expect("set");
        Reflect::delete_property(block.unchecked_ref::<Object>(), &"z".into()).expect("deleted");
        Reflect::set(&block, &"p".into(), &parents).expect("set");
        put_raw(&store, BLOCKS, &block, None).await;
    }
    store.writing(&[LINKS], async |tx| tx.clear(LINKS)).await.expect("cleared");
    drop(store);
    let store = open(&name).await;
    store.index_ready().await.expect("loaded");
    let all = expected(&records, lead);
    assert_eq!((deals(&store, lead).await, all.len()), (all.clone(), 7));
    let gone: Vec<Record> =
        records.iter().filter(|record| all[..2].contains(&record.id) && record.kind == "deal").cloned().collect();
    forget(&store, &gone).await;
    assert_eq!(deals(&store, lead).await, all[2..]);
    assert_eq!(count(&store, LINKS).await, 0);
}

#[wasm_bindgen_test]
async fn a_block_that_is_damaged_hides_its_own_records_and_nothing_else() {
    let records = records(80);
    let (snapshot, texts) = snapshot(&records, 100);
    let store = new_store().await;
    fetch(&store, &snapshot, &texts).await;
    let block = raw_rows(&store, BLOCKS, "lead").await.remove(0);
    let whole = bytes_in(&block, "z");
    let leads: Vec<_> = records.iter().filter(|record| record.kind == "lead").map(Record::key).collect();
    for packed in [&[][..], &[0xff; 40], &whole[..whole.len() / 2], &whole[4..]] {
        Reflect::set(&block, &"z".into(), &Uint8Array::from(packed)).expect("set");
        put_raw(&store, BLOCKS, &block, None).await;
        assert_eq!(store.get_many(&leads).await.expect("read").len(), leads.len() - 32);
        assert_eq!(store.get(&leads[0]).await, Ok(None));
        assert_eq!(store.children(leads[0].id, "deal").await.expect("read").len(), 14, "its deals are elsewhere");
    }
}
