//! What can still be done with an issued invoice: void it, or begin a new one like it.

use crate::markup::{Markup, view};
use leptos::prelude::*;
use leptos::task::spawn_local;
use outpost_core::id::RecordId;
use outpost_core::mutation::{Op, Patch};
use outpost_core::records::{Invoice, InvoiceStatus, IssuedInvoice, void};
use serde_json::json;

use super::SCHEMA;
use super::lines::GAP;
use crate::components::{ButtonKind, Dialog, DialogForm, TextInput, Toast};
use crate::forms::say;
use crate::platform::{ids, time};
use crate::state::Desk;
use crate::words::{t, tr};

/// Asks why, and voids.
#[component]
pub(super) fn VoidDialog(desk: Desk, open: RwSignal<bool>, invoice: Memo<Invoice>, id: RecordId) -> Markup {
    let reason = RwSignal::new(String::new());
    let wrong = RwSignal::new(None::<String>);
    let busy = RwSignal::new(false);
    let save = move || {
        let patch = match void(&invoice.get_untracked(), &reason.get_untracked()) {
            Ok(patch) => patch,
            Err(error) => {
                wrong.set(Some(say(error)));
                return;
            }
        };
        busy.set(true);
        spawn_local(async move {
            match desk.write(vec![Op::patch(SCHEMA.kind, id, patch)]).await {
                Ok(_) => {
                    open.try_set(false);
                    desk.toasts.show(Toast::new(tr("The invoice is void")));
                }
                Err(why) => {
                    wrong.try_set(Some(why));
                }
            }
            busy.try_set(false);
        });
    };
    view! {
        <Dialog open on_close=move |()| open.set(false) title="Void this invoice?">
            <DialogForm
                save="Void invoice"
                kind=ButtonKind::DangerSolid
                cancel="Keep it"
                busy
                on_save=move |()| save()
                on_cancel=move |()| open.set(false)
            >
                <p>
                    "It is not owed any more and keeps its number. This cannot be undone; a new invoice can be made from it."
                </p>
                <TextInput
                    label="Reason"
                    value=reason
                    on_input=move |text| {
                        reason.set(text);
                        wrong.set(None);
                    }
                    error=wrong
                />
            </DialogForm>
        </Dialog>
    }
}

/// Makes a draft that says what an issued invoice said, in one mutation, and goes there.
pub(super) fn duplicate(desk: Desk, invoice: Invoice, go: impl FnOnce(RecordId) + 'static) {
    let Some(document) = invoice.issued.clone() else { return };
    let id = ids::new_record_id();
    let ops = copy(&invoice, &document, id);
    spawn_local(async move {
        match desk.write(ops).await {
            Ok(_) => {
                go(id);
                desk.toasts.show(Toast::new(t!("A new draft like {}", document.number)));
            }
            Err(why) => {
                desk.toasts.show(Toast::bad(why));
            }
        }
    });
}

/// The ops of a draft like a document: due as many days after today as the other after its issue.
fn copy(invoice: &Invoice, document: &IssuedInvoice, id: RecordId) -> Vec<Op> {
    let buyer = &document.buyer;
    let mut patch = Patch::from([
        ("status".to_owned(), json!(InvoiceStatus::Draft)),
        ("buyer_name".to_owned(), json!(buyer.name)),
        ("currency".to_owned(), json!(document.currency)),
        ("price_mode".to_owned(), json!(document.price_mode)),
    ]);
    let due = document.due_date.and_then(|due| time::today().checked_add_signed(due - document.issue_date));
    patch.extend(due.map(|due| ("due_date".to_owned(), json!(due))));
    patch.extend(invoice.lead.map(|lead| ("lead".to_owned(), json!(lead))));
    patch.extend(invoice.customer.map(|company| ("customer".to_owned(), json!(company))));
    patch.extend(invoice.deal.map(|deal| ("deal".to_owned(), json!(deal))));
    patch.extend(invoice.discount.map(|discount| ("discount".to_owned(), json!(discount))));
    for (name, value) in [
        ("buyer_address", json!(buyer.address)),
        ("buyer_tax_id", json!(buyer.tax_id)),
        ("buyer_email", json!(buyer.email)),
        ("notes", json!(document.notes)),
    ] {
        if !outpost_core::schema::is_empty(&value) {
            patch.insert(name.to_owned(), value);
        }
    }
    let lines = (1_i64..).zip(&document.lines).map(|(place, line)| {
        let patch = Patch::from([
            ("invoice".to_owned(), json!(id)),
            ("position".to_owned(), json!(place * GAP)),
            ("description".to_owned(), json!(line.description)),
            ("quantity".to_owned(), json!(line.quantity)),
            ("unit".to_owned(), json!(line.unit)),
            ("unit_price".to_owned(), json!(line.unit_price)),
            ("discount".to_owned(), json!(line.discount)),
            ("tax".to_owned(), json!(line.tax)),
        ]);
        Op::patch("invoice_line", ids::new_record_id(), patch)
    });
    let mut ops = vec![Op::patch(SCHEMA.kind, id, patch)];
    ops.extend(lines);
    ops
}
