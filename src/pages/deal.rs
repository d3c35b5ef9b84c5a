//! Deals: their list, the page of one, the forms. The board is in `board`.

mod lost;
mod moves;
mod page;

use crate::markup::{IntoMarkup, Markup, view};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use outpost_core::mutation::Patch;
use outpost_core::records::{Deal, DealStage, begin_deal};
use outpost_core::schema::{RecordType, Schema};
use serde_json::json;

use crate::components::{Art, Glyph, Icon, NavLink};
use crate::pages::list::{ListPage, ListSpec};
use crate::pages::record::{EditPage, NewPage, NewSpec, RecordFrame, edit_form};
use crate::platform::{ids, time};

pub(crate) use lost::LostDialog;
pub(crate) use moves::{move_deal, said, take_back};

pub(crate) static SCHEMA: Schema = Deal::SCHEMA;
pub(crate) const PATH: &str = "/deals";

/// Board or list: two links that look like a choice.
pub(crate) fn switch() -> Markup {
    view! {
        <nav class="seg links" aria-label="View">
            <NavLink href="/deals" exact=true>
                <Icon glyph=Glyph::Deals />
                "Board"
            </NavLink>
            <NavLink href="/deals/list">
                <Icon glyph=Glyph::Sort />
                "List"
            </NavLink>
        </nav>
    }
}

/// The list of deals.
#[component]
pub(crate) fn DealList() -> Markup {
    let spec = ListSpec {
        schema: &SCHEMA,
        path: PATH,
        extra: &["owner"],
        art: Art::Board,
        teaches: "A deal is a sale in the making: what it is about, what it is worth, and how far it has come.",
        switch: Some(switch),
        standings: None,
    };
    view! { <ListPage spec /> }
}

/// The page that makes a deal.
#[component]
pub(crate) fn DealNew() -> Markup {
    let spec = NewSpec {
        hidden: &["lost_reason"],
        prefill: |origin| {
            let mut patch = Patch::from([("stage".to_owned(), json!(DealStage::Qualified))]);
            if let Some(lead) = &origin.lead {
                patch.insert("lead".to_owned(), json!(lead.id));
                let company = lead.get("company").or_else(|| lead.get("name"));
                patch.extend(company.map(|company| ("company".to_owned(), company.clone())));
                patch.extend(lead.get("value").map(|value| ("amount".to_owned(), value.clone())));
                patch.extend(lead.get("owner").map(|owner| ("owner".to_owned(), owner.clone())));
            }
            patch
        },
        make: |_, id, patch| begin_deal(id, ids::new_record_id(), patch, time::now_ms()),
    };
    view! { <NewPage schema=&SCHEMA path=PATH spec /> }
}

/// The page that changes a deal. Its stage is not in the form: a move is an event, made on the board or the deal's page.
#[component]
pub(crate) fn DealEdit() -> Markup {
    let params = use_params_map();
    let live = move || {
        let id = params.with(|params| params.get("id")).unwrap_or_default();
        view! {
            <EditPage
                schema=&SCHEMA
                path=PATH
                id
                page=|desk, record| edit_form(desk, &SCHEMA, PATH, &["stage", "lost_reason"], record)
            />
        }
    };
    live.into_markup()
}

/// The page of one deal.
#[component]
pub(crate) fn DealPage() -> Markup {
    let params = use_params_map();
    let live = move || {
        let id = params.with(|params| params.get("id")).unwrap_or_default();
        view! { <RecordFrame schema=&SCHEMA id back=PATH page=page::page /> }
    };
    live.into_markup()
}
