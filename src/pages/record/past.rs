//! What was done to a record: who changed what, from what to what. From the server if it answers, else what this device
//! knows: the last change of each field.

use std::collections::BTreeMap;

use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos::{ev, html};
use outpost_core::hlc::Hlc;
use outpost_core::mutation::{Op, Patch};
use outpost_core::protocol::PastChange;
use outpost_core::record::{Record, Register};
use outpost_core::records::REMINDED;
use outpost_core::schema::{Field, Schema};
use serde_json::Value;

use crate::components::{Button, Glyph, Icon, IconButton, Timeline, TimelineItem, Tone};
use crate::markup::{Markup, view};
use crate::pages::show;
use crate::pages::types::look;
use crate::pages::undo::do_with_undo;
use crate::platform::intl;
use crate::state::{Desk, Live, live};
use crate::words::{t, tr};

/// What is shown.
#[derive(Debug, Clone, PartialEq)]
struct Past {
    changes: Vec<PastChange>,
    more: bool,
    /// Whether the server has told it: what was before is known then.
    is_whole: bool,
}

/// The last change of each field, as this device knows it.
fn known(record: &Record, names: &BTreeMap<String, String>) -> Vec<PastChange> {
    let mut changes: BTreeMap<Hlc, PastChange> = BTreeMap::new();
    let new = |stamp: Hlc| PastChange {
        stamp,
        by: names.get(&stamp.device.to_string()).cloned().unwrap_or_default(),
        fields: BTreeMap::new(),
        deleted: None,
    };
    for (name, Register(value, stamp)) in record.fields.iter().filter(|(_, register)| register.hlc() != Hlc::ZERO) {
        let change = changes.entry(*stamp).or_insert_with(|| new(*stamp));
        change.fields.insert(name.clone(), (Value::Null, value.clone()));
    }
    if let Some(Register(deleted, stamp)) = record.deleted {
        changes.entry(stamp).or_insert_with(|| new(stamp)).deleted = Some(deleted);
    }
    changes.into_values().rev().collect()
}

async fn read(desk: Desk, record: Record) -> Result<Past, String> {
    let sync = desk.sync();
    let known = known(&record, &sync.device_names().await);
    let Some(history) = sync.history(&record.key(), None).await else {
        return Ok(Past { changes: known, more: false, is_whole: false });
    };
    // What has not been sent yet is told by this device.
    let latest = history.changes.first().map_or(Hlc::ZERO, |change| change.stamp);
    let unsent = known.into_iter().filter(|change| change.stamp > latest);
    let changes = unsent.chain(history.changes).collect();
    Ok(Past { changes, more: history.more, is_whole: true })
}

/// The record's history, closed until somebody wants it.
#[component]
pub(crate) fn PastChanges(desk: Desk, schema: &'static Schema, record: Signal<Record>) -> Markup {
    let open = RwSignal::new(false);
    let node = NodeRef::<html::Details>::new();
    let on_toggle = move |_: ev::Event| {
        open.set(node.try_get_untracked().flatten().is_some_and(|details| details.open()));
    };
    // Once all is sent the server knows what was before the last change.
    let all_sent = Memo::new(move |_| desk.store().waiting().get() == 0);
    let past: Live<Option<Past>> = live(
        move || (open.get(), record.get(), all_sent.get()),
        move |(open, record, _)| async move { if open { read(desk, record).await.map(Some) } else { Ok(None) } },
    );
    let earlier = move |()| {
        let Some(Some(shown)) = past.value() else { return };
        let (key, last) = (record.with_untracked(Record::key), shown.changes.last().map(|change| change.stamp));
        spawn_local(async move {
            if let Some(older) = desk.sync().history(&key, last).await {
                let changes = shown.changes.into_iter().chain(older.changes).collect();
                past.set(Some(Past { changes, more: older.more, is_whole: true }));
            }
        });
    };
    let own = desk.store().device();
    let body = move || {
        let Past { mut changes, more, is_whole } = past.value().flatten()?;
        changes.retain(|change| !change.fields.keys().eq([REMINDED]));
        let items: Vec<Markup> =
            changes.into_iter().map(|change| item(desk, schema, record, change, own.to_string(), is_whole)).collect();
        Some(view! {
            <Timeline>{items}</Timeline>
            {(!is_whole)
                .then(|| {
                    view! {
                        <p class="muted small">
                            "This is what this device knows: the last change of each field. All changes are shown while the server can be reached."
                        </p>
                    }
                })}
            {more.then(|| view! { <Button on_click=earlier>"Earlier changes"</Button> })}
        })
    };
    view! {
        <details class="panel past" node_ref=node on:toggle=on_toggle>
            <summary>
                <h2>"All changes"</h2>
                <Icon glyph=Glyph::ChevronDown />
            </summary>
            {move || past.error().map(|text| view! { <p class="refusal small">{text}</p> })}
            {body}
        </details>
    }
}

