//! Chooses another record by name: a relation's control.

use crate::markup::{Markup, view};
use leptos::prelude::*;
use leptos::{ev, html};
use outpost_core::id::RecordId;
use outpost_core::index::Query;
use outpost_core::record::{Record, RecordKey};

use super::entry::Entry;
use super::offers::Offers;
use super::state::{FieldState, FormState};
use crate::components::{Avatar, Field, Glyph, IconButton, described_by, new_id};
use crate::state::{Live, live, schema, title_of, use_desk};
use crate::words::{lower, t, tr};

/// How many matches are offered.
const OFFERED: usize = 8;

/// The control of a relation field.
#[component]
pub fn RecordPicker(
    /// The form: the fields that a choice fills in are in it.
    form: FormState,
    /// The field.
    state: FieldState,
    /// The type that is chosen from.
    kind: &'static str,
) -> Markup {
    let desk = use_desk();
    let chosen_id = Memo::new(move |_| state.entry.with(|entry| entry.text().parse::<RecordId>().ok()));
    let chosen: Live<Option<Record>> = live(
        move || chosen_id.get(),
        move |id| {
            let store = desk.store();
            async move {
                match id {
                    Some(id) => store.get(&RecordKey::new(kind, id)).await.map_err(|error| error.to_string()),
                    None => Ok(None),
                }
            }
        },
    );
    let pick = Callback::new(move |record: Record| {
        state.enter(Entry::Text(record.id.to_string()));
        fill_in(form, &record);
    });
    let again = StoredValue::new(false);
    let clear = move |()| {
        again.set_value(true);
        state.enter(Entry::Text(String::new()));
    };
    view! {
        {move || match chosen_id.get() {
            None => view! { <Finder state kind pick open=again.get_value() /> },
            Some(_) => {
                view! {
                    <div class="field">
                        <span class="field-label">{state.field.label}</span>
                        <div class="picked">
                            {move || {
                                chosen
                                    .value()
                                    .map(|record| match record.filter(|record| !record.is_deleted()) {
                                        Some(record) => {
                                            let title = title_of(&record);
                                            view! {
                                                <Avatar name=title.clone() />
                                                <b class="ellipsis">{title}</b>
                                            }
                                        }
                                        None => view! { <span class="muted">"It was deleted."</span> },
                                    })
                            }}
                            <span class="push">
                                <IconButton
                                    label=t!("Choose another {}", lower(state.field.label))
                                    icon=Glyph::Close
                                    small=true
                                    on_click=clear
                                />
                            </span>
                        </div>
                    </div>
                }
            }
        }}
    }
}

/// Fills in what the chosen record already says and the form still lacks.
fn fill_in(form: FormState, record: &Record) {
    let company = record.get("company").filter(|company| company.as_str().is_some_and(|text| !text.is_empty()));
    let called = company.or_else(|| record.get("name"));
    let suggest = |name: &str, value: Option<&serde_json::Value>| {
        if let Some(value) = value {
            form.suggest(name, value);
        }
    };
    match (form.schema.kind, record.kind.as_str()) {
        ("deal", "lead" | "company") => {
            suggest("company", called);
            suggest("amount", record.get("value"));
        }
        ("invoice", "lead" | "company") => {
            suggest("buyer_name", called);
            suggest("buyer_address", record.get("address"));
            suggest("buyer_email", record.get("emails").and_then(|emails| emails.get(0)));
            suggest("buyer_tax_id", record.get("tax_id"));
        }
        _ => {}
    }
}

/// The input that searches.
#[component]
pub(super) fn Finder(
    state: FieldState,
    kind: &'static str,
    pick: Callback<Record>,
    /// Another one was just asked for.
    #[prop(optional)]
    open: bool,
) -> Markup {
    let desk = use_desk();
    let id = new_id();
    let text = RwSignal::new(String::new());
    let offers = Offers::to_choose();
    if open {
        offers.open();
    }
    let input = NodeRef::<html::Input>::new();
    let found: Live<Vec<Record>> = live(
        move || (offers.is_open(), text.get()),
        move |(open, text)| {
            let store = desk.store();
            async move {
                if !open {
                    return Ok(Vec::new());
                }
                let query = Query { text, ..Query::recent(kind) };
                let window = store.window(&query, 0, OFFERED).await.map_err(|error| error.to_string())?;
                Ok(window.rows)
            }
        },
    );
    let options = move || found.value().unwrap_or_default();
    let choose = move |record: Record| {
        offers.close();
        // Where several are chosen, this input stays for the next one.
        text.set(String::new());
        pick.run(record);
    };
    let on_key = move |event: ev::KeyboardEvent| {
        let all = options();
        if let Some(record) = offers.key(&event, all.len()).and_then(|at| all.into_iter().nth(at)) {
            choose(record);
        }
    };
    let error = MaybeProp::from(state.error());
    let hint = MaybeProp::<String>::default();
    let described = described_by(&id, hint, error);
    let plural = lower(schema(kind).map_or("records", |schema| schema.plural));
    let none = t!("No {plural} found");
    let rows = move || {
        let all = options();
        if all.is_empty() {
            return vec![view! { <li class="picker-none muted small">{none.clone()}</li> }];
        }
        all.into_iter()
            .enumerate()
            .map(|(at, record)| {
                let title = title_of(&record);
                let second = schema(kind).map(|schema| record.text(schema.list.subtitle).to_owned());
                let content = view! {
                    <Avatar name=title.clone() />
                    <span class="ellipsis">{title}</span>
                    <span class="muted ellipsis push">{second}</span>
                };
                offers.option(at, content, move || choose(record.clone()))
            })
            .collect::<Vec<_>>()
    };
    let shown = Memo::new(move |_| offers.is_open());
    view! {
        <Field id=id.clone() label=tr(state.field.label) hint error>
            <div class="picker">
                <input
                    node_ref=input
                    id=id.clone()
                    class="input"
                    type="text"
                    role="combobox"
                    autocomplete="off"
                    spellcheck="false"
                    placeholder=t!("Search {plural}")
                    aria-expanded=move || shown.get().to_string()
                    aria-controls=offers.id()
                    aria-autocomplete="list"
                    aria-activedescendant=move || offers.active_id(options().len())
                    aria-describedby=move || described.get()
                    prop:value=move || text.get()
                    on:click=move |_| offers.open()
                    on:blur=move |_| offers.close()
                    on:keydown=on_key
                    on:input=move |event| {
                        text.set(event_target_value(&event));
                        offers.open();
                    }
                />
                {move || shown.get().then(|| view! {
                    <ul class="picker-list" id=offers.id() role="listbox">
                        {rows.clone()}
                    </ul>
                })}
            </div>
        </Field>
    }
}
