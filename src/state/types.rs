//! The record types, as pages ask for them: those of the program and those that people have made, each with the fields that were
//! added. Until the app's second part has read the definitions, those of the program.

use std::cell::Cell;

use leptos::prelude::*;
use outpost_core::catalogue::{Catalogue, DEFINITIONS};
use outpost_core::pipelines::Pipelines;
use outpost_core::record::Record;
use outpost_core::records::Deal;
use outpost_core::schema::{Choice, RecordType, Schema};

use super::desk::Desk;
use crate::markup::effect;
use crate::platform::{page, spawn};

thread_local! {
    static TYPES: Cell<Option<&'static Catalogue>> = const { Cell::new(None) };
    static KNOWN: ArcRwSignal<bool> = ArcRwSignal::new(false);
    static REMOVED: Cell<&'static [Choice]> = const { Cell::new(&[]) };
}

/// All types.
pub fn types() -> &'static Catalogue {
    TYPES.get().unwrap_or_else(|| Catalogue::built_in())
}

/// A type of the program with what was added to it. It leads to no other type, so that the first part can ask it.
pub fn added_to(program: &'static Schema) -> &'static Schema {
    TYPES.get().and_then(|types| types.extended(program.kind)).unwrap_or(program)
}

/// The schema of a type, if there is one.
pub fn schema(kind: &str) -> Option<&'static Schema> {
    types().schema(kind)
}

/// The types whose records have a list and pages of their own.
pub fn with_pages() -> impl Iterator<Item = &'static Schema> {
    types().with_pages()
}

/// The type whose list is at an address, if there is one.
pub fn at_path(path: &str) -> Option<&'static Schema> {
    types().at_path(path)
}

/// The pipelines that deals go, with their stages. Whoever shows them follows [the type of deals](crate::store::Store::type_version).
pub fn pipelines() -> &'static Pipelines {
    types().pipelines()
}

/// The key of the stage in which a deal stands.
pub fn stage_of(deal: &Record) -> &str {
    schema(Deal::SCHEMA.kind).map_or("", |schema| schema.facet_of(deal))
}

/// Whether a deal in this stage is done with. It leads to no type, so that the first part can ask it.
pub fn is_closed(stage: &str) -> bool {
    match TYPES.get().and_then(|types| types.extended("deal")) {
        Some(deals) => deals.list.done.contains(&stage),
        None => matches!(stage, "won" | "lost"),
    }
}

/// The stages that nobody can choose any more, though deals may stand in them still. They are laid ready, so that the first part can
/// ask for them without knowing what a stage is.
pub fn removed_stages() -> &'static [Choice] {
    REMOVED.get()
}

/// Whether the definitions have been read. Tracked.
pub fn are_types_known() -> bool {
    KNOWN.with(|known| known.get())
}

/// Follows the definitions, for as long as the page lives.
pub fn watch_types(desk: Desk) {
    effect(move || {
        DEFINITIONS.into_iter().for_each(|kind| {
            desk.version(kind);
        });
        spawn(async move {
            match desk.store().learn_types().await {
                Ok(types) => {
                    let before = TYPES.replace(Some(types)).unwrap_or_else(|| Catalogue::built_in());
                    if !std::ptr::eq(types.pipelines(), before.pipelines()) {
                        REMOVED.set(types.pipelines().removed().leak());
                    }
                    desk.store().tell_types(&types.differs(before));
                }
                Err(error) => page::warn(&format!("the fields that were added cannot be read: {error}")),
            }
            KNOWN.with(|known| {
                if !known.get_untracked() {
                    known.set(true);
                }
            });
        });
    });
}
