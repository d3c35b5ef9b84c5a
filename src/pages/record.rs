//! What the pages of single records share: loading, what is said when the record is gone, facts, related records, forms.

mod archived;
mod clash;
mod edit;
mod events;
mod frame;
mod header;
mod history;
mod keep;
mod links;
pub(crate) mod neighbours;
mod notes;
mod older;
mod origin;
mod past;
mod plain;
mod related;

use crate::markup::{IntoMarkup, Markup, view};
use leptos::prelude::*;
use outpost_core::record::Record;
use outpost_core::schema::{Field, Schema};

use crate::components::{Fact, Facts, Panel};
use crate::pages::show;
use crate::words::tr;

pub(crate) use edit::{NewPage, edit_form};
pub(crate) use frame::RecordFrame;
pub(crate) use header::Header;
pub(crate) use history::History;
pub(crate) use keep::keep_item;
pub(crate) use links::Links;
pub(crate) use notes::Notes;
pub(crate) use origin::{NewSpec, Origin, prefill};
pub(crate) use past::PastChanges;
pub(crate) use plain::plain;
pub(crate) use related::Related;

/// The fields of a record that no other part of its page shows, in the schema's order. Empty ones are left out, so that a
/// record of three facts does not look like a form of twenty; so is the panel if there is nothing to say.
#[component]
pub(crate) fn RecordFacts(
    /// The record's type.
    schema: &'static Schema,
    /// The record.
    record: Signal<Record>,
    /// Fields that the page shows elsewhere.
    #[prop(into)]
    without: Vec<&'static str>,
    /// What the panel is called.
    #[prop(default = "Details")]
    title: &'static str,
) -> Markup {
    let shown = move || {
        record.with(|record| {
            let fields = schema.fields.iter();
            let fields = fields.filter(|field| field.in_form && !without.contains(&field.name));
            let told = |field: &&Field| record.get(field.name).is_some() && !show::line(field, record).is_empty();
            fields.filter(told).map(|field| (field.label, show::fact(field, record))).collect::<Vec<_>>()
        })
    };
    let live = move || {
        let shown = shown();
        (!shown.is_empty()).then(|| {
            let facts = shown
                .into_iter()
                .map(|(label, value)| view! { <Fact label=tr(label)>{value}</Fact> })
                .collect::<Vec<_>>();
            view! {
                <Panel title=tr(title)>
                    <Facts>{facts}</Facts>
                </Panel>
            }
        })
    };
    live.into_markup()
}
