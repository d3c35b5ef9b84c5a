//! The fields of a type: those that people added, to be changed, ordered and deleted, and the program's own.

use leptos::prelude::*;
use outpost_core::catalogue::Catalogue;
use outpost_core::id::RecordId;
use outpost_core::mutation::{Op, Patch};
use outpost_core::record::RecordKey;
use outpost_core::records::CustomField;
use outpost_core::schema::RecordType;
use serde_json::json;

use super::field_form::FieldForm;
use super::{now, write};
use crate::components::{Button, ButtonKind, Dialog, Glyph, IconButton, Menu, MenuItem, Panel};
use crate::markup::{Markup, view};
use crate::pages::undo::delete_with_undo;
use crate::platform::ids;
use crate::state::{Desk, types};
use crate::words::{lower, t, tr};

const KIND: &str = CustomField::SCHEMA.kind;

/// A field that is asked about: its id, and what it is if it is there.
type Asked = (RecordId, Option<CustomField>);

/// The panel.
#[component]
pub(super) fn FieldsPanel(desk: Desk, kind: &'static str) -> Markup {
    let asked = RwSignal::new(None::<Asked>);
    let row = move |at: usize, last: usize, id: RecordId, field: CustomField| {
        let about = said(types(), &field);
        let edit = field.clone();
        let name = field.label.clone();
        let shift = move |by: isize| move |()| shift(desk, kind, at, by);
        view! {
            <li class="view-row">
                <button type="button" class="view-name" on:click=move |_| asked.set(Some((id, Some(edit.clone()))))>
                    <b>{field.label.clone()}</b>
                    <span class="muted">{about}</span>
                </button>
                <IconButton
                    label=t!("Move {name} up")
                    icon=Glyph::ArrowUp
                    small=true
                    disabled=at == 0
                    on_click=shift(-1)
                />
                <IconButton
                    label=t!("Move {name} down")
                    icon=Glyph::ArrowDown
                    small=true
                    disabled=at == last
                    on_click=shift(1)
                />
                <Menu label=t!("More about {name}") items=Signal::stored(items(desk, asked, id, field)) />
            </li>
        }
    };
    let rows = move || {
        now(desk, kind);
        let added = types().added(kind).to_vec();
        if added.is_empty() {
            return view! {
                <p class="muted">
                    "No field was added yet. What you add is in forms, lists, filters, searches, imports and exports at once."
                </p>
            };
        }
        let last = added.len() - 1;
        let rows = added.into_iter().enumerate().map(|(at, (id, field))| row(at, last, id, field));
        view! { <ul class="view-rows">{rows.collect::<Vec<_>>()}</ul> }
    };
    let own = move || {
        let fields = now(desk, kind).map_or(&[][..], |schema| schema.fields).iter();
        let added = types().added(kind);
        let is_added =
            |field: &&outpost_core::schema::Field| added.iter().any(|(id, _)| CustomField::name(*id) == field.name);
        let own = fields.filter(|field| field.in_form && !is_added(field)).map(|field| tr(field.label));
        t!("Always there: {}.", own.collect::<Vec<_>>().join(", "))
    };
    let add = move |()| asked.set(Some((ids::new_record_id(), None)));
    let title = Signal::derive(move || match asked.get() {
        Some((_, Some(field))) => t!("Change “{}”", field.label),
        _ => t!("New field").to_owned(),
    });
    let form = move || {
        let (id, before) = asked.get()?;
        let key = RecordKey::new(KIND, id);
        Some(view! { <FieldForm kind key before on_done=move |()| asked.set(None) /> })
    };
    view! {
        <Panel title="Fields">
            <div class="stack">
            {rows}
            <div class="form-actions">
                <Button kind=ButtonKind::Primary icon=Glyph::Plus on_click=add>
                    "New field"
                </Button>
            </div>
            <p class="muted small">{own}</p>
            </div>
        </Panel>
        <Dialog open=Signal::derive(move || asked.with(Option::is_some)) on_close=move |()| asked.set(None) title>
            {form}
        </Dialog>
    }
}

/// What a field is, in a line.
fn said(types: &Catalogue, field: &CustomField) -> String {
    let mut parts = vec![tr(field.kind.label()).to_owned()];
    if let Some(to) = types.schema(&field.to).filter(|_| field.is_relation()) {
        parts.push(lower(to.plural));
    }
    if !field.options.0.is_empty() {
        parts.push(field.options.0.iter().map(|option| option.label.as_str()).collect::<Vec<_>>().join(", "));
    }
    if field.need == outpost_core::records::FieldNeed::Required {
        parts.push(t!("must be filled in").to_owned());
    }
    parts.join(" · ")
}

fn items(desk: Desk, asked: RwSignal<Option<Asked>>, id: RecordId, field: CustomField) -> Vec<MenuItem> {
    let name = field.label.clone();
    let delete = move || delete_with_undo(desk, RecordKey::new(KIND, id), name.clone(), || ());
    vec![
        MenuItem::new("Change", move || asked.set(Some((id, Some(field.clone()))))).icon(Glyph::Edit),
        MenuItem::new("Delete", delete).icon(Glyph::Trash).danger(),
    ]
}

/// Moves the `at`-th field that was added up or down.
fn shift(desk: Desk, kind: &str, at: usize, by: isize) {
    let mut order = types().added(kind).to_vec();
    let Some(to) = at.checked_add_signed(by).filter(|to| *to < order.len()) else { return };
    order.swap(at, to);
    let place = |(place, (id, field)): (i64, (RecordId, CustomField))| {
        let patch = Patch::from([("place".to_owned(), json!(place))]);
        (field.place != place).then(|| Op::patch(KIND, id, patch))
    };
    let ops = (1..).zip(order).filter_map(place).collect();
    write(desk, ops, None, || ());
}
