//! What hangs on a lead stands at what it has become.

use outpost_core::records::{Conversion, convert};

use super::*;

#[wasm_bindgen_test]
async fn an_invoice_of_a_lead_stands_at_what_it_became_and_at_nobody_elses() {
    let mut app = Opened::at("/leads").await;
    let (lead, other) = (ids::new_record_id(), ids::new_record_id());
    let fields = json!({"name": "Ana Berg", "company": "Nordkai"});
    let invoice = |fields: Value| Op::patch("invoice", ids::new_record_id(), patch(fields));
    let ops = vec![
        Op::patch("lead", lead, patch(fields)),
        Op::patch("company", other, patch(json!({"name": "Südkai"}))),
        invoice(json!({"lead": lead, "buyer_name": "Hafenmeister", "currency": "EUR"})),
        invoice(json!({"lead": lead, "customer": other, "buyer_name": "Leuchtturm", "currency": "EUR"})),
    ];
    app.store.write(ops).await.expect("written");
    let record = app.store.get(&RecordKey::new("lead", lead)).await.expect("read").expect("a lead");
    app.store.write(convert(&record, &[]).expect("it can be converted")).await.expect("written");
    let to = Conversion::of(lead);
    let [panel, line] = [".panel:has(a[href^='/invoices/new'])", ".panel a[href^='/invoices/']"];
    for path in [format!("/companies/{}", to.company), format!("/contacts/{}", to.contact)] {
        app.again(&path).await;
        app.until("its invoices", || app.all(panel).into_iter().find(|all| all.inner_text().contains("Hafenmeister")))
            .await;
        app.until("an invoice", || (!app.all(line).is_empty()).then_some(())).await;
    }
    app.again(&format!("/companies/{}", to.company)).await;
    app.sees("Hafenmeister").await;
    app.sees_no("Leuchtturm").await;
    app.again(&format!("/companies/{other}")).await;
    app.sees("Leuchtturm").await;
    app.sees_no("Hafenmeister").await;
}
