//! A list whose rows stand below the values of a field: the heads of its groups, which open and close, and the panel that asks by
//! what.

use leptos::prelude::*;
use leptos::{ev, html};
use outpost_core::index::Group;
use outpost_core::list_view::ListView;
use outpost_core::schema::{Field, Kind, Schema};
use outpost_core::sorting::Order;

use super::linked::name_of;
use super::{Panel, panel};
use crate::components::{Dialog, Glyph, Icon, Tag};
use crate::markup::{For, Markup, view};
use crate::pages::list::context::ListContext;
use crate::pages::list::feed::Row;
use crate::pages::list::items::item;
use crate::pages::list::table::{Columns, row, width};
use crate::pages::show;
use crate::pages::swipe::is_left_to_right;
use crate::platform::intl;
use crate::state::schema;
use crate::words::{lower, t};

/// The field by which a list is grouped. Not tracked: the list is made anew when it is another.
fn field(list: ListContext) -> Option<&'static Field> {
    list.spec.schema.field(list.state.with_untracked(|state| state.group))
}

/// Opens a group, or closes it.
fn toggle(list: ListContext, value: &str) {
    let now = list.state.get_untracked();
    let mut closed: Vec<&str> = now.closed.split_terminator('\n').collect();
    let before = closed.len();
    closed.retain(|each| *each != value);
    if closed.len() == before {
        closed.push(value);
    }
    let closed = closed.into_iter().map(|value| format!("{value}\n")).collect();
    list.set.run(ListView { closed, ..now });
}

/// What a group is called.
fn name(list: ListContext, field: &Field, value: &str) -> Markup {
    // Of a relation that is called “Part of” it says what the record lacks.
    let lacked = field.leads_to().and_then(schema).map_or(field.label, |to| to.label);
    let without = || view! { <span>{t!("Without {}", lower(lacked))}</span> };
    let month = || format!("{value}-01").parse().map(intl::month).unwrap_or_else(|_| value.to_owned());
    match field.kind {
        _ if value.is_empty() => without(),
        Kind::Choice(_) => {
            let (label, tone) = show::choice_of(field, value);
            view! { <Tag tone>{label}</Tag> }
        }
        Kind::Date => view! { <span>{month()}</span> },
        _ if field.leads_to().is_some() => {
            let id = value.to_owned();
            let named = move || name_of(list.feed.related(&id).as_ref());
            view! { <bdi>{named}</bdi> }
        }
        _ => view! { <bdi>{value.to_owned()}</bdi> },
    }
}

/// The group of a value as it is now, if any of it is in the window. Tracked.
fn group_of(list: ListContext, value: &str) -> Option<Group> {
    list.feed.groups().0.into_iter().find(|group| group.value == value)
}

/// What opens and closes a group.
fn switch(list: ListContext, value: &str) -> Markup {
    let Some(field) = field(list) else { return Markup::Empty };
    let group = {
        let value = value.to_owned();
        Memo::new(move |_| group_of(list, &value))
    };
    let is_open = move || group.with(|group| group.as_ref().is_none_or(|group| !group.closed));
    let value = StoredValue::new(value.to_owned());
    let press = move || value.with_value(|value| toggle(list, value));
    let on_key = move |event: ev::KeyboardEvent| {
        let opens = match event.key().as_str() {
            "ArrowRight" => is_left_to_right(),
            "ArrowLeft" => !is_left_to_right(),
            _ => return,
        };
        event.prevent_default();
        if opens != untrack(is_open) {
            press();
        }
    };
    view! {
        <button
            type="button"
            class="cover group-switch"
            aria-expanded=move || if is_open() { "true" } else { "false" }
            on:click=move |_| press()
            on:keydown=on_key
        >
            <Icon glyph=Glyph::ChevronRight />
            {value.with_value(|value| name(list, field, value))}
            <span class="num faint">
                {move || group.with(|group| group.as_ref().map(|group| intl::count(group.count)))}
            </span>
        </button>
    }
}

/// See [`Tools`](crate::pages::list::context::Tools): a part of the table of its own for each group.
pub(super) fn table(list: ListContext, columns: Columns, body: NodeRef<html::Tbody>) -> Markup {
    let (feed, width) = (list.feed, width(columns));
    let above = move || format!("{}px", feed.spacers().0.round() as i64);
    let below = move || format!("{}px", feed.spacers().1.round() as i64);
    view! {
        <tbody node_ref=body>
            <tr class="spacer" aria-hidden="true">
                <td colspan=width style:height=above></td>
            </tr>
        </tbody>
        <For
            each=move || feed.groups().0
            key=|group| group.value.clone()
            children=move |group| part(list, columns, &group.value)
        />
        <tbody>
            <tr class="spacer" aria-hidden="true">
                <td colspan=width style:height=below></td>
            </tr>
        </tbody>
    }
}

