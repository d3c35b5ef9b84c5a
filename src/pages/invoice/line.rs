//! One line in the editor: its fields, its amount, its place.

use crate::markup::{Markup, view};
use leptos::html;
use leptos::prelude::*;
use leptos::{ev, prelude::NodeRef};
use outpost_core::id::RecordId;
use outpost_core::record::{Record, RecordKey};
use outpost_core::records::InvoiceLine;
use outpost_core::schema::{RecordType, Schema};

use super::autosave::{Autosave, Saving};
use super::item::ItemInput;
use super::lines::Lines;
use crate::components::{Glyph, IconButton, InputKind, TextInput};
use crate::forms::{Entry, FieldState, FormState};
use crate::words::{t, tr};

pub(super) static SCHEMA: Schema = InvoiceLine::SCHEMA;

/// A line that is edited.
#[derive(Clone, Copy)]
pub(super) struct Line {
    /// Its record.
    pub id: RecordId,
    /// What stands in its fields.
    pub form: FormState,
    /// Saves them.
    pub save: Autosave,
    /// Its place: lines are ordered by this, then by id.
    pub position: RwSignal<i64>,
    /// Its first input.
    pub first: NodeRef<html::Input>,
}

impl PartialEq for Line {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

impl Line {
    /// What it says now, as far as it can be read; what cannot counts as nothing. Tracked.
    pub(super) fn reading(self) -> InvoiceLine {
        let mut record = Record::empty(RecordKey::new(SCHEMA.kind, self.id));
        for (name, value) in self.form.reading() {
            record.fields.insert(name, outpost_core::record::Register(value, outpost_core::hlc::Hlc::ZERO));
        }
        InvoiceLine::from_record(&record).unwrap_or_default()
    }

    /// Whether it counts: it is in the store, or something was typed into it.
    pub(super) fn counts(self) -> bool {
        self.save.exists() || self.form.is_dirty_now()
    }
}

fn input(state: FieldState, kind: InputKind, suffix: Option<&'static str>) -> Markup {
    let on_input = Callback::new(move |text: String| state.enter(Entry::Text(text)));
    let on_change = Callback::new(move |_: String| state.look());
    let (label, error) = (tr(state.field.label), MaybeProp::from(state.error()));
    match suffix {
        Some(suffix) => view! {
            <TextInput label hide_label=true value=state.text() on_input on_change kind error suffix />
        },
        None => view! { <TextInput label hide_label=true value=state.text() on_input on_change kind error /> },
    }
}

/// A row of the table of lines.
#[component]
pub(super) fn LineRow(
    lines: Lines,
    line: Line,
    /// The invoice's form.
    invoice: FormState,
    /// Its amount as it is read.
    amount: Signal<String>,
) -> Markup {
    let item = line.form.field("description");
    let item = item.map(|state| view! { <ItemInput line=line.form invoice state node_ref=line.first /> });
    let field = move |name: &str, kind: InputKind, suffix: Option<&'static str>| {
        line.form.field(name).map(|state| input(state, kind, suffix))
    };
    let on_key = move |event: ev::KeyboardEvent| {
        let plain = !(event.ctrl_key() || event.meta_key() || event.alt_key() || event.shift_key());
        // Enter goes on to the next line, and makes one after the last.
        if event.key() == "Enter" && plain && crate::platform::page::is_typing() {
            event.prevent_default();
            line.save.save();
            lines.next_after(line);
        }
    };
    let at = Memo::new(move |_| lines.place(line));
    let last = Memo::new(move |_| lines.len());
    let number = move || at.get() + 1;
    let failed = move || match line.save.state() {
        Saving::Failed(why) => Some(view! { <p class="field-error">{why}</p> }),
        _ => None,
    };
    view! {
        <tr on:keydown=on_key on:focusout=move |_| line.save.save() data-line=line.id.to_string()>
            <td class="line-item">
                {item}
                {failed}
            </td>
            <td class="num" data-label=tr("Quantity")>{field("quantity", InputKind::Decimal, None)}</td>
            <td data-label=tr("Unit")>{field("unit", InputKind::Text, None)}</td>
            <td class="num" data-label=tr("Unit price")>{field("unit_price", InputKind::Decimal, None)}</td>
            <td class="num" data-label=tr("Discount")>{field("discount", InputKind::Decimal, Some("%"))}</td>
            <td class="num" data-label=tr("Tax")>{field("tax", InputKind::Decimal, Some("%"))}</td>
            <td class="num line-net" data-label=tr("Amount")>{move || amount.get()}</td>
            <td class="line-tools">
                <span class="tools">
                    <IconButton
                        small=true
                        icon=Glyph::ArrowDown
                        label=Signal::derive(move || t!("Move line {} down", number()))
                        disabled=Signal::derive(move || at.get() + 1 >= last.get())
                        on_click=move |()| lines.shift(line, 1)
                    />
                    <span class="turned">
                        <IconButton
                            small=true
                            icon=Glyph::ArrowDown
                            label=Signal::derive(move || t!("Move line {} up", number()))
                            disabled=Signal::derive(move || at.get() == 0)
                            on_click=move |()| lines.shift(line, -1)
                        />
                    </span>
                    <IconButton
                        small=true
                        icon=Glyph::Close
                        label=Signal::derive(move || t!("Remove line {}", number()))
                        on_click=move |()| lines.remove(line)
                    />
                </span>
            </td>
        </tr>
    }
}
