//! What a type that a person made is called, and which of its fields play a part in lists and calendars. Each answer is kept at once.

use leptos::prelude::*;
use leptos_router::hooks::use_navigate;
use outpost_core::mutation::Patch;
use outpost_core::record::RecordKey;
use outpost_core::records::{CustomObject, NOBODY, is_own};
use outpost_core::schema::{Kind, ListFields, RecordType};
use serde_json::json;

use super::add_object::pictures;
use super::{PATH, now, patched, write};
use crate::components::{Button, Choice, Glyph, Panel, Select, TextInput};
use crate::markup::{Markup, view};
use crate::pages::undo::delete_with_undo;
use crate::state::{Desk, types};
use crate::words::t;

/// The panel.
#[component]
pub(super) fn ObjectPanel(desk: Desk, kind: &'static str) -> Markup {
    let navigate = use_navigate();
    let object = Signal::derive(move || {
        now(desk, kind);
        types().object(kind).map(|(id, object)| (id, object.clone()))
    });
    let value = move |get: fn(&CustomObject) -> String| {
        Signal::derive(move || object.with(|object| object.as_ref().map(|(_, object)| get(object))).unwrap_or_default())
    };
    let key = move || Some(RecordKey::new(CustomObject::SCHEMA.kind, object.get_untracked()?.0));
    let keep = move |name: &'static str| {
        Callback::new(move |text: String| {
            let patch = Patch::from([(name.to_owned(), json!(text.trim()))]);
            if let Some(key) = key() {
                write(desk, vec![patched(&key, patch)], Some(t!("Saved").to_owned()), || ());
            }
        })
    };
    // What plays the part now: because it was chosen, or is the first that can.
    let part = move |part: Part| {
        let Part { name, label, hint, now: plays, can } = part;
        let options = Signal::derive(move || {
            let fields = now(desk, kind).map_or(&[][..], |schema| schema.fields).iter();
            let able = fields.filter(|field| is_own(field.name) && can(field.kind));
            let able = able.map(|field| Choice::new(field.name, field.label));
            [Choice::new(NOBODY, "None")].into_iter().chain(able).collect::<Vec<_>>()
        });
        let value = Signal::derive(move || match now(desk, kind).map_or("", |schema| plays(schema.list)) {
            "" => NOBODY.to_owned(),
            field => field.to_owned(),
        });
        view! { <Select label hint value options on_change=keep(name) /> }
    };
    let delete = move |()| {
        let navigate = navigate.clone();
        let name = value(|object| object.plural.clone()).get_untracked();
        if let Some(key) = key() {
            delete_with_undo(desk, key, name, move || navigate(PATH, Default::default()));
        }
    };
    view! {
        <Panel title="This type">
            <div class="stack">
            <div class="form-grid">
                <TextInput
                    label="What several are called"
                    value=value(|object| object.plural.clone())
                    on_change=keep("plural")
                />
                <TextInput
                    label="What one is called"
                    value=value(|object| object.label.clone())
                    on_change=keep("label")
                />
                <TextInput
                    label="What its name is called"
                    hint="Such as Number plate; empty says Name"
                    value=value(|object| object.title_label.clone())
                    on_change=keep("title_label")
                />
                <Select
                    label="Picture"
                    value=value(|object| object.icon.value().to_owned())
                    options=Signal::stored(pictures())
                    on_change=keep("icon")
                />
                {PARTS.map(part).into_iter().collect::<Vec<_>>()}
            </div>
            <div class="form-actions">
                <Button icon=Glyph::Trash on_click=delete>
                    "Delete this type"
                </Button>
            </div>
            <p class="muted small">"Deleting it hides its records and loses none: it can be brought back with all of them."</p>
            </div>
        </Panel>
    }
}

/// A part that a field plays.
#[derive(Clone, Copy)]
struct Part {
    /// The field of the definition that says who does.
    name: &'static str,
    label: &'static str,
    hint: &'static str,
    /// The field that does.
    now: fn(ListFields) -> &'static str,
    /// Which fields can.
    can: fn(Kind) -> bool,
}

const PARTS: [Part; 4] = [
    Part {
        name: "facet",
        label: "Status",
        hint: "A choice: lists are narrowed and grouped by it",
        now: |list| list.facet,
        can: |kind| matches!(kind, Kind::Choice(_)),
    },
    Part {
        name: "amount",
        label: "Amount",
        hint: "Money: lists are ordered by it",
        now: |list| list.amount,
        can: |kind| kind == Kind::Money,
    },
    Part {
        name: "moment",
        label: "When it is",
        hint: "A date: then they stand in calendars and timelines",
        now: |list| list.moment,
        can: |kind| matches!(kind, Kind::Date | Kind::Instant),
    },
    Part {
        name: "second",
        label: "Second line",
        hint: "A text: below the name in lists",
        now: |list| list.subtitle,
        can: |kind| kind == Kind::Text,
    },
];
