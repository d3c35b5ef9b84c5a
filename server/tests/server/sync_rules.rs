//! The rules of documents, as two devices meet them on the server.

use chrono::NaiveDate;
use outpost_core::mutation::Op;
use outpost_core::protocol::Verdict;
use outpost_core::records::{Business, Invoice, InvoiceLine};
use serde_json::{Value, json};

use crate::support::{Device, Server, id, patch};

pub(crate) fn invoice(i: u128, fields: Value) -> Op {
    Op::patch("invoice", id(i), patch(fields))
}

pub(crate) fn line(i: u128, fields: Value) -> Op {
    Op::patch("invoice_line", id(i), patch(fields))
}

pub(crate) fn draft(i: u128) -> Op {
    invoice(i, json!({"status": "draft", "buyer_name": "Acme", "currency": "EUR"}))
}

/// What a device does when it issues: the frozen document and all.
pub(crate) fn issue(i: u128, number: &str) -> Op {
    let invoice = Invoice { buyer_name: "Acme".into(), currency: "EUR".parse().ok(), ..Invoice::default() };
    let hay = InvoiceLine { description: "Hay".into(), ..InvoiceLine::default() };
    let seller = Business { name: "Quinta da Ana".into(), ..Business::default() };
    let today = NaiveDate::from_ymd_opt(2026, 9, 21).expect("a day");
    let patch = outpost_core::records::issue(&invoice, &[hay], &seller, number, today).expect("it can be issued");
    Op::patch("invoice", id(i), patch)
}

pub(crate) fn code(verdict: &Verdict) -> &str {
    match verdict {
        Verdict::Applied => "applied",
        Verdict::Superseded { .. } => "superseded",
        Verdict::Rejected { code, .. } => code,
    }
}

async fn two_devices(server: &Server) -> (Device, Device) {
    (server.sign_up("ana@example.org", 7).await, server.sign_in("ana@example.org", 8).await)
}

#[tokio::test]
async fn a_number_is_given_once_whoever_asks() {
    let server = Server::start().await;
    let (mut ana, mut bo) = two_devices(&server).await;
    assert_eq!(code(&ana.push(vec![draft(1), draft(2)]).await), "applied");
    bo.catch_up().await;
    assert_eq!(code(&ana.push(vec![issue(1, "2026-K7-00001")]).await), "applied");
    assert_eq!(code(&bo.push(vec![issue(2, "2026-K7-00001")]).await), "number_taken");
    // Within one batch, too.
    let batch =
        vec![bo.mutation(vec![draft(3), issue(3, "2026-M3-00001")]), bo.mutation(vec![issue(2, "2026-M3-00001")])];
    let answer = bo.exchange(batch).await;
    assert_eq!(answer.receipts.iter().map(|r| code(&r.verdict)).collect::<Vec<_>>(), ["applied", "number_taken"]);
    assert_eq!(code(&bo.push(vec![issue(2, "2026-M3-00002")]).await), "applied");
}

/// Not every database holds the character 0 in a text.
#[tokio::test]
async fn a_number_is_any_text() {
    let server = Server::start().await;
    let (mut ana, mut bo) = two_devices(&server).await;
    let odd = "2026\u{0}ö-\u{10ffff}\\\"";
    assert_eq!(code(&ana.push(vec![draft(1), draft(2), issue(1, odd)]).await), "applied");
    assert_eq!(code(&bo.push(vec![issue(2, odd)]).await), "number_taken");
    bo.catch_up().await;
    assert_eq!(bo.record("invoice", id(1)).get("number"), Some(&json!(odd)));
}

#[tokio::test]
async fn an_invoice_is_issued_once_and_then_stays_as_it_is() {
    let server = Server::start().await;
    let (mut ana, mut bo) = two_devices(&server).await;
    let with_line = vec![draft(1), line(11, json!({"invoice": id(1), "description": "Hay"}))];
    assert_eq!(code(&ana.push(with_line).await), "applied");
    bo.catch_up().await;
    assert_eq!(code(&ana.push(vec![issue(1, "2026-K7-00001")]).await), "applied");

    let verdict = bo.push(vec![issue(1, "2026-M3-00001")]).await;
    let Verdict::Rejected { code: why, current, .. } = &verdict else { panic!("{verdict:?}") };
    assert_eq!((why.as_str(), current.len()), ("issued_twice", 1));
    assert_eq!(current[0].text("number"), "2026-K7-00001", "the device learns what stands");

    for op in [
        invoice(1, json!({"currency": "USD"})),
        Op::delete("invoice", id(1)),
        line(11, json!({"description": "Straw"})),
        line(12, json!({"invoice": id(1), "description": "More"})),
        Op::delete("invoice_line", id(11)),
    ] {
        let verdict = bo.push(vec![op.clone()]).await;
        assert_eq!(code(&verdict), "already_issued", "{op:?}");
    }
    assert_eq!(code(&bo.push(vec![invoice(1, json!({"status": "draft"}))]).await), "illegal_transition");
    // Whether it stays on each device is not of the document.
    let mixed = vec![invoice(1, json!({"keep": "always", "currency": "USD"}))];
    assert_eq!(code(&bo.push(mixed).await), "already_issued");
    assert_eq!(code(&bo.push(vec![invoice(1, json!({"keep": "always"}))]).await), "applied");
    assert_eq!(code(&bo.push(vec![invoice(1, json!({"status": "void"}))]).await), "applied");
    assert_eq!(code(&bo.push(vec![invoice(1, json!({"keep": null}))]).await), "applied");
    // The number of a void invoice stays its own.
    assert_eq!(code(&bo.push(vec![draft(2), issue(2, "2026-K7-00001")]).await), "number_taken");
    ana.catch_up().await;
    assert_eq!(ana.record("invoice", id(1)).text("status"), "void");
}
