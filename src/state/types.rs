//! The record types, as pages ask for them: those of the program and those that people have made, each with the fields that were
//! added. Until the app's second part has read the definitions, those of the program.

use std::cell::Cell;

use leptos::prelude::*;
use outpost_core::catalogue::{Catalogue, DEFINITIONS};
use outpost_core::schema::Schema;

use super::desk::Desk;
use crate::markup::effect;
use crate::platform::{page, spawn};

thread_local! {
    static TYPES: Cell<Option<&'static Catalogue>> = const { Cell::new(None) };
    static KNOWN: ArcRwSignal<bool> = ArcRwSignal::new(false);
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
