//! Days as columns of hours.

use super::block::{Block, Hands, among_hours, in_line};
use crate::markup::{Markup, view};
use leptos::ev;
use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

/// One day of a [`TimeGrid`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GridDay {
    /// Names it.
    pub key: String,
    /// The weekday, in short.
    pub name: String,
    /// The day of the month.
    pub number: String,
    /// All of it, read aloud.
    pub label: String,
    /// The page of this day.
    pub href: String,
    /// Whether it is today.
    pub is_today: bool,
    /// What is that day, without hours.
    pub all_day: Vec<Block>,
    /// What is then, by the hour.
    pub blocks: Vec<Block>,
}

/// Some days beside one another, from midnight to midnight. Scrolls by itself.
#[component]
pub fn TimeGrid(
    /// The days.
    #[prop(into)]
    days: Signal<Vec<GridDay>>,
    /// What stands at each of the 24 hours.
    hours: Vec<String>,
    /// Where today's clock stands, in minutes.
    #[prop(into)]
    now: Signal<i64>,
    /// What is done by hand.
    hands: Hands,
    /// What scrolls.
    node: NodeRef<html::Div>,
) -> Markup {
    let labels: Vec<Markup> = hours.into_iter().map(|hour| view! { <span class="cal-hour">{hour}</span> }).collect();
    let heads = move || days.with(|days| days.iter().map(head).collect::<Vec<_>>());
    let all_day = move || {
        days.with(|days| {
            let cell = |day: &GridDay| {
                let blocks = day.all_day.iter().cloned().map(|block| in_line(block, hands)).collect::<Vec<_>>();
                view! { <div class="cal-cell" data-day=day.key.clone()>{blocks}</div> }
            };
            days.iter().map(cell).collect::<Vec<_>>()
        })
    };
    let columns = move || {
        let now = now.get();
        days.with(|days| days.iter().map(|day| column(day, now, hands)).collect::<Vec<_>>())
    };
    let class = move || if days.with(Vec::len) == 1 { "cal one" } else { "cal" };
    view! {
        <div class=class node_ref=node role="group" tabindex="0" aria-label="Calendar">
            <div class="cal-top">
                <div class="cal-row">
                    <span class="cal-gutter"></span>
                    {heads}
                </div>
                <div class="cal-row cal-all">
                    <span class="cal-gutter">"All day"</span>
                    {all_day}
                </div>
            </div>
            <div class="cal-row cal-body">
                <div class="cal-hours" aria-hidden="true">
                    {labels}
                </div>
                {columns}
            </div>
        </div>
    }
}

fn head(day: &GridDay) -> Markup {
    view! {
        <a
            class="cal-day"
            href=day.href.clone()
            aria-label=day.label.clone()
            aria-current=day.is_today.then_some("date")
        >
            <span>{day.name.clone()}</span>
            " "
            <b>{day.number.clone()}</b>
        </a>
    }
}

fn column(day: &GridDay, now: i64, hands: Hands) -> Markup {
    let blocks = day.blocks.iter().cloned().map(|block| among_hours(block, hands)).collect::<Vec<_>>();
    let key = day.key.clone();
    let on_click = move |event: ev::MouseEvent| {
        if let Some(minute) = minute_of(&event) {
            hands.on_slot.run((key.clone(), Some(minute)));
        }
    };
    let line = day.is_today.then(|| {
        let top = format!("{:.3}%", now as f64 / 14.4);
        view! { <span class="cal-now" style:top=top aria-hidden="true"></span> }
    });
    let class = if day.is_today { "cal-col is-today" } else { "cal-col" };
    view! {
        <div class=class data-day=day.key.clone() data-hours="" on:click=on_click>
            {line}
            {blocks}
        </div>
    }
}

/// Where on a column it was clicked, in minutes; nowhere if it was on something in it.
fn minute_of(event: &ev::MouseEvent) -> Option<i64> {
    let column = event.current_target()?;
    if event.target().as_ref() != Some(&column) {
        return None;
    }
    let rect = column.dyn_into::<web_sys::Element>().ok()?.get_bounding_client_rect();
    let part = (f64::from(event.client_y()) - rect.top()) / rect.height().max(1.0);
    Some((part * 24.0 * 60.0) as i64)
}
