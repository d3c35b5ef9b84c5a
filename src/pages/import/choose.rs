//! The first step: which file.

use leptos::ev;
use leptos::prelude::*;

use super::importable;
use super::state::Importing;
use crate::components::{Button, Choice, Glyph, Icon, Segmented, Select, TextArea};
use crate::markup::{IntoMarkup, Markup, view};
use crate::platform::files::{self, Chosen};
use crate::words::tr;

const ACCEPTED: &str = ".csv,.tsv,.txt,.vcf,.vcard,.json,text/csv,text/vcard,text/x-vcard,application/json";
/// So many types are shown side by side.
const SIDE_BY_SIDE: usize = 4;

/// Into which type.
#[component]
pub(super) fn TypeChoice(importing: Importing) -> Markup {
    let options: Vec<Choice> = importable().map(|schema| Choice::new(schema.kind, tr(schema.plural))).collect();
    let value = Signal::derive(move || importing.choices.with(|choices| choices.schema.kind.to_owned()));
    let on_change = Callback::new(move |kind: String| {
        if let Some(schema) = importable().find(|schema| schema.kind == kind) {
            importing.set_schema(schema);
        }
    });
    if options.len() <= SIDE_BY_SIDE {
        view! { <Segmented label="Import as" value options on_change /> }
    } else {
        view! { <Select label="Import as" value options=Signal::stored(options) on_change /> }
    }
}

/// Chosen, dropped or pasted.
#[component]
pub(super) fn Choose(importing: Importing) -> Markup {
    let over = RwSignal::new(false);
    let pasted = RwSignal::new(String::new());
    let read = move |file: web_sys::File| importing.load(async move { files::read(&file).await.map(Some) });
    let on_choice = move |event: ev::Event| {
        if let Some(file) = files::of_input(&event) {
            read(file);
        }
    };
    let on_drop = move |event: ev::DragEvent| {
        event.prevent_default();
        over.set(false);
        if let Some(file) = files::of_transfer(event.data_transfer()) {
            read(file);
        }
    };
    let use_pasted = move |()| {
        let text = pasted.get_untracked();
        importing.take(Chosen { name: tr("Pasted rows").to_owned(), bytes: text.into_bytes() });
    };
    let view = view! {
        <section class="panel import-choose">
            <TypeChoice importing />
            <div
                class="drop"
                class:over=move || over.get()
                on:dragover=move |event: ev::DragEvent| {
                    event.prevent_default();
                    over.set(true);
                }
                on:dragleave=move |_| over.set(false)
                on:drop=on_drop
            >
                <span class="drop-mark">
                    <Icon glyph=Glyph::Import />
                </span>
                <p class="drop-title">"Drop a file here"</p>
                <label class="btn primary">
                    "Choose a file"
                    <input type="file" class="vh" accept=ACCEPTED on:change=on_choice />
                </label>
                <p class="muted small">
                    "CSV from a spreadsheet or another CRM, vCard from an address book, or JSON. It is read on this device."
                </p>
            </div>
            <details class="import-paste">
                <summary>"Or paste rows"</summary>
                <div class="stack tight">
                    <TextArea
                        label="Rows"
                        value=pasted
                        on_input=move |text| pasted.set(text)
                        hint="Copied from a spreadsheet, or lines of CSV"
                    />
                    <div class="btn-group">
                        <Button
                            disabled=Signal::derive(move || pasted.with(|text| text.trim().is_empty()))
                            on_click=use_pasted
                        >
                            "Use these rows"
                        </Button>
                    </div>
                </div>
            </details>
        </section>
    };
    view.into_markup()
}
