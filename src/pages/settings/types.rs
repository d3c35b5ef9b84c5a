//! The record types, as people shape them: which fields each has besides its own, and types of their own.

mod add_object;
mod field_form;
mod fields;
mod object;
mod options;
pub(super) mod picks;

use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::hooks::use_params_map;
use outpost_core::mutation::{Op, Patch};
use outpost_core::record::{Record, RecordKey};
use outpost_core::records::{CustomField, CustomObject};
use outpost_core::schema::{RecordType, Schema};

use crate::components::{Button, ButtonKind, Glyph, Icon, LinkButton, LookOnly, PageHeader, Panel, Setting, Toast};
use crate::forms::say;
use crate::markup::{IntoMarkup, Markup, view};
use crate::pages::NotFound;
use crate::pages::types::look;
use crate::pages::undo::restore;
use crate::platform::time;
use crate::state::{Desk, Live, live, schema, types, use_desk, with_pages};
use crate::words::{lower, t, tr};
use add_object::AddObject;
use fields::FieldsPanel;
use object::ObjectPanel;

/// Where the page of all types is.
const PATH: &str = "/settings/types";

/// The way here from the settings.
#[component]
pub(super) fn TypesSetting() -> Markup {
    view! {
        <Setting
            title="Fields and types"
            text="What you write down about leads, deals and all others, and types of your own, such as vehicles or courses. On every device."
        >
            <LinkButton href=PATH icon=Glyph::Edit>
                "Fields and types"
            </LinkButton>
        </Setting>
    }
}

/// Whether people may add fields to a type.
fn takes_fields(schema: &Schema) -> bool {
    outpost_core::records::has_pages(schema)
}

/// The page of all types.
#[component]
pub(crate) fn TypesPage() -> Markup {
    let desk = use_desk();
    let adding = RwSignal::new(false);
    let tiles = move || {
        follow_definitions(desk);
        with_pages().filter(|schema| takes_fields(schema)).map(tile).collect::<Vec<_>>()
    };
    view! {
        <PageHeader title="Fields and types" back="/settings" back_label="Settings">
            <Button kind=ButtonKind::Primary icon=Glyph::Plus on_click=move |()| adding.set(true)>
                "New type"
            </Button>
        </PageHeader>
        <LookOnly when=desk.sync().may_only_look() />
        <div class="stack">
            <p class="muted">"Choose what you want to add a field to."</p>
            <ul class="tiles">{tiles}</ul>
            <Gone kind=CustomObject::SCHEMA.kind of=String::new() title="Deleted types" />
        </div>
        <AddObject open=adding />
    }
}

/// Reads anew whenever a definition does. Tracked.
fn follow_definitions(desk: Desk) {
    with_pages().for_each(|schema| desk.store().type_version(schema.kind).track());
    outpost_core::catalogue::DEFINITIONS.into_iter().for_each(|kind| {
        desk.version(kind);
    });
}

fn tile(schema: &'static Schema) -> Markup {
    let added = types().added(schema.kind).len();
    view! {
        <li>
            <a class="tile" href=format!("{PATH}/{}", schema.kind)>
                <Icon glyph=look(schema.kind).glyph />
                <span class="tile-name">{schema.plural}</span>
                {(added > 0).then(|| view! { <span class="num muted">{format!("+{added}")}</span> })}
            </a>
        </li>
    }
}

/// The page of one type: its fields, and what it is called if a person made it.
#[component]
pub(crate) fn TypeSettingPage() -> Markup {
    let desk = use_desk();
    let params = use_params_map();
    let asked = move || params.with(|params| params.get("act")).unwrap_or_default();
    // What changes of it is the parts' own business: whoever is typing goes on.
    let kind = Memo::new(move |_| {
        let kind = asked();
        desk.store().type_version(&kind).track();
        schema(&kind).filter(|schema| takes_fields(schema)).map(|schema| schema.kind)
    });
    let page = move || match kind.get() {
        Some(kind) => untrack(|| of_type(desk, kind)),
        None => view! { <NotFound /> },
    };
    page.into_markup()
}

/// A type as it is now, which is there. Tracked.
fn now(desk: Desk, kind: &str) -> Option<&'static Schema> {
    desk.store().type_version(kind).track();
    schema(kind)
}

