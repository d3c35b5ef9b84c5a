//! The board.

use crate::components::{
    Avatar, ButtonKind, Fab, Glyph, Icon, LinkButton, Menu, MenuItem, PageHeader, SearchField, Tag, Toast, Tone,
    use_toasts,
};
use crate::markup::{Markup, view};
use leptos::prelude::*;

type Deal = (&'static str, &'static str, &'static str, &'static str, Tone, &'static str);

const STAGES: [(&str, &str, &[Deal]); 5] = [
    (
        "Qualified",
        "€51,700",
        &[
            ("Cold room, phase 2", "Lagos Cold Chain", "$42,500", "Tue", Tone::Plain, ""),
            ("Winter feed", "Ferme des Tilleuls", "€12,480.50", "Thu", Tone::Plain, ""),
            ("Yearly service", "حداد للتجارة", "KWD 5,250.750", "9 days late", Tone::Bad, ""),
        ],
    ),
    (
        "Proposal",
        "€48,300",
        &[
            ("Roof refit, 3 halls", "Brady Roofing", "$18,900", "today", Tone::Warn, "ghost"),
            ("Heat pumps ×40", "Rossi Impianti", "€31,000", "Fri", Tone::Plain, ""),
        ],
    ),
    ("Negotiation", "€7,360", &[("Forging line service", "Kovárna Brno", "CZK 184,000", "now", Tone::Warn, "lift")]),
    ("Won", "€8,300", &[("Crane inspection", "Fjord & Mast AS", "NOK 96,000", "Mon", Tone::Ok, "")]),
    ("Lost", "", &[]),
];

/// The board of deals.
#[component]
pub fn Deals() -> Markup {
    let (search, set_search) = signal(String::new());
    let toasts = use_toasts();
    toasts.show(Toast::new("Moved “Forging line service” to Negotiation").undo(move || {
        toasts.show(Toast::new("Moved back"));
    }));
    let items =
        Signal::derive(|| vec![MenuItem::new("Sales pipeline", || ()), MenuItem::new("Service contracts", || ())]);
    view! {
        <PageHeader title="Deals">
            <SearchField label="Search deals" value=search on_input=move |text| set_search.set(text) key="/" />
            <Menu label="Sales pipeline" text=true kind=ButtonKind::Plain items />
            <span class="wide">
                <LinkButton href="/gallery/edit" kind=ButtonKind::Primary icon=Glyph::Plus>
                    "New deal"
                    <kbd>"N"</kbd>
                </LinkButton>
            </span>
        </PageHeader>
        <p class="head-note">
            <b class="num">"€115,660"</b>
            " open · "
            <b class="num">"€61,020"</b>
            " weighted · 2 deals need a next step"
        </p>
        <div class="board">
            {STAGES
                .into_iter()
                .map(|(stage, sum, deals)| {
                    view! {
                        <section class="col" class:target=stage == "Negotiation">
                            <header class="col-head">
                                <h2>{stage}</h2>
                                <span class="col-count">{deals.len()}</span>
                                <span class="col-sum">{sum}</span>
                            </header>
                            <ul class="col-cards">
                                {deals.iter().copied().map(card).collect::<Vec<_>>()}
                                {deals
                                    .is_empty()
                                    .then(|| view! { <li class="col-empty">"Nothing here"</li> })}
                            </ul>
                        </section>
                    }
                })
                .collect::<Vec<_>>()}
        </div>
        <Fab label="New deal" href="/gallery/edit" />
    }
}

fn card((title, company, amount, due, tone, state): Deal) -> Markup {
    view! {
        <li class=format!("card grab {state}")>
            <a class="card-title cover" href="/gallery/record">
                {title}
            </a>
            <span class="card-text">{company}</span>
            <span class="card-row">
                <Tag tone>{due}</Tag>
                <Avatar name="Ana Berg" />
                <span class="num">{amount}</span>
            </span>
            <button type="button" class="card-grip above" aria-label="Move">
                <Icon glyph=Glyph::DragHandle />
            </button>
        </li>
    }
}
