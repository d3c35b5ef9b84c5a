//! The records that a record is linked to. One that was deleted, here or on another device, takes nothing along: it is named
//! as what is gone, and can be brought back from here.

use crate::markup::{IntoMarkup, Markup, view};
use leptos::prelude::*;
use outpost_core::record::{Record, RecordKey};
use outpost_core::schema::{Field, Schema};

use crate::components::{Avatar, Button, Glyph, Icon, Panel, Tag};
use crate::forms::say;
use crate::pages::types::look;
use crate::pages::undo::restore;
use crate::pages::{links, show};
use crate::state::{self, Desk, Live, live, title_of};
use crate::words::{lower, t, tr};

/// A record that is linked to, and as what.
#[derive(Debug, Clone, PartialEq)]
struct Link {
    /// What the relation is called, and the role in it.
    what: String,
    key: RecordKey,
    /// Nothing if it is not on this device.
    record: Option<Record>,
}

/// The panel; nothing for a record that is linked to no other.
#[component]
pub(crate) fn Links(desk: Desk, schema: &'static Schema, record: Signal<Record>) -> Markup {
    let relations = || schema.fields.iter().filter_map(|field| Some((field, field.leads_to()?)));
    let named = Memo::new(move |_| {
        record.with(|record| {
            relations().flat_map(|(field, kind)| roles(field, kind, record)).collect::<Vec<(String, RecordKey)>>()
        })
    });
    let found: Live<Vec<Link>> = live(
        move || {
            let versions: Vec<u64> = relations().map(|(_, kind)| desk.version(kind)).collect();
            (named.get(), versions)
        },
        move |(named, _)| {
            let store = desk.store();
            async move {
                let mut links = Vec::with_capacity(named.len());
                for (what, key) in named {
                    let record = store.get(&key).await.map_err(say)?;
                    links.push(Link { what, key, record });
                }
                Ok(links)
            }
        },
    );
    let body = move || {
        let all = found.value().filter(|all| !all.is_empty())?;
        let (tags, others): (Vec<Link>, Vec<Link>) = all.into_iter().partition(|link| link.key.kind == "tag");
        let tags = tags.into_iter().filter_map(tag).collect::<Vec<_>>();
        let items = others.into_iter().map(|link| item(desk, link)).collect::<Vec<_>>();
        Some(view! {
            <Panel title="Linked to">
                {(!tags.is_empty()).then(|| view! { <div class="tags">{tags}</div> })}
                {(!items.is_empty()).then(|| view! { <ul class="list bare links">{items}</ul> })}
            </Panel>
        })
    };
    view! {
        {move || found.error().map(|text| view! { <p class="refusal small">{text}</p> })}
        {body.into_markup()}
    }
}

/// What a relation leads to, each with the relation's name and its role.
fn roles(field: &Field, kind: &'static str, record: &Record) -> Vec<(String, RecordKey)> {
    let value = record.get(field.name);
    let named = |(at, id)| {
        let role = value.and_then(|all| all.get(at)?.get("role")?.as_str()).unwrap_or_default().trim().to_owned();
        let what = match state::schema(kind).map(|schema| schema.label) {
            _ if !role.is_empty() => role,
            // Of several, one is not called by the name of all.
            Some(label) if value.is_some_and(serde_json::Value::is_array) => tr(label).to_owned(),
            _ => tr(field.label).to_owned(),
        };
        (what, RecordKey::new(kind, id))
    };
    field.links(record).into_iter().enumerate().map(named).collect()
}

/// A tag that is there. One that was deleted marks nothing any more.
fn tag(link: Link) -> Option<Markup> {
    let record = link.record.filter(|record| !record.is_deleted())?;
    let tone = state::schema("tag")?.field("colour").map(|field| show::choice_of(field, record.text("colour")).1)?;
    Some(view! { <Tag tone>{title_of(&record)}</Tag> })
}

fn item(desk: Desk, link: Link) -> Markup {
    let Link { what, key, record } = link;
    let one = state::schema(&key.kind).map_or_else(|| t!("record").to_owned(), |schema| lower(schema.label));
    let Some(record) = record else {
        return view! {
            <li class="item plain">
                <div class="item-main">
                    <span class="item-title muted">{what}</span>
                    <span class="item-text">{t!("This {} has not come to this device yet", one)}</span>
                </div>
            </li>
        };
    };
    let title = title_of(&record);
    let is_gone = record.is_deleted();
    let mark = match look(&key.kind).mark() {
        Some(glyph) => view! { <span class="av" aria-hidden="true"><Icon glyph /></span> },
        None => view! { <Avatar name=title.clone() /> },
    };
    let bring_back = is_gone.then(|| {
        let key = key.clone();
        view! {
            <Button small=true icon=Glyph::Undo on_click=move |()| restore(desk, key.clone())>
                "Restore"
            </Button>
        }
    });
    let text = if is_gone { t!("This {} was deleted", one) } else { what };
    let title = match links::page_of(&key) {
        Some(href) => view! { <a class="cover item-title" href=href>{title}</a> },
        None => view! { <span class="item-title">{title}</span> },
    };
    view! {
        <li class="item" class:gone=is_gone>
            {mark}
            <div class="item-main">{title} <span class="item-text">{text}</span></div>
            <span class="item-end above">{bring_back}</span>
        </li>
    }
}
