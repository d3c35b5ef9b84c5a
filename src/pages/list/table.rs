//! A list on a desk: a table whose columns come from the schema.

use crate::markup::{For, Markup, view};
use leptos::html;
use leptos::prelude::*;
use outpost_core::index::Sort;
use outpost_core::schema::{Field, Kind};

use super::context::pick_box;
use super::feed::{Feed, Row};
use super::items::mark;
use super::{ListContext, ListSpec, cursor};
use crate::components::{SortDirection, SortHeader, Tag};
use crate::pages::show;
use crate::platform::intl;
use crate::state::title_in;
use crate::words::tr;

/// A column: a field, and what a press on its head orders by.
#[derive(Clone, Copy)]
struct Column {
    field: &'static Field,
    sort: Option<Sort>,
}

fn columns(spec: ListSpec, chosen: &str) -> Vec<Column> {
    let list = spec.schema.list;
    let roles = [
        (list.title, Some(Sort::Title)),
        (list.subtitle, None),
        (list.facet, Some(Sort::Facet)),
        (list.amount, Some(Sort::Amount)),
        (list.date, Some(Sort::Date)),
    ];
    let column = |name: &str| {
        let field = spec.schema.field(name)?;
        Some(Column { field, sort: roles.iter().find(|role| role.0 == name).and_then(|role| role.1) })
    };
    if !chosen.is_empty() {
        // What leads to the record is there in any case.
        let names = chosen.split(',').filter(|name| *name != list.title);
        return [list.title].into_iter().chain(names).filter_map(column).collect();
    }
    roles.iter().map(|role| role.0).chain(spec.extra.iter().copied()).filter_map(column).collect()
}

/// The table.
#[component]
pub(super) fn TableList(list: ListContext, feed: Feed) -> Markup {
    let ListContext { spec, state, set, .. } = list;
    let body = NodeRef::<html::Tbody>::new();
    let element = move || body.try_get_untracked().flatten().map(web_sys::Element::from);
    cursor::follow(feed, element);
    let keys = window_event_listener(leptos::ev::keydown, move |event| {
        if !crate::platform::page::is_typing() {
            cursor::on_key(feed, &event, element());
        }
    });
    on_cleanup(move || keys.remove());

    let columns = StoredValue::new(state.with_untracked(|state| columns(spec, &state.columns)));
    let width = columns.with_value(Vec::len) + 2;
    let head = move |label: &'static str, sort: Option<Sort>, num: bool| match sort {
        Some(sort) => {
            let direction = Signal::derive(move || {
                state.with(|state| {
                    (state.sort == sort).then_some(if state.descending {
                        SortDirection::Descending
                    } else {
                        SortDirection::Ascending
                    })
                })
            });
            let press = move |()| set.run(state.get_untracked().ordered_by(sort));
            view! { <SortHeader label=tr(label) direction on_click=press num /> }
        }
        None => view! { <th scope="col" class:num=num>{label}</th> },
    };
    let widths = columns
        .get_value()
        .into_iter()
        .map(|column| view! { <col class=width_of(spec, column.field) /> })
        .collect::<Vec<_>>();
    let heads = columns
        .get_value()
        .into_iter()
        .map(|column| head(column.field.label, column.sort, show::is_figure(column.field.kind)))
        .collect::<Vec<_>>();
    let row = move |row: Row| {
        let index = row.index;
        let cells = columns.get_value().into_iter().map(|column| cell(spec, column, &row)).collect::<Vec<_>>();
        let (id, title) = (row.record.id, title_in(spec.schema, &row.record));
        view! {
            <tr data-index=index aria-rowindex=index + 2>
                <td class="tick-cell">{move || pick_box(list, id, &title)}</td>
                {cells}
                <td class="end faint">{intl::relative(row.record.latest().ms)}</td>
            </tr>
        }
    };
    let above = move || format!("{}px", feed.spacers().0.round() as i64);
    let below = move || format!("{}px", feed.spacers().1.round() as i64);
    view! {
        <table
            class=format!("table fixed list-{}", spec.schema.kind)
            aria-rowcount=move || feed.total().map_or_else(|| "-1".to_owned(), |total| (total + 1).to_string())
        >
            <colgroup>
                <col class="w-tick" />
                {widths}
                <col class="w-date" />
            </colgroup>
            <thead>
                <tr aria-rowindex="1">
                    <td class="tick-cell"></td>
                    {heads}
                    {head("Changed", Some(Sort::Recent), true)}
                </tr>
            </thead>
            <tbody node_ref=body>
                <tr class="spacer" aria-hidden="true">
                    <td colspan=width style:height=above></td>
                </tr>
                <For each=move || feed.rows() key=Row::key children=row />
                <tr class="spacer" aria-hidden="true">
                    <td colspan=width style:height=below></td>
                </tr>
            </tbody>
        </table>
    }
}

/// The class that says how wide a column is; none shares what is left.
fn width_of(spec: ListSpec, field: &Field) -> &'static str {
    match field.kind {
        _ if field.name == spec.schema.list.title => "w-28",
        Kind::Choice(_) => "w-state",
        Kind::Money => "w-money",
        Kind::Date => "w-date",
        _ => "",
    }
}

fn cell(spec: ListSpec, column: Column, row: &Row) -> Markup {
    let (field, record) = (column.field, &row.record);
    let list = spec.schema.list;
    let text = show::line(field, record);
    if field.name == list.title {
        let href = format!("{}/{}", spec.schema.path, record.id);
        let title = if text.is_empty() { title_in(spec.schema, record) } else { text };
        return view! {
            <td>
                <div class="who">
                    {mark(spec, &title)}
                    <a class="cover" href=href>{title}</a>
                </div>
            </td>
        };
    }
    if field.name == list.facet {
        let (label, tone) =
            row.standing.clone().unwrap_or_else(|| show::choice_of(field, spec.schema.facet_of(record)));
        return view! { <td><Tag tone>{label}</Tag></td> };
    }
    match field.kind {
        kind if show::is_figure(kind) => view! { <td class="num">{text}</td> },
        Kind::Date => view! { <td class="num-start">{text}</td> },
        _ => view! { <td class="muted"><bdi>{text}</bdi></td> },
    }
}
