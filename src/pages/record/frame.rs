//! Around the page of one record: nothing flickers while it is read, and a record that is gone says so and can be brought
//! back.

use std::sync::Arc;

use crate::markup::{Markup, effect, view};
use leptos::prelude::*;
use outpost_core::hlc::Hlc;
use outpost_core::horizon::is_beyond;
use outpost_core::id::RecordId;
use outpost_core::record::{Record, RecordKey, Register};
use outpost_core::schema::{Field, Schema};
use serde_json::Value;

use super::archived::{Elsewhere, missing};
use super::clash::Clashes;
use super::neighbours;
use crate::components::{
    Art, Banner, BannerKind, Button, ButtonKind, EmptyState, Fact, Facts, Glyph, LinkButton, PageHeader, Panel,
    Skeleton,
};
use crate::pages::merge::{Alike, MergedHere, Offers, Went};
use crate::pages::search::recent;
use crate::pages::show;
use crate::pages::together::together;
use crate::pages::undo::restore;
use crate::platform::{intl, time};
use crate::state::{Desk, Live, live, title_of, use_desk};
use crate::words::{lower, t, tr};

/// A record as the store has it; `None` if it has none.
pub(crate) type Loaded = Live<Option<Record>>;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Shape {
    Waiting,
    Missing,
    Deleted,
    Here,
}

/// Follows one record.
pub(crate) fn follow(desk: Desk, kind: &'static str, id: RecordId) -> Loaded {
    live(
        move || desk.version(kind),
        move |_| {
            let store = desk.store();
            async move { store.get(&RecordKey::new(kind, id)).await.map_err(crate::forms::say) }
        },
    )
}

/// Shows `page` once the record is there. The page is made once and follows the record by its signal.
#[component]
pub(crate) fn RecordFrame(
    /// The record's type.
    schema: &'static Schema,
    /// Which record, as the address says.
    id: String,
    /// The page.
    page: Arc<dyn Fn(Desk, Signal<Record>) -> Markup + Send + Sync>,
    /// Whether that is a form, which says by itself what the record is like.
    is_form: bool,
) -> Markup {
    let desk = use_desk();
    let Ok(id) = id.parse::<RecordId>() else { return missing(schema, None) };
    let kind = schema.kind;
    neighbours::follow(desk, schema, id);
    let loaded = follow(desk, kind, id);
    let shape = Memo::new(move |_| {
        loaded.with(|loaded| match loaded {
            None => Shape::Waiting,
            Some(None) => Shape::Missing,
            Some(Some(record)) if record.is_deleted() => Shape::Deleted,
            Some(Some(_)) => Shape::Here,
        })
    });
    effect(move || {
        if shape.get() == Shape::Here {
            recent::note(desk, RecordKey::new(kind, id));
        }
    });
    // The page is shown only while there is a record; an empty one stands in for the moment in which it goes.
    let record =
        Signal::derive(move || loaded.value().flatten().unwrap_or_else(|| Record::empty(RecordKey::new(kind, id))));
    view! {
        {move || loaded.error().map(|text| view! { <Banner kind=BannerKind::Bad text /> })}
        {move || match shape.get() {
            Shape::Waiting => view! { <Skeleton rows=6 /> },
            Shape::Missing => view! { <Elsewhere desk schema id /> },
            Shape::Deleted => view! {
                <Went desk schema record>
                    <Gone desk schema record />
                </Went>
            },
            Shape::Here => together(|| view! {
                <Clashes desk schema record />
                <Offers desk schema record />
                {page(desk, record)}
                <MergedHere desk schema record />
                {(!is_form).then(|| view! { <Alike desk schema record /> })}
            }),
        }}
    }
}

/// A record that was deleted, here or on another device: what it was, and the way back.
#[component]
fn Gone(desk: Desk, schema: &'static Schema, record: Signal<Record>) -> Markup {
    let back = schema.path;
    let one = lower(schema.label);
    let title = Signal::derive(move || record.with(title_of));
    let names = live(|| (), move |()| async move { Ok(desk.sync().device_names().await) });
    let own = desk.store().device();
    let text = Signal::derive(move || {
        let stamp = record.with(|record| record.deleted.as_ref().map_or(Hlc::ZERO, Register::hlc));
        let name = names.value().and_then(|names| names.get(&stamp.device.to_string()).cloned());
        let at = intl::date_time(stamp.ms);
        let gone = match name {
            _ if stamp.device == own => t!("It was deleted on this device on {at}."),
            Some(name) => t!("It was deleted by {name} on {at}."),
            None => t!("It was deleted on another device on {at}."),
        };
        let back = match record.with(|record| is_beyond(record, time::now_ms())) {
            true => tr("Restored, it comes back with what is left of it."),
            false => tr("Restored, it comes back with everything in it."),
        };
        format!("{gone} {back}")
    });
    let beneath = move || {
        let lines = record.with(|record| edited_since(schema, record));
        (!lines.is_empty()).then(|| {
            let facts = lines.into_iter().map(|(label, value)| view! { <Fact label=tr(label)>{value}</Fact> });
            view! {
                <Panel title="Edited after it was deleted">
                    <Facts>{facts.collect::<Vec<_>>()}</Facts>
                    <p class="muted small">"This is kept beneath, and comes back with it."</p>
                </Panel>
            }
        })
    };
    let bring_back = move |()| restore(desk, record.with_untracked(Record::key));
    view! {
        <PageHeader title back=back back_label=tr(schema.plural) />
        <EmptyState art=Art::Camp title=t!("This {} was deleted", one) text>
            <Button kind=ButtonKind::Primary icon=Glyph::Undo on_click=bring_back>
                "Restore"
            </Button>
            <LinkButton href=back>{t!("All {}", lower(schema.plural))}</LinkButton>
        </EmptyState>
        {beneath}
    }
}

/// What was written into a record after it was deleted: by somebody who did not know that yet.
fn edited_since(schema: &'static Schema, record: &Record) -> Vec<(&'static str, String)> {
    let deleted = record.deleted.as_ref().map_or(Hlc::ZERO, Register::hlc);
    let later = |field: &&Field| record.fields.get(field.name).is_some_and(|register| register.hlc() > deleted);
    let told =
        |field: &'static Field| (field.label, show::short(Some(field), record.get(field.name).unwrap_or(&Value::Null)));
    schema.fields.iter().filter(later).map(told).collect()
}
