//! Leads: their list, the page of one, the forms.

mod glance;

use crate::markup::{IntoMarkup, Markup, view};
use leptos::prelude::*;
use leptos_router::hooks::{use_navigate, use_params_map};
use outpost_core::mutation::{Op, Patch};
use outpost_core::record::Record;
use outpost_core::records::{Lead, LeadStatus};
use outpost_core::schema::{RecordType, Schema};
use serde_json::json;

use crate::components::{Art, Avatar, Glyph, LinkButton, Menu, MenuItem, PageHeader, Tag};
use crate::pages::list::{ListPage, ListSpec};
use crate::pages::record::{
    EditPage, NewPage, NewSpec, Notes, PastChanges, RecordFacts, RecordFrame, RelatedDeals, RelatedInvoices, edit_form,
};
use crate::pages::{links, show};
use crate::platform::intl;
use crate::state::{Desk, delete_with_undo, title_of};
use glance::Glance;

static SCHEMA: Schema = Lead::SCHEMA;
const PATH: &str = "/leads";
/// Fields that the page of a lead shows elsewhere than among the details.
const ELSEWHERE: &[&str] = &["name", "company", "status", "notes", "value", "score", "source", "owner"];

/// The list of leads.
#[component]
pub(crate) fn LeadList() -> Markup {
    let spec = ListSpec {
        schema: &SCHEMA,
        path: PATH,
        extra: &["owner"],
        art: Art::People,
        teaches: "Write down the first person who might buy from you. It is kept on this device at once, with or without a network.",
        switch: None,
        standings: None,
    };
    view! { <ListPage spec /> }
}

/// The page that makes a lead.
#[component]
pub(crate) fn LeadNew() -> Markup {
    let spec = NewSpec {
        hidden: &[],
        prefill: |_| Patch::from([("status".to_owned(), json!(LeadStatus::New))]),
        make: |_, id, patch| vec![Op::patch(SCHEMA.kind, id, patch)],
    };
    view! { <NewPage schema=&SCHEMA path=PATH spec /> }
}

/// The page that changes a lead.
#[component]
pub(crate) fn LeadEdit() -> Markup {
    let params = use_params_map();
    let live = move || {
        let id = params.with(|params| params.get("id")).unwrap_or_default();
        view! { <EditPage schema=&SCHEMA path=PATH id page=|desk, record| edit_form(desk, &SCHEMA, PATH, &[], record) /> }
    };
    live.into_markup()
}

/// The page of one lead.
#[component]
pub(crate) fn LeadPage() -> Markup {
    let params = use_params_map();
    let live = move || {
        let id = params.with(|params| params.get("id")).unwrap_or_default();
        view! { <RecordFrame schema=&SCHEMA id back=PATH page /> }
    };
    live.into_markup()
}

fn page(desk: Desk, record: Signal<Record>) -> Markup {
    let id = record.with_untracked(|record| record.id);
    let title = Memo::new(move |_| record.with(title_of));
    let company = MaybeProp::derive(move || {
        record.with(|record| Some(record.text("company").to_owned()).filter(|company| !company.is_empty()))
    });
    let status = Memo::new(move |_| record.with(|record| LeadStatus::parse(record.text("status"))));
    let beside = move || status_tag(status.get());
    let before = move || view! { <Avatar name=title big=true /> };
    let navigate = use_navigate();
    let delete = Callback::new(move |()| {
        let navigate = navigate.clone();
        let name = title.get_untracked();
        delete_with_undo(desk, record.with_untracked(Record::key), name, move || navigate(PATH, Default::default()));
    });
    let items = Signal::stored(vec![MenuItem::new("Delete", move || delete.run(())).icon(Glyph::Trash).danger()]);
    view! {
        <PageHeader title subtitle=company back=PATH back_label="Leads" beside before>
            {move || reach(&record.get())}
            <LinkButton icon=Glyph::Edit href=format!("{PATH}/{id}/edit")>
                "Edit"
            </LinkButton>
            <Menu label="More" items />
        </PageHeader>
        <div class="record">
            <div class="stack">
                <Glance record status />
                <RecordFacts schema=&SCHEMA record without=ELSEWHERE title="Contact" />
                <Notes desk schema=&SCHEMA record />
            </div>
            <div class="record-side">
                <RelatedDeals desk lead=id />
                <RelatedInvoices desk parent=id new=format!("/invoices/new?lead={id}") />
                <PastChanges desk schema=&SCHEMA record />
                <p class="faint tiny">{move || format!("Changed {}", intl::relative(record.with(Record::latest).ms))}</p>
            </div>
        </div>
    }
}

fn status_tag(status: LeadStatus) -> Markup {
    let field = SCHEMA.field("status");
    let (label, tone) = field.map(|field| show::choice_of(field, status.value())).unwrap_or_default();
    view! { <Tag tone>{label}</Tag> }
}

/// One tap to call or write.
fn reach(record: &Record) -> Markup {
    let first = |name: &str| show::read::<Vec<String>>(record, name).and_then(|all| all.into_iter().next());
    let call = first("phones").and_then(|phone| links::call(&phone));
    let write = first("emails").map(|email| links::write_to(&email));
    let button = |href: String, label: &'static str, icon: Glyph| {
        view! { <LinkButton icon href>{label}</LinkButton> }
    };
    view! {
        {call.map(|href| button(href, "Call", Glyph::Phone))}
        {write.map(|href| button(href, "E-mail", Glyph::Mail))}
    }
}
