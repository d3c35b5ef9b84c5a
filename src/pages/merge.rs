//! Making one record of two: choosing the other one, looking at both side by side, and what is said of it afterwards; and looking
//! for records that are likely the same.

mod alike;
mod apart;
mod choose;
mod compare;
mod duplicates;
mod here;
mod words;

use leptos::prelude::*;
use leptos_router::hooks::use_location;
use outpost_core::id::RecordId;
use outpost_core::schema::Schema;

use crate::components::{Button, Glyph, MenuItem};
use crate::markup::{Markup, view};
use crate::pages::NotFound;
use crate::platform::page;
use crate::state::{merge_address, schema};
use crate::words::tr;
pub(crate) use alike::Alike;
use choose::Choose;
use compare::Compare;
use duplicates::Duplicates;
pub(crate) use here::{MergedHere, Offers, Went};

/// What is asked, by the address.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Asked {
    /// Which records of a type are likely the same: `/merge/duplicates?type=company`.
    Duplicates(&'static Schema),
    /// With which one a record is to be merged: `/merge?type=company&keep=01a0…`.
    Other(&'static Schema, RecordId),
    /// Two records: `&with=01a0…`.
    Both(&'static Schema, RecordId, RecordId),
    Nothing,
}

/// The page.
#[component]
pub(crate) fn MergePage() -> Markup {
    let location = use_location();
    let asked = Memo::new(move |_| {
        let is_search = location.pathname.with(|path| path.ends_with("/duplicates"));
        location.query.with(|query| {
            let id = |name: &str| query.get_str(name).and_then(|id| id.parse::<RecordId>().ok());
            let of = query.get_str("type").and_then(schema).filter(|schema| is_asked(schema));
            match (of, is_search, id("keep"), id("with")) {
                (Some(of), true, _, _) if of.list.merges => Asked::Duplicates(of),
                (Some(of), false, Some(kept), Some(gone)) => Asked::Both(of, kept, gone),
                (Some(of), false, Some(kept), None) => Asked::Other(of, kept),
                _ => Asked::Nothing,
            }
        })
    });
    view! {
        {move || match asked.get() {
            Asked::Duplicates(of) => view! { <Duplicates of /> },
            Asked::Other(of, kept) => view! { <Choose of kept /> },
            Asked::Both(of, kept, gone) => view! { <Compare of kept gone /> },
            Asked::Nothing => view! { <NotFound /> },
        }}
    }
}

/// Whether people think of merging records of a type; with invoices they learn why not.
fn is_asked(of: &Schema) -> bool {
    of.list.merges || of.kind == "invoice"
}

/// What a record's menu offers.
pub(super) fn item(of: &'static Schema, id: RecordId) -> Option<MenuItem> {
    let go = move || page::follow(&merge_address(of, id, None));
    is_asked(of).then(|| MenuItem::new(tr("Merge with…"), go).icon(Glyph::Link))
}

/// What a list's menu offers.
pub(super) fn find_item(of: &'static Schema) -> Option<MenuItem> {
    let go = move || page::follow(&format!("/merge/duplicates?type={}", of.kind));
    of.list.merges.then(|| MenuItem::new(tr("Find duplicates"), go).icon(Glyph::Copy))
}

/// What can be done with two rows that are picked.
pub(super) fn pair_button(of: &'static Schema, picked: RwSignal<Vec<RecordId>>) -> Option<Markup> {
    let not_two = Signal::derive(move || picked.with(Vec::len) != 2);
    let go = move |()| {
        if let [kept, gone] = picked.get_untracked()[..] {
            page::follow(&merge_address(of, kept, Some(gone)));
        }
    };
    is_asked(of).then(|| {
        view! {
            <Button small=true icon=Glyph::Link disabled=not_two on_click=go>
                "Merge…"
            </Button>
        }
    })
}
