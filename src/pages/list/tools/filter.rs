//! The filter panel: conditions and groups of them, and how many records they let through while they are made.

use leptos::prelude::*;
use outpost_core::filter::{Condition, Filter};
use outpost_core::index::Query;
use outpost_core::list_view::ListView;
use outpost_core::schema::Schema;

use super::condition::{ConditionRow, Draft};
use super::{Panel, panel, words};
use crate::components::{Banner, BannerKind, Button, ButtonKind, Choice, Dialog, Glyph, IconButton, Segmented};
use crate::forms::{Habits, say};
use crate::markup::{For, Markup, view};
use crate::pages::list::context::ListContext;
use crate::platform::intl;
use crate::state::{Live, live, use_desk};
use crate::words::{lower, t, tn, tr};

/// A part of a filter while it is made.
#[derive(Clone, Copy, PartialEq)]
enum Part {
    Condition(u32, Draft),
    Group(u32, Group),
}

impl Part {
    const fn key(&self) -> u32 {
        match self {
            Self::Condition(key, _) | Self::Group(key, _) => *key,
        }
    }
}

/// A group of parts while it is made.
#[derive(Clone, Copy, PartialEq)]
struct Group {
    any: RwSignal<bool>,
    parts: RwSignal<Vec<Part>>,
    /// How many parts it has had, for keys.
    made: RwSignal<u32>,
}

impl Group {
    fn of(any: bool, filters: &[Filter]) -> Self {
        let group = Self { any: RwSignal::new(any), parts: RwSignal::new(Vec::new()), made: RwSignal::new(0) };
        filters.iter().for_each(|filter| group.add(filter));
        group
    }

    /// Of a whole filter.
    fn of_filter(filter: &Filter) -> Self {
        match filter {
            Filter::All { all } => Self::of(false, all),
            Filter::Any { any } => Self::of(true, any),
            Filter::Is(_) => Self::of(false, std::slice::from_ref(filter)),
        }
    }

    fn key(self) -> u32 {
        self.made.update(|made| *made += 1);
        self.made.get_untracked()
    }

    fn add(self, filter: &Filter) {
        let key = self.key();
        let part = match filter {
            Filter::Is(condition) => Part::Condition(key, Draft::of(condition)),
            group => Part::Group(key, Self::of_filter(group)),
        };
        self.parts.update(|parts| parts.push(part));
    }

    fn remove(self, key: u32) {
        self.parts.update(|parts| parts.retain(|part| part.key() != key));
    }

    /// What is filled in. Tracked.
    fn filter(self, schema: &Schema) -> Filter {
        let parts = self.parts.get().into_iter().filter_map(|part| match part {
            Part::Condition(_, draft) => draft.condition(schema).map(Filter::Is),
            Part::Group(_, group) => Some(group.filter(schema)).filter(|filter| !filter.is_empty()),
        });
        let parts = parts.collect();
        if self.any.get() { Filter::Any { any: parts } } else { Filter::All { all: parts } }
    }
}

/// A filter as a list keeps it: nothing where everything is shown.
fn text_of(filter: &Filter) -> String {
    if filter.is_empty() { String::new() } else { serde_json::to_string(filter).unwrap_or_default() }
}

/// The panel.
#[component]
pub(super) fn FilterPanel(list: ListContext) -> Markup {
    let (spec, panel) = (list.spec, panel());
    let desk = use_desk();
    let open = Signal::derive(move || panel.get() == Some(Panel::Filter));
    let habits: Live<Habits> = live(|| (), move |()| async move { Ok(desk.habits().await) });
    let inside = move || {
        let habits = habits.value().filter(|_| open.get());
        habits.map(|habits| view! { <FilterForm list habits /> })
    };
    view! {
        <Dialog
            open
            on_close=move |()| panel.set(None)
            title=t!("Filter {}", lower(spec.schema.plural))
        >
            {inside}
        </Dialog>
    }
}

