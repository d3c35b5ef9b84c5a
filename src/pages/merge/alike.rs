//! What a record's own page says if there is likely another one of the same: a quiet line, and the way to make one of both.

use leptos::prelude::*;
use outpost_core::dedupe::{Likeness, can_be_reached, is_likely};
use outpost_core::record::Record;
use outpost_core::schema::Schema;

use crate::forms::{NAMED, say, twin_line};
use crate::markup::{IntoMarkup, Markup, view};
use crate::platform::page;
use crate::state::{Desk, Live, live};

/// The line.
#[component]
pub(crate) fn Alike(desk: Desk, schema: &'static Schema, record: Signal<Record>) -> Markup {
    if !schema.list.merges || !can_be_reached(schema) {
        return Markup::Empty;
    }
    let found: Live<Vec<(Likeness, Record)>> = live(
        move || (record.get(), desk.version(schema.kind)),
        move |(record, _)| async move {
            let mut found = desk.store().twins_of(schema, &record).await.map_err(say)?;
            found.retain(|(alike, other)| is_likely(schema, *alike, &record, other));
            Ok(found)
        },
    );
    let lines = move || {
        if let Some(why) = found.error() {
            // The record itself is shown all the same; whoever looks for duplicates is told.
            page::warn(&format!("it cannot be told whether this record is there twice: {why}"));
        }
        let id = record.with_untracked(|record| record.id);
        let found = found.value()?;
        let line = |(alike, other): &(Likeness, Record)| twin_line(schema, *alike, other, Some(id));
        let lines: Vec<Markup> = found.iter().take(NAMED).filter_map(line).collect();
        (!lines.is_empty()).then(|| view! { <div class="banners">{lines}</div> })
    };
    lines.into_markup()
}
