//! The page of a record of any type: its facts, its timeline, and what it is linked to.

use crate::markup::{Markup, view};
use leptos::prelude::*;
use outpost_core::record::Record;
use outpost_core::schema::{Field, Kind};

use super::{Header, History, Links, Notes, PastChanges, RecordFacts, Related};
use crate::pages::types::look;
use crate::state::{Desk, schema};

/// The page.
pub(crate) fn plain(desk: Desk, record: Signal<Record>) -> Markup {
    let kind = record.with_untracked(|record| record.kind.clone());
    let Some(schema) = schema(&kind) else { return Markup::Empty };
    let act = look(schema.kind).act;
    let list = schema.list;
    let has_notes = schema.field("notes").is_some();
    // The header has the title, unless that is a text of any length, and the other panels what is linked and noted.
    let elsewhere = |field: &&Field| {
        let in_header = [list.title, list.subtitle, list.facet].contains(&field.name);
        (in_header && field.kind != Kind::LongText) || field.leads_to().is_some() || field.name == "notes"
    };
    let without: Vec<&'static str> = schema.fields.iter().filter(elsewhere).map(|field| field.name).collect();
    view! {
        <Header desk schema record act=move || act.map(|act| act(desk, record, false)) />
        <div class="record">
            <div class="stack">
                <RecordFacts schema record without />
                <History desk schema record />
                {has_notes.then(|| view! { <Notes desk schema record /> })}
            </div>
            <div class="record-side">
                <Links desk schema record />
                <Related desk schema record />
                <PastChanges desk schema record />
            </div>
        </div>
    }
}
