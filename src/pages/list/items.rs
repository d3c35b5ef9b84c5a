//! A list in a hand: two lines an item, its state at the end.

use leptos::html;
use leptos::prelude::*;

use super::feed::{Feed, Row};
use super::{ListSpec, cursor};
use crate::components::{Avatar, Tag};
use crate::pages::show;
use crate::platform::intl;
use crate::state::title_of;

/// The list.
#[component]
pub(super) fn ItemList(spec: ListSpec, feed: Feed) -> impl IntoView {
    let list = NodeRef::<html::Ul>::new();
    cursor::follow(feed, move || list.get_untracked().map(web_sys::Element::from));
    let above = move || format!("{}px", feed.spacers().0);
    let below = move || format!("{}px", feed.spacers().1);
    view! {
        <ul class="list windowed" node_ref=list>
            <li class="spacer" aria-hidden="true" style:height=above></li>
            <For each=move || feed.rows() key=Row::key children=move |row| item(spec, &row) />
            <li class="spacer" aria-hidden="true" style:height=below></li>
        </ul>
    }
}

fn item(spec: ListSpec, row: &Row) -> AnyView {
    let record = &row.record;
    let list = spec.schema.list;
    let line = |name: &str| spec.schema.field(name).map(|field| show::line(field, record)).unwrap_or_default();
    let title = match line(list.title) {
        title if title.is_empty() => title_of(record),
        title => title,
    };
    let second = [line(list.subtitle), line(list.amount)];
    let mut second: Vec<String> = second.into_iter().filter(|part| !part.is_empty()).collect();
    if second.len() < 2 {
        second.push(intl::relative(record.latest().ms));
    }
    let state = row.standing.clone().or_else(|| {
        let field = spec.schema.field(list.facet)?;
        record.get(field.name).map(|_| show::choice_of(field, record.text(field.name)))
    });
    let href = format!("{}/{}", spec.path, record.id);
    view! {
        <li class="item" data-index=row.index>
            <Avatar name=title.clone() />
            <div class="item-main">
                <a class="cover item-title" href=href>{title}</a>
                <span class="item-text">{second.join(" · ")}</span>
            </div>
            {state.map(|(label, tone)| view! { <span class="item-end"><Tag tone>{label}</Tag></span> })}
        </li>
    }
    .into_any()
}
