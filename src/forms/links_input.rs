//! Chooses several records by name, each with its role where that is asked for: the control of a relation to many.

use crate::markup::{For, Markup, view};
use leptos::prelude::*;
use outpost_core::id::RecordId;
use outpost_core::record::{Record, RecordKey};
use outpost_core::records::Link;

use super::entry::Entry;
use super::record_picker::Finder;
use super::state::FieldState;
use crate::components::{Avatar, Glyph, IconButton};
use crate::state::{Live, live, title_of, use_desk};
use crate::words::{t, tr};

fn links(state: FieldState) -> Vec<Link> {
    state.entry.with(|entry| match entry {
        Entry::Links(links) => links.clone(),
        _ => Vec::new(),
    })
}

/// The control.
#[component]
pub(super) fn LinksInput(
    /// The field.
    state: FieldState,
    /// The type that is chosen from.
    kind: &'static str,
    /// Each has a role.
    #[prop(optional)]
    roles: bool,
) -> Markup {
    let ids = Memo::new(move |_| links(state).into_iter().map(|link| link.id).collect::<Vec<RecordId>>());
    let pick = Callback::new(move |record: Record| {
        let mut all = untrack(|| links(state));
        if all.iter().all(|link| link.id != record.id) {
            all.push(Link::new(record.id, ""));
            state.enter(Entry::Links(all));
        }
    });
    let row = move |id: RecordId| view! { <Linked state kind id roles /> };
    view! {
        <div class="links-input">
            <Finder state kind pick />
            <For each=move || ids.get() key=|id| *id children=row />
        </div>
    }
}

/// One of the chosen.
#[component]
fn Linked(state: FieldState, kind: &'static str, id: RecordId, roles: bool) -> Markup {
    let desk = use_desk();
    let found: Live<Option<Record>> = live(
        move || desk.version(kind),
        move |_| {
            let store = desk.store();
            async move { store.get(&RecordKey::new(kind, id)).await.map_err(super::say) }
        },
    );
    let name = Memo::new(move |_| match found.value() {
        Some(Some(record)) if record.is_deleted() => t!("{} (deleted)", title_of(&record)),
        Some(Some(record)) => title_of(&record),
        Some(None) => tr("Not on this device yet").to_owned(),
        None => String::new(),
    });
    let role = Memo::new(move |_| links(state).into_iter().find(|link| link.id == id).map(|link| link.role));
    let change = move |role: String| {
        let mut all = untrack(|| links(state));
        for link in all.iter_mut().filter(|link| link.id == id) {
            link.role.clone_from(&role);
        }
        state.enter(Entry::Links(all));
    };
    let remove = move |()| {
        let mut all = untrack(|| links(state));
        all.retain(|link| link.id != id);
        state.enter(Entry::Links(all));
    };
    let role_input = roles.then(|| {
        view! {
            <input
                class="input"
                type="text"
                autocomplete="off"
                placeholder="Role, such as buyer"
                aria-label=move || t!("Role at {}", name.get())
                prop:value=move || role.get().unwrap_or_default()
                on:input=move |event| change(event_target_value(&event))
            />
        }
    });
    view! {
        <div class="picked">
            <Avatar name />
            <b class="ellipsis">{move || name.get()}</b>
            {role_input}
            <span class="push">
                <IconButton
                    label=Signal::derive(move || t!("Remove {}", name.get()))
                    icon=Glyph::Close
                    small=true
                    on_click=remove
                />
            </span>
        </div>
    }
}
