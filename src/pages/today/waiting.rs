//! Deals that rot: that should have been won by now, or about which nobody does anything.

use std::collections::BTreeMap;

use chrono::Days;
use leptos::prelude::*;
use outpost_core::id::RecordId;
use outpost_core::index::{Query, Sort};
use outpost_core::record::Record;
use outpost_core::records::{Deal, Rot};
use outpost_core::schema::{RecordType, Schema};
use outpost_core::sorting::Order;

use crate::components::{Glyph, Icon, Tag, Tone};
use crate::forms::say;
use crate::markup::{Markup, view};
use crate::pages::deal::name_of;
use crate::platform::{intl, time};
use crate::state::{Desk, Live, live, pipelines, title_of, with_pages};
use crate::store::Store;
use crate::words::tn;

static SCHEMA: Schema = Deal::SCHEMA;
/// The deals of each stage that are looked at, those that were edited longest ago.
const EACH: usize = 30;
/// The most deals that are looked at whose day is past.
const PAST: usize = 200;
/// For how many days a deal whose day is past is spoken of.
const PAST_DAYS: u64 = 90;
/// The most that are shown.
const MOST: usize = 6;

/// A deal and what is wrong with it.
#[derive(Debug, Clone, PartialEq)]
struct Rotting {
    record: Record,
    deal: Deal,
    rot: Rot,
}

/// When something was last done about each of these deals, in milliseconds since 1970. What is arranged counts as now.
async fn last_done(store: &Store, deals: &[Record], now: u64) -> Result<BTreeMap<RecordId, u64>, String> {
    let mut last: BTreeMap<RecordId, u64> = deals.iter().map(|deal| (deal.id, deal.latest().ms)).collect();
    let ids: Vec<RecordId> = last.keys().copied().collect();
    for schema in with_pages().filter(|schema| !schema.list.moment.is_empty()) {
        let Some(relation) = schema.relations_to(SCHEMA.kind).next() else { continue };
        for record in store.children_of_many(&ids, schema.kind).await.map_err(say)? {
            let done = schema.moment_of(&record).max(record.latest().ms).min(now);
            for id in relation.links(&record) {
                last.entry(id).and_modify(|last| *last = done.max(*last));
            }
        }
    }
    Ok(last)
}

async fn read(desk: Desk) -> Result<(Vec<Rotting>, usize), String> {
    let store = desk.store();
    let (today, now) = (time::today(), time::now_ms());
    let from = today.checked_sub_days(Days::new(PAST_DAYS)).unwrap_or(today);
    let past = store.between(SCHEMA.kind, from, today.pred_opt().unwrap_or(today), PAST).await.map_err(say)?;
    let mut deals: BTreeMap<RecordId, Record> = past.rows.into_iter().map(|deal| (deal.id, deal)).collect();
    for stage in pipelines().stages().filter(|stage| stage.standing.is_open() && stage.rests_days.is_some()) {
        let query = Query {
            kind: SCHEMA.kind.to_owned(),
            facet: Some(stage.key.to_owned()),
            sort: Sort::Recent,
            ..Query::default()
        };
        let window = store.window(&query, 0, EACH).await.map_err(say)?;
        deals.extend(window.rows.into_iter().map(|deal| (deal.id, deal)));
    }
    let deals: Vec<Record> = deals.into_values().collect();
    let last = last_done(&store, &deals, now).await?;
    let mut rotting: Vec<Rotting> = deals
        .into_iter()
        .filter_map(|record| {
            let deal = Deal::from_record(&record).ok()?;
            let stage = pipelines().stage(&deal.stage)?;
            let rot = Rot::of(&deal, stage, last.get(&record.id).copied().unwrap_or(now), now, today)?;
            // Whose day is long past is not on anybody's mind this morning.
            let is_recent = !matches!(rot, Rot::Late(days) if days.unsigned_abs() > PAST_DAYS);
            is_recent.then_some(Rotting { record, deal, rot })
        })
        .collect();
    // What has just gone past comes first, then what was forgotten longest.
    rotting.order_by_key(|rotting| match rotting.rot {
        Rot::Late(days) => (0, days),
        Rot::Quiet(days) => (1, -days),
    });
    let more = rotting.len().saturating_sub(MOST);
    rotting.truncate(MOST);
    Ok((rotting, more))
}

/// The section.
#[component]
pub(super) fn Waiting(desk: Desk) -> Markup {
    let versions = move || {
        let kinds =
            with_pages().filter(|schema| !schema.list.moment.is_empty()).map(|schema| desk.version(schema.kind));
        kinds.sum::<u64>() + desk.version(SCHEMA.kind) + desk.store().type_version(SCHEMA.kind).get()
    };
    let rotting: Live<(Vec<Rotting>, usize)> = live(versions, move |_| read(desk));
    let body = move || {
        let (all, more) = rotting.value()?;
        if all.is_empty() {
            return Some(view! {
                <p class="today-none">
                    <Icon glyph=Glyph::Deals />
                    <span>"No deal is past its day or forgotten. One stands here when nobody has touched it for a week or more."</span>
                </p>
            });
        }
        let items = all.iter().map(item).collect::<Vec<_>>();
        Some(view! {
            <ul class="list">{items}</ul>
            {(more > 0)
                .then(|| {
                    view! {
                        <p class="muted small">
                            <a class="link" href="/deals">
                                {tn!(more, "and {} more on the board", "and {} more on the board", intl::count(more))}
                            </a>
                        </p>
                    }
                })}
        })
    };
    view! {
        <section class="stack tight">
            <h2>"Deals that wait for you"</h2>
            {move || rotting.error().map(|text| view! { <p class="refusal small">{text}</p> })}
            {body}
        </section>
    }
}

fn item(rotting: &Rotting) -> Markup {
    let Rotting { record, deal, rot } = rotting;
    let days = |days: i64| usize::try_from(days).unwrap_or_default();
    let (word, tone) = match rot {
        Rot::Late(late) => {
            let days = days(*late);
            (tn!(days, "1 day late", "{} days late", intl::count(days)), Tone::Bad)
        }
        Rot::Quiet(quiet) => {
            let days = days(*quiet);
            (tn!(days, "Quiet for 1 day", "Quiet for {} days", intl::count(days)), Tone::Warn)
        }
    };
    let amount = deal.amount.map(intl::money_short).unwrap_or_default();
    let parts = [deal.company.clone(), name_of(&deal.stage), amount];
    let second = parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ");
    view! {
        <li class="item plain">
            <div class="item-main">
                <a class="cover item-title" href=format!("{}/{}", SCHEMA.path, record.id)>{title_of(record)}</a>
                <span class="item-text">{second}</span>
            </div>
            <span class="item-end">
                <Tag tone>{word}</Tag>
            </span>
        </li>
    }
}
