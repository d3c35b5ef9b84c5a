//! What becomes of the rows, before anything is written.

use leptos::prelude::*;
use outpost_core::exchange::{Fault, Format, Sheet};
use outpost_core::mutation::Patch;
use outpost_core::schema::{Field, Schema};
use serde_json::Value;

use super::state::{Importing, Looked};
use super::work::Checked;
use crate::components::{Button, ButtonKind, Checkbox, Choice, Glyph, Panel, Segmented, Skeleton, Tag, Tone};
use crate::markup::{IntoMarkup, Markup, view};
use crate::pages::show;
use crate::platform::intl;
use crate::words::{lower, said, t, tn, tr};

/// So many wrong rows are told; the file has all.
const TOLD: usize = 5;

/// How many rows of each fate, the first of them, and the button that begins.
#[component]
pub(super) fn Preview(importing: Importing) -> Markup {
    let body = move || match importing.looked.get() {
        None => view! { <Skeleton rows=4 /> },
        Some(Looked { sheet, checked, .. }) => findings(importing, &sheet, &checked),
    };
    let count = move || {
        importing
            .looked
            .with(|looked| looked.as_ref().map_or(0, |looked| looked.checked.count(importing.with_twins.get())))
    };
    let words = move || {
        let (count, schema) = (count(), importing.choices.with(|choices| choices.schema));
        let what = named(schema, count);
        tn!(count, "Import {count} {what}", "Import {count} {what}", count = intl::count(count))
    };
    let view = view! {
        <Panel title="Preview">{body}</Panel>
        <div class="import-go">
            <Button
                kind=ButtonKind::Primary
                icon=Glyph::Import
                disabled=Signal::derive(move || count() == 0)
                on_click=move |()| importing.run()
            >
                {words}
            </Button>
        </div>
    };
    view.into_markup()
}

/// “lead” or “leads”.
pub(super) fn named(schema: &Schema, count: usize) -> String {
    lower(if count == 1 { schema.label } else { schema.plural })
}

fn findings(importing: Importing, sheet: &Sheet, checked: &Checked) -> Markup {
    let schema = importing.schema();
    let (ready, here, wrongs) = (checked.good.len() - checked.twins, checked.twins, checked.wrong.len());
    let tag = |tone: Tone, count: usize, words: String| (count > 0).then(|| view! { <Tag tone>{words}</Tag> });
    view! {
        <div class="tags" aria-live="polite">
            {tag(Tone::Ok, ready, tn!(ready, "{} ready", "{} ready", intl::count(ready)))}
            {tag(Tone::Warn, here, tn!(here, "{} already here", "{} already here", intl::count(here)))}
            {tag(Tone::Bad, wrongs, tn!(wrongs, "{} with errors", "{} with errors", intl::count(wrongs)))}
        </div>
        {twins(importing, schema, checked.twins)}
        {shown(schema, &checked.shown)}
        {wrong(importing, sheet, checked)}
    }
}

fn twins(importing: Importing, schema: &Schema, count: usize) -> Option<Markup> {
    if count == 0 {
        return None;
    }
    let words = tn!(
        count,
        "One row looks like another {what}, here or earlier in the file.",
        "{count} rows look like another {what}, here or earlier in the file: the same e-mail, phone or ID.",
        count = intl::count(count),
        what = lower(schema.label)
    );
    let value = Signal::derive(move || if importing.with_twins.get() { "make".to_owned() } else { "skip".to_owned() });
    Some(view! {
        <div class="import-twins">
            <p>{words}</p>
            <Segmented
                label="Rows that are already here"
                hide_label=true
                value
                options=vec![Choice::new("skip", tr("Leave them out")), Choice::new("make", tr("Import them too"))]
                on_change=move |answer: String| importing.with_twins.set(answer == "make")
            />
        </div>
    })
}

/// The first rows as the records that they become, each with whether it is here already.
fn shown(schema: &'static Schema, rows: &[(Patch, bool)]) -> Option<Markup> {
    if rows.is_empty() {
        return None;
    }
    let has = |field: &&'static Field| rows.iter().any(|(patch, _)| patch.contains_key(field.name));
    let fields: Vec<&'static Field> = schema.fields.iter().filter(has).collect();
    let any_twin = rows.iter().any(|(_, is_twin)| *is_twin);
    let heads = fields.iter().map(|field| view! { <th scope="col">{field.label}</th> }).collect::<Vec<_>>();
    let row = |(patch, is_twin): &(Patch, bool)| {
        let cells = fields.iter().map(|field| {
            let text = show::short(Some(field), patch.get(field.name).unwrap_or(&Value::Null));
            view! { <td><span class="ellipsis">{text}</span></td> }
        });
        let here = is_twin.then(|| view! { <Tag tone=Tone::Warn>"Already here"</Tag> });
        view! {
            <tr>
                {any_twin.then(|| view! { <td>{here}</td> })}
                {cells.collect::<Vec<_>>()}
            </tr>
        }
    };
    let rows = rows.iter().map(row).collect::<Vec<_>>();
    Some(view! {
        <div class="import-table" tabindex="0" role="region" aria-label="The first rows">
            <table class="table">
                <thead>
                    <tr>
                        {any_twin.then(|| view! { <td></td> })}
                        {heads}
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    })
}

fn wrong(importing: Importing, sheet: &Sheet, checked: &Checked) -> Option<Markup> {
    let first = checked.wrong.first()?;
    let place = |row: usize| {
        let number = intl::count(sheet.line(row) as usize);
        if matches!(sheet.format(), Format::Text(_)) { t!("Line {number}") } else { t!("No. {number}") }
    };
    let line = |(row, faults): &(usize, Vec<Fault>)| {
        view! {
            <li>
                <b class="num">{place(*row)}</b>
                <span>{faults.iter().map(|fault| said(fault.to_string())).collect::<Vec<_>>().join(" · ")}</span>
            </li>
        }
    };
    let lines = checked.wrong.iter().take(TOLD).map(line).collect::<Vec<_>>();
    let more = checked.wrong.len().saturating_sub(TOLD);
    let more = (more > 0).then(|| {
        let words = tn!(
            more,
            "and {} more. After the import all of them come as a file to mend.",
            "and {} more. After the import all of them come as a file to mend.",
            intl::count(more)
        );
        view! { <p class="muted small">{words}</p> }
    });
    let relations = importing.schema().fields.iter().any(|field| field.leads_to().is_some());
    let named = |fault: &Fault| fault.says.split(' ').any(|word| word == "called");
    let unknown =
        relations && (first.1.iter().any(named) || checked.wrong.iter().any(|(_, all)| all.iter().any(named)));
    let lenient = (unknown || importing.choices.with_untracked(|choices| choices.lenient)).then(|| lenient(importing));
    Some(view! {
        <ul class="import-wrong" aria-label="Errors">{lines}</ul>
        {more}
        {lenient}
    })
}

fn lenient(importing: Importing) -> Markup {
    view! {
        <Checkbox
            label="Leave a link empty where no record has that name"
            checked=Signal::derive(move || importing.choices.with(|choices| choices.lenient))
            on_change=move |lenient| importing.choices.update(|choices| choices.lenient = lenient)
        />
    }
}
