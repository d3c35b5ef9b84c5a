//! A list in a hand: two lines an item, its state at the end.

use crate::markup::{For, Markup, view};
use leptos::prelude::*;
use leptos::{ev, html};
use wasm_bindgen::JsCast;

use super::context::{grouping, pick_box};
use super::feed::Row;
use super::{ListContext, ListSpec, cursor};
use crate::components::{Avatar, Icon, Tag};
use crate::pages::show;
use crate::platform::intl;
use crate::state::title_in;

/// The list.
#[component]
pub(super) fn ItemList(list: ListContext) -> Markup {
    let (context, feed) = (list, list.feed);
    let list = NodeRef::<html::Ul>::new();
    cursor::follow(feed, move || list.try_get_untracked().flatten().map(web_sys::Element::from));
    let above = move || format!("{}px", feed.spacers().0.round() as i64);
    let below = move || format!("{}px", feed.spacers().1.round() as i64);
    let rows = match grouping(context) {
        Some(tools) => (tools.item_groups)(context),
        None => view! { <For each=move || feed.rows() key=Row::key children=move |row| item(context, &row) /> },
    };
    view! {
        <ul class="list windowed" node_ref=list>
            <li class="spacer" aria-hidden="true" style:height=above></li>
            {rows}
            <li class="spacer" aria-hidden="true" style:height=below></li>
        </ul>
    }
}

/// What stands before a record.
pub(super) fn mark(spec: ListSpec, title: &str) -> Markup {
    match spec.glyph {
        Some(glyph) => view! { <span class="av" aria-hidden="true"><Icon glyph /></span> },
        None => view! { <Avatar name=title.to_owned() /> },
    }
}

pub(super) fn item(context: ListContext, row: &Row) -> Markup {
    let (spec, feed) = (context.spec, context.feed);
    let size = move || feed.total().map_or_else(|| "-1".to_owned(), |total| total.to_string());
    let record = &row.record;
    let list = spec.schema.list;
    let line = |name: &str| spec.schema.field(name).map(|field| row.line(field)).unwrap_or_default();
    let title = match line(list.title) {
        title if title.is_empty() => title_in(spec.schema, record),
        title => title,
    };
    let mut second = line(list.subtitle);
    for (_, names) in row.linked.iter().filter(|(name, names)| !names.is_empty() && *name != list.amount).take(1) {
        second = if second.is_empty() { names.clone() } else { [&second, " · ", names].concat() };
    }
    if second.is_empty() {
        second = intl::relative(record.latest().ms);
    }
    let amount = line(list.amount);
    let state = row.standing.clone().or_else(|| show::state_of(spec.schema, record));
    let href = format!("{}/{}", spec.schema.path, record.id);
    let (id, named) = (record.id, title.clone());
    let before = move || {
        let pick = if context.picking.get() { pick_box(context, id, &named) } else { None };
        pick.unwrap_or_else(|| mark(spec, &named))
    };
    // While rows are picked, a press on one picks it and leads nowhere.
    let pick = move |event: ev::MouseEvent| {
        if context.picking.get_untracked() {
            event.prevent_default();
            press_box(&event);
        }
    };
    view! {
        <li class="item" data-index=row.index aria-posinset=row.index + 1 aria-setsize=size>
            {before}
            <div class="item-main">
                <a class="cover item-title" dir="auto" href=href on:click=pick>{title}</a>
                <span class="item-text" dir="auto">{second}</span>
            </div>
            <span class="item-end">
                {state.map(|(label, tone)| view! { <Tag tone>{label}</Tag> })}
                {(!amount.is_empty()).then(|| view! { <span class="num muted">{amount}</span> })}
            </span>
        </li>
    }
}

/// Presses what the row is picked by.
fn press_box(event: &ev::MouseEvent) {
    let pressed = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
    let row = pressed.and_then(|pressed| pressed.closest("li").ok().flatten());
    let found = row.and_then(|row| row.query_selector("input[type=checkbox]").ok().flatten());
    if let Some(found) = found.and_then(|found| found.dyn_into::<web_sys::HtmlElement>().ok()) {
        found.click();
    }
}
