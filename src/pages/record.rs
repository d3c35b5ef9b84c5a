//! What the pages of single records share: loading, what is said when the record is gone, facts, related records, forms.

mod edit;
mod frame;
mod related;

use leptos::prelude::*;
use outpost_core::record::Record;
use outpost_core::schema::Schema;

use crate::components::{Fact, Facts, Panel};
use crate::pages::show;

pub(crate) use edit::{EditPage, NewPage, NewSpec, Origin, edit_form};
pub(crate) use frame::RecordFrame;
pub(crate) use related::{RelatedDeals, RelatedInvoices, RelatedLead};

/// The fields of a record that no other part of its page shows, in the schema's order. Empty ones are left out, so that a
/// record of three facts does not look like a form of twenty.
#[component]
pub(crate) fn RecordFacts(
    /// The record's type.
    schema: &'static Schema,
    /// The record.
    record: Signal<Record>,
    /// Fields that the page shows elsewhere.
    without: &'static [&'static str],
) -> impl IntoView {
    let facts = move || {
        record.with(|record| {
            schema
                .fields
                .iter()
                .filter(|field| field.in_form && !without.contains(&field.name) && record.get(field.name).is_some())
                .filter(|field| !show::line(field, record).is_empty())
                .map(|field| {
                    let value = show::fact(field, record);
                    view! { <Fact label=field.label>{value}</Fact> }
                })
                .collect_view()
        })
    };
    view! {
        <Panel title="Details">
            <Facts>{facts}</Facts>
        </Panel>
    }
}

/// A long text in a panel of its own; nothing if there is none.
#[component]
pub(crate) fn Notes(record: Signal<Record>) -> impl IntoView {
    let text = Memo::new(move |_| record.with(|record| record.text("notes").to_owned()));
    move || {
        let text = text.get();
        (!text.is_empty()).then(|| {
            view! {
                <Panel title="Notes">
                    <p class="prose-lines">{text}</p>
                </Panel>
            }
        })
    }
}
