//! Saved views: what a list shows, under a name. They are records, so they are on every device.

use leptos::prelude::*;
use leptos::task::spawn_local;
use outpost_core::index::{Query, Sort};
use outpost_core::list_view::ListView;
use outpost_core::mutation::{Op, Patch};
use outpost_core::record::{Record, RecordKey};
use outpost_core::records::{View, ViewAudience, ViewPlace};
use outpost_core::schema::{RecordType, Schema};
use serde_json::json;

use super::{Panel, panel};
use crate::components::{Button, ButtonKind, Chip, Choice, Dialog, Glyph, Menu, MenuItem, Segmented, TextInput, Toast};
use crate::forms::say;
use crate::markup::{For, IntoMarkup, Markup, effect, view};
use crate::pages::list::context::ListContext;
use crate::pages::undo::delete_with_undo;
use crate::platform::ids;
use crate::state::{Desk, Live, live, use_desk};
use crate::words::{lower, t, tr};

/// The most views of all lists that are read.
const MOST: usize = 500;
const KIND: &str = View::SCHEMA.kind;

/// A view as it is kept.
#[derive(Debug, Clone, PartialEq)]
struct Saved {
    record: Record,
    view: View,
    shows: ListView,
}

/// The views of a list that are for this person, by name.
fn saved(desk: Desk, schema: &'static Schema) -> Live<Vec<Saved>> {
    let account = desk.sync().account();
    live(
        move || (desk.version(KIND), account.get().map(|account| account.email).unwrap_or_default()),
        move |(_, email)| {
            let store = desk.store();
            async move {
                let query = Query { sort: Sort::Title, descending: false, ..Query::recent(KIND) };
                let records = store.window(&query, 0, MOST).await.map_err(say)?.rows;
                let read = records.into_iter().filter_map(|record| {
                    let view = View::from_record(&record).ok()?;
                    let shows = view.list_view(schema);
                    (view.of == schema.kind && view.is_for(&email)).then_some(Saved { record, view, shows })
                });
                Ok(read.collect())
            }
        },
    )
}

/// The pinned views, one press away; the list opens with the first of those that say so.
pub(super) fn pinned(list: ListContext) -> Markup {
    let ListContext { spec, state, set, .. } = list;
    let desk = use_desk();
    let all = saved(desk, spec.schema);
    let opened = StoredValue::new(false);
    effect(move || {
        let Some(all) = all.value() else { return };
        if !opened.get_value() {
            opened.set_value(true);
            let first = all.iter().find(|saved| saved.view.place == ViewPlace::First);
            // An address that says what to show is what somebody wanted to see.
            if let Some(first) = first.filter(|_| state.get_untracked() == ListView::default()) {
                set.run(first.shows.clone());
            }
        }
    });
    let chip = move |saved: Saved| {
        let (name, shows) = (saved.view.name.clone(), saved.shows.clone());
        let pressed = {
            let shows = shows.clone();
            Signal::derive(move || state.with(|state| *state == shows))
        };
        let press = move |()| {
            let now = state.get_untracked();
            set.run(if now == shows { ListView::default() } else { shows.clone() });
        };
        view! { <Chip pressed on_click=press>{name}</Chip> }
    };
    let shown = move || {
        let all = all.value().unwrap_or_default();
        all.into_iter().filter(|saved| saved.view.place != ViewPlace::Menu).collect::<Vec<_>>()
    };
    let key = |saved: &Saved| (saved.record.id, saved.record.latest());
    view! { <For each=shown key=key children=chip /> }
}

/// The panel: all views of the list, and a new one.
#[component]
pub(super) fn ViewsPanel(list: ListContext) -> Markup {
    let (spec, panel) = (list.spec, panel());
    let open = Signal::derive(move || panel.get() == Some(Panel::Views));
    view! {
        <Dialog
            open
            on_close=move |()| panel.set(None)
            title=t!("Views of {}", lower(spec.schema.plural))
        >
            {move || open.get().then(|| view! { <Views list /> })}
        </Dialog>
    }
}

#[component]
fn Views(list: ListContext) -> Markup {
    let ListContext { spec, state, set, .. } = list;
    let panel = panel();
    let desk = use_desk();
    let all = saved(desk, spec.schema);
    let key = |saved: &Saved| (saved.record.id, saved.record.latest());
    let row = move |saved: Saved| {
        let shows = saved.shows.clone();
        let current = {
            let shows = shows.clone();
            move || state.with(|state| *state == shows)
        };
        let press = move |_| {
            panel.set(None);
            set.run(shows.clone());
        };
        let said = said(&saved.view);
        let name = saved.view.name.clone();
        view! {
            <li class="view-row">
                <button
                    type="button"
                    class="view-name"
                    aria-current=move || current().then_some("true")
                    on:click=press
                >
                    <b>{name.clone()}</b>
                    <span class="muted">{said}</span>
                </button>
                <Menu label=t!("More about {name}") items=Signal::stored(items(desk, list, &saved)) />
            </li>
        }
    };
    let everything = move |()| {
        panel.set(None);
        set.run(ListView::default());
    };
    view! {
        <ul class="view-rows">
            <For each=move || all.value().unwrap_or_default() key=key children=row />
        </ul>
        <Button on_click=everything>{t!("All {}", lower(spec.schema.plural))}</Button>
        <NewView list />
    }
}

