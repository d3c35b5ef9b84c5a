//! Panels with the records that belong to another: a lead's deals and invoices, a deal's lead.

use crate::markup::{Markup, view};
use leptos::prelude::*;
use outpost_core::id::RecordId;
use outpost_core::record::{Record, RecordKey};
use outpost_core::records::{Deal, Invoice};
use outpost_core::schema::RecordType;

use crate::components::{Avatar, ButtonKind, Glyph, LinkButton, Panel, Tag, Tone};
use crate::pages::invoice::standings;
use crate::pages::show;
use crate::platform::intl;
use crate::state::{Desk, Live, live, title_of};

/// What a related record's line says.
#[derive(Debug, Clone, PartialEq)]
struct Line {
    href: String,
    title: String,
    second: String,
    state: (String, Tone),
}

fn lines(title: &'static str, new: String, none: &'static str, all: Live<Vec<Line>>) -> Markup {
    let actions = move || {
        let new = new.clone();
        view! {
            <LinkButton small=true kind=ButtonKind::Quiet icon=Glyph::Plus href=new>
                "New"
            </LinkButton>
        }
    };
    let list = move || {
        all.value().map(|all| {
            if all.is_empty() {
                return view! { <p class="muted small">{none}</p> };
            }
            let items = all.into_iter().map(|line| {
                view! {
                    <li class="item plain">
                        <div class="item-main">
                            <a class="cover item-title" href=line.href>{line.title}</a>
                            <span class="item-text">{line.second}</span>
                        </div>
                        <span class="item-end"><Tag tone=line.state.1>{line.state.0}</Tag></span>
                    </li>
                }
            });
            view! { <ul class="list bare">{items.collect::<Vec<_>>()}</ul> }
        })
    };
    view! {
        <Panel title=title actions>
            {list}
        </Panel>
    }
}

/// The deals that came from a lead.
#[component]
pub(crate) fn RelatedDeals(desk: Desk, lead: RecordId) -> Markup {
    let all = live(
        move || desk.version("deal"),
        move |_| {
            let store = desk.store();
            async move {
                let records = store.children(lead, "deal").await.map_err(crate::forms::say)?;
                Ok(records.iter().rev().map(deal_line).collect())
            }
        },
    );
    lines("Deals", format!("/deals/new?lead={lead}"), "No deal yet.", all)
}

fn deal_line(record: &Record) -> Line {
    let schema = Deal::SCHEMA;
    let line = |name: &str| schema.field(name).map(|field| show::line(field, record)).unwrap_or_default();
    let state = schema.field("stage").map(|field| show::choice_of(field, record.text("stage"))).unwrap_or_default();
    let second = match line("amount") {
        amount if amount.is_empty() => intl::relative(record.latest().ms),
        amount => amount,
    };
    Line { href: format!("/deals/{}", record.id), title: title_of(record), second, state }
}

/// The invoices of a lead or of a deal.
#[component]
pub(crate) fn RelatedInvoices(
    desk: Desk,
    /// The lead or deal.
    parent: RecordId,
    /// Where a new one is made.
    #[prop(into)]
    new: String,
) -> Markup {
    let all = live(
        move || (desk.version("invoice"), desk.version("payment")),
        move |_| {
            let store = desk.store();
            async move {
                let mut records = store.children(parent, "invoice").await.map_err(crate::forms::say)?;
                records.reverse();
                let mut standings = standings(&store, &records).await?;
                let lines = records.iter().map(|record| {
                    let state = standings.remove(&record.id).unwrap_or_default();
                    let total = Invoice::SCHEMA.field("total").map(|field| show::line(field, record));
                    let second = total.filter(|total| !total.is_empty());
                    let second = second.unwrap_or_else(|| intl::relative(record.latest().ms));
                    Line { href: format!("/invoices/{}", record.id), title: title_of(record), second, state }
                });
                Ok(lines.collect())
            }
        },
    );
    lines("Invoices", new, "No invoice yet.", all)
}

/// The lead that a record came from. One that is deleted or has not come to this device yet says so.
#[component]
pub(crate) fn RelatedLead(desk: Desk, lead: RecordId) -> Markup {
    let found: Live<Option<Record>> = live(
        move || desk.version("lead"),
        move |_| {
            let store = desk.store();
            async move { store.get(&RecordKey::new("lead", lead)).await.map_err(crate::forms::say) }
        },
    );
    view! {
        <Panel title="Lead">
            {move || {
                found
                    .value()
                    .map(|record| match record {
                        Some(record) => {
                            let title = title_of(&record);
                            let deleted = record.is_deleted();
                            let second = if deleted { "This lead was deleted".to_owned() } else { record.text("company").to_owned() };
                            view! {
                                <div class="item bare">
                                    <Avatar name=title.clone() />
                                    <div class="item-main">
                                        <a class="cover item-title" href=format!("/leads/{lead}")>{title}</a>
                                        <span class="item-text">{second}</span>
                                    </div>
                                </div>
                            }
                        }
                        // Its page says where it is.
                        None => view! {
                            <p class="muted small">
                                <a class="link" href=format!("/leads/{lead}")>"This lead"</a>
                                " is not on this device."
                            </p>
                        },
                    })
            }}
        </Panel>
    }
}