fn part(list: ListContext, columns: Columns, value: &str) -> Markup {
    let (feed, width) = (list.feed, width(columns));
    let value = StoredValue::new(value.to_owned());
    let group = Memo::new(move |_| value.with_value(|value| group_of(list, value)));
    let line = Memo::new(move |_| {
        let start = feed.groups().1;
        group.with(|group| group.as_ref().map(|group| group.line)).filter(|line| *line >= start)
    });
    let is_seen = Memo::new(move |_| line.with(Option::is_some));
    let rows = move || {
        let below = |group: &Group| {
            let first = group.line + 1;
            first..first + if group.closed { 0 } else { group.count }
        };
        let lines = group.with(|group| group.as_ref().map_or(0..0, below));
        feed.rows().into_iter().filter(|row| lines.contains(&row.index)).collect::<Vec<_>>()
    };
    let head = move || {
        is_seen.get().then(|| {
            let index = move || line.get().unwrap_or_default();
            view! {
                <tr
                    class="group-head"
                    data-index=move || index().to_string()
                    aria-rowindex=move || (index() + 2).to_string()
                >
                    <th scope="rowgroup" colspan=width>
                        {value.with_value(|value| switch(list, value))}
                    </th>
                </tr>
            }
        })
    };
    view! {
        <tbody class="group">
            {head}
            <For each=rows key=Row::key children=move |of| row(list, columns, &of) />
        </tbody>
    }
}

/// A line of a list in a hand.
enum Line {
    Head(String),
    Item(Row),
}

impl Line {
    fn key(&self) -> Result<u64, String> {
        match self {
            Self::Head(value) => Err(value.clone()),
            Self::Item(row) => Ok(row.key()),
        }
    }
}

/// See [`Tools`](crate::pages::list::context::Tools).
pub(super) fn items(list: ListContext) -> Markup {
    let feed = list.feed;
    let lines = move || {
        let (groups, start) = feed.groups();
        let heads = groups.into_iter().filter(|group| group.line >= start);
        let heads = heads.map(|group| (group.line, Line::Head(group.value)));
        let mut lines: Vec<(usize, Line)> = feed.rows().into_iter().map(|row| (row.index, Line::Item(row))).collect();
        lines.extend(heads);
        lines.order_by_key(|(line, _)| *line);
        lines.into_iter().map(|(_, line)| line).collect::<Vec<_>>()
    };
    let line = move |line: Line| match line {
        Line::Item(row) => item(list, &row),
        Line::Head(value) => {
            let index = {
                let value = value.clone();
                move || group_of(list, &value).map_or(0, |group| group.line)
            };
            let place = index.clone();
            let size = move || feed.total().map_or_else(|| "-1".to_owned(), |total| total.to_string());
            view! {
                <li
                    class="item plain group-head"
                    data-index=move || index().to_string()
                    aria-posinset=move || (place() + 1).to_string()
                    aria-setsize=size
                >
                    {switch(list, &value)}
                </li>
            }
        }
    };
    view! { <For each=lines key=Line::key children=line /> }
}

/// The panel.
#[component]
pub(super) fn GroupPanel(list: ListContext) -> Markup {
    let panel = panel();
    let open = Signal::derive(move || panel.get() == Some(Panel::Groups));
    view! {
        <Dialog open on_close=move |()| panel.set(None) title="Group by">
            {move || open.get().then(|| choices(list))}
        </Dialog>
    }
}

/// The fields of a type by which its list can be grouped.
pub(super) fn fields(schema: &'static Schema) -> impl Iterator<Item = &'static Field> {
    schema.fields.iter().filter(|field| field.has_groups())
}

fn choices(list: ListContext) -> Markup {
    let ListContext { spec, state, set, .. } = list;
    let panel = panel();
    let choice = move |name: &'static str, label: &'static str| {
        let press = move |_| {
            panel.set(None);
            set.run(ListView { group: name, closed: String::new(), ..state.get_untracked() });
        };
        let is_chosen = move || state.with(|state| state.group == name).then_some("true");
        view! {
            <li class="view-row">
                <button type="button" class="view-name" aria-current=is_chosen on:click=press>
                    <b>{label}</b>
                </button>
            </li>
        }
    };
    let choices = fields(spec.schema).map(|field| choice(field.name, field.label)).collect::<Vec<_>>();
    view! {
        <ul class="view-rows">
            {choice("", "No groups")}
            {choices}
        </ul>
    }
}
