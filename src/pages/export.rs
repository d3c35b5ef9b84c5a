//! Export of a list as a file: what the list shows, in its order, read from the device a window at a time.

use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::hooks::use_location;
use outpost_core::exchange::{BOM, Delimiter, csv_header, csv_row, has_cards, json_row, vcard};
use outpost_core::id::RecordId;
use outpost_core::index::Query;
use outpost_core::record::{Record, RecordKey};
use outpost_core::records::Lead;
use outpost_core::schema::{RecordType, Schema};

use crate::components::{
    Banner, BannerKind, Button, ButtonKind, Checkbox, Choice, Glyph, PageHeader, Panel, Progress, Segmented, Toast,
};
use crate::forms::say;
use crate::markup::{IntoMarkup, Markup, view};
use crate::pages::links;
use crate::platform::files::Download;
use crate::platform::{intl, time};
use crate::state::{Desk, added_to, live, schema, title_of, use_desk};
use crate::words::{lower, t, tn, tr};
use outpost_core::list_view::ListView;

static LEAD: Schema = Lead::SCHEMA;
/// Records read at once.
const SLICE: usize = 250;

/// In which form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Format {
    Csv(Delimiter),
    Json,
    VCard,
}

impl Format {
    fn of(name: &str) -> Self {
        match name {
            "json" => Self::Json,
            "vcard" => Self::VCard,
            "excel" => Self::Csv(Delimiter::Semicolon),
            _ => Self::Csv(Delimiter::Comma),
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Csv(Delimiter::Comma) => "csv",
            Self::Csv(_) => "excel",
            Self::Json => "json",
            Self::VCard => "vcard",
        }
    }

    const fn explained(self) -> &'static str {
        match self {
            Self::Csv(Delimiter::Comma) => {
                "Commas between the columns, in UTF-8. What a spreadsheet would run as a formula is made harmless."
            }
            Self::Csv(_) => {
                "Semicolons between the columns: for spreadsheets of languages that write decimals with a comma."
            }
            Self::Json => "For other programs: a list of objects.",
            Self::VCard => "For address books: a card for each, of version 4.0.",
        }
    }
}

/// The page. The address names the type and, as that of its list does, what is shown of it.
#[component]
pub(crate) fn ExportPage() -> Markup {
    let desk = use_desk();
    let address = use_location().query.get_untracked();
    let of = address.get("type").and_then(|kind| schema(&kind)).unwrap_or_else(|| added_to(&LEAD));
    let state = ListView::read(of, |name| address.get(name));
    let query = state.query(of.kind);
    let back = links::list_of(of.kind).unwrap_or("/leads");
    let format = RwSignal::new(Format::Csv(Delimiter::Comma));
    let with_bom = RwSignal::new(true);
    let done = RwSignal::new(None::<usize>);
    let asked = query.clone();
    let found = live(
        move || desk.version(of.kind),
        move |_| {
            let (store, query) = (desk.store(), asked.clone());
            async move { store.ids(&query).await.map(|ids| ids.len()).map_err(say) }
        },
    );
    let counted = move || found.value().unwrap_or_default();
    let words = move || {
        let count = counted();
        let what = lower(if count == 1 { of.label } else { of.plural });
        tn!(count, "Export {count} {what}", "Export {count} {what}", count = intl::count(count))
    };
    let told = if state.is_narrowed() {
        "What the list shows now, in its order."
    } else {
        "All of them, in the order of the list."
    };
    let mut options =
        vec![Choice::new("csv", "CSV"), Choice::new("excel", tr("CSV, semicolons")), Choice::new("json", "JSON")];
    if has_cards(of) {
        options.push(Choice::new("vcard", "vCard"));
    }
    let begin = move |()| {
        let (query, format) = (query.clone(), format.get_untracked());
        let bom = with_bom.get_untracked();
        done.set(Some(0));
        spawn_local(async move {
            let tell = |count| {
                done.try_set(Some(count));
            };
            let toast = match export(desk, of, query, (format, bom), tell).await {
                Ok(name) => Toast::new(t!("Saved as {name}")),
                Err(why) => Toast::bad(say(why)),
            };
            desk.toasts.show(toast);
            done.try_set(None);
        });
    };
    let mark = move || {
        matches!(format.get(), Format::Csv(_)).then(|| {
            view! {
                <Checkbox
                    label="Say that it is UTF-8"
                    hint="A mark at its beginning, by which Excel knows"
                    checked=with_bom
                    on_change=move |with| with_bom.set(with)
                />
            }
        })
    };
    let progress = move || {
        done.get().map(|count| {
            view! {
                <Progress label=Signal::stored(tr("Exporting").to_owned()) done=count as u64 total=Some(counted() as u64) />
            }
        })
    };
    let view = view! {
        <PageHeader title=t!("Export {}", lower(of.plural)) back back_label=tr(of.plural) />
        <div class="import">
            {move || found.error().map(|text| view! { <Banner kind=BannerKind::Bad text /> })}
            <Panel>
                <div class="stack tight">
                    <Segmented
                        label="As"
                        value=Signal::derive(move || format.get().name().to_owned())
                        options
                        on_change=move |name: String| format.set(Format::of(&name))
                    />
                    <p class="muted small">{move || format.get().explained()}</p>
                    {mark}
                    <p class="small">{told}</p>
                    {progress}
                    <div class="btn-group">
                        <Button
                            kind=ButtonKind::Primary
                            icon=Glyph::Export
                            busy=Signal::derive(move || done.get().is_some())
                            disabled=Signal::derive(move || counted() == 0)
                            on_click=begin
                        >
                            {words}
                        </Button>
                    </div>
                </div>
            </Panel>
        </div>
    };
    view.into_markup()
}

