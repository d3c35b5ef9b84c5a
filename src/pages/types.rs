//! The pages of every record type, made from its schema: its list, the page of one, the forms. What is particular about a
//! type is in its [`Look`]; a type without one has the plain one, and lacks nothing.

use std::sync::Arc;

use crate::markup::{IntoMarkup, Markup, view};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use outpost_core::mutation::{Op, Patch};
use outpost_core::record::Record;
use outpost_core::records::ObjectIcon;
use outpost_core::schema::Schema;

use crate::components::{Art, Glyph};
use crate::pages::list::{ListPage, ListSpec, Standings};
use crate::pages::record::{NewPage, NewSpec, Origin, RecordFrame, edit_form, plain, prefill};
use crate::pages::search::Command;
use crate::pages::{NotFound, deal, invoice, lead, tasks};
use crate::state::{Desk, at_path, types, use_desk};

/// Something that can be done with a record: a button, small if so told.
pub(crate) type Act = fn(Desk, Signal<Record>, bool) -> Markup;

/// What is particular about the pages of one type.
#[derive(Clone, Copy)]
pub(crate) struct Look {
    /// What stands before each in lists, in place of the letters of its name, and what stands for the type in menus.
    pub glyph: Glyph,
    /// The letters of its name stand before each all the same: it is somebody.
    pub is_somebody: bool,
    /// The picture for when there are none.
    pub art: Art,
    /// What that page says, below its title.
    pub teaches: &'static str,
    /// Fields that have a column in lists besides those that every list has.
    pub extra: &'static [&'static str],
    /// What stands beside the search: another way to look at the same.
    pub switch: Option<fn() -> Markup>,
    /// What is said of a record in the place of its status, where that is derived.
    pub standings: Option<Standings>,
    /// How a new one is made.
    pub new: NewSpec,
    /// Fields that the form of one that exists does not show; nothing where there is no such form.
    pub edit: Option<&'static [&'static str]>,
    /// The page of one.
    pub page: fn(Desk, Signal<Record>) -> Markup,
    /// What else can be done with one, in the header of a plain page, and small in timelines.
    pub act: Option<Act>,
    /// What can be done with one from the search box, besides what can be done with any.
    pub commands: fn(Desk, &Record) -> Vec<Command>,
    /// What a push of a finger does with a row of one, if that is something else than to call or to write a note.
    pub aside: fn(Desk, &Record) -> Option<Command>,
    /// The types of which a record has some, as a rule: their panels are on its page, also while they are empty.
    pub holds: &'static [&'static str],
}

/// How any type looks of which nothing particular is known.
const PLAIN: Look = Look {
    glyph: Glyph::Link,
    is_somebody: false,
    art: Art::Camp,
    teaches: "What you write down is kept on this device at once, with or without a network.",
    extra: &[],
    switch: None,
    standings: None,
    new: NewSpec { hidden: |_| &[], prefill, make: |origin, id, patch| vec![Op::patch(origin.schema.kind, id, patch)] },
    edit: Some(&[]),
    page: plain,
    act: None,
    commands: |_, _| Vec::new(),
    aside: |_, _| None,
    holds: &[],
};

/// What is particular about a type.
pub(crate) fn look(kind: &str) -> Look {
    match kind {
        "lead" => lead::look(PLAIN),
        "deal" => deal::look(PLAIN),
        "invoice" => invoice::look(PLAIN),
        "company" => Look {
            glyph: Glyph::Building,
            is_somebody: true,
            art: Art::People,
            teaches: "A company has its contacts, sites, deals and invoices on one page, and all that was said and done.",
            extra: &["phones", "owner"],
            holds: &["contact", "deal", "invoice", "site"],
            ..PLAIN
        },
        "contact" => Look {
            glyph: Glyph::User,
            is_somebody: true,
            art: Art::People,
            teaches: "A contact is a person, of one company or of several, in each with a role of their own.",
            extra: &["companies", "phones", "emails"],
            holds: &["deal"],
            ..PLAIN
        },
        "site" => Look {
            glyph: Glyph::MapPin,
            teaches: "A branch, a warehouse, a building site of a company: how to get there, and how to get in.",
            extra: &["company", "address"],
            ..PLAIN
        },
        "note" => activity(Glyph::Note, "A note about a lead, a company or a deal stands in the timeline of each."),
        "call" => {
            activity(Glyph::Phone, "“Log a call” on a page of somebody writes down who called whom, and what was said.")
        }
        "meeting" => activity(Glyph::Calendar, "Meetings stand in the calendar, and on the day itself under Today."),
        "visit" => {
            activity(Glyph::MapPin, "Visits of a day stand under Today in their order, each with the way there.")
        }
        "task" => Look {
            switch: Some(tasks::switch),
            standings: Some(tasks::STANDINGS),
            act: Some(tasks::done_button),
            commands: tasks::commands,
            aside: |desk, task| tasks::commands(desk, task).into_iter().next(),
            ..activity(
                Glyph::Check,
                "A task has a day and perhaps a reminder; what is due stands under Today, to be ticked off.",
            )
        },
        "product" => Look {
            glyph: Glyph::Product,
            art: Art::Paper,
            teaches: "What you sell, and what it costs in which price list, from one day to another.",
            extra: &["unit"],
            holds: &["price"],
            ..PLAIN
        },
        "price" => Look {
            glyph: Glyph::Money,
            art: Art::Paper,
            teaches: "What a product costs in a price list, from one day to another.",
            extra: &["product", "until"],
            ..PLAIN
        },
        "tax_rate" => Look {
            glyph: Glyph::Invoices,
            art: Art::Paper,
            teaches: "The rates that your invoices are taxed by; an old one stays for what was sold under it.",
            extra: &["rate", "until"],
            ..PLAIN
        },
        "tag" => Look {
            glyph: Glyph::Filter,
            teaches: "A word that marks leads, deals, companies or whatever you like, so that a filter finds them together.",
            extra: &["colour"],
            holds: &["company", "contact"],
            ..PLAIN
        },
        kind => match types().icon(kind) {
            Some(icon) => Look { glyph: glyph_of(icon), ..PLAIN },
            None => PLAIN,
        },
    }
}

