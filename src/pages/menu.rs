//! All the places of the app: every record type's list, with how many there are to do something about, and what is there besides.

use leptos::prelude::*;
use outpost_core::schema::Schema;

use crate::components::{Glyph, Icon, PageHeader};
use crate::markup::{Markup, view};
use crate::pages::types::look;
use crate::platform::intl;
use crate::state::{Desk, count_of, use_desk, with_pages};

/// The groups of types, in their order; a type that is in none comes last.
const GROUPS: [(&str, &[&str]); 3] = [
    ("Customers", &["lead", "company", "contact", "site", "tag"]),
    ("Sales", &["deal", "invoice", "product", "price", "tax_rate"]),
    ("Activities", &["task", "call", "note", "meeting", "visit"]),
];

/// The page.
#[component]
pub(crate) fn MenuPage() -> Markup {
    let desk = use_desk();
    let grouped = |kind: &str| GROUPS.iter().any(|(_, kinds)| kinds.contains(&kind));
    let find = |kind: &&str| with_pages().find(|schema| schema.kind == *kind);
    let groups = GROUPS
        .iter()
        .map(|(title, kinds)| group(title, kinds.iter().filter_map(find).map(|schema| tile(desk, schema)).collect()));
    let groups = groups.collect::<Vec<_>>();
    let others: Vec<Markup> =
        with_pages().filter(|schema| !grouped(schema.kind)).map(|schema| tile(desk, schema)).collect();
    let others = (!others.is_empty()).then(|| group("Others", others));
    let days = vec![
        place("/today", Glyph::Today, "Today", None),
        place("/calendar", Glyph::Calendar, "Calendar", None),
        place("/reports", Glyph::Chart, "Reports", None),
    ];
    let app = vec![
        place("/settings", Glyph::Settings, "Settings", None),
        place("/sync", Glyph::Refresh, "Sync", None),
        place("/settings/deleted", Glyph::Trash, "Recently deleted", None),
    ];
    view! {
        <PageHeader title="Menu" />
        <div class="stack">{group("Your days", days)} {groups} {others} {group("Outpost", app)}</div>
    }
}

fn group(title: &'static str, tiles: Vec<Markup>) -> Markup {
    view! {
        <section class="places">
            <h2>{title}</h2>
            <ul class="tiles">{tiles}</ul>
        </section>
    }
}

fn tile(desk: Desk, schema: &'static Schema) -> Markup {
    let counted = count_of(desk, schema.kind);
    let count = Signal::derive(move || counted.value().flatten().map(intl::count).unwrap_or_default());
    place(schema.path, look(schema.kind).glyph, schema.plural, Some(count))
}

fn place(href: &'static str, glyph: Glyph, label: &'static str, count: Option<Signal<String>>) -> Markup {
    view! {
        <li>
            <a class="tile" href=href>
                <Icon glyph />
                <span class="tile-name">{label}</span>
                {count.map(|count| view! { <span class="num muted">{move || count.get()}</span> })}
            </a>
        </li>
    }
}
