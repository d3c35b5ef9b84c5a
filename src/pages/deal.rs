//! Deals: the page of one, how a new one is made. The board is in `board`.

mod lost;
pub(crate) mod moves;
mod page;

use crate::markup::{Markup, view};
use outpost_core::id::RecordId;
use outpost_core::mutation::{Op, Patch};
use outpost_core::records::{Deal, begin_deal};
use outpost_core::schema::{RecordType, Schema};

use crate::components::{Art, Glyph, Icon, NavLink};
use crate::pages::record::{NewSpec, Origin, prefill};
use crate::pages::types::{Look, add};
use crate::platform::{ids, time};
use crate::state::pipelines;
use crate::words::tr;

pub(crate) use lost::LostDialog;
pub(crate) use moves::{Along, move_deal, said, tell};

pub(crate) static SCHEMA: Schema = Deal::SCHEMA;
pub(crate) const PATH: &str = "/deals";

/// What people call the stage of a key; one that nobody knows is shown as it is.
pub(crate) fn name_of(stage: &str) -> String {
    pipelines().stage(stage).map_or_else(|| stage.to_owned(), |stage| tr(stage.name).to_owned())
}

/// The same for whoever looks at a pipeline: a stage of another one is named with that.
pub(crate) fn name_seen_from(pipeline: RecordId, stage: &str) -> String {
    let of = pipelines().with(stage);
    match of.id == pipeline {
        true => name_of(stage),
        false => format!("{}: {}", tr(of.name), name_of(stage)),
    }
}

/// Board or list: two links that look like a choice.
pub(crate) fn switch() -> Markup {
    view! {
        <nav class="seg links" aria-label="View">
            <NavLink href="/deals" exact=true>
                <Icon glyph=Glyph::Deals />
                "Board"
            </NavLink>
            <NavLink href="/deals/list">
                <Icon glyph=Glyph::Sort />
                "List"
            </NavLink>
        </nav>
    }
}

/// What is particular about the pages of deals.
pub(crate) fn look(plain: Look) -> Look {
    Look {
        glyph: Glyph::Deals,
        is_somebody: true,
        art: Art::Board,
        teaches: "A deal is a sale in the making: what it is about, what it is worth, and how far it has come.",
        extra: &["owner"],
        switch: Some(switch),
        new: NewSpec { hidden: |_| &["lost_reason"], prefill: filled_in, make },
        // Its stage is not in the form: a move is an event, made on the board or the deal's page.
        edit: Some(&["stage", "lost_reason"]),
        page: page::page,
        commands: moves::commands,
        holds: &["invoice"],
        ..plain
    }
}

/// What a new deal says already: what is known of whom it is with.
fn filled_in(origin: &Origin) -> Patch {
    let mut patch = prefill(origin);
    let of = |kind: &str, name: &str| origin.record(kind)?.get(name).cloned();
    let called = of("company", "name").or_else(|| of("lead", "company")).or_else(|| of("lead", "name"));
    let owner = of("lead", "owner").or_else(|| of("company", "owner"));
    add(&mut patch, [("company", called), ("amount", of("lead", "value")), ("owner", owner)]);
    patch
}

/// The ops that make one.
fn make(_: &Origin, id: RecordId, patch: Patch) -> Vec<Op> {
    begin_deal(id, ids::new_record_id(), patch, time::now_ms())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[wasm_bindgen_test::wasm_bindgen_test]
    fn a_new_deal_begins_with_an_event() {
        let id = ids::new_record_id();
        let patch = Patch::from([("title".to_owned(), json!("Cold room")), ("stage".to_owned(), json!("proposal"))]);
        let ops = make(&Origin::new(&SCHEMA), id, patch);
        assert_eq!(ops.len(), 2);
        let (event, deal) = (&ops[0], &ops[1]);
        assert_eq!((event.kind.as_str(), event.value("to")), ("stage_event", Some(&json!("proposal"))));
        assert_eq!((deal.id, deal.value("title")), (id, Some(&json!("Cold room"))));
    }
}
