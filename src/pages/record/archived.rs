//! A record that is not on this device: if the server has it, what it was, and the way back.

use leptos::prelude::*;
use leptos::task::spawn_local;
use outpost_core::id::RecordId;
use outpost_core::record::{Record, RecordKey};
use outpost_core::schema::Schema;

use super::RecordFacts;
use crate::components::{
    Art, Banner, BannerKind, Button, ButtonKind, EmptyState, Glyph, LinkButton, PageHeader, Panel, Skeleton, Toast,
};
use crate::markup::{Markup, view};
use crate::pages::show;
use crate::state::{Desk, live, title_of, types};
use crate::words::{lower, said, t, tr};

/// The most parts of one kind that are told.
const SHOWN: usize = 100;

/// The page of an address that leads to nothing on this device.
#[component]
pub(crate) fn Elsewhere(desk: Desk, schema: &'static Schema, id: RecordId) -> Markup {
    let key = RecordKey::new(schema.kind, id);
    let asked = key.clone();
    let found = live(
        || (),
        move |()| {
            let key = asked.clone();
            // Whatever the reason: it is not here, and the page says so.
            async move { Ok(desk.sync().archived(&key).await.map_err(|error| said(error.to_string()))) }
        },
    );
    let page = move || match found.value() {
        None => view! { <Skeleton rows=6 /> },
        Some(Ok(group)) if !group.is_empty() => archived(desk, schema, key.clone(), group),
        Some(Ok(_)) => missing(schema, None),
        Some(Err(why)) => missing(schema, Some(why)),
    };
    view! { {page} }
}

/// Nobody has it, or nobody can be asked.
pub(super) fn missing(schema: &'static Schema, why: Option<String>) -> Markup {
    let (one, back) = (lower(schema.label), schema.path);
    view! {
        <PageHeader title=t!("No such {}", one) back=back back_label=tr(schema.plural) />
        <EmptyState
            art=Art::Search
            title=t!("This {} is not on this device", one)
            text="It may have been made on another device and not have come here yet. As soon as both have had a connection, it shows up here by itself."
        >
            <LinkButton href=back>{t!("All {}", lower(schema.plural))}</LinkButton>
        </EmptyState>
        {why.map(|text| view! { <p class="muted small centred">{text}</p> })}
    }
}

fn archived(desk: Desk, schema: &'static Schema, key: RecordKey, group: Vec<Record>) -> Markup {
    let busy = RwSignal::new(false);
    let bring_back = move |()| {
        let key = key.clone();
        busy.set(true);
        spawn_local(async move {
            desk.toasts.show(match desk.sync().recall(vec![key]).await {
                Ok(()) => Toast::new(tr("Back on your devices")),
                Err(error) => Toast::bad(said(error.to_string())),
            });
            busy.try_set(false);
        });
    };
    let Some(head) = group.first().cloned() else { return missing(schema, None) };
    let title = title_of(&head);
    let subtitle = schema.field(schema.list.facet).map(|field| show::choice_of(field, head.text(field.name)).0);
    let parts: Vec<Markup> = types().all().filter_map(|schema| panel(schema, &group[1..])).collect();
    view! {
        <PageHeader title subtitle=subtitle.unwrap_or_default() back=schema.path back_label=tr(schema.plural) />
        <div class="stack">
        <Banner kind=BannerKind::Info text="This is in the archive: it is on the server, and not on this device. Bring it back to work with it, also without a connection.">
            <Button kind=ButtonKind::Primary icon=Glyph::Undo busy on_click=bring_back>
                "Bring it back"
            </Button>
        </Banner>
        <RecordFacts schema record=Signal::stored(head) without=&[] />
        {parts}
        </div>
    }
}

/// The parts of one type, a line each.
fn panel(schema: &'static Schema, parts: &[Record]) -> Option<Markup> {
    let told = |record: &&Record| record.kind == schema.kind && !record.is_deleted() && record.kind != "conflict";
    let lines = parts.iter().filter(told).take(SHOWN).map(|record| {
        let fields = schema.fields.iter().map(|field| show::line(field, record)).filter(|text| !text.is_empty());
        view! { <li class="item plain"><span class="item-main">{fields.collect::<Vec<_>>().join(" · ")}</span></li> }
    });
    let lines = lines.collect::<Vec<_>>();
    (!lines.is_empty()).then(|| {
        view! {
            <Panel title=tr(schema.plural)><ul class="list bare">{lines}</ul></Panel>
        }
    })
}
