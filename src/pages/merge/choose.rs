//! Which record is merged with this one: those that are likely the same first, then whatever is searched for.

use leptos::prelude::*;
use outpost_core::dedupe::Likeness;
use outpost_core::id::RecordId;
use outpost_core::index::Query;
use outpost_core::record::{Record, RecordKey};
use outpost_core::schema::Schema;

use super::words;
use crate::components::{Avatar, Banner, BannerKind, PageHeader, Panel, SearchField};
use crate::forms::say;
use crate::markup::{Markup, view};
use crate::pages::show;
use crate::state::{Live, live, merge_address, title_of, use_desk};
use crate::words::{lower, t, tr};

/// How many are offered.
const OFFERED: usize = 12;

/// The page.
#[component]
pub(super) fn Choose(of: &'static Schema, kept: RecordId) -> Markup {
    let desk = use_desk();
    let text = RwSignal::new(String::new());
    let record: Live<Option<Record>> = live(
        move || desk.version(of.kind),
        move |_| async move { desk.store().get(&RecordKey::new(of.kind, kept)).await.map_err(say) },
    );
    let likely: Live<Vec<(Likeness, Record)>> = live(
        move || record.value().flatten(),
        move |record| async move {
            let Some(record) = record else { return Ok(Vec::new()) };
            desk.store().twins_of(of, &record).await.map_err(say)
        },
    );
    let found: Live<Vec<Record>> = live(
        move || (text.get(), desk.version(of.kind)),
        move |(text, _)| async move {
            let query = Query { text, ..Query::recent(of.kind) };
            let mut rows = desk.store().window(&query, 0, OFFERED + 1).await.map_err(say)?.rows;
            rows.retain(|row| row.id != kept);
            rows.truncate(OFFERED);
            Ok(rows)
        },
    );
    let title = Signal::derive(move || match record.value().flatten() {
        Some(record) => t!("Merge “{}” with…", title_of(&record)),
        None => t!("Merge…").to_owned(),
    });
    let twins = move || {
        let twins = likely.value().filter(|twins| !twins.is_empty() && text.with(String::is_empty))?;
        let items = twins.iter().map(|(alike, twin)| item(of, kept, twin, words::alike(*alike).to_owned()));
        let items = items.collect::<Vec<_>>();
        Some(view! {
            <Panel title="Likely the same">
                <ul class="list bare">{items}</ul>
            </Panel>
        })
    };
    let others = move || {
        let found = found.value()?;
        if found.is_empty() {
            let none = t!("No other {} found", lower(of.label));
            return Some(view! { <p class="muted small">{none}</p> });
        }
        let second = |record: &Record| of.field(of.list.subtitle).map(|field| show::line(field, record));
        let items = found.iter().map(|record| item(of, kept, record, second(record).unwrap_or_default()));
        let items = items.collect::<Vec<_>>();
        Some(view! {
            <Panel title=tr(of.plural)>
                <ul class="list bare">{items}</ul>
            </Panel>
        })
    };
    view! {
        <PageHeader title back=format!("{}/{kept}", of.path) back_label=tr(of.label) />
        <div class="narrow-column stack">
            <p class="muted">"What both say becomes one record, and what leads to either leads to it. You look at both before anything happens."</p>
            {move || likely.error().or(found.error()).map(|text| view! { <Banner kind=BannerKind::Bad text /> })}
            {twins}
            <SearchField
                label=t!("Search {}", lower(of.plural))
                value=text
                on_input=move |typed| text.set(typed)
            />
            {others}
        </div>
    }
}

fn item(of: &'static Schema, kept: RecordId, record: &Record, second: String) -> Markup {
    let title = title_of(record);
    let href = merge_address(of, kept, Some(record.id));
    view! {
        <li class="item">
            <Avatar name=title.clone() />
            <div class="item-main">
                <a class="cover item-title" href=href>{title}</a>
                <span class="item-text">{second}</span>
            </div>
        </li>
    }
}
