//! A list of records of any type, made from its schema: windows of rows from the store, filtered, searched and ordered there,
//! so that a hundred thousand are as quick as ten.

mod address;
mod chips;
mod context;
mod cursor;
mod feed;
mod items;
mod table;
mod tools;

mod window;

use crate::markup::{Markup, view};
use leptos::html;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_location, use_navigate};
use outpost_core::exchange::can_import;
use outpost_core::list_view::ListView;
use outpost_core::schema::Schema;
use outpost_core::sync::Status;

use crate::components::{
    Art, Banner, BannerKind, Button, ButtonKind, EmptyState, Fab, Glyph, LinkButton, Menu, MenuItem, PageHeader,
    SearchField, Skeleton,
};
use crate::platform::intl;
use crate::state::use_desk;
use crate::words::{lower, t, tr};
pub(crate) use address::write as write_address;
use chips::FacetChips;
use context::offered;
pub(crate) use context::{ListContext, offer};
use feed::Feed;
pub(crate) use feed::{Derived, Standings, mark_when_painted};
use items::ItemList;
use table::TableList;
pub(crate) use tools::TOOLS;

/// How many rows a list asks for before anything was measured.
pub(crate) fn first_rows() -> usize {
    feed::first_span().len
}

/// What is particular about the list of one type.
#[derive(Clone, Copy)]
pub(crate) struct ListSpec {
    /// The type.
    pub schema: &'static Schema,
    /// What stands before each, in place of the letters of its name.
    pub glyph: Option<Glyph>,
    /// Fields that have a column besides those that every list has.
    pub extra: &'static [&'static str],
    /// The picture for when there are none.
    pub art: Art,
    /// What that page says, below its title.
    pub teaches: &'static str,
    /// What stands beside the search: another way to look at the same.
    pub switch: Option<fn() -> Markup>,
    /// What is said of a record in the place of its status, where that is derived.
    pub standings: Option<Standings>,
}

/// The page.
#[component]
pub(crate) fn ListPage(spec: ListSpec) -> Markup {
    let desk = use_desk();
    let schema = spec.schema;
    let location = use_location();
    let params = location.query;
    let state = Memo::new(move |_| params.with(|params| ListView::read(schema, |name| params.get(name))));
    let navigate = use_navigate();
    let go = navigate.clone();
    let show = StoredValue::new_local(move |next: ListView| {
        let path = location.pathname.get_untracked();
        let options = NavigateOptions { replace: true, scroll: false, ..NavigateOptions::default() };
        navigate(&format!("{path}{}", write_address(&next)), options);
    });
    let set = Callback::new(move |next: ListView| show.with_value(|show| show(next)));

    let editing = RwSignal::new(false);
    let feed = Feed::new(desk, spec, state, editing);
    let list = ListContext { spec, state, set, feed, picking: RwSignal::new(false), editing };
    let search = NodeRef::<html::Input>::new();
    let on_search = Callback::new(move |text: String| set.run(ListView { text, ..state.get_untracked() }));
    let one = lower(schema.label);
    let many = lower(schema.plural);
    let new_label = t!("New {}", one);
    let new_href = format!("{}/new", schema.path);

    let found = {
        let (many, new_label, new_href) = (many.clone(), new_label.clone(), new_href.clone());
        let all = t!("Show all {}", many);
        // Of the whole feed only what changes the page's shape: rows come and go without building the table anew.
        let shape = Memo::new(move |_| feed.shape());
        // A device that has just been connected is not empty: its records are on their way.
        let status = desk.sync().status();
        let coming = move || matches!(status.get(), Status::Waiting(0) | Status::Fetching(..));
        let shape = Memo::new(move |_| shape.get().filter(|empty| !empty || !coming()));
        // The columns, and by what it is grouped: of other ones another table is made.
        let columns = Memo::new(move |_| state.with(|state| [state.group, "/", &state.columns].concat()));
        move || match shape.get() {
            None if desk.compact.get() => view! { <Skeleton rows=9 tall=true /> },
            None => view! { <Skeleton rows=12 /> },
            Some(true) if state.with(ListView::is_narrowed) => {
                let text = nothing_found(&state.get(), &many);
                let all = all.clone();
                let everything = move |()| set.run(ListView::default());
                view! {
                    <EmptyState art=Art::Search title="Nothing found" text>
                        <Button on_click=everything>{all}</Button>
                    </EmptyState>
                }
            }
            Some(true) => {
                let (href, label) = (new_href.clone(), new_label.clone());
                view! {
                    <EmptyState art=spec.art title=t!("No {} yet", many) text=tr(spec.teaches)>
                        <LinkButton kind=ButtonKind::Primary icon=Glyph::Plus href>
                            {label}
                        </LinkButton>
                    </EmptyState>
                }
            }
            Some(false) => {
                columns.track();
                match desk.compact.get() {
                    true => view! { <ItemList list /> },
                    false => view! { <TableList list /> },
                }
            }
        }
    };
    let counted = {
        let (one, many) = (one.clone(), many.clone());
        move || {
            feed.count().filter(|total| *total > 0).map(|total| {
                let what = if total == 1 { &one } else { &many };
                let count = intl::count(total);
                view! { <p class="list-foot" aria-live="polite">{t!("{count} {what}")}</p> }
            })
        }
    };
    // A phone's list has no heads to press. Nothing can be put into order before the index is there, which comes with the tools.
    let orders = Signal::derive(move || offered().map(|tools| (tools.orders)(list)).unwrap_or_default());
    let go = Callback::new(move |page: &'static str| {
        let shown = write_address(&state.get_untracked()).replace('?', "&");
        go(&format!("/{page}?type={}{shown}", schema.kind), NavigateOptions::default());
    });
    let more = Signal::derive(move || {
        let mut items = vec![MenuItem::new(tr("Export…"), move || go.run("export")).icon(Glyph::Export)];
        if can_import(schema) {
            items.insert(0, MenuItem::new(tr("Import…"), move || go.run("import")).icon(Glyph::Import));
        }
        items.extend(offered().map(|tools| (tools.items)(list)).unwrap_or_default());
        items
    });
    let (button_label, button_href) = (new_label.clone(), new_href.clone());
    view! {
        <PageHeader title=tr(schema.plural)>
            {spec.switch.map(|switch| switch())}
            <SearchField
                label=t!("Search {}", many)
                value=Signal::derive(move || state.with(|state| state.text.clone()))
                on_input=on_search
                key="F"
                node_ref=search
            />
            <span class="narrow">
                <Menu label="Order" icon=Glyph::Sort items=orders />
            </span>
            <Menu label="More" items=more />
            <span class="wide">
                <LinkButton kind=ButtonKind::Primary icon=Glyph::Plus href=button_href>
                    {button_label}
                    <kbd>"N"</kbd>
                </LinkButton>
            </span>
        </PageHeader>
        {move || offered().map(|tools| (tools.notice)(list))}
        <FacetChips list />
        {move || feed.error().map(|text| view! { <Banner kind=BannerKind::Bad text /> })}
        {found}
        {counted}
        {move || offered().map(|tools| (tools.panels)(list))}
        <Fab label=new_label href=new_href />
    }
}

/// Why a narrowed list is empty.
fn nothing_found(state: &ListView, many: &str) -> String {
    let text = state.text.trim();
    match (&state.facet, text.is_empty()) {
        (Some(_), true) => t!("No {many} with this status."),
        (Some(_), false) => t!("No {many} with this status match “{text}”."),
        (None, _) => t!("No {many} match “{text}”."),
    }
}