/// The picture of a type that a person made.
pub(crate) const fn glyph_of(icon: ObjectIcon) -> Glyph {
    match icon {
        ObjectIcon::Product => Glyph::Product,
        ObjectIcon::Building => Glyph::Building,
        ObjectIcon::Place => Glyph::MapPin,
        ObjectIcon::Person => Glyph::User,
        ObjectIcon::People => Glyph::Leads,
        ObjectIcon::Calendar => Glyph::Calendar,
        ObjectIcon::Check => Glyph::Check,
        ObjectIcon::Phone => Glyph::Phone,
        ObjectIcon::Note => Glyph::Note,
        ObjectIcon::Invoice => Glyph::Invoices,
        ObjectIcon::Deal => Glyph::Deals,
        ObjectIcon::Money => Glyph::Money,
        ObjectIcon::Link | ObjectIcon::Unknown => Glyph::Link,
    }
}

/// Something that is done about others.
const fn activity(glyph: Glyph, teaches: &'static str) -> Look {
    let new = NewSpec { hidden: without_others, ..PLAIN.new };
    Look { glyph, art: Art::Board, teaches, new, extra: &["lead", "company"], ..PLAIN }
}

/// A lead has no company, contact or deal yet; what is about one of those is about no lead.
fn without_others(origin: &Origin) -> &'static [&'static str] {
    match origin.named.as_deref() {
        Some("lead") => &["company", "contact", "people", "deal", "site"],
        Some(_) => &["lead"],
        None => &[],
    }
}

impl Look {
    /// What stands before a record in place of the letters of its name, if something does.
    pub(crate) fn mark(&self) -> Option<Glyph> {
        (!self.is_somebody).then_some(self.glyph)
    }
}

/// A place among the pages of a type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Of {
    List,
    New,
    One,
    Edit,
}

/// A page of the type whose list is at a path.
#[component]
pub(crate) fn TypePage(
    /// The path, such as `/companies`.
    path: String,
    /// Which page.
    of: Of,
) -> Markup {
    let kind = at_path(&path).map(|schema| schema.kind);
    // What was made by a person may be there only now, or not any more.
    let changes = use_desk().store().type_version(kind.unwrap_or_else(|| path.get(1..).unwrap_or_default()));
    let page = move || {
        // A form stays as it is while somebody fills it in.
        if matches!(of, Of::List | Of::One) || at_path(&path).is_none() {
            changes.track();
        }
        at_path(&path).map_or_else(|| view! { <NotFound /> }, |schema| untrack(|| type_page(schema, of)))
    };
    page.into_markup()
}

fn type_page(schema: &'static Schema, of: Of) -> Markup {
    let look = look(schema.kind);
    match (of, look.edit) {
        (Of::List, _) => view! { <ListPage spec=list(schema, look) /> },
        (Of::New, _) => view! { <NewPage schema spec=look.new /> },
        (Of::One, _) => one(schema, look.page, false),
        (Of::Edit, Some(hidden)) => one(schema, move |desk, record| edit_form(desk, schema, hidden, record), true),
        (Of::Edit, None) => view! { <NotFound /> },
    }
}

fn list(schema: &'static Schema, look: Look) -> ListSpec {
    ListSpec {
        schema,
        glyph: look.mark(),
        extra: look.extra,
        art: look.art,
        teaches: look.teaches,
        switch: look.switch,
        standings: look.standings,
    }
}

/// A page of the record that the address names: one that shows it, or a form that is filled with it.
fn one(
    schema: &'static Schema,
    page: impl Fn(Desk, Signal<Record>) -> Markup + Copy + Send + Sync + 'static,
    is_form: bool,
) -> Markup {
    let params = use_params_map();
    let live = move || {
        let id = params.with(|params| params.get("id")).unwrap_or_default();
        view! { <RecordFrame schema id page=Arc::new(page) is_form /> }
    };
    live.into_markup()
}

/// Puts values into a patch where there are such.
pub(crate) fn add(patch: &mut Patch, values: impl IntoIterator<Item = (&'static str, Option<serde_json::Value>)>) {
    patch.extend(values.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))));
}
