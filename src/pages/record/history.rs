//! Everything that was said and done about a record, newest first: calls, notes, meetings, visits and tasks, and when what is
//! linked to it was made. A call to log and a note to add are one tap away.

use std::collections::{BTreeMap, BTreeSet};

use crate::markup::{IntoMarkup, Markup, view};
use leptos::prelude::*;
use leptos_router::hooks::use_navigate;
use outpost_core::id::RecordId;
use outpost_core::record::{Record, RecordKey};
use outpost_core::records::{Deal, Note, StageEvent, Standing};
use outpost_core::schema::{Kind, RecordType, Schema};
use outpost_core::sorting::Order;

use super::related::Whole;
use crate::components::{
    Button, ButtonKind, Glyph, LinkButton, Menu, MenuItem, Panel, Tag, Timeline, TimelineItem, Tone,
};
use crate::forms::say;
use crate::pages::deal::name_of;
use crate::pages::show;
use crate::pages::types::look;
use crate::platform::intl;
use crate::state::{self, Desk, Live, live, schema, title_of, with_pages};
use crate::store::Store;
use crate::words::{lower, t, tr};

/// How many entries are shown at first, and with each press on “Earlier”.
const STEP: usize = 15;

/// Something that happened.
#[derive(Debug, Clone, PartialEq)]
struct Event {
    /// When, in milliseconds since 1970.
    at: u64,
    record: Record,
    /// Whom it was with, and about which deal: the names of others that it is linked to.
    with: Vec<String>,
    about: Vec<String>,
}

/// The types of which a record of this type may have some.
fn types(kind: &str) -> Vec<&'static Schema> {
    state::types().all().filter(|schema| schema.relations_to(kind).next().is_some()).collect()
}

fn happens(schema: &Schema) -> bool {
    !schema.list.moment.is_empty()
}

/// Whether one can log calls and add notes about records of this type.
fn has_activities(kind: &str) -> bool {
    schema(Note::SCHEMA.kind).is_some_and(|notes| notes.relations_to(kind).next().is_some())
}

async fn read(store: Store, own: &'static Schema, id: RecordId, lead: Option<RecordId>) -> Result<Vec<Event>, String> {
    let mut records: BTreeMap<RecordKey, Record> = BTreeMap::new();
    let whole = Whole::read(&store, id, lead).await.map_err(say)?;
    for schema in types(own.kind) {
        let mut found = whole.linked(&store, own, schema).await.map_err(say)?;
        // What was done about somebody as a lead stays with them, whoever else was there.
        if happens(schema) {
            found.extend(store.children_of_many(&whole.lead, schema.kind).await.map_err(say)?);
        }
        records.extend(found.into_iter().map(|record| (record.key(), record)));
    }
    let mut named: BTreeSet<RecordKey> = BTreeSet::new();
    for record in records.values() {
        named.extend(others(record, id));
    }
    let named: Vec<RecordKey> = named.into_iter().collect();
    let names: BTreeMap<RecordId, String> =
        store.get_many(&named).await.map_err(say)?.iter().map(|record| (record.id, title_of(record))).collect();
    let event = |record: Record| {
        let named = |deals: bool| {
            let keys = others(&record, id).into_iter().filter(|key| (key.kind == Deal::SCHEMA.kind) == deals);
            keys.filter_map(|key| names.get(&key.id).cloned()).collect()
        };
        let (with, about) = (named(false), named(true));
        let at = schema(&record.kind).map_or(0, |schema| schema.moment_of(&record));
        Event { at, record, with, about }
    };
    let mut events: Vec<Event> = records.into_values().map(event).collect();
    events.order_by_key(|event| std::cmp::Reverse((event.at, event.record.id)));
    Ok(events)
}

/// What something that happened is linked to besides this record.
fn others(record: &Record, id: RecordId) -> Vec<RecordKey> {
    let Some(schema) = schema(&record.kind).filter(|schema| happens(schema)) else { return Vec::new() };
    let linked = schema.fields.iter().filter_map(|field| Some((field.leads_to()?, field.links(record))));
    let keys = linked.flat_map(|(kind, ids)| ids.into_iter().map(move |id| RecordKey::new(kind, id)));
    keys.filter(|key| key.id != id && key.kind != "lead").collect()
}

/// The panel; nothing for a record about which nothing is done and nothing is known.
#[component]
pub(crate) fn History(desk: Desk, schema: &'static Schema, record: Signal<Record>) -> Markup {
    let kind = schema.kind;
    let id = record.with_untracked(|record| record.id);
    let lead = Memo::new(move |_| record.with(|record| record.relation("lead")).filter(|_| kind != "deal"));
    let shown = RwSignal::new(STEP);
    let events: Live<Vec<Event>> = live(
        move || {
            let versions: Vec<u64> = types(kind).iter().map(|schema| desk.version(schema.kind)).collect();
            (lead.get(), versions)
        },
        move |(lead, _)| read(desk.store(), schema, id, lead),
    );
    let list = move || {
        let shown_now = shown.get();
        events.with(|events| {
            let events = events?;
            if events.is_empty() {
                return Some(view! { <p class="muted small">"Nothing has happened yet."</p> });
            }
            let items = events.iter().take(shown_now).cloned().map(|event| item(desk, event)).collect::<Vec<_>>();
            let more = events.len() > shown_now;
            let earlier = move |()| shown.update(|shown| *shown += STEP);
            Some(view! {
                <Timeline>{items}</Timeline>
                {more
                    .then(|| {
                        view! {
                            <Button kind=ButtonKind::Quiet small=true on_click=earlier>
                                "Earlier"
                            </Button>
                        }
                    })}
            })
        })
    };
    let is_empty = Memo::new(move |_| events.with(|events| events.is_none_or(Vec::is_empty)));
    let acts = has_activities(kind);
    let panel = move || {
        (acts || !is_empty.get()).then(|| {
            view! {
                <Panel title="Timeline">
                    <div class="stack">
                        {acts.then(|| view! { <Acts kind id /> })}
                        {list}
                    </div>
                </Panel>
            }
        })
    };
    view! {
        {move || events.error().map(|text| view! { <p class="refusal small">{text}</p> })}
        {panel.into_markup()}
    }
}