#[component]
fn FilterForm(list: ListContext, habits: Habits) -> Markup {
    let ListContext { spec, state, set, .. } = list;
    let panel = panel();
    let schema = spec.schema;
    let desk = use_desk();
    let root = Group::of_filter(&Filter::read(schema, &state.get_untracked().filter).unwrap_or_default());
    if root.parts.with_untracked(Vec::is_empty) {
        root.add(&first(schema));
    }
    let text = Memo::new(move |_| text_of(&root.filter(schema)));
    let asked = Memo::new(move |_| ListView { filter: text.get(), ..state.get() }.query(schema.kind));
    let found: Live<usize> = live(
        move || (desk.version(schema.kind), asked.get()),
        move |(_, query): (_, Query)| {
            let store = desk.store();
            async move { Ok(store.window(&query, 0, 0).await.map_err(say)?.total.unwrap_or_default()) }
        },
    );
    let show = move || match found.value() {
        None => tr("Show").to_owned(),
        Some(count) => {
            let what = lower(if count == 1 { schema.label } else { schema.plural });
            tn!(count, "Show {count} {what}", "Show {count} {what}", count = intl::count(count))
        }
    };
    let apply = move |filter: String| {
        panel.set(None);
        set.run(ListView { filter, ..state.get_untracked() });
    };
    view! {
        <form
            class="stack filter-form"
            novalidate=true
            on:submit=move |event| {
                event.prevent_default();
                apply(text.get_untracked());
            }
        >
            {group(schema, habits, root, true)}
            {move || found.error().map(|text| view! { <Banner kind=BannerKind::Bad text /> })}
            <div class="dialog-actions">
                <Button on_click=move |()| apply(String::new())>"No filter"</Button>
                <Button kind=ButtonKind::Primary submit=true>
                    {show}
                </Button>
            </div>
        </form>
    }
}

/// A group: how its parts are joined, the parts, and what can be added.
fn group(schema: &'static Schema, habits: Habits, of: Group, outermost: bool) -> Markup {
    let joined = Signal::derive(move || if of.any.get() { "any" } else { "all" }.to_owned());
    let ways = || vec![Choice::new("all", tr("All of these")), Choice::new("any", tr("Any of these"))];
    let several = Memo::new(move |_| of.parts.with(|parts| parts.len() > 1));
    let part = move |part: Part| match part {
        Part::Condition(key, draft) => {
            view! { <ConditionRow schema habits draft on_remove=move |()| of.remove(key) /> }
        }
        Part::Group(key, inner) => view! {
            <fieldset class="condition-group">
                <legend class="vh">"Group"</legend>
                {group(schema, habits, inner, false)}
                <IconButton
                    label="Remove this group"
                    icon=Glyph::Close
                    small=true
                    on_click=move |()| of.remove(key)
                />
            </fieldset>
        },
    };
    let more = move |()| of.add(&first(schema));
    let wider = move |()| {
        // The other way of joining is what a group is wanted for.
        let (one, any) = (first(schema), !of.any.get_untracked());
        of.add(&if any { Filter::Any { any: vec![one] } } else { Filter::All { all: vec![one] } });
    };
    view! {
        <div class="stack conditions">
            {move || {
                several
                    .get()
                    .then(|| {
                        view! {
                            <Segmented
                                label="Shown is what fits"
                                hide_label=true
                                value=joined
                                options=ways()
                                on_change=move |way: String| of.any.set(way == "any")
                            />
                        }
                    })
            }}
            <For each=move || of.parts.get() key=Part::key children=part />
            <div class="btn-group">
                <Button small=true icon=Glyph::Plus on_click=more>
                    "Condition"
                </Button>
                {outermost
                    .then(|| {
                        view! {
                            <Button small=true icon=Glyph::Plus on_click=wider>
                                "Group"
                            </Button>
                        }
                    })}
            </div>
        </div>
    }
}

/// The condition that a new group begins with.
fn first(schema: &Schema) -> Filter {
    let field = words::fields(schema).into_iter().next().map(|choice| choice.value).unwrap_or_default();
    let op = Draft::on(schema, &field).op.get_untracked();
    Filter::Is(Condition { field, op, values: Vec::new() })
}
