//! Everything that was said and done about a record, newest first: calls, notes, meetings, visits and tasks, and when what is
//! linked to it was made. A call to log and a note to add are one tap away.

use crate::markup::{IntoMarkup, Markup, view};
use leptos::prelude::*;
use leptos_router::hooks::use_navigate;
use outpost_core::id::RecordId;
use outpost_core::record::Record;
use outpost_core::records::{StageEvent, Standing};
use outpost_core::schema::{Kind, RecordType, Schema};
use outpost_core::scope::Age;

use super::events::{Event, happens, has_activities, read, types};
use super::older::Older;
use crate::components::{
    Button, ButtonKind, Glyph, LinkButton, Menu, MenuItem, Panel, Tag, Timeline, TimelineItem, Tone,
};
use crate::forms::say;
use crate::pages::deal::name_of;
use crate::pages::show;
use crate::pages::types::look;
use crate::platform::intl;
use crate::state::{self, Desk, Live, live, schema, title_of, with_pages};
use crate::words::{lower, t, tr};

/// How many entries are shown at first, and with each press on “Earlier”.
const STEP: usize = 15;

/// The panel; nothing for a record about which nothing is done and nothing is known.
#[component]
pub(crate) fn History(desk: Desk, schema: &'static Schema, record: Signal<Record>) -> Markup {
    let kind = schema.kind;
    let id = record.with_untracked(|record| record.id);
    let lead = Memo::new(move |_| record.with(|record| record.relation("lead")).filter(|_| kind != "deal"));
    let shown = RwSignal::new(STEP);
    // With it whether this device keeps less than everything: what came later would move what stands below.
    let events: Live<(Vec<Event>, bool)> = live(
        move || {
            let versions: Vec<u64> = types(kind).iter().map(|schema| desk.version(schema.kind)).collect();
            (lead.get(), versions)
        },
        move |(lead, _)| async move {
            let events = read(desk.store(), schema, id, lead).await?;
            Ok((events, desk.store().scope().await.map_err(say)?.keep < Age::everything()))
        },
    );
    let older = Older::new(desk, schema, id, lead);
    let list = move || {
        let shown_now = shown.get();
        events.with(|events| {
            let events = older.beside(&events?.0);
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
    let is_empty = Memo::new(move |_| events.with(|events| events.is_none_or(|(events, _)| events.is_empty())));
    let acts = has_activities(kind);
    let panel = move || {
        (acts || !is_empty.get()).then(|| {
            view! {
                <Panel title="Timeline">
                    <div class="stack">
                        {acts.then(|| view! { <Acts kind id /> })}
                        {list}
                        {move || older.view(events.with(|events| events.is_some_and(|(_, is_partial)| *is_partial)))}
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
    let Event { at, record, with, about, archived } = event;
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
    let state = show::state_of(schema, &record);
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
    // What is not here can be looked at, and brought back on its own page.
    let act = look(schema.kind).act.filter(|_| !archived).map(|act| {
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
                {archived.then(|| view! { <Tag tone=Tone::Plain>"In the archive"</Tag> })}
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
