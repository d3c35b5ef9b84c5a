//! Saying that two records which look alike are not the same.

use leptos::task::spawn_local;
use outpost_core::id::RecordId;
use outpost_core::schema::Schema;

use crate::components::{Button, ButtonKind};
use crate::forms::say;
use crate::markup::{Markup, view};
use crate::pages::undo::offer_undo;
use crate::state::Desk;
use crate::words::tr;

/// The button that says it of a pair.
pub(super) fn not_the_same(desk: Desk, of: &'static Schema, one: RecordId, other: RecordId) -> Markup {
    let part = move |()| {
        spawn_local(async move {
            let written = desk.store().keep_apart(of, one, other).await.map_err(say);
            offer_undo(desk, written, tr("They are not offered as the same again").to_owned());
        });
    };
    view! {
        <Button small=true kind=ButtonKind::Quiet on_click=part>"Not the same"</Button>
    }
}