/// Whether a field can be given a value that it had before: one that the form shows, and that is not moved by steps of its own.
fn can_go_back(schema: &Schema, field: &Field, record: &Record) -> bool {
    let hidden = look(schema.kind).edit;
    let is_shown = hidden.is_some_and(|hidden| !hidden.contains(&field.name)) && field.in_form;
    is_shown && field.name != schema.list.facet && !record.is_deleted()
}

/// Gives a field the value that it had before a change, and offers to take that back.
fn go_back(desk: Desk, record: Signal<Record>, field: &'static Field, before: Value) {
    let key = record.with_untracked(Record::key);
    let patch = Patch::from([(field.name.to_owned(), before)]);
    do_with_undo(desk, vec![Op::patch(&key.kind, key.id, patch)], t!("{} is as it was", tr(field.label)));
}

fn item(
    desk: Desk,
    schema: &'static Schema,
    record: Signal<Record>,
    change: PastChange,
    own: String,
    is_whole: bool,
) -> Markup {
    let by = match change.by.as_str() {
        _ if change.stamp.device.to_string() == own => tr("This device").to_owned(),
        "" => tr("Another device").to_owned(),
        name => name.to_owned(),
    };
    let is_new = is_whole && change.fields.values().all(|(before, _)| before.is_null());
    let (glyph, tone, what) = match change.deleted {
        Some(true) => (Glyph::Trash, Tone::Bad, t!("{by} deleted it")),
        Some(false) => (Glyph::Undo, Tone::Ok, t!("{by} restored it")),
        None if is_new => (Glyph::Plus, Tone::Ok, t!("{by} wrote")),
        None => (Glyph::Edit, Tone::Plain, t!("{by} changed")),
    };
    let lines = change.fields.iter().map(|(name, (before, value))| {
        let field = schema.field(name);
        let label = field.map_or_else(|| name.clone(), |field| tr(field.label).to_owned());
        let back = field.filter(|field| {
            record.with(|record| can_go_back(schema, field, record) && record.get(field.name) != Some(before))
        });
        let back = back.filter(|_| !before.is_null()).map(|field| {
            let (label, before) = (t!("Put back “{}”", show::short(Some(field), before)), before.clone());
            let press = move |()| go_back(desk, record, field, before.clone());
            view! { <IconButton label icon=Glyph::Undo small=true on_click=press /> }
        });
        let (before, value) = (show::short(field, before), show::short(field, value));
        let before = (!before.is_empty()).then(|| view! { <s class="was">{before}</s> " " });
        let value = if value.is_empty() {
            view! { <i class="muted">"cleared"</i> }
        } else {
            view! { <b>{value}</b> }
        };
        view! {
            <div>
                <dt>{label}</dt>
                <dd>{before} {value} {back}</dd>
            </div>
        }
    });
    let lines = lines.collect::<Vec<_>>();
    view! {
        <TimelineItem glyph tone when=intl::date_time(change.stamp.ms)>
            {what} " " {(!lines.is_empty()).then(|| view! { <dl class="facts compact change-lines">{lines}</dl> })}
        </TimelineItem>
    }
}