fn said(view: &View) -> String {
    let place = (view.place != ViewPlace::Menu).then(|| view.place.label());
    [Some(view.audience.label()), place].into_iter().flatten().map(tr).collect::<Vec<_>>().join(" · ")
}

/// What can be done with a view.
fn items(desk: Desk, list: ListContext, saved: &Saved) -> Vec<MenuItem> {
    let key = saved.record.key();
    let write = {
        let key = key.clone();
        move |name: &'static str, value: serde_json::Value| {
            let patch = Patch::from([(name.to_owned(), value)]);
            put(desk, key.clone(), patch, None);
        }
    };
    let set = |label: &'static str, name: &'static str, value: serde_json::Value| {
        let write = write.clone();
        MenuItem::new(tr(label), move || write(name, value.clone()))
    };
    let View { place, audience, .. } = saved.view;
    let mut items = Vec::new();
    if list.state.get_untracked() != saved.shows {
        let write = write.clone();
        items.push(MenuItem::new(tr("Show what is shown now"), move || {
            write("params", json!(View::params(&list.state.get_untracked())));
        }));
    }
    if place != ViewPlace::Pinned {
        items.push(set("Pin", "place", json!(ViewPlace::Pinned)));
    }
    if place != ViewPlace::First {
        items.push(set("Open the list with it", "place", json!(ViewPlace::First)));
    }
    if place != ViewPlace::Menu {
        items.push(set("Unpin", "place", json!(ViewPlace::Menu)));
    }
    items.push(match audience {
        ViewAudience::Me => set("For everybody", "audience", json!(ViewAudience::Team)),
        _ => set("Only for me", "audience", json!(ViewAudience::Me)),
    });
    let name = saved.view.name.clone();
    let delete = move || delete_with_undo(desk, key.clone(), name.clone(), || ());
    items.push(MenuItem::new(tr("Delete"), delete).icon(Glyph::Trash).danger());
    items
}

/// Writes a view, and says so with `said`.
fn put(desk: Desk, key: RecordKey, patch: Patch, said: Option<String>) {
    spawn_local(async move {
        let shown = match desk.write(vec![Op::patch(&key.kind, key.id, patch)]).await {
            Ok(_) => said.map(Toast::new),
            Err(why) => Some(Toast::bad(why)),
        };
        if let Some(toast) = shown {
            desk.toasts.show(toast);
        }
    });
}

/// Saves what is shown now under a name.
#[component]
fn NewView(list: ListContext) -> Markup {
    let ListContext { spec, state, .. } = list;
    let panel = panel();
    let desk = use_desk();
    let (name, wrong) = (RwSignal::new(String::new()), RwSignal::new(None::<String>));
    let audience = RwSignal::new(ViewAudience::Team.value().to_owned());
    let account = desk.sync().account();
    let save = move || {
        let named = name.get_untracked().trim().to_owned();
        if named.is_empty() {
            wrong.set(Some(tr("A name is wanted, by which you find it again.").to_owned()));
            return;
        }
        let view = View {
            name: named.clone(),
            place: ViewPlace::Pinned,
            audience: ViewAudience::parse(&audience.get_untracked()),
            of: spec.schema.kind.to_owned(),
            made_by: account.get_untracked().map(|account| account.email).unwrap_or_default(),
            params: View::params(&state.get_untracked()),
        };
        match view.to_patch() {
            Ok(patch) => {
                put(desk, RecordKey::new(KIND, ids::new_record_id()), patch, Some(t!("Saved the view “{named}”")));
                panel.set(None);
            }
            Err(error) => wrong.set(Some(say(error))),
        }
    };
    let choices = ViewAudience::CHOICES.iter().map(|choice| Choice::new(choice.value, tr(choice.label))).collect();
    view! {
        <form
            class="stack new-view"
            novalidate=true
            on:submit=move |event| {
                event.prevent_default();
                save();
            }
        >
            <h3>"Save what is shown now"</h3>
            <TextInput
                label="Name"
                value=name
                on_input=move |text| {
                    name.set(text);
                    wrong.set(None);
                }
                error=wrong
            />
            <Segmented
                label="For"
                value=audience
                options=choices
                on_change=move |value: String| audience.set(value)
            />
            <div class="dialog-actions">
                <Button on_click=move |()| panel.set(None)>"Close"</Button>
                <Button kind=ButtonKind::Primary submit=true>
                    "Save view"
                </Button>
            </div>
        </form>
    }
    .into_markup()
}
