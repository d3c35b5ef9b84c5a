//! What a record's own page says if there is likely another one of the same: a quiet line, the way to make one of both, and the word
//! that they are two.

use leptos::prelude::*;
use outpost_core::dedupe::{Likeness, can_be_reached, is_likely};
use outpost_core::record::Record;
use outpost_core::records::Apart;
use outpost_core::schema::{RecordType, Schema};

use super::apart::not_the_same;
use crate::forms::{say, twin_line};
use crate::markup::{IntoMarkup, Markup, view};
use crate::platform::page;
use crate::state::{Desk, Live, live_behind};

/// The line. It stands below all of the page and sticks to the window's edge: the page need not wait for it, for the index may have to be
/// loaded and all its words taken up first, and it moves nothing when it comes. It names one; the next is named once that is settled.
#[component]
pub(crate) fn Alike(desk: Desk, schema: &'static Schema, record: Signal<Record>) -> Markup {
    if !schema.list.merges || !can_be_reached(schema) {
        return Markup::Empty;
    }
    let found: Live<Vec<(Likeness, Record)>> = live_behind(
        move || (record.get(), desk.version(schema.kind), desk.version(Apart::SCHEMA.kind)),
        move |(record, ..)| async move {
            let mut found = desk.store().twins_of(schema, &record).await.map_err(say)?;
            found.retain(|(alike, other)| is_likely(schema, *alike, &record, other));
            Ok(found)
        },
    );
    let line = move || {
        if let Some(why) = found.error() {
            // The record itself is shown all the same; whoever looks for duplicates is told.
            page::warn(&format!("it cannot be told whether this record is there twice: {why}"));
        }
        let id = record.with_untracked(|record| record.id);
        found.with(|found| {
            let (alike, other) = found?.first()?;
            twin_line(schema, *alike, other, Some(id), not_the_same(desk, schema, id, other.id))
        })
    };
    view! { <div class="alike" role="status">{line}</div> }.into_markup()
}