/// What can be done about a record.
#[component]
fn Acts(kind: &'static str, id: RecordId) -> Markup {
    let new = move |path: &str| format!("{path}/new?{kind}={id}");
    let navigate = StoredValue::new_local(use_navigate());
    let others = with_pages().filter(|schema| happens(schema) && !matches!(schema.kind, "call" | "note"));
    let others = others.filter(|schema| schema.relations_to(kind).next().is_some());
    let items = others.map(|schema| {
        let go = move || navigate.with_value(|navigate| navigate(&new(schema.path), Default::default()));
        MenuItem::new(t!("New {}", lower(schema.label)), go).icon(look(schema.kind).glyph)
    });
    let items = Signal::stored(items.collect::<Vec<_>>());
    view! {
        <div class="btn-group">
            <LinkButton small=true icon=Glyph::Phone href=new("/calls")>
                "Log a call"
            </LinkButton>
            <LinkButton small=true icon=Glyph::Note href=new("/notes")>
                "Add a note"
            </LinkButton>
            <Menu label="Something else" icon=Glyph::Plus items />
        </div>
    }
}

fn item(desk: Desk, event: Event) -> Markup {
    let Event { at, record, with, about } = event;
    if let Some(moved) =
        (record.kind == StageEvent::SCHEMA.kind).then(|| StageEvent::from_record(&record).ok()).flatten()
    {
        return stage(&moved, at);
    }
    let Some(schema) = schema(&record.kind) else { return Markup::Empty };
    let glyph = look(schema.kind).glyph;
    let href = format!("{}/{}", schema.path, record.id);
    let title = title_of(&record);
    if !happens(schema) {
        let title = match schema.is_listed() {
            true => view! { <a class="link" href=href>{title}</a> },
            false => title.into_markup(),
        };
        return view! {
            <TimelineItem glyph when=intl::date_time(at)>
                {t!("New {}:", lower(schema.label))} " " {title}
            </TimelineItem>
        };
    }
    let list = schema.list;
    let state = schema.field(list.facet).map(|field| show::choice_of(field, schema.facet_of(&record)));
    let tone = state.as_ref().map_or(Tone::Plain, |(_, tone)| *tone);
    let when = match schema.field(list.moment).map(|field| (field.kind, show::line(field, &record))) {
        Some((Kind::Date, due)) if !due.is_empty() => t!("Due {due}"),
        _ => intl::date_time(at),
    };
    let title_is_text = schema.field(list.title).is_some_and(|field| field.kind == Kind::LongText);
    let title = if title_is_text || title == tr(schema.label) { String::new() } else { title };
    let small = |text: String| (!text.is_empty()).then(|| view! { <div class="muted">{text}</div> });
    let details = details(schema, &record);
    let with = (!with.is_empty()).then(|| t!("With {}", with.join(", ")));
    let with = with.into_iter().chain(about).collect::<Vec<_>>().join(" · ");
    let text_of = |name: &str| {
        let text = record.text(name).trim().to_owned();
        (!text.is_empty()).then(|| view! { <div class="event-note" dir="auto">{text}</div> })
    };
    let text = title_is_text.then(|| text_of(list.title));
    let notes = text_of("notes");
    let act = look(schema.kind).act.map(|act| {
        let record = Signal::stored(record.clone());
        view! { <span class="event-act">{act(desk, record, true)}</span> }
    });
    view! {
        <TimelineItem glyph tone when>
            <div class="event-head">
                <a class="link" href=href>
                    <b>{schema.label}</b>
                    {(!title.is_empty()).then(|| format!(": {title}"))}
                </a>
                {state.map(|(label, tone)| view! { <Tag tone>{label}</Tag> })}
                {act}
            </div>
            {small(details)}
            {small(with)}
            {text}
            {notes}
        </TimelineItem>
    }
}

/// What else is known of something that happened, in one line.
fn details(schema: &Schema, record: &Record) -> String {
    let list = schema.list;
    let told = schema.fields.iter().filter(|field| {
        let elsewhere = [list.title, list.facet, list.moment].contains(&field.name);
        field.in_form && !elsewhere && !matches!(field.kind, Kind::LongText | Kind::Instant)
    });
    let texts = told.map(|field| show::line(field, record));
    texts.filter(|text| !text.is_empty()).collect::<Vec<_>>().join(" · ")
}

/// That a deal moved.
fn stage(event: &StageEvent, at: u64) -> Markup {
    let (glyph, tone) = match state::pipelines().standing(&event.to) {
        Standing::Won => (Glyph::Check, Tone::Ok),
        Standing::Lost => (Glyph::Close, Tone::Bad),
        Standing::Open | Standing::Unknown => (Glyph::ArrowRight, Tone::Plain),
    };
    let (from, to) = (name_of(&event.from), name_of(&event.to));
    // It begins where it comes from nowhere, too.
    let words = if event.from == event.to || event.from.is_empty() {
        t!("Began as {}", to).into_markup()
    } else {
        view! { {from} " → " <b>{to}</b> }
    };
    let reason = (!event.reason.is_empty()).then(|| view! { <div class="event-note">{event.reason.clone()}</div> });
    view! {
        <TimelineItem glyph tone when=intl::date_time(at)>
            {words} {reason}
        </TimelineItem>
    }
}
