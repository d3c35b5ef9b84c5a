//! The columns of a table: which, and in which order.

use leptos::prelude::*;
use outpost_core::list_view::ListView;
use outpost_core::schema::Field;

use super::{Panel, panel};
use crate::components::{Button, ButtonKind, Checkbox, Dialog, Glyph, IconButton};
use crate::markup::{For, Markup, view};
use crate::pages::list::ListSpec;
use crate::pages::list::context::ListContext;
use crate::pages::list::table;
use crate::words::{t, tr};

/// The columns that a list has by itself, after the title.
fn usual(spec: ListSpec) -> Vec<String> {
    table::usual(spec).iter().map(|field| field.name.to_owned()).collect()
}

/// The panel.
#[component]
pub(super) fn ColumnsPanel(list: ListContext) -> Markup {
    let panel = panel();
    let open = Signal::derive(move || panel.get() == Some(Panel::Columns));
    view! {
        <Dialog open on_close=move |()| panel.set(None) title="Columns">
            {move || open.get().then(|| view! { <Choose list /> })}
        </Dialog>
    }
}

#[component]
fn Choose(list: ListContext) -> Markup {
    let ListContext { spec, state, set, .. } = list;
    let panel = panel();
    let schema = spec.schema;
    let title = schema.list.title;
    let chosen = Memo::new(move |_| {
        let columns = state.with(|state| state.columns.clone());
        let known = |name: &&str| *name != title && schema.field(name).is_some_and(Field::has_column);
        if columns.is_empty() { usual(spec) } else { columns.split(',').filter(known).map(str::to_owned).collect() }
    });
    let take = move |columns: Vec<String>| {
        let columns = match columns {
            columns if columns == usual(spec) => String::new(),
            // The title alone is a choice too.
            columns if columns.is_empty() => title.to_owned(),
            columns => columns.join(","),
        };
        set.run(ListView { columns, ..state.get_untracked() });
    };
    let others = Memo::new(move |_| {
        let there = chosen.get();
        let fields = schema.fields.iter().filter(|field| field.has_column() && field.name != title);
        let others = fields.filter(|field| !there.iter().any(|name| name == field.name));
        others.map(|field| field.name.to_owned()).collect::<Vec<_>>()
    });
    let row = move |name: String| {
        let Some(field) = schema.field(&name) else { return Markup::Empty };
        let is_chosen = move || chosen.with(|chosen| chosen.iter().any(|each| each == field.name));
        let at = move || chosen.with(|chosen| chosen.iter().position(|each| each == field.name));
        let last = move || at().is_none_or(|at| chosen.with(|chosen| at + 1 == chosen.len()));
        let tick = move |on: bool| {
            let mut columns = chosen.get_untracked();
            columns.retain(|each| each != field.name);
            if on {
                columns.push(field.name.to_owned());
            }
            take(columns);
        };
        let swap = move |by: isize| {
            let mut columns = chosen.get_untracked();
            let from = columns.iter().position(|each| each == field.name);
            let to = from.and_then(|at| at.checked_add_signed(by)).filter(|to| *to < columns.len());
            if let (Some(from), Some(to)) = (from, to) {
                columns.swap(from, to);
                take(columns);
            }
        };
        view! {
            <li class="column-choice">
                <Checkbox checked=Signal::derive(is_chosen) on_change=tick label=tr(field.label) />
                <span class="push">
                    <IconButton
                        label=t!("Move {} up", tr(field.label))
                        icon=Glyph::ArrowUp
                        small=true
                        disabled=Signal::derive(move || at().is_none_or(|at| at == 0))
                        on_click=move |()| swap(-1)
                    />
                    <IconButton
                        label=t!("Move {} down", tr(field.label))
                        icon=Glyph::ArrowDown
                        small=true
                        disabled=Signal::derive(last)
                        on_click=move |()| swap(1)
                    />
                </span>
            </li>
        }
    };
    let rows = move || chosen.get().into_iter().chain(others.get()).collect::<Vec<_>>();
    view! {
        <ul class="column-choices">
            <For each=rows key=String::clone children=row />
        </ul>
        <div class="dialog-actions">
            <Button on_click=move |()| take(usual(spec))>"As usual"</Button>
            <Button kind=ButtonKind::Primary on_click=move |()| panel.set(None)>
                "Close"
            </Button>
        </div>
    }
}
