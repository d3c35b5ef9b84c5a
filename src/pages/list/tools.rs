//! What can be done with a list besides reading it: filters, saved views, columns, and work on many rows at once. In the app's
//! second part.

mod bulk;
mod cells;
mod columns;
mod condition;
mod filter;
mod groups;
mod inline;
mod linked;
mod saved;
mod words;

use leptos::prelude::*;
use leptos_router::hooks::use_location;
use outpost_core::id::RecordId;
use outpost_core::index::Sort;

use super::context::{ListContext, Tools};
use crate::components::{Chip, Glyph, Icon, MenuItem, Tick};
use crate::markup::{Markup, effect, view};
use crate::pages::first::Notice;
use crate::pages::merge;
use crate::pages::record::neighbours;
use crate::words::{lower, t, tr};
use bulk::Bulk;
use columns::ColumnsPanel;
use filter::FilterPanel;
use groups::GroupPanel;
use inline::InlineEdit;
use saved::{ViewsPanel, pinned};

/// See [`offer`](super::offer).
pub(crate) const TOOLS: Tools = Tools {
    pinned,
    chips_end,
    items,
    orders,
    table_groups: groups::table,
    item_groups: groups::items,
    watch: linked::watch,
    linked: linked::linked,
    pick,
    notice,
    panels,
};

/// What can be asked beside a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Panel {
    Columns,
    Filter,
    Groups,
    Views,
}

thread_local! {
    static PANEL: ArcRwSignal<Option<Panel>> = ArcRwSignal::new(None);
    static PICKED: ArcRwSignal<Vec<RecordId>> = ArcRwSignal::new(Vec::new());
}

/// What is asked beside the list that is shown; there is one at a time.
fn panel() -> RwSignal<Option<Panel>> {
    PANEL.with(ArcRwSignal::clone).into()
}

/// The rows of it that are picked.
fn picked() -> RwSignal<Vec<RecordId>> {
    PICKED.with(ArcRwSignal::clone).into()
}

fn chips_end(list: ListContext) -> Markup {
    let (state, panel) = (list.state, panel());
    let filtered = Signal::derive(move || state.with(|state| !state.filter.is_empty()));
    let ask = move |what: Panel| move |()| panel.set(Some(what));
    let group = move || {
        let field = list.spec.schema.field(state.with(|state| state.group))?;
        let on_click = ask(Panel::Groups);
        // There is no room for it on a phone, whose menu has it as well.
        Some(view! {
            <span class="wide">
                <Chip pressed=true on_click>
                    {t!("By {}", lower(field.label))}
                </Chip>
            </span>
        })
    };
    view! {
        <span class="chips-end">
            {group}
            <Chip pressed=filtered on_click=ask(Panel::Filter)>
                <Icon glyph=Glyph::Filter />
                <span class="chip-word">"Filter"</span>
            </Chip>
            <Chip pressed=false on_click=ask(Panel::Views)>
                "Views"
                <Icon glyph=Glyph::ChevronDown />
            </Chip>
        </span>
    }
}

fn items(list: ListContext) -> Vec<MenuItem> {
    let (panel, picking) = (panel(), list.picking);
    let mut items = vec![
        MenuItem::new(tr("Columns…"), move || panel.set(Some(Panel::Columns))).icon(Glyph::Sort),
        MenuItem::new(tr("Group by…"), move || panel.set(Some(Panel::Groups))).icon(Glyph::ChevronDown),
        MenuItem::new(tr("Select"), move || picking.set(true)).icon(Glyph::Check),
    ];
    items.extend(merge::find_item(list.spec.schema));
    items
}

/// In the words of the type's fields. What only the program writes is asked for on a desk, where it can have a column.
fn orders(list: ListContext) -> Vec<MenuItem> {
    let ListContext { spec, state, set, .. } = list;
    let (schema, now) = (spec.schema, state.with(|state| state.sort));
    let fields = schema.fields.iter().filter_map(|field| Some((Sort::by(schema, field.name)?, field)));
    let fields = fields.filter(|(sort, field)| field.in_form || !matches!(sort, Sort::Field(_)));
    let all = [(Sort::Recent, "Last changed")].into_iter().chain(fields.map(|(sort, field)| (sort, field.label)));
    let item = |(sort, label): (Sort, &'static str)| {
        let item = MenuItem::new(tr(label), move || set.run(state.get_untracked().ordered_by(sort)));
        // A second press on the one that is chosen turns it round.
        if now == sort { item.icon(Glyph::Check) } else { item }
    };
    all.map(item).collect()
}

fn notice(list: ListContext) -> Markup {
    view! { <Notice of=list.spec.schema /> }
}

fn pick(list: ListContext, id: RecordId, name: String) -> Markup {
    let (picking, picked) = (list.picking, picked());
    let checked = Signal::derive(move || picked.with(|picked| picked.contains(&id)));
    let on_change = move |on: bool| {
        picking.set(true);
        picked.update(|picked| {
            picked.retain(|each| *each != id);
            if on {
                picked.push(id);
            }
        });
    };
    view! { <Tick label=t!("Select {name}") checked on_change /> }
}

fn panels(list: ListContext) -> Markup {
    panel().set(None);
    picked().set(Vec::new());
    let path = use_location().pathname;
    let own = path.get_untracked();
    effect(move || {
        let shown = list.state.get();
        // The address of the page that comes next is no list of these.
        if path.get_untracked() == own {
            neighbours::note(list.spec.schema.kind, shown);
        }
    });
    view! {
        <FilterPanel list />
        <ColumnsPanel list />
        <GroupPanel list />
        <ViewsPanel list />
        <Bulk list />
        <InlineEdit list />
    }
}
