//! The archive: what is done with and old is on the server, not on this device. Here it is searched; a record's own page
//! shows it, and brings it back.

use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::hooks::use_location;
use outpost_core::id::RecordId;
use outpost_core::record::Record;
use outpost_core::schema::Schema;
use outpost_core::scope;

use crate::components::{
    Art, Banner, BannerKind, Button, Choice, EmptyState, PageHeader, SearchField, Select, Skeleton, Tag,
};
use crate::markup::{Markup, view};
use crate::pages::{links, show};
use crate::platform::{Timeout, intl, timeout};
use crate::state::{Desk, schema, title_of, use_desk};
use crate::words::{said, tr};

/// How long a person must pause before the server is asked, in milliseconds.
const PAUSE_MS: u32 = 300;

/// What was found.
#[derive(Debug, Clone, Default, PartialEq)]
struct Found {
    rows: Vec<Record>,
    /// Where to go on, if there may be more.
    next: Option<RecordId>,
}

/// What is shown of a search.
#[derive(Clone, Copy)]
struct Search {
    desk: Desk,
    kind: RwSignal<&'static str>,
    text: RwSignal<String>,
    found: RwSignal<Option<Found>>,
    trouble: RwSignal<Option<String>>,
    /// Counts the questions, so that an answer that was overtaken is dropped.
    asked: StoredValue<u64>,
    pause: StoredValue<Option<Timeout>, LocalStorage>,
}

impl Search {
    /// Asks anew, or for more of the same.
    fn ask(self, more: bool) {
        let mine = self.asked.get_value() + 1;
        self.asked.set_value(mine);
        let before = self.found.with_untracked(|found| found.as_ref().and_then(|found| found.next)).filter(|_| more);
        let (kind, text) = (self.kind.get_untracked(), self.text.get_untracked());
        if !more {
            self.found.set(None);
        }
        self.trouble.set(None);
        spawn_local(async move {
            let answer = self.desk.sync().search_archive(kind, &text, &[], before).await;
            if self.asked.try_get_value() != Some(mine) {
                return;
            }
            match answer {
                Ok(page) => self.found.update(|found| {
                    let found = found.get_or_insert_default();
                    found.rows.extend(page.rows);
                    found.next = page.next;
                }),
                Err(error) => self.trouble.set(Some(said(error.to_string()))),
            }
        });
    }

    /// Asks once the person pauses.
    fn soon(self) {
        self.pause.set_value(Some(timeout(PAUSE_MS, move || self.ask(false))));
    }
}

/// The page.
#[component]
pub(crate) fn ArchivePage() -> Markup {
    let query = use_location().query;
    let asked_for =
        query.with_untracked(|query| (query.get("type").unwrap_or_default(), query.get("q").unwrap_or_default()));
    let kinds: Vec<&'static Schema> = scope::archived().collect();
    let kind =
        kinds.iter().find(|schema| schema.kind == asked_for.0).or(kinds.first()).map_or("", |schema| schema.kind);
    let search = Search {
        desk: use_desk(),
        kind: RwSignal::new(kind),
        text: RwSignal::new(asked_for.1),
        found: RwSignal::new(None),
        trouble: RwSignal::new(None),
        asked: StoredValue::new(0),
        pause: StoredValue::new_local(None),
    };
    search.ask(false);
    let options: Vec<Choice> = kinds.iter().map(|schema| Choice::new(schema.kind, tr(schema.plural))).collect();
    let choose = move |kind: String| {
        if let Some(schema) = schema(&kind) {
            search.kind.set(schema.kind);
            search.ask(false);
        }
    };
    let write = move |text: String| {
        search.text.set(text);
        search.soon();
    };
    view! {
        <PageHeader
            title="Archive"
            subtitle="What is done with and old, kept on the server"
            back="/settings"
            back_label="Settings"
        />
        <div class="stack-bar">
            <SearchField label="Search the archive" value=search.text on_input=write />
            <Select
                label="What"
                hide_label=true
                value=Signal::derive(move || search.kind.get().to_owned())
                options
                on_change=choose
            />
        </div>
        <div class="stack">
        {move || search.trouble.get().map(|text| view! {
            <Banner kind=BannerKind::Info text />
            <Button on_click=move |()| search.ask(false)>"Try again"</Button>
        })}
        {move || results(search)}
        </div>
    }
}

fn results(search: Search) -> Option<Markup> {
    let Some(found) = search.found.get() else {
        return search.trouble.with(Option::is_none).then(|| view! { <Skeleton rows=6 /> });
    };
    let more = found.next.is_some();
    if found.rows.is_empty() && !more {
        let text = tr(
            "An open deal, an unpaid invoice or a task that is still to be done never comes here. What is done with does, also calls and notes, when it has not changed for longer than this device keeps.",
        );
        return Some(view! { <EmptyState art=Art::Camp title="Nothing in the archive" text /> });
    }
    let items = found.rows.iter().filter_map(line).collect::<Vec<_>>();
    Some(view! {
        <ul class="list" aria-label="Archived">{items}</ul>
        {more.then(|| view! { <Button on_click=move |()| search.ask(true)>"Look further back"</Button> })}
    })
}

fn line(record: &Record) -> Option<Markup> {
    let schema = schema(&record.kind)?;
    let href = links::page_of(&record.key())?;
    let told = |name: &str| schema.field(name).map(|field| show::line(field, record)).unwrap_or_default();
    let parts = [told(schema.list.subtitle), told(schema.list.amount), intl::relative(record.latest().ms)];
    let second = parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ");
    let state = schema.field(schema.list.facet).map(|field| show::choice_of(field, record.text(field.name)));
    Some(view! {
        <li class="item plain">
            <div class="item-main">
                <a class="cover item-title" dir="auto" href=href>{title_of(record)}</a>
                <span class="item-text">{second}</span>
            </div>
            {state.map(|(label, tone)| view! { <span class="item-end"><Tag tone>{label}</Tag></span> })}
        </li>
    })
}
