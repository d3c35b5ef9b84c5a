//! What was deleted, and can be brought back: also after the toast that offered it is gone, and after a reload.

use leptos::prelude::*;
use outpost_core::horizon::{HORIZON_MS, is_beyond};
use outpost_core::record::{Record, Register};
use outpost_core::sorting::Order;

use crate::components::{Art, Banner, BannerKind, Button, EmptyState, Glyph, PageHeader};
use crate::forms::say;
use crate::markup::{Markup, view};
use crate::pages::links;
use crate::pages::undo::restore;
use crate::platform::{intl, time};
use crate::state::{Desk, Live, live, schema, title_of, use_desk, with_pages};
use crate::words::{t, tr};

/// How many of each are shown.
const SHOWN: usize = 100;
/// How long it is kept.
const DAYS: u64 = HORIZON_MS / (24 * 60 * 60 * 1_000);

fn deleted_at(record: &Record) -> u64 {
    record.deleted.as_ref().map_or(0, |deleted| deleted.hlc().ms)
}

/// The page.
#[component]
pub(crate) fn DeletedPage() -> Markup {
    let desk = use_desk();
    let found: Live<Vec<Record>> = live(
        move || with_pages().map(|schema| desk.version(schema.kind)).collect::<Vec<_>>(),
        move |_| {
            let store = desk.store();
            async move {
                let asked = with_pages().map(|schema| store.deleted(schema.kind, SHOWN));
                let mut all: Vec<Record> = futures::future::try_join_all(asked).await.map_err(say)?.concat();
                let now = time::now_ms();
                // This device may still have what others have not any more.
                all.retain(|record| !is_beyond(record, now));
                all.order_by_key(|record| std::cmp::Reverse(record.deleted.as_ref().map(Register::hlc)));
                all.truncate(SHOWN);
                Ok(all)
            }
        },
    );
    let list = move || {
        let all = found.value()?;
        if all.is_empty() {
            return Some(view! {
                <EmptyState
                    art=Art::Camp
                    title="Nothing was deleted"
                    text=t!("What you delete is kept here for {DAYS} days, and can be brought back with everything in it.")
                />
            });
        }
        let items = all.into_iter().map(|record| line(desk, record)).collect::<Vec<_>>();
        Some(view! { <ul class="list" aria-label="Deleted">{items}</ul> })
    };
    view! {
        <PageHeader
            title="Recently deleted"
            subtitle="On this device or on another one"
            back="/settings"
            back_label="Settings"
        />
        {move || found.error().map(|text| view! { <Banner kind=BannerKind::Bad text /> })}
        {list}
    }
}

fn line(desk: Desk, record: Record) -> Markup {
    let key = record.key();
    let label = tr(schema(&record.kind).map_or("Record", |schema| schema.label));
    let title = title_of(&record);
    let href = links::page_of(&key).unwrap_or_default();
    let when = t!("{label}, deleted {}", intl::relative(deleted_at(&record)));
    view! {
        <li class="item plain">
            <div class="item-main">
                <a class="item-title link" dir="auto" href=href>{title}</a>
                <span class="item-text">{when}</span>
            </div>
            <Button icon=Glyph::Undo on_click=move |()| restore(desk, key.clone())>"Restore"</Button>
        </li>
    }
}
