//! Leads: their list, the page of one.

mod glance;

use crate::markup::{IntoMarkup, Markup, view};
use leptos::prelude::*;
use outpost_core::record::Record;
use outpost_core::records::{Lead, LeadStatus};
use outpost_core::schema::{RecordType, Schema};

use crate::components::{Art, Glyph, Tag};
use crate::pages::list::{ListPage, ListSpec};
use crate::pages::record::{Header, History, Links, Notes, PastChanges, RecordFacts, Related};
use crate::pages::show;
use crate::pages::types::Look;
use crate::state::{Desk, added_to, use_desk};
use glance::Glance;

static SCHEMA: Schema = Lead::SCHEMA;
/// Fields that the page of a lead shows elsewhere than among the details.
const ELSEWHERE: &[&str] = &["name", "company", "status", "notes", "value", "score", "source", "owner"];

/// The list of leads.
#[component]
pub(crate) fn LeadList() -> Markup {
    let changes = use_desk().store().type_version(SCHEMA.kind);
    let spec = move || ListSpec {
        schema: added_to(&SCHEMA),
        glyph: None,
        extra: &["owner"],
        art: Art::People,
        teaches: "Write down the first person who might buy from you. It is kept on this device at once, with or without a network.",
        switch: None,
        standings: None,
    };
    // It opens before anybody knows which fields were added, and has them once that is read.
    let list = move || {
        changes.track();
        untrack(|| view! { <ListPage spec=spec() /> })
    };
    list.into_markup()
}

/// What is particular about the pages of leads.
pub(crate) fn look(plain: Look) -> Look {
    Look {
        glyph: Glyph::Leads,
        is_somebody: true,
        page,
        holds: &["deal", "invoice"],
        commands: glance::commands,
        ..plain
    }
}

fn page(desk: Desk, record: Signal<Record>) -> Markup {
    let status = Memo::new(move |_| record.with(|record| LeadStatus::parse(record.text("status"))));
    view! {
        <Header desk schema=added_to(&SCHEMA) record />
        <div class="record">
            <div class="stack">
                <Glance record status />
                <History desk schema=added_to(&SCHEMA) record />
                <RecordFacts schema=added_to(&SCHEMA) record without=ELSEWHERE title="Contact details" />
                <Notes desk schema=added_to(&SCHEMA) record />
            </div>
            <div class="record-side">
                <Links desk schema=added_to(&SCHEMA) record />
                <Related desk schema=added_to(&SCHEMA) record />
                <PastChanges desk schema=added_to(&SCHEMA) record />
            </div>
        </div>
    }
}

fn status_tag(status: LeadStatus) -> Markup {
    let field = SCHEMA.field("status");
    let (label, tone) = field.map(|field| show::choice_of(field, status.value())).unwrap_or_default();
    view! { <Tag tone>{label}</Tag> }
}
