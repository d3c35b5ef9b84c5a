//! The records of a type that are likely the same, in groups.

use leptos::prelude::*;
use outpost_core::id::RecordId;
use outpost_core::record::{Record, RecordKey};
use outpost_core::records::Apart;
use outpost_core::schema::{Kind, RecordType, Schema};

use super::apart::not_the_same;
use crate::components::{Art, Banner, BannerKind, Button, EmptyState, Glyph, LinkButton, PageHeader, Panel, Skeleton};
use crate::forms::say;
use crate::markup::{IntoMarkup, Markup, view};
use crate::pages::show;
use crate::state::{Desk, Live, live, merge_address, title_of, use_desk};
use crate::words::{lower, t, tn, tr};

/// How many groups are shown at first, and with each press on “More”.
const STEP: usize = 20;
/// The most that are shown of one group.
const MOST: usize = 12;

type Groups = (usize, Vec<Vec<Record>>);

/// The page.
#[component]
pub(super) fn Duplicates(of: &'static Schema) -> Markup {
    let desk = use_desk();
    let shown = RwSignal::new(STEP);
    let found: Live<Groups> = live(
        move || (desk.version(of.kind), desk.version(Apart::SCHEMA.kind), shown.get()),
        move |(_, _, shown)| async move {
            let store = desk.store();
            let groups = store.twin_groups(of).await.map_err(say)?;
            let mut told = Vec::new();
            for group in groups.iter().take(shown) {
                let key = |id: &RecordId| RecordKey::new(of.kind, *id);
                let keys: Vec<RecordKey> = group.iter().take(MOST).map(key).collect();
                told.push(store.get_many(&keys).await.map_err(say)?);
            }
            Ok((groups.len(), told))
        },
    );
    let many = lower(of.plural);
    let body = move || match found.value() {
        None => view! { <Skeleton rows=8 /> },
        Some((0, _)) => {
            let all = t!("All {many}");
            let text = t!("No two {many} have an e-mail address, a phone number or a name in common.");
            view! {
                <EmptyState
                    art=Art::Camp
                    title="No duplicates found"
                    text
                >
                    <LinkButton href=of.path>{all}</LinkButton>
                </EmptyState>
            }
        }
        Some((count, groups)) => {
            let more = count > groups.len();
            let groups = groups.into_iter().map(|group| panel(desk, of, group)).collect::<Vec<_>>();
            let counted = tn!(
                count,
                "{count} group of {many} that are likely the same.",
                "{count} groups of {many} that are likely the same."
            );
            view! {
                <p class="muted">{counted}</p>
                {groups}
                {more.then(|| view! {
                    <Button on_click=move |()| shown.update(|shown| *shown += STEP)>"More"</Button>
                })}
            }
        }
    };
    view! {
        <PageHeader title=t!("Duplicate {}", lower(of.plural)) back=of.path back_label=tr(of.plural) />
        <div class="narrow-column stack">
            {move || found.error().map(|text| view! { <Banner kind=BannerKind::Bad text /> })}
            {body}
        </div>
    }
}

/// One group: the record that was edited last, and those that may go into it.
fn panel(desk: Desk, of: &'static Schema, group: Vec<Record>) -> Markup {
    let Some(first) = group.first().map(|record| record.id) else { return Markup::Empty };
    let items = group.iter().enumerate().map(|(at, record)| {
        let href = format!("{}/{}", of.path, record.id);
        let act = (at > 0).then(|| {
            let href = merge_address(of, first, Some(record.id));
            view! {
                {not_the_same(desk, of, first, record.id)}
                <LinkButton small=true icon=Glyph::Link href>
                    "Merge…"
                </LinkButton>
            }
        });
        view! {
            <li class="item plain">
                <div class="item-main">
                    <a class="cover item-title" href=href>{title_of(record)}</a>
                    <span class="item-text">{reached(of, record)}</span>
                </div>
                <span class="item-end above pair-acts">{act}</span>
            </li>
        }
    });
    let items = items.collect::<Vec<_>>();
    view! {
        <Panel>
            <ul class="list bare">{items}</ul>
        </Panel>
    }
    .into_markup()
}

/// How somebody is reached: what twins are known by.
fn reached(of: &Schema, record: &Record) -> String {
    let keys = of.fields.iter().filter(|field| matches!(field.kind, Kind::Emails | Kind::Phones));
    let said = keys.map(|field| show::line(field, record)).filter(|text| !text.is_empty());
    said.collect::<Vec<_>>().join(" · ")
}
