//! A list on a desk: a table whose columns come from the schema.

use crate::markup::{For, Markup, view};
use leptos::html;
use leptos::prelude::*;
use outpost_core::index::Sort;
use outpost_core::schema::{Field, Kind};

use super::context::{grouping, pick_box};
use super::feed::Row;
use super::items::mark;
use super::{ListContext, ListSpec, cursor};
use crate::components::{SortDirection, SortHeader, Tag};
use crate::pages::show;
use crate::platform::{intl, page};
use crate::state::title_in;
use crate::words::tr;

/// The fields that have a column.
pub(super) type Columns = StoredValue<Vec<&'static Field>>;

/// The columns that a list has by itself, after the title: first what says which record it is.
pub(super) fn usual(spec: ListSpec) -> Vec<&'static Field> {
    let list = spec.schema.list;
    let mut fields = Vec::new();
    for is_first in [true, false] {
        for name in [list.subtitle, list.facet, list.amount, list.date].iter().chain(spec.extra) {
            match spec.schema.field(name).filter(|field| field.has_column()) {
                Some(field) if (*name == list.subtitle || field.leads_to().is_some()) == is_first => fields.push(field),
                _ => {}
            }
        }
    }
    fields
}

pub(super) fn columns(spec: ListSpec, chosen: &str) -> Vec<&'static Field> {
    let (schema, title) = (spec.schema, spec.schema.list.title);
    let mut fields: Vec<_> = schema.field(title).into_iter().collect();
    if chosen.is_empty() {
        fields.extend(usual(spec));
    }
    // What leads to the record is there in any case.
    fields.extend(
        chosen
            .split(',')
            .filter(|name| *name != title)
            .filter_map(|name| schema.field(name))
            .filter(|field| field.has_column()),
    );
    fields
}

/// The table.
#[component]
pub(super) fn TableList(list: ListContext) -> Markup {
    let ListContext { spec, state, set, feed, .. } = list;
    let body = NodeRef::<html::Tbody>::new();
    let element = move || body.try_get_untracked().flatten().map(web_sys::Element::from);
    cursor::follow(feed, element);
    let keys = window_event_listener(leptos::ev::keydown, move |event| {
        // The arrows of a menu or a question are its own.
        if !page::is_typing() && !page::is_covered() {
            cursor::on_key(feed, &event, element());
        }
    });
    on_cleanup(move || keys.remove());

    let columns = StoredValue::new(state.with_untracked(|state| columns(spec, &state.columns)));
    let width = width(columns);
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
        None => view! { <th scope="col" class:num=num>{tr(label)}</th> },
    };
    // Some column must take what the others leave, or the ticks would have a part of it.
    let is_filled = columns.with_value(|all| all.iter().any(|field| width_of(spec, field).is_empty()));
    let widths = columns
        .get_value()
        .into_iter()
        .map(|field| match width_of(spec, field) {
            TITLE if !is_filled => "",
            width => width,
        })
        .map(|width| view! { <col class=width /> })
        .collect::<Vec<_>>();
    let heads = columns
        .get_value()
        .into_iter()
        .map(|field| head(field.label, Sort::by(spec.schema, field.name), show::is_figure(field.kind)))
        .collect::<Vec<_>>();
    let above = move || format!("{}px", feed.spacers().0.round() as i64);
    let below = move || format!("{}px", feed.spacers().1.round() as i64);
    let rows = match grouping(list) {
        Some(tools) => (tools.table_groups)(list, columns, body),
        None => view! {
            <tbody node_ref=body>
                <tr class="spacer" aria-hidden="true">
                    <td colspan=width style:height=above></td>
                </tr>
                <For each=move || feed.rows() key=Row::key children=move |of| row(list, columns, &of) />
                <tr class="spacer" aria-hidden="true">
                    <td colspan=width style:height=below></td>
                </tr>
            </tbody>
        },
    };
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
            {rows}
        </table>
    }
}

/// How many columns a table has: the ticks, the fields, and when a record was changed.
pub(super) fn width(columns: Columns) -> usize {
    columns.with_value(Vec::len) + 2
}

/// A row.
pub(super) fn row(list: ListContext, columns: Columns, row: &Row) -> Markup {
    let (spec, index) = (list.spec, row.index);
    let cells = columns.get_value().into_iter().map(|field| cell(spec, field, row)).collect::<Vec<_>>();
    let (id, title) = (row.record.id, title_in(spec.schema, &row.record));
    view! {
        <tr data-index=index aria-rowindex=index + 2>
            <td class="tick-cell">{move || pick_box(list, id, &title)}</td>
            {cells}
            <td class="end faint">{intl::relative(row.record.latest().ms)}</td>
        </tr>
    }
}

/// The class of the column that says what a row is called.
const TITLE: &str = "w-28";

/// The class that says how wide a column is; none shares what is left.
fn width_of(spec: ListSpec, field: &Field) -> &'static str {
    match field.kind {
        _ if field.name == spec.schema.list.title => TITLE,
        Kind::Choice(_) => "w-state",
        Kind::Money => "w-money",
        Kind::Date => "w-date",
        Kind::Instant => "w-when",
        _ => "",
    }
}

fn cell(spec: ListSpec, field: &Field, row: &Row) -> Markup {
    let record = &row.record;
    let list = spec.schema.list;
    let text = row.line(field);
    if field.name == list.title {
        let href = format!("{}/{}", spec.schema.path, record.id);
        let title = if text.is_empty() { title_in(spec.schema, record) } else { text };
        return view! {
            <td>
                <div class="who">
                    {mark(spec, &title)}
                    <a class="cover" dir="auto" href=href>{title}</a>
                </div>
            </td>
        };
    }
    if field.name == list.facet {
        let state = row.standing.clone().or_else(|| show::state_of(spec.schema, record));
        return view! { <td>{state.map(|(label, tone)| view! { <Tag tone>{label}</Tag> })}</td> };
    }
    match field.kind {
        kind if show::is_figure(kind) => view! { <td class="num">{text}</td> },
        Kind::Date => view! { <td class="num-start">{text}</td> },
        _ => view! { <td class="muted" dir="auto">{text}</td> },
    }
}