fn of_type(desk: Desk, kind: &'static str) -> Markup {
    let plural = Signal::derive(move || now(desk, kind).map_or("", |schema| tr(schema.plural)).to_owned());
    let path = schema(kind).map_or("", |schema| schema.path);
    let is_own = types().object(kind).is_some();
    view! {
        <PageHeader title=plural back=PATH back_label="Fields and types">
            <LinkButton href=path>{move || t!("Open {}", lower(&plural.get()))}</LinkButton>
        </PageHeader>
        <LookOnly when=desk.sync().may_only_look() />
        <div class="stack measure-form">
            <FieldsPanel desk kind /> {is_own.then(|| view! { <ObjectPanel desk kind /> })}
            <Gone kind=CustomField::SCHEMA.kind of=kind.to_owned() title="Deleted fields" />
        </div>
    }
}

/// The most definitions of a sort that were deleted and are offered to be brought back.
const SHOWN: usize = 100;

/// Definitions that were deleted, to be brought back with all values.
#[component]
pub(super) fn Gone(
    /// Of which sort.
    kind: &'static str,
    /// To which type they belong, if they do.
    of: String,
    title: &'static str,
    /// What comes back with them.
    #[prop(default = "What was written in them is kept, and comes back with them.")]
    text: &'static str,
) -> Markup {
    let desk = use_desk();
    let gone: Live<Vec<Record>> = live(
        move || desk.version(kind),
        move |_| {
            let (store, of) = (desk.store(), of.clone());
            async move {
                let mut all = store.deleted(kind, SHOWN).await.map_err(say)?;
                let now = time::now_ms();
                all.retain(|record| record.text("of") == of && !outpost_core::horizon::is_beyond(record, now));
                Ok(all)
            }
        },
    );
    let row = move |record: Record| {
        let key = record.key();
        let name = crate::state::title_of(&record);
        view! {
            <li class="column-choice">
                <span class="muted">{name}</span>
                <span class="push">
                    <Button small=true icon=Glyph::Undo on_click=move |()| restore(desk, key.clone())>
                        "Restore"
                    </Button>
                </span>
            </li>
        }
    };
    let body = move || {
        let all = gone.value().filter(|all| !all.is_empty())?;
        let rows = all.into_iter().map(row).collect::<Vec<_>>();
        Some(view! {
            <Panel title>
                <p class="muted small">{text}</p>
                <ul class="column-choices">{rows}</ul>
            </Panel>
        })
    };
    body.into_markup()
}

/// What of a definition is another now: the patch that makes `before` into `after`.
pub(super) fn changes<T: RecordType>(before: &T, after: &T) -> Result<Patch, String> {
    let (before, after) = (before.to_patch().map_err(say)?, after.to_patch().map_err(say)?);
    let emptied = before.keys().filter(|name| !after.contains_key(*name));
    let emptied: Patch = emptied.map(|name| (name.clone(), serde_json::Value::Null)).collect();
    Ok(after.into_iter().filter(|(name, value)| before.get(name) != Some(value)).chain(emptied).collect())
}

/// Writes what a form has made of itself, once however often it is pressed; `done` is called when that is kept, if the form is there
/// still, and otherwise it is said why not.
pub(super) fn write_once(desk: Desk, busy: RwSignal<bool>, ops: Vec<Op>, said: String, done: Callback<()>) {
    if busy.get_untracked() {
        return;
    }
    busy.set(true);
    spawn_local(async move {
        let toast = match desk.write(ops).await {
            Ok(_) => {
                done.try_run(());
                Toast::new(said)
            }
            Err(why) => Toast::bad(why),
        };
        busy.try_set(false);
        desk.toasts.show(toast);
    });
}

/// Writes ops; `done` is called when they are kept, and otherwise it is said why not.
pub(super) fn write(desk: Desk, ops: Vec<Op>, said: Option<String>, done: impl FnOnce() + 'static) {
    spawn_local(async move {
        match desk.write(ops).await {
            Ok(_) => {
                done();
                if let Some(said) = said {
                    desk.toasts.show(Toast::new(said));
                }
            }
            Err(why) => {
                desk.toasts.show(Toast::bad(why));
            }
        }
    });
}

/// The op that changes a definition.
pub(super) fn patched(key: &RecordKey, patch: Patch) -> Op {
    Op::patch(&key.kind, key.id, patch)
}
