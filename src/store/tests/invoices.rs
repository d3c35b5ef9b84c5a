use chrono::{Datelike, NaiveDate};
use outpost_core::records::{BUSINESS_ID, IssueError};
use wasm_bindgen_test::wasm_bindgen_test;

use super::*;
use crate::store::{IssueFailure, WriteError};

fn day() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 22).expect("a day")
}

async fn draft(store: &Store, price: &str) -> RecordId {
    let (invoice, line) = (ids::new_record_id(), ids::new_record_id());
    let fields = json!({ "buyer_name": "Acme", "currency": "EUR" });
    let line_fields =
        json!({ "invoice": invoice, "description": "Work", "quantity": "2", "unit_price": price, "tax": 200_000 });
    let ops = vec![Op::patch("invoice", invoice, patch(fields)), Op::patch("invoice_line", line, patch(line_fields))];
    store.write(ops).await.expect("a draft");
    invoice
}

async fn business(store: &Store) {
    store.write(vec![Op::patch("business", BUSINESS_ID, patch(json!({ "name": "Us" })))]).await.expect("written");
}

#[wasm_bindgen_test]
async fn numbers_are_unique_and_without_a_gap_though_two_tabs_issue_at_once() {
    let name = new_name();
    let (one, two) = (open(&name).await, open(&name).await);
    business(&one).await;
    one.set_series("K7").await.expect("set");
    let mut drafts = Vec::new();
    for _ in 0..10 {
        drafts.push(draft(&one, "10").await);
    }
    let issues = drafts.iter().enumerate().map(|(at, id)| {
        let tab = if at % 2 == 0 { &one } else { &two };
        tab.issue_invoice(*id, day())
    });
    let mut numbers: Vec<String> =
        futures::future::join_all(issues).await.into_iter().map(|number| number.expect("issued")).collect();
    numbers.sort();
    let expected: Vec<String> = (1..=10).map(|count| format!("2026-K7-{count:05}")).collect();
    assert_eq!(numbers, expected);
    for id in drafts {
        let record = two.get(&RecordKey::new("invoice", id)).await.expect("read").expect("there");
        assert_eq!(record.text("status"), "issued");
        assert_eq!(record.get("total"), Some(&json!({ "minor": 2_400, "currency": "EUR" })));
        assert!(expected.contains(&record.text("number").to_owned()));
    }
}

#[wasm_bindgen_test]
async fn an_invoice_that_cannot_be_issued_uses_no_number_up() {
    let store = new_store().await;
    let invoice = draft(&store, "10").await;
    let failed = store.issue_invoice(invoice, day()).await;
    assert_eq!(failed, Err(IssueFailure::Issue(IssueError::NoSeller)));
    assert_eq!(store.issue_invoice(ids::new_record_id(), day()).await, Err(IssueFailure::Missing));
    business(&store).await;
    let number = store.issue_invoice(invoice, day()).await.expect("issued");
    assert_eq!(number, format!("2026-{}-00001", store.series()));
    let twice = store.issue_invoice(invoice, day()).await;
    assert_eq!(twice, Err(IssueFailure::Issue(IssueError::NotADraft(number))));
    let mut next_year = draft(&store, "1").await;
    let issued = store.issue_invoice(next_year, day().with_year(2027).expect("a day")).await;
    assert_eq!(issued, Ok(format!("2027-{}-00001", store.series())));
    next_year = draft(&store, "1").await;
    assert_eq!(store.issue_invoice(next_year, day()).await, Ok(format!("2026-{}-00002", store.series())));
}

#[wasm_bindgen_test]
async fn what_is_issued_is_not_changed_and_its_number_not_used_again() {
    let store = new_store().await;
    business(&store).await;
    let (first, second) = (draft(&store, "10").await, draft(&store, "20").await);
    let number = store.issue_invoice(first, day()).await.expect("issued");
    let line = store.children(first, "invoice_line").await.expect("read").remove(0);
    let refused = [
        Op::patch("invoice", first, patch(json!({ "buyer_name": "Another" }))),
        Op::delete("invoice", first),
        Op::patch("invoice_line", line.id, patch(json!({ "quantity": "9" }))),
    ];
    for op in refused {
        let error = store.write(vec![op]).await.expect_err("it is issued");
        assert!(matches!(error, WriteError::Refused(_)), "{error:?}");
    }
    let issued = store.get(&RecordKey::new("invoice", first)).await.expect("read").expect("there");
    let document = issued.get("issued").cloned();
    let again = json!({ "status": "issued", "number": number, "issued": document, "issue_date": "2026-11-22",
                        "total": issued.get("total") });
    let error = store.write(vec![Op::patch("invoice", second, patch(again))]).await.expect_err("the number is taken");
    assert!(error.to_string().contains(&number), "{error}");
}
