//! What others have done since this device was last looked at on a day before.

use std::collections::BTreeMap;

use leptos::prelude::*;
use outpost_core::news::News;
use outpost_core::record::Record;
use outpost_core::schema::Schema;

use crate::components::{Avatar, Glyph, Icon};
use crate::forms::say;
use crate::markup::{Markup, view};
use crate::pages::show;
use crate::platform::intl;
use crate::state::{Desk, Live, live, look, title_of, with_pages};
use crate::words::{lower, t, tn, tr};
use outpost_core::index::Query;
use outpost_core::sorting::Order;

/// The last edited records of each type that are looked at.
const EACH: usize = 30;
/// The most that is told.
const MOST: usize = 6;
/// The most fields that are named.
const FIELDS: usize = 3;

/// What somebody has done.
#[derive(Debug, Clone, PartialEq)]
struct Told {
    ms: u64,
    href: String,
    what: String,
    /// The name of the device, if it is known.
    who: Option<String>,
}

/// What was done to a record, as a sentence.
fn sentence(schema: &Schema, record: &Record, news: &News) -> String {
    let title = title_of(record);
    let facet = schema.field(schema.list.facet);
    let moved = news.fields.iter().any(|field| field == schema.list.facet);
    if news.is_new {
        return t!("New {}: {title}", lower(schema.label));
    }
    if let Some(facet) = facet.filter(|_| moved) {
        return t!("{} is now {}", title, show::choice_of(facet, schema.facet_of(record)).0);
    }
    let labels = news.fields.iter().filter_map(|name| schema.field(name)).map(|field| tr(field.label));
    let labels: Vec<&str> = labels.take(FIELDS).collect();
    match labels.is_empty() {
        true => t!("Changed {title}"),
        false => t!("Changed {title}: {}", labels.join(", ")),
    }
}

async fn read(desk: Desk) -> Result<(Vec<Told>, usize), String> {
    let store = desk.store();
    let since = look(&store).await.map_err(say)?;
    let names: BTreeMap<String, String> = desk.sync().device_names().await;
    let mut told = Vec::new();
    for schema in with_pages() {
        let window = store.window(&Query::recent(schema.kind), 0, EACH).await.map_err(say)?;
        for record in window.rows.iter().take_while(|record| record.latest().ms > since) {
            let Some(news) = News::of(record, since, store.device()) else { continue };
            let who = names.get(&news.stamp.device.to_string()).cloned();
            told.push(Told {
                ms: news.stamp.ms,
                href: format!("{}/{}", schema.path, record.id),
                what: sentence(schema, record, &news),
                who,
            });
        }
    }
    told.order_by_key(|told| std::cmp::Reverse(told.ms));
    let more = told.len().saturating_sub(MOST);
    told.truncate(MOST);
    Ok((told, more))
}

/// The section.
#[component]
pub(super) fn Away(desk: Desk) -> Markup {
    let news: Live<(Vec<Told>, usize)> =
        live(move || with_pages().map(|schema| desk.version(schema.kind)).sum::<u64>(), move |_| read(desk));
    let body = move || {
        let (told, more) = news.value()?;
        if told.is_empty() {
            return Some(view! {
                <p class="today-none">
                    <Icon glyph=Glyph::Refresh />
                    <span>"What others change while you are away stands here in the morning."</span>
                </p>
            });
        }
        let items = told.into_iter().map(item).collect::<Vec<_>>();
        Some(view! {
            <ul class="list">{items}</ul>
            {(more > 0)
                .then(|| {
                    view! { <p class="muted small">{tn!(more, "and {} more", "and {} more", intl::count(more))}</p> }
                })}
        })
    };
    view! {
        <section class="stack tight">
            <h2>"While you were away"</h2>
            {move || news.error().map(|text| view! { <p class="refusal small">{text}</p> })}
            {body}
        </section>
    }
}

fn item(told: Told) -> Markup {
    let mark = match &told.who {
        Some(who) => view! { <Avatar name=who.clone() /> },
        None => view! { <span class="av"><Icon glyph=Glyph::Device /></span> },
    };
    let who = told.who.unwrap_or_else(|| tr("Another device").to_owned());
    view! {
        <li class="item">
            {mark}
            <div class="item-main">
                <a class="cover item-title" href=told.href>{told.what}</a>
                <span class="item-text">{format!("{who} · {}", intl::relative(told.ms))}</span>
            </div>
        </li>
    }
}
