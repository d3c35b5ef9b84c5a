//! What is never to leave for the archive: one press keeps a record with all its parts on each device, however old it gets.

use leptos::prelude::*;
use outpost_core::mutation::{Op, Patch};
use outpost_core::record::Record;
use outpost_core::schema::Schema;
use outpost_core::scope::{KEEP, Keep};
use serde_json::{Value, json};

use crate::components::{Glyph, MenuItem};
use crate::pages::undo::do_with_undo;
use crate::state::{Desk, title_of};
use crate::words::{t, tr};

/// The menu's item that keeps it, or lets it go again; none for types that are never archived. What is returned is tracked, but of the
/// record only whether it is kept: a menu that is open is not built anew for anything else.
pub(crate) fn keep_item(
    desk: Desk,
    schema: &'static Schema,
    record: Signal<Record>,
) -> impl Fn() -> Option<MenuItem> + Copy {
    let is_kept = Memo::new(move |_| record.with(|record| record.text(KEEP) == Keep::Always.value()));
    let press = move |is_kept: bool| {
        record.with_untracked(|record| {
            let name = title_of(record);
            let (value, said) = match is_kept {
                true => (Value::Null, t!("“{name}” may go to the archive when it is old")),
                false => (json!(Keep::Always), t!("“{name}” stays on all devices")),
            };
            let patch = Patch::from([(KEEP.to_owned(), value)]);
            do_with_undo(desk, vec![Op::patch(schema.kind, record.id, patch)], said);
        });
    };
    move || {
        schema.field(KEEP)?;
        let is_kept = is_kept.get();
        let label = if is_kept { tr("Let it be archived") } else { tr("Keep on all devices") };
        Some(MenuItem::new(label, move || press(is_kept)).icon(Glyph::Device))
    }
}