/// Writes the file; returns its name.
async fn export(
    desk: Desk,
    of: &'static Schema,
    query: Query,
    (format, bom): (Format, bool),
    tell: impl Fn(usize),
) -> Result<String, String> {
    let store = desk.store();
    let ids = store.ids(&query).await.map_err(say)?;
    let (mime, ending) = match format {
        Format::Csv(_) => ("text/csv;charset=utf-8", "csv"),
        Format::Json => ("application/json", "json"),
        Format::VCard => ("text/vcard;charset=utf-8", "vcf"),
    };
    let file = Download::new(mime);
    match format {
        Format::Csv(delimiter) => {
            let header = csv_header(of, delimiter);
            file.push(&if bom { format!("{BOM}{header}") } else { header })?;
        }
        Format::Json => file.push("[\n")?,
        Format::VCard => {}
    }
    let mut written = 0;
    for slice in ids.chunks(SLICE) {
        let keys: Vec<RecordKey> = slice.iter().map(|id| RecordKey::new(of.kind, *id)).collect();
        let records = store.get_many(&keys).await.map_err(say)?;
        let names = names(desk, of, &records).await?;
        let name_of =
            |_: &str, id: RecordId| names.iter().find(|(named, _)| *named == id).map(|(_, name)| name.clone());
        let mut text = String::new();
        for record in records.iter().filter(|record| !record.is_deleted()) {
            match format {
                Format::Csv(delimiter) => text.push_str(&csv_row(of, record, &name_of, delimiter)),
                Format::Json => {
                    text.push_str(if written == 0 { "" } else { ",\n" });
                    text.push_str(&json_row(of, record, &name_of).to_string());
                }
                Format::VCard => text.push_str(&vcard(of, record)),
            }
            written += 1;
        }
        file.push(&text)?;
        tell(written);
    }
    if format == Format::Json {
        file.push("\n]\n")?;
    }
    let name = format!("{}-{}.{ending}", of.plural.to_lowercase().replace(' ', "-"), time::today());
    file.offer(&name)?;
    Ok(name)
}

/// What the records are called that these point at.
async fn names(desk: Desk, of: &Schema, records: &[Record]) -> Result<Vec<(RecordId, String)>, String> {
    let mut keys: Vec<RecordKey> = Vec::new();
    for field in of.fields {
        if let Some(kind) = field.leads_to() {
            for id in records.iter().flat_map(|record| field.links(record)) {
                let key = RecordKey::new(kind, id);
                if !keys.contains(&key) {
                    keys.push(key);
                }
            }
        }
    }
    let found = desk.store().get_many(&keys).await.map_err(say)?;
    Ok(found.iter().map(|record| (record.id, title_of(record))).collect())
}
